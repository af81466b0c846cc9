using System.Text.Json;

namespace Trading.Tests.Simulator.Binance;

/// <summary>Field names and JSON kinds against the exchange's own documented examples. Extra fields are allowed (the
/// protocol page records later additions); a missing or differently typed one is not.</summary>
public sealed class DocumentedShapeTests
{
    /// <summary>Fields of the examples that the wire has lost since, or has only sometimes.</summary>
    private static readonly Dictionary<string, string[]> Gone = new()
    {
        ["trade_rest-api.1.json"] = ["avgPrice", "cumQuote"],
        ["trade_rest-api_Cancel-Order.1.json"] = ["avgPrice", "cumQuote", "activatePrice", "priceRate"],
        ["trade_rest-api_New-Algo-Order.1.json"] = ["activatePrice", "callbackRate"],
        ["trade_rest-api_Query-Algo-Order.1.json"] = ["tpTriggerPrice", "tpPrice", "slTriggerPrice", "slPrice"],
        ["trade_rest-api_Query-All-Algo-Orders.1.json"] = ["tpTriggerPrice", "tpPrice", "slTriggerPrice", "slPrice"],
        ["trade_rest-api_Current-All-Algo-Open-Orders.1.json"] =
            ["actualPrice", "tpTriggerPrice", "tpPrice", "slTriggerPrice", "slPrice", "tpOrderType"],
        ["trade_rest-api_Modify-Order.1.json"] = ["avgPrice", "cumBase"],
        ["trade_rest-api_Modify-Multiple-Orders.1.json"] = ["avgPrice", "cumBase"],
        ["trade_rest-api_Place-Multiple-Orders.1.json"] = ["avgPrice", "cumQuote"],
        ["trade_rest-api_Cancel-Multiple-Orders.1.json"] = ["avgPrice", "cumQuote", "activatePrice", "priceRate"],
        ["trade_rest-api_Position-ADL-Quantile-Estimation.1.json"] = ["adlQuantile.HEDGE"],
        ["trade_rest-api_New-Order-Test.1.json"] = ["activatePrice", "priceRate"],
        ["trade_rest-api_Query-Current-Open-Order.1.json"] = ["activatePrice", "priceRate"],
        ["trade_rest-api_Query-Order.1.json"] = ["activatePrice", "priceRate"],
        ["trade_rest-api_Current-All-Open-Orders.1.json"] = ["activatePrice", "priceRate"],
        ["trade_rest-api_All-Orders.1.json"] = ["activatePrice", "priceRate"],
        ["user-data-streams_Event-Order-Update.1.json"] = ["o.AP", "o.cr"],
        ["user-data-streams_Event-Algo-Order-Update.1.json"] = ["o.ap", "o.aq", "o.act", "o.rm"],
    };

    [SharedTheory]
    [InlineData("market-data_rest-api_Mark-Price.1.json", "GET", "/fapi/v1/premiumIndex", "symbol=ETHUSDT")]
    [InlineData("market-data_rest-api_Symbol-Price-Ticker.1.json", "GET", "/fapi/v1/ticker/price", "symbol=ETHUSDT")]
    [InlineData("market-data_rest-api_Symbol-Order-Book-Ticker.1.json", "GET", "/fapi/v1/ticker/bookTicker", "symbol=ETHUSDT")]
    [InlineData("account_rest-api_Account-Config.1.json", "GET", "/fapi/v1/accountConfig", "")]
    [InlineData("account_rest-api_Get-Current-Position-Mode.1.json", "GET", "/fapi/v1/positionSide/dual", "")]
    [InlineData("account_rest-api_Futures-Account-Balance-V3.1.json", "GET", "/fapi/v3/balance", "")]
    [InlineData("account_rest-api_Get-Income-History.1.json", "GET", "/fapi/v1/income", "")]
    [InlineData("account_rest-api_User-Commission-Rate.1.json", "GET", "/fapi/v1/commissionRate", "symbol=ETHUSDT")]
    [InlineData("trade_rest-api_Change-Initial-Leverage.1.json", "POST", "/fapi/v1/leverage", "symbol=ETHUSDT&leverage=9")]
    [InlineData("trade_rest-api_Change-Margin-Type.1.json", "POST", "/fapi/v1/marginType", "symbol=TAGUSDT&marginType=ISOLATED")]
    [InlineData("trade_rest-api_Position-Information-V2.1.json", "GET", "/fapi/v2/positionRisk", "symbol=ETHUSDT")]
    [InlineData("trade_rest-api_Position-Information-V3.1.json", "GET", "/fapi/v3/positionRisk", "symbol=ETHUSDT")]
    [InlineData("trade_rest-api_Account-Trade-List.1.json", "GET", "/fapi/v1/userTrades", "symbol=ETHUSDT")]
    [InlineData("trade_rest-api.1.json", "POST", "/fapi/v1/order", "symbol=ETHUSDT&side=BUY&type=MARKET&quantity=0.1")]
    [InlineData("trade_rest-api_Query-Order.1.json", "GET", "/fapi/v1/order", "symbol=ETHUSDT&origClientOrderId=rests")]
    [InlineData("trade_rest-api_Current-All-Open-Orders.1.json", "GET", "/fapi/v1/openOrders", "symbol=ETHUSDT")]
    [InlineData("trade_rest-api_All-Orders.1.json", "GET", "/fapi/v1/allOrders", "symbol=ETHUSDT")]
    [InlineData("trade_rest-api_Cancel-Order.1.json", "DELETE", "/fapi/v1/order", "symbol=ETHUSDT&origClientOrderId=rests")]
    [InlineData("trade_rest-api_Cancel-All-Open-Orders.1.json", "DELETE", "/fapi/v1/allOpenOrders", "symbol=ETHUSDT")]
    [InlineData("trade_rest-api_New-Algo-Order.1.json", "POST", "/fapi/v1/algoOrder",
        "algoType=CONDITIONAL&symbol=ETHUSDT&side=SELL&type=STOP_MARKET&quantity=1&triggerPrice=2900&reduceOnly=true")]
    [InlineData("trade_rest-api_Modify-Order.1.json", "PUT", "/fapi/v1/order",
        "symbol=ETHUSDT&side=BUY&origClientOrderId=rests&quantity=0.2&price=2950")]
    [InlineData("trade_rest-api_Modify-Multiple-Orders.1.json", "PUT", "/fapi/v1/batchOrders",
        """batchOrders=[{"symbol":"ETHUSDT","side":"BUY","origClientOrderId":"rests","quantity":"0.2","price":"2950"}]""")]
    [InlineData("trade_rest-api_Place-Multiple-Orders.1.json", "POST", "/fapi/v1/batchOrders",
        """batchOrders=[{"symbol":"ETHUSDT","side":"BUY","type":"MARKET","quantity":"0.1"}]""")]
    [InlineData("trade_rest-api_Cancel-Multiple-Orders.1.json", "DELETE", "/fapi/v1/batchOrders",
        """symbol=ETHUSDT&origClientOrderIdList=["rests"]""")]
    [InlineData("trade_rest-api_New-Order-Test.1.json", "POST", "/fapi/v1/order/test", "symbol=ETHUSDT&side=BUY&type=MARKET&quantity=0.1")]
    [InlineData("trade_rest-api_Query-Current-Open-Order.1.json", "GET", "/fapi/v1/openOrder", "symbol=ETHUSDT&origClientOrderId=rests")]
    [InlineData("trade_rest-api_Get-Order-Modify-History.1.json", "GET", "/fapi/v1/orderAmendment", "symbol=ETHUSDT&origClientOrderId=changed")]
    [InlineData("trade_rest-api_Modify-Isolated-Position-Margin.1.json", "POST", "/fapi/v1/positionMargin", "symbol=TAGUSDT&amount=1&type=1")]
    [InlineData("trade_rest-api_Get-Position-Margin-Change-History.1.json", "GET", "/fapi/v1/positionMargin/history", "symbol=TAGUSDT")]
    [InlineData("trade_rest-api_Auto-Cancel-All-Open-Orders.1.json", "POST", "/fapi/v1/countdownCancelAll", "symbol=ETHUSDT&countdownTime=100000")]
    [InlineData("trade_rest-api_Change-Multi-Assets-Mode.1.json", "POST", "/fapi/v1/positionSide/dual", "dualSidePosition=true")]
    [InlineData("trade_rest-api_Cancel-Algo-Order.1.json", "DELETE", "/fapi/v1/algoOrder", "clientAlgoId=e-s")]
    [InlineData("trade_rest-api_Position-ADL-Quantile-Estimation.1.json", "GET", "/fapi/v1/adlQuantile", "")]
    [InlineData("account_rest-api_Get-Current-Multi-Assets-Mode.1.json", "GET", "/fapi/v1/multiAssetsMargin", "")]
    [InlineData("account_rest-api_Futures-Account-Balance-V2.1.json", "GET", "/fapi/v2/balance", "")]
    [InlineData("account_rest-api_Futures-Trading-Quantitative-Rules-Indicators.1.json", "GET", "/fapi/v1/apiTradingStatus", "")]
    [InlineData("market-data_rest-api_24hr-Ticker-Price-Change-Statistics.1.json", "GET", "/fapi/v1/ticker/24hr", "symbol=ETHUSDT")]
    [InlineData("market-data_rest-api_24hr-Ticker-Price-Change-Statistics.2.json", "GET", "/fapi/v1/ticker/24hr", "")]
    [InlineData("market-data_rest-api_ADL-Risk.1.json", "GET", "/fapi/v1/symbolAdlRisk", "symbol=ETHUSDT")]
    [InlineData("market-data_rest-api_ADL-Risk.2.json", "GET", "/fapi/v1/symbolAdlRisk", "")]
    [InlineData("market-data_rest-api_Continuous-Contract-Kline-Candlestick-Data.1.json", "GET", "/fapi/v1/continuousKlines",
        "pair=ETHUSDT&contractType=PERPETUAL&interval=1h")]
    [InlineData("market-data_rest-api_Get-Funding-Rate-Info.1.json", "GET", "/fapi/v1/fundingInfo", "")]
    [InlineData("market-data_rest-api_Index-Price-Kline-Candlestick-Data.1.json", "GET", "/fapi/v1/indexPriceKlines", "pair=ETHUSDT&interval=1h")]
    [InlineData("market-data_rest-api_Kline-Candlestick-Data.1.json", "GET", "/fapi/v1/klines", "symbol=ETHUSDT&interval=1h")]
    [InlineData("market-data_rest-api_Mark-Price-Kline-Candlestick-Data.1.json", "GET", "/fapi/v1/markPriceKlines", "symbol=ETHUSDT&interval=1h")]
    [InlineData("market-data_rest-api_Premium-Index-Kline-Data.1.json", "GET", "/fapi/v1/premiumIndexKlines", "symbol=ETHUSDT&interval=1h")]
    [InlineData("market-data_rest-api_Mark-Price.2.json", "GET", "/fapi/v1/premiumIndex", "")]
    [InlineData("market-data_rest-api_Order-Book.1.json", "GET", "/fapi/v1/depth", "symbol=ETHUSDT")]
    [InlineData("market-data_rest-api_Symbol-Order-Book-Ticker.2.json", "GET", "/fapi/v1/ticker/bookTicker", "")]
    [InlineData("market-data_rest-api_Symbol-Price-Ticker-v2.1.json", "GET", "/fapi/v2/ticker/price", "symbol=ETHUSDT")]
    [InlineData("market-data_rest-api_Symbol-Price-Ticker.2.json", "GET", "/fapi/v1/ticker/price", "")]
    [InlineData("user-data-streams_Start-User-Data-Stream.1.json", "POST", "/fapi/v1/listenKey", "")]
    [InlineData("trade_rest-api_Query-Algo-Order.1.json", "GET", "/fapi/v1/algoOrder", "clientAlgoId=e-s")]
    [InlineData("trade_rest-api_Current-All-Algo-Open-Orders.1.json", "GET", "/fapi/v1/openAlgoOrders", "symbol=ETHUSDT")]
    [InlineData("trade_rest-api_Query-All-Algo-Orders.1.json", "GET", "/fapi/v1/allAlgoOrders", "symbol=ETHUSDT")]
    [InlineData("trade_rest-api_Cancel-All-Algo-Open-Orders.1.json", "DELETE", "/fapi/v1/algoOpenOrders", "symbol=ETHUSDT")]
    public void An_answer_has_every_documented_field_in_its_kind(string example, string method, string path, string query)
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1", "2900", "e");
        Assert.Equal(0, bench.Order(
            "symbol=ETHUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=2950&newClientOrderId=rests"));
        Prepare(bench, path);

        var answer = bench.Signed(method, path, query);

        Assert.Equal(200, answer.Status);
        Compare(example, ExchangeBench.Parse(answer.Body));
    }

    [SharedTheory]
    [InlineData("user-data-streams_Event-Order-Update.1.json", "ORDER_TRADE_UPDATE/NEW")]
    [InlineData("user-data-streams_Event-Algo-Order-Update.1.json", "ALGO_UPDATE/NEW")]
    [InlineData("user-data-streams_Event-Account-Configuration-Update-previous-Leverage-Update.1.json", "ACCOUNT_CONFIG_UPDATE")]
    [InlineData("user-data-streams_Event-User-Data-Stream-Expired.1.json", "listenKeyExpired")]
    [InlineData("websocket-market-streams_Mark-Price-Stream.1.json", "markPriceUpdate")]
    [InlineData("websocket-market-streams_Individual-Symbol-Book-Ticker-Streams.1.json", "bookTicker")]
    [InlineData("websocket-market-streams_Kline-Candlestick-Streams.1.json", "kline")]
    [InlineData("websocket-market-streams_Individual-Symbol-Mini-Ticker-Stream.1.json", "24hrMiniTicker")]
    [InlineData("websocket-market-streams_Individual-Symbol-Ticker-Streams.1.json", "24hrTicker")]
    [InlineData("websocket-market-streams_Diff-Book-Depth-Streams.1.json", "depthUpdate")]
    [InlineData("websocket-market-streams_Partial-Book-Depth-Streams.1.json", "depthUpdate")]
    public void An_event_has_every_documented_field_in_its_kind(string example, string name)
    {
        using var bench = new ExchangeBench();
        var user = bench.UserStream();
        var market = bench.Stream("/market/ws/ethusdt@markPrice@1s/ethusdt@kline_1m/ethusdt@ticker/ethusdt@miniTicker");
        var book = bench.Stream("/public/ws/ethusdt@bookTicker/ethusdt@depth/ethusdt@depth5");
        Assert.Equal(0, bench.Code("POST", "/fapi/v1/leverage", "symbol=ETHUSDT&leverage=9"));
        bench.Open(ExchangeBench.Eth, "BUY", "1", "2900", "e");
        bench.Price(ExchangeBench.Eth, 3001m);
        bench.Pass(2000);
        bench.Exchange.Binance.Streams.Keys.Expire(bench.Account);
        bench.Pass(0);

        var frame = new[] { user, market, book }.SelectMany(s => s.Of(name)).First();

        Compare(example, frame);
    }

    /// <summary>What some routes need before they have something to tell.</summary>
    private static void Prepare(ExchangeBench bench, string path)
    {
        const string Rest = "symbol=ETHUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.1&price=2940&newClientOrderId=changed";
        if (path.EndsWith("/orderAmendment", StringComparison.Ordinal))
        {
            Assert.Equal(0, bench.Order(Rest));
            Assert.Equal(0, bench.Code("PUT", "/fapi/v1/order",
                "symbol=ETHUSDT&side=BUY&origClientOrderId=changed&quantity=0.1&price=2930"));
        }
        else if (path.Contains("/positionMargin", StringComparison.Ordinal))
        {
            Assert.Equal(0, bench.Code("POST", "/fapi/v1/marginType", "symbol=TAGUSDT&marginType=ISOLATED"));
            bench.Open(ExchangeBench.Tag, "BUY", "20000");
            Assert.Equal(0, bench.Code("POST", "/fapi/v1/positionMargin", "symbol=TAGUSDT&amount=1&type=1"));
        }
        else if (path.EndsWith("/dual", StringComparison.Ordinal))
            bench.Key = "sim-key-0002";
    }

    private static void Compare(string example, JsonElement ours)
    {
        var text = File.ReadAllText(SharedFolder.File("fixtures", "binance-docs-examples", example));
        var gone = Gone.GetValueOrDefault(example, []);
        var missing = new List<string>();
        Walk(ExchangeBench.Parse(text), ours, "", missing);
        Assert.Equal([], missing.Where(m => !gone.Contains(m.Split(' ')[0])).ToList());
    }

    private static void Walk(JsonElement documented, JsonElement ours, string at, List<string> missing)
    {
        if (documented.ValueKind == JsonValueKind.Array && documented.GetArrayLength() > 0)
        {
            Assert.NotEqual(0, ours.GetArrayLength());
            Walk(documented[0], ours[0], at, missing);
        }

        if (documented.ValueKind != JsonValueKind.Object) return;
        foreach (var field in documented.EnumerateObject())
        {
            var name = at + field.Name;
            if (!ours.TryGetProperty(field.Name, out var value)) missing.Add(name);
            else if (Kind(value) != Kind(field.Value)) missing.Add($"{name} is {value.ValueKind}");
            else Walk(field.Value, value, name + ".", missing);
        }
    }

    private static string Kind(JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? "Boolean" : value.ValueKind.ToString();
}
