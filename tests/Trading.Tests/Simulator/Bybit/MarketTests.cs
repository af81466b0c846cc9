using System.Text.Json;

namespace Trading.Tests.Simulator.Bybit;

/// <summary>Market data over REST that clients ask for beside prices: protocol page, section 5.</summary>
public sealed class MarketTests
{
    private const string Symbol = "category=linear&symbol=ETHUSDT";

    [Theory]
    [InlineData("1", "2026-11-20T08:00")]
    [InlineData("3", "2026-11-20T08:00")]
    [InlineData("5", "2026-11-20T08:00")]
    [InlineData("15", "2026-11-20T08:00")]
    [InlineData("30", "2026-11-20T08:00")]
    [InlineData("60", "2026-11-20T08:00")]
    [InlineData("120", "2026-11-20T08:00")]
    [InlineData("240", "2026-11-20T08:00")]
    [InlineData("360", "2026-11-20T06:00")]
    [InlineData("720", "2026-11-20T00:00")]
    [InlineData("D", "2026-11-20T00:00")]
    [InlineData("W", "2026-11-16T00:00")]
    [InlineData("M", "2026-11-01T00:00")]
    public void Every_interval_of_the_exchange_begins_where_its_calendar_says(string interval, string begins)
    {
        using var bench = new BybitBench();
        bench.Price(BybitBench.Eth, 3010m);
        foreach (var path in new[] { "kline", "mark-price-kline", "index-price-kline", "premium-index-price-kline" })
        {
            var row = bench.Rows($"/v5/market/{path}", $"{Symbol}&interval={interval}")[0];
            Assert.Equal($"{BybitBench.Ms(DateTime.Parse(begins + "Z").ToUniversalTime())}", row[0].GetString());
        }

        Assert.Equal(10001, Code(bench, "/v5/market/kline", $"{Symbol}&interval=2"));
    }

    [Fact]
    public void A_candle_has_the_volume_of_the_trades_that_were_told()
    {
        using var bench = new BybitBench();
        var stream = bench.Stream("/v5/public/linear");
        stream.Connection!.Receive("""{"op":"subscribe","args":["publicTrade.ETHUSDT"]}""");
        bench.Price(BybitBench.Eth, 3010m);
        bench.Price(BybitBench.Eth, 3020m);
        var told = BybitBench.Of(stream, "publicTrade.ETHUSDT").Sum(f => decimal.Parse(f.GetProperty("data")[0].GetProperty("v").GetString()!));

        var row = bench.Rows("/v5/market/kline", $"{Symbol}&interval=1")[0];

        Assert.Equal(told + 0.001m, decimal.Parse(row[5].GetString()!)); // and the first price, before anybody listened
        Assert.InRange(decimal.Parse(row[6].GetString()!), told * 3000m, (told + 0.001m) * 3020m);
        var ticker = bench.Rows("/v5/market/tickers", Symbol)[0];
        Assert.Equal(row[5].GetString(), ticker.GetProperty("volume24h").GetString());
    }

    [Fact]
    public void Open_interest_is_what_the_exchanges_own_accounts_hold()
    {
        using var bench = new BybitBench();
        bench.Open();
        bench.Pass(1);
        var rows = bench.Rows("/v5/market/open-interest", $"{Symbol}&intervalTime=5min&limit=3");

        Assert.Equal(3, rows.GetArrayLength());
        Assert.Equal(("2.000", "1.000"), (Text(rows[0], "openInterest"), Text(rows[0], "singleOpenInterest")));
        Assert.Equal(300_000, long.Parse(Text(rows[0], "timestamp")) - long.Parse(Text(rows[1], "timestamp")));
        Assert.Equal("1.000", Text(bench.Rows("/v5/market/tickers", Symbol)[0], "singleOpenInterest"));
        Assert.Equal(10001, Code(bench, "/v5/market/open-interest", $"{Symbol}&intervalTime=7min"));
    }

    [Fact]
    public void Ratios_pools_and_status_are_told_in_their_shapes()
    {
        using var bench = new BybitBench();
        var ratio = bench.Rows("/v5/market/account-ratio", $"{Symbol}&period=1h&limit=2");
        Assert.Equal((2, "0.5", "0.5"), (ratio.GetArrayLength(), Text(ratio[0], "buyRatio"), Text(ratio[0], "sellRatio")));
        Assert.Equal(10001, Code(bench, "/v5/market/account-ratio", $"{Symbol}&period=2h"));
        Assert.Equal("USDT", Text(bench.Rows("/v5/market/insurance", "coin=USDT")[0], "coin"));
        Assert.Equal("-0.3", Text(bench.Rows("/v5/market/adlAlert", "symbol=ETHUSDT")[0], "insurancePnlRatio"));
        Assert.Equal(0, bench.Rows("/v5/system/status", "").GetArrayLength());
        Assert.Equal("ETHUSDT", Text(bench.Read("/v5/market/index-price-components", "indexName=ETHUSDT"), "indexName"));
    }

    [Fact]
    public void The_book_has_as_many_levels_as_asked_for()
    {
        using var bench = new BybitBench();
        var book = bench.Read("/v5/market/orderbook", Symbol + "&limit=50");
        Assert.Equal((50, 50), (book.GetProperty("b").GetArrayLength(), book.GetProperty("a").GetArrayLength()));
        Assert.Equal(
            ("2999.99", "2999.98", "3000.01"),
            (book.GetProperty("b")[0][0].GetString(), book.GetProperty("b")[1][0].GetString(), book.GetProperty("a")[0][0].GetString()));
    }

    [Fact]
    public void Risk_limits_of_all_symbols_come_in_pages_and_those_of_one_alone()
    {
        using var bench = new BybitBench();
        Assert.Equal(2, bench.Rows("/v5/market/risk-limit", "category=linear").GetArrayLength());
        Assert.Equal("TAGUSDT", Text(bench.Rows("/v5/market/risk-limit", "category=linear&symbol=TAGUSDT")[0], "symbol"));
    }

    [Fact]
    public void A_symbol_the_category_does_not_have_is_refused_and_other_categories_are_empty()
    {
        using var bench = new BybitBench();
        Assert.Equal(10001, Code(bench, "/v5/market/open-interest", "category=linear&symbol=NOPE&intervalTime=5min"));
        Assert.Equal(0, bench.Rows("/v5/market/tickers", "category=spot").GetArrayLength());
    }

    private static int Code(BybitBench bench, string path, string query) =>
        ExchangeBench.Parse(bench.Get(path, query).Body).GetProperty("retCode").GetInt32();

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
