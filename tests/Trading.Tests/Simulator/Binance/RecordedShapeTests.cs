using System.Text.Json;
using Trading.Simulator.Matching;

namespace Trading.Tests.Simulator.Binance;

/// <summary>Field names and texts as production sent them in September and October 2026, where documents differ.</summary>
public sealed class RecordedShapeTests
{
    private static readonly string[] AllOrders =
    [
        "orderId", "symbol", "status", "clientOrderId", "price", "avgPrice", "origQty", "executedQty", "cumQuote",
        "cumBase", "timeInForce", "type", "reduceOnly", "closePosition", "side", "positionSide", "stopPrice",
        "workingType", "priceMatch", "selfTradePreventionMode", "goodTillDate", "priceProtect", "origType", "time",
        "updateTime", "pair",
    ];

    private static readonly string[] OpenAlgo =
    [
        "algoId", "clientAlgoId", "algoType", "orderType", "symbol", "side", "positionSide", "timeInForce", "quantity",
        "algoStatus", "actualOrderId", "actualQty", "triggerPrice", "price", "icebergQuantity",
        "selfTradePreventionMode", "workingType", "priceMatch", "closePosition", "priceProtect", "reduceOnly",
        "createTime", "updateTime", "triggerTime", "goodTillDate", "isActivated",
    ];

    private static readonly string[] EveryAlgo =
        [.. OpenAlgo.Except(["actualQty"]), "actualPrice", "tpOrderType"];

    private static readonly string[] AccountRow =
    [
        "symbol", "initialMargin", "maintMargin", "unrealizedProfit", "positionInitialMargin",
        "openOrderInitialMargin", "leverage", "isolated", "entryPrice", "breakEvenPrice", "maxNotional",
        "positionSide", "positionAmt", "notional", "isolatedWallet", "updateTime", "bidNotional", "askNotional",
    ];

    [Fact]
    public void All_orders_name_the_pair_and_write_a_price_that_an_order_has_not_as_0()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "0.1");
        Assert.Equal(0, bench.Order("symbol=ETHUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=2950"));

        var rows = bench.Json("GET", "/fapi/v1/allOrders", "symbol=ETHUSDT");
        var one = bench.Json("GET", "/fapi/v1/order", "symbol=ETHUSDT&origClientOrderId=ta-ent-1");

        Assert.Equal(AllOrders.Order(), Names(rows[0]).Order());
        Assert.Equal(["ETHUSDT|0|3000.00000|300.00000|0.100|0", "ETHUSDT|2950.00|0.00000|0|0|0"], rows.EnumerateArray()
            .Select(r => string.Join('|', Texts(r, "pair", "price", "avgPrice", "cumQuote", "executedQty", "stopPrice"))));
        Assert.Equal(["0.00", "3000.00000", "0.00"], Texts(one, "price", "avgPrice", "stopPrice"));
        Assert.False(one.TryGetProperty("pair", out _));
    }

    [Fact]
    public void Conditional_orders_are_listed_without_what_production_does_not_send()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1", "2900", "e");

        var open = bench.Json("GET", "/fapi/v1/openAlgoOrders", "symbol=ETHUSDT")[0];
        var any = bench.Json("GET", "/fapi/v1/allAlgoOrders", "symbol=ETHUSDT")[0];
        var one = bench.Json("GET", "/fapi/v1/algoOrder", "clientAlgoId=e-s");

        Assert.Equal(OpenAlgo.Order(), Names(open).Order());
        Assert.Equal(EveryAlgo.Order(), Names(any).Order());
        Assert.Equal(EveryAlgo.Order(), Names(one).Order());
        Assert.Equal(["2900.0", "0.0", "0.0"], Texts(open, "triggerPrice", "price", "actualQty"));
        Assert.Equal(["2900.00", "0.00", "0.00000"], Texts(any, "triggerPrice", "price", "actualPrice"));

        bench.Price(ExchangeBench.Eth, 2899m);
        var fired = bench.Json("GET", "/fapi/v1/allAlgoOrders", "symbol=ETHUSDT")[0];
        Assert.Equal(EveryAlgo.Append("actualQty").Append("actualType").Order(), Names(fired).Order());
        Assert.Equal(["FINISHED", "2899.00000", "1.000", "MARKET"], Texts(fired, "algoStatus", "actualPrice", "actualQty", "actualType"));
    }

    [Fact]
    public void An_order_event_without_a_trade_names_a_fee_of_0()
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();
        bench.Open(ExchangeBench.Eth, "BUY", "0.1");
        bench.Pass(0);

        var told = stream.Of("ORDER_TRADE_UPDATE/NEW").Single().GetProperty("o");

        Assert.Equal(["0", "USDT"], Texts(told, "n", "N"));
    }

    [Fact]
    public void A_stop_with_nothing_to_reduce_is_rejected_in_the_documents_words()
    {
        using var bench = new ExchangeBench();
        var stream = bench.UserStream();
        Assert.Equal(0, bench.Stop("symbol=ETHUSDT&side=SELL&quantity=1&reduceOnly=true&triggerPrice=2900"));

        bench.Price(ExchangeBench.Eth, 2899m);

        Assert.Equal(["Reduce Only reject"], Texts(stream.Of("ALGO_UPDATE/REJECTED").Single().GetProperty("o"), "rm"));
    }

    [Fact]
    public void Exchange_information_has_permission_sets_and_ticks_in_full()
    {
        using var bench = new ExchangeBench();

        var symbol = ExchangeBench.Parse(bench.Call("GET", "/fapi/v1/exchangeInfo").Body).GetProperty("symbols")[0];

        Assert.Equal(JsonValueKind.Array, symbol.GetProperty("permissionSets").ValueKind);
        Assert.Equal("GRID", symbol.GetProperty("permissionSets")[0].GetString());
    }

    [Fact]
    public void The_second_version_of_the_account_has_every_symbol_with_its_settings()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1");
        Assert.Equal(0, bench.Code("POST", "/fapi/v1/leverage", "symbol=TAGUSDT&leverage=7"));
        Assert.Equal(0, bench.Code("POST", "/fapi/v1/marginType", "symbol=TAGUSDT&marginType=ISOLATED"));

        var account = bench.Json("GET", "/fapi/v2/account");

        var rows = account.GetProperty("positions");
        Assert.Equal(AccountRow.Order(), Names(rows[0]).Order());
        Assert.Equal(["ETHUSDT|1.000|3000|20|BOTH", "TAGUSDT|0|0.0|7|BOTH"], rows.EnumerateArray().Select(
            r => string.Join('|', Texts(r, "symbol", "positionAmt", "entryPrice", "leverage", "positionSide"))));
        Assert.Equal([false, true], rows.EnumerateArray().Select(r => r.GetProperty("isolated").GetBoolean()));
        foreach (var name in (string[])["canTrade", "canDeposit", "canWithdraw"])
            Assert.True(account.GetProperty(name).GetBoolean(), name);
        Assert.Equal(0, account.GetProperty("feeTier").GetInt32());
        Assert.Equal(-1, account.GetProperty("tradeGroupId").GetInt32());
        Assert.False(account.GetProperty("multiAssetsMargin").GetBoolean());
        Assert.True(account.GetProperty("assets")[0].GetProperty("marginAvailable").GetBoolean());
        Assert.Equal(1, bench.Json("GET", "/fapi/v3/account").GetProperty("positions").GetArrayLength());
    }

    [Fact]
    public void In_hedge_mode_the_second_version_of_the_account_has_both_sides()
    {
        using var bench = new ExchangeBench();
        Assert.Equal(0, bench.Code("POST", "/fapi/v1/positionSide/dual", "dualSidePosition=true"));

        var rows = bench.Json("GET", "/fapi/v2/account").GetProperty("positions");

        Assert.Equal(["LONG", "SHORT", "LONG", "SHORT"], rows.EnumerateArray().Select(r => Texts(r, "positionSide")[0]));
        Assert.Equal(4, rows.GetArrayLength());
    }

    private static IEnumerable<string> Names(JsonElement row) => row.EnumerateObject().Select(f => f.Name);

    private static string[] Texts(JsonElement row, params string[] names) =>
        [.. names.Select(n => row.GetProperty(n).GetString()!)];
}
