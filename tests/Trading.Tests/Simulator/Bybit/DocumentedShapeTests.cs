using System.Text.Json;

namespace Trading.Tests.Simulator.Bybit;

/// <summary>Field names and JSON kinds against the exchange's own documented examples. Extra fields are allowed (the
/// protocol page records later additions); a missing or differently typed one is not.</summary>
public sealed class DocumentedShapeTests
{
    private const string Symbol = "category=linear&symbol=ETHUSDT";
    private const string Order = """{"category":"linear","symbol":"ETHUSDT","side":"Buy","orderType":"Limit","qty":"1","price":"2950"}""";

    /// <summary>Filled only where a regional tax applies; the protocol page has it empty.</summary>
    private const string TaxOnly = "data.extraFees is String";

    [SharedTheory]
    [InlineData("market_time.1.json", "/v5/market/time", "")]
    [InlineData("market_instrument.1.json", "/v5/market/instruments-info", Symbol)]
    [InlineData("market_tickers.1.json", "/v5/market/tickers", Symbol)]
    [InlineData("market_kline.1.json", "/v5/market/kline", Symbol + "&interval=1")]
    [InlineData("market_mark-kline.1.json", "/v5/market/mark-price-kline", Symbol + "&interval=1")]
    [InlineData("market_orderbook.1.json", "/v5/market/orderbook", Symbol)]
    [InlineData("market_order-price-limit.1.json", "/v5/market/price-limit", Symbol)]
    [InlineData("account_account-info.1.json", "/v5/account/info", "")]
    [InlineData("account_fee-rate.1.json", "/v5/account/fee-rate", Symbol)]
    [InlineData("account_wallet-balance.1.json", "/v5/account/wallet-balance", "accountType=UNIFIED")]
    [InlineData("account_transaction-log.1.json", "/v5/account/transaction-log", "accountType=UNIFIED")]
    [InlineData("order_open-order.1.json", "/v5/order/realtime", Symbol)]
    [InlineData("order_order-list.1.json", "/v5/order/history", Symbol)]
    [InlineData("order_execution.1.json", "/v5/execution/list", Symbol)]
    [InlineData("position_position.1.json", "/v5/position/list", Symbol)]
    [InlineData("position_close-pnl.1.json", "/v5/position/closed-pnl", Symbol)]
    public void An_answer_has_every_documented_field_in_its_kind(string example, string path, string query)
    {
        using var bench = Traded();
        Compare(example, ExchangeBench.Parse(bench.Get(path, query).Body), Read(example));
    }

    [SharedTheory]
    [InlineData("order_create-order.1.json", "/v5/order/create", Order)]
    [InlineData("order_cancel-all.1.json", "/v5/order/cancel-all", """{"category":"linear","symbol":"ETHUSDT"}""")]
    [InlineData("order_batch-place.1.json", "/v5/order/create-batch", $$"""{"category":"linear","request":[{{Order}}]}""")]
    [InlineData("position_leverage.1.json", "/v5/position/set-leverage",
        """{"category":"linear","symbol":"ETHUSDT","buyLeverage":"9","sellLeverage":"9"}""")]
    [InlineData("position_trading-stop.1.json", "/v5/position/trading-stop",
        """{"category":"linear","symbol":"ETHUSDT","tpslMode":"Full","positionIdx":0,"stopLoss":"2950"}""")]
    [InlineData("position_position-mode.1.json", "/v5/position/set-leverage",
        """{"category":"linear","symbol":"ETHUSDT","buyLeverage":"9","sellLeverage":"9"}""")]
    public void A_call_is_answered_with_every_documented_field_in_its_kind(string example, string path, string body)
    {
        using var bench = Traded();
        var answer = ExchangeBench.Parse(bench.Post(path, body).Body);
        Assert.Equal(0, answer.GetProperty("retCode").GetInt32());
        Compare(example, answer, Read(example));
    }

    [SharedTheory]
    [InlineData("websocket_private_execution.2.json", "execution")]
    [InlineData("websocket_private_fast-execution.2.json", "execution.fast")]
    [InlineData("websocket_private_order.2.json", "order")]
    [InlineData("websocket_private_position.2.json", "position")]
    [InlineData("websocket_private_wallet.2.json", "wallet")]
    [InlineData("websocket_public_ticker.1.json", "tickers.ETHUSDT")]
    [InlineData("websocket_public_trade.1.json", "publicTrade.ETHUSDT")]
    [InlineData("websocket_public_kline.1.json", "kline.1.ETHUSDT")]
    [InlineData("websocket_public_orderbook.1.json", "orderbook.1.ETHUSDT")]
    public void A_push_has_every_documented_field_in_its_kind(string example, string topic)
    {
        using var bench = new BybitBench();
        var user = bench.Private("execution.fast", "execution", "order", "position", "wallet");
        var market = bench.Stream("/v5/public/linear");
        market.Connection!.Receive(
            """{"op":"subscribe","args":["tickers.ETHUSDT","publicTrade.ETHUSDT","kline.1.ETHUSDT","orderbook.1.ETHUSDT"]}""");
        bench.Open();
        bench.Price(BybitBench.Eth, 3001m);
        bench.Pass(1000);

        var frame = BybitBench.Of(user, topic).Concat(BybitBench.Of(market, topic)).First();

        Compare(example, frame, Read(example));
    }

    private static BybitBench Traded()
    {
        var bench = new BybitBench();
        bench.Open();
        Assert.Equal(0, bench.Create("'side':'Sell','orderType':'Market','qty':'0.5','reduceOnly':true"));
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Limit','qty':'1','price':'2900'"));
        return bench;
    }

    private static JsonElement Read(string example) =>
        ExchangeBench.Parse(File.ReadAllText(SharedFolder.File("fixtures", "bybit-docs-examples", example)));

    private static void Compare(string example, JsonElement ours, JsonElement documented)
    {
        var missing = new List<string>();
        Walk(documented, ours, "", missing);
        missing.Remove(TaxOnly);
        Assert.True(missing.Count == 0, $"{example}: {string.Join(", ", missing)}");
    }

    private static void Walk(JsonElement documented, JsonElement ours, string at, List<string> missing)
    {
        if (documented.ValueKind == JsonValueKind.Array && documented.GetArrayLength() > 0)
        {
            Assert.NotEqual(0, ours.GetArrayLength());
            Walk(documented[0], ours[0], at, missing);
        }

        // Keyed by coin in the examples, where ours is USDT.
        if (documented.ValueKind != JsonValueKind.Object || at.EndsWith("cumFeeDetail.", StringComparison.Ordinal)) return;
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
