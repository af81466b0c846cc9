using System.Text.Json;
using Trading.Simulator.Bybit;
using Trading.Simulator.Matching;

namespace Trading.Tests.Simulator.Bybit;

/// <summary>Setup, positions, money and the key: protocol page, sections 5, 6 and 8.</summary>
public sealed class AccountTests
{
    private const string Flat = "category=linear&symbol=ETHUSDT";

    [Fact]
    public void A_flat_symbol_has_a_row_with_size_zero_and_by_coin_it_has_none()
    {
        using var bench = new BybitBench();
        var row = bench.Position();

        Assert.Equal(("", "0", "0"), (Text(row, "side"), Text(row, "size"), Text(row, "avgPrice")));
        Assert.Equal(-1, row.GetProperty("seq").GetInt64());
        Assert.Equal(0, bench.Rows("/v5/position/list", "category=linear&settleCoin=USDT").GetArrayLength());
    }

    [Fact]
    public void A_positions_clock_is_four_milliseconds_ahead_of_its_fills()
    {
        using var bench = new BybitBench();
        bench.Open();
        var executed = long.Parse(Text(bench.Rows("/v5/execution/list", Flat)[0], "execTime"));

        Assert.Equal(executed + 4, long.Parse(Text(bench.Position(), "updatedTime")));
        Assert.Equal(
            bench.Rows("/v5/execution/list", Flat)[0].GetProperty("seq").GetInt64(), bench.Position().GetProperty("seq").GetInt64());
    }

    [Fact]
    public void Setting_what_is_set_says_not_modified()
    {
        using var bench = new BybitBench();
        const string leverage = "{'category':'linear','symbol':'ETHUSDT','buyLeverage':'5','sellLeverage':'5'}";
        Assert.Equal([0, 110043], new[] { 1, 2 }.Select(_ => bench.Code("/v5/position/set-leverage", leverage)));
        Assert.Equal(10001, bench.Code("/v5/position/set-leverage", leverage.Replace("'5'", "'500'", StringComparison.Ordinal)));
        Assert.Equal("5", Text(bench.Position(), "leverage"));
        Assert.Equal([110025, 0, 110025], new[] { 0, 3, 3 }.Select(
            mode => bench.Code("/v5/position/switch-mode", $"{{'category':'linear','coin':'USDT','mode':{mode}}}")));
        const string isolated = "{'setMarginMode':'ISOLATED_MARGIN'}";
        Assert.Equal([0, 110026], new[] { 1, 2 }.Select(_ => bench.Code("/v5/account/set-margin-mode", isolated)));
        Assert.Equal("ISOLATED_MARGIN", Text(bench.Read("/v5/account/info"), "marginMode"));
    }

    [Fact]
    public void In_hedge_mode_both_sides_live_each_with_its_own_stop()
    {
        using var bench = new BybitBench();
        Assert.Equal(0, bench.Code("/v5/position/switch-mode", "{'category':'linear','coin':'USDT','mode':3}"));
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Market','qty':'1','positionIdx':1,'stopLoss':'2900'"));
        Assert.Equal(0, bench.Create("'side':'Sell','orderType':'Market','qty':'2','positionIdx':2,'stopLoss':'3100'"));
        Assert.Equal(10001, bench.TradingStop("'stopLoss':'2950'"));

        var rows = bench.Rows("/v5/position/list", Flat);
        Assert.Equal(
            [(1, "Buy", "1.000", "2900.00"), (2, "Sell", "2.000", "3100.00")],
            rows.EnumerateArray().Select(r => (r.GetProperty("positionIdx").GetInt32(), Text(r, "side"), Text(r, "size"), Text(r, "stopLoss"))));
        Assert.Equal(110024, bench.Code("/v5/position/switch-mode", "{'category':'linear','coin':'USDT','mode':0}"));

        Assert.Equal(0, bench.Create("'side':'Sell','orderType':'Market','qty':'9','positionIdx':1,'reduceOnly':true"));

        Assert.Equal(("0", "2.000"), (Text(bench.Rows("/v5/position/list", Flat)[0], "size"), Text(bench.Rows("/v5/position/list", Flat)[1], "size")));
        Assert.True(bench.Exchange.Truth.AllCovered);
    }

    [Fact]
    public void The_same_key_is_another_account_than_on_binance()
    {
        using var bench = new BybitBench();
        bench.Open();

        Assert.Empty(bench.Exchange.Account("sim-key-0001").Positions);
        Assert.Equal("bybit/sim-key-0001", bench.Exchange.TruthReport().Positions.Single().Account);
        var coin = bench.Rows("/v5/account/wallet-balance", "accountType=UNIFIED&coin=USDT")[0].GetProperty("coin")[0];
        Assert.Equal(("USDT", "9998.35"), (Text(coin, "coin"), Text(coin, "walletBalance")));
    }

    [Fact]
    public void A_key_tells_what_it_may_do_and_from_where()
    {
        using var bench = new BybitBench(new BybitOptions { WithdrawKeys = ["sim-key-0002"] });
        Assert.DoesNotContain("Withdraw", bench.Get("/v5/user/query-api").Body, StringComparison.Ordinal);
        Assert.Equal("127.0.0.1", bench.Read("/v5/user/query-api").GetProperty("ips")[0].GetString());
        bench.Key = "sim-key-0002";

        Assert.Contains("Withdraw", bench.Read("/v5/user/query-api").GetProperty("permissions").GetProperty("Wallet").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Symbols_page_and_those_not_trading_are_only_told_when_asked_for()
    {
        using var bench = new BybitBench();
        var first = bench.Read("/v5/market/instruments-info", "category=linear&limit=1");
        Assert.Equal("ETHUSDT", Text(first.GetProperty("list")[0], "symbol"));
        var second = bench.Read("/v5/market/instruments-info", $"category=linear&limit=1&cursor={Text(first, "nextPageCursor")}");
        Assert.Equal(("TAGUSDT", ""), (Text(second.GetProperty("list")[0], "symbol"), Text(second, "nextPageCursor")));
        bench.Exchange.Venue.Change(bench.Exchange.Venue.Find("TAGUSDT")!.Spec with { Status = "SETTLING" });

        Assert.Equal(1, bench.Rows("/v5/market/instruments-info", "category=linear").GetArrayLength());
        Assert.Equal("Delivering", Text(bench.Rows("/v5/market/instruments-info", "category=linear&symbol=TAGUSDT")[0], "status"));
        Assert.Equal(10001, ExchangeBench.Parse(bench.Get("/v5/market/instruments-info", "category=linear&symbol=NOPE").Body)
            .GetProperty("retCode").GetInt32());
    }

    [Fact]
    public void Funding_is_told_as_an_execution_with_the_payers_sign()
    {
        using var bench = new BybitBench();
        bench.Open();
        bench.Market.Set(bench.Now.AddSeconds(1), BybitBench.Eth, 3000m, fundingRate: 0.0001m, nextFundingUtc: bench.Now.AddSeconds(2));
        bench.Market.Set(bench.Now.AddSeconds(3), BybitBench.Eth, 3000m);
        bench.Pass(4000);

        var paid = bench.Rows("/v5/execution/list", Flat + "&execType=Funding")[0];

        Assert.Equal(("Funding", "0.3", "1.000"), (Text(paid, "execType"), Text(paid, "execFee"), Text(paid, "execQty")));
        Assert.Equal("-0.3", Text(bench.Rows("/v5/account/transaction-log", "accountType=UNIFIED&type=SETTLEMENT")[0], "funding"));
    }

    [Fact]
    public void A_book_on_disk_brings_positions_and_their_stops_back()
    {
        var file = Path.Combine(Path.GetTempPath(), $"bybitsim-{Guid.NewGuid():N}.db");
        try
        {
            using (var before = new BybitBench(file: file)) before.Open();
            using var after = new BybitBench(file: file, at: ExchangeBench.Start.AddMinutes(1));

            Assert.Equal(("1.000", "2900.00"), (Text(after.Position(), "size"), Text(after.Position(), "stopLoss")));
            Assert.True(after.Account.OpenStops.Single().OnPosition);
            after.Price(BybitBench.Eth, 2890m);
            Assert.Equal("0", Text(after.Position(), "size"));
            Assert.Equal(0.00055m * 2890m, after.Account.Trades[^1].Fee);
        }
        finally
        {
            foreach (var part in Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(file) + "*")) File.Delete(part);
        }
    }

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
