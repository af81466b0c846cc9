using Trading.Domain;
using Trading.Gateways;
using Trading.Gateways.Binance;

namespace Trading.Tests.Gateways;

/// <summary>What the examples of the documentation say; that each of them can be read stands in the fixture table.</summary>
public sealed class BinanceFixtureTests
{
    private static readonly BinanceTranslator Translator = new(AccountId.Parse("binance"), []);

    [SharedFact]
    public void The_examples_we_rely_on_say_what_the_documents_say()
    {
        Assert.Equal("abc", Read<OrderAnswer>("trade_rest-api_Query-Order.1").ClientOrderId);
        Assert.Equal("abc", Assert.Single(Read<OrderAnswer[]>("trade_rest-api_Current-All-Open-Orders.1")).ClientOrderId);
        Assert.Equal(750, Read<AlgoOrder>("trade_rest-api_New-Algo-Order.1").TriggerPrice);
        Assert.Equal("TAKE_PROFIT", Assert.Single(Read<AlgoOrder[]>("trade_rest-api_Current-All-Algo-Open-Orders.1")).OrderType);
        Assert.Equal(200, Read<AlgoCancelAnswer>("trade_rest-api_Cancel-Algo-Order.1").Code);
        Assert.Equal(7819.01m, Assert.Single(Read<UserTrade[]>("trade_rest-api_Account-Trade-List.1")).Price);
        Assert.Equal(11793.63104562m, Read<PremiumIndex>("market-data_rest-api_Mark-Price.1").MarkPrice);
        Assert.Equal(21, Read<LeverageAnswer>("trade_rest-api_Change-Initial-Leverage.1").Leverage);
        Assert.NotEmpty(Read<ListenKeyAnswer>("user-data-streams_Start-User-Data-Stream.1").ListenKey);
        var positions = Translator.Positions(Read<PositionRisk[]>("trade_rest-api_Position-Information-V2.1"));
        Assert.Equal(0.001m, positions[PositionKey.Parse("binance/BTCUSDT/long")].Amount);
        Assert.Null(positions[PositionKey.Parse("binance/BTCUSDT/short")].UpdatedUtc);
    }

    [SharedFact]
    public void The_mark_price_example_is_read()
    {
        Span<char> symbol = stackalloc char[PriceFrame.LongestSymbol];
        var bytes = File.ReadAllText(SharedFolder.File("fixtures", "binance-docs-examples", "websocket-market-streams_Mark-Price-Stream.1.json")).Trim();
        Assert.True(MarkPriceFrame.TryRead(System.Text.Encoding.UTF8.GetBytes(bytes), symbol, out var frame));
        Assert.Equal(("BTCUSDT", 11794.15m, 1562305380000), (symbol[..frame.SymbolLength].ToString(), frame.Price, frame.Time));
    }

    [Fact]
    public void Trading_rules_come_from_the_filters_and_a_symbol_without_them_cannot_be_traded()
    {
        var body = System.Text.Encoding.UTF8.GetBytes("""
            {"rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":6000}],"symbols":[
            {"symbol":"ETHUSDT","contractType":"PERPETUAL","deliveryDate":4133404800000,"status":"TRADING","quoteAsset":"USDT","filters":[
             {"tickSize":"0.01","filterType":"PRICE_FILTER","minPrice":"39.86"},{"filterType":"LOT_SIZE","minQty":"0.001","maxQty":"10000","stepSize":"0.001"},
             {"filterType":"MARKET_LOT_SIZE","minQty":"0.002","maxQty":"2000","stepSize":"0.002"},{"filterType":"UNHEARD_OF","limit":200},{"filterType":"MIN_NOTIONAL","notional":"20"}]},
            {"symbol":"OLDUSDT","contractType":"PERPETUAL","deliveryDate":1795000000000,"status":"SETTLING","quoteAsset":"USDC","filters":[
             {"filterType":"PRICE_FILTER","tickSize":"1"},{"filterType":"LOT_SIZE","minQty":"1","maxQty":"10","stepSize":"1"}]},
            {"symbol":"BTCUSDT_260925","contractType":"CURRENT_QUARTER","status":"TRADING","quoteAsset":"USDT","filters":[]},
            {"symbol":"BARUSDT","contractType":"PERPETUAL","status":"TRADING","quoteAsset":"USDT","filters":[]}]}
            """);
        var rules = BinanceTranslator.Rules(WireJson.Parse<ExchangeInfo>(body));
        Assert.Equal(
            [
                new SymbolRules(Symbol.Parse("ETHUSDT"), 0.01m, 0.002m, 0.002m, 2000, 20),
                new SymbolRules(Symbol.Parse("OLDUSDT"), 1, 1, 1, 10, 0, IsTrading: false, IsUsdtPerpetual: false, DateTime.UnixEpoch.AddMilliseconds(1795000000000), "USDC"),
            ],
            rules);
    }

    [Fact]
    public void A_position_the_exchange_did_not_name_is_not_in_the_snapshot_and_a_zero_row_is()
    {
        var positions = Translator.Positions(WireJson.Parse<PositionRisk[]>(System.Text.Encoding.UTF8.GetBytes(
            """[{"symbol":"ETHUSDT","positionAmt":"0","entryPrice":"0","updateTime":0},{"symbol":"BTCUSDT_260925","positionAmt":"1","entryPrice":"5","updateTime":0}]""")));
        Assert.Equal(new Trading.Domain.Positions.PositionRow(0, 0, null), Assert.Single(positions).Value);
    }

    private static T Read<T>(string name) =>
        WireJson.Parse<T>(File.ReadAllBytes(SharedFolder.File("fixtures", "binance-docs-examples", $"{name}.json")));
}
