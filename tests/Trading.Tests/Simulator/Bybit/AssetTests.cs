using System.Text.Json;

namespace Trading.Tests.Simulator.Bybit;

/// <summary>The account's coins, and what happens to its orders when nobody is connected any more (protocol page, 8.3 and
/// 8.4).</summary>
public sealed class AssetTests
{
    [Fact]
    public void Coins_are_told_for_transfer_for_withdrawal_and_as_collateral()
    {
        using var bench = new BybitBench();
        bench.Open();
        var coin = bench.Read("/v5/asset/transfer/query-account-coins-balance", "accountType=UNIFIED&coin=USDT").GetProperty("balance")[0];
        Assert.Equal(("USDT", "9998.35", "9848.35"), (Text(coin, "coin"), Text(coin, "walletBalance"), Text(coin, "transferBalance")));
        var one = bench.Read("/v5/asset/transfer/query-account-coin-balance", "accountType=UNIFIED&coin=USDT").GetProperty("balance");
        Assert.Equal("9998.35", Text(one, "walletBalance"));
        var free = bench.Read("/v5/account/withdrawal", "coinName=USDT,BTC");
        Assert.Equal(("9848.35", "0"), (Text(free, "availableWithdrawal"), Text(free.GetProperty("availableWithdrawalMap"), "BTC")));
        Assert.Equal("USDT", Text(bench.Rows("/v5/account/collateral-info", "currency=USDT")[0], "currency"));
        Assert.Equal(0, bench.Rows("/v5/account/collateral-info", "currency=BTC").GetArrayLength());
        Assert.Equal(10001, ExchangeBench.Parse(bench.Get("/v5/account/withdrawal").Body).GetProperty("retCode").GetInt32());
    }

    [Fact]
    public void Orders_go_when_the_last_protected_connection_has_been_gone_for_the_window()
    {
        using var bench = new BybitBench();
        Assert.Equal(0, bench.Code("/v5/order/disconnected-cancel-all", "{'product':'DERIVATIVES','timeWindow':10}"));
        Assert.Equal(
            ("DERIVATIVES", "ON", "10"),
            bench.Read("/v5/account/query-dcp-info").GetProperty("dcpInfos").EnumerateArray()
                .Select(i => (Text(i, "product"), Text(i, "dcpStatus"), Text(i, "timeWindow"))).Single());
        bench.Open();
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Limit','qty':'1','price':'2950','positionIdx':0,'orderLinkId':'ta-l'"));
        var (first, second) = (bench.Private("dcp.future"), bench.Private("dcp.future", "order"));
        first.Connection!.Drop();
        bench.Pass(20_000);
        Assert.Single(bench.Account.OpenOrders);
        second.Connection!.Drop();
        bench.Pass(9_000);
        bench.Private("dcp.future").Connection!.Drop();
        bench.Pass(9_999);
        Assert.Single(bench.Account.OpenOrders);

        bench.Pass(1);

        Assert.Empty(bench.Account.OpenOrders);
        var row = bench.Rows("/v5/order/realtime", "category=linear&symbol=ETHUSDT&orderLinkId=ta-l")[0];
        Assert.Equal(("Cancelled", "CancelByDCP"), (Text(row, "orderStatus"), Text(row, "cancelType")));
        Assert.True(bench.Exchange.Truth.AllCovered);
    }

    [Fact]
    public void Without_the_switch_or_the_topic_nothing_goes()
    {
        using var bench = new BybitBench();
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Limit','qty':'1','price':'2950','positionIdx':0"));
        bench.Private("dcp.future").Connection!.Drop();
        bench.Pass(400_000);
        Assert.Equal(0, bench.Code("/v5/order/disconnected-cancel-all", "{'product':'DERIVATIVES','timeWindow':3}"));
        bench.Private("order").Connection!.Drop();
        bench.Pass(400_000);

        Assert.Single(bench.Account.OpenOrders);
        Assert.Equal([10001, 10001, 0], new[] { "2", "301", "40" }.Select(w => bench.Code("/v5/order/disconnected-cancel-all", $"{{'timeWindow':{w}}}")));
    }

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
