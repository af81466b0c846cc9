using System.Globalization;
using System.Text.Json;

namespace Trading.Tests.Simulator.Binance;

/// <summary>The order book and the day's statistics, over REST, the WebSocket API and as streams.</summary>
public sealed class BookAndTickerTests
{
    [Theory]
    [InlineData("", 20)]
    [InlineData("&limit=5", 5)]
    [InlineData("&limit=1000", 20)]
    public void The_book_has_levels_on_both_sides_of_the_last_price(string limit, int levels)
    {
        using var bench = new ExchangeBench();

        foreach (var path in (string[])["/fapi/v1/depth", "/fapi/v1/rpiDepth"])
        {
            var book = bench.Json("GET", path, "symbol=ETHUSDT" + limit);
            Assert.Equal((levels, levels), (book.GetProperty("bids").GetArrayLength(), book.GetProperty("asks").GetArrayLength()));
            Assert.Equal(("2999.99", "3000.01"), (book.GetProperty("bids")[0][0].GetString(), book.GetProperty("asks")[0][0].GetString()));
        }

        Assert.Equal(-4021, bench.Code("GET", "/fapi/v1/depth", "symbol=ETHUSDT&limit=7"));
        var best = bench.Json("GET", "/fapi/v1/ticker/bookTicker", "symbol=ETHUSDT");
        Assert.Equal(("2999.99", "3000.01"), (best.GetProperty("bidPrice").GetString(), best.GetProperty("askPrice").GetString()));
    }

    [Fact]
    public void A_book_kept_from_a_snapshot_and_the_differences_equals_the_next_snapshot()
    {
        using var bench = new ExchangeBench();
        var stream = bench.Stream("/public/ws/ethusdt@depth@100ms");
        bench.Price(ExchangeBench.Eth, 3000.05m);
        var start = bench.Json("GET", "/fapi/v1/depth", "symbol=ETHUSDT");
        var (bids, asks) = (Levels(start, "bids"), Levels(start, "asks"));
        var last = start.GetProperty("lastUpdateId").GetInt64();
        foreach (var price in (decimal[])[3000.02m, 2990m, 2990.11m, 2990.11m, 3500m]) bench.Price(ExchangeBench.Eth, price);

        long? before = null;
        foreach (var e in stream.Of("depthUpdate").Where(e => e.GetProperty("u").GetInt64() >= last))
        {
            if (before is { } u) Assert.Equal(u, e.GetProperty("pu").GetInt64());
            else Assert.InRange(last, e.GetProperty("U").GetInt64(), e.GetProperty("u").GetInt64());
            before = e.GetProperty("u").GetInt64();
            Apply(bids, e.GetProperty("b"));
            Apply(asks, e.GetProperty("a"));
        }

        var end = bench.Json("GET", "/fapi/v1/depth", "symbol=ETHUSDT");
        Assert.Equal(end.GetProperty("lastUpdateId").GetInt64(), before);
        Assert.Equal(Levels(end, "bids"), bids);
        Assert.Equal(Levels(end, "asks"), asks);
    }

    [Theory]
    [InlineData("depth5", 5)]
    [InlineData("depth10@500ms", 10)]
    [InlineData("depth20@100ms", 20)]
    public void The_top_of_the_book_comes_whole_each_second(string stream, int levels)
    {
        using var bench = new ExchangeBench();
        bench.Pass(1);
        var top = bench.Stream("/public/ws/ethusdt@" + stream);

        bench.Pass(2000);

        Assert.Equal(2, top.Frames.Count);
        Assert.All(top.Of("depthUpdate"), e => Assert.Equal(
            (levels, levels), (e.GetProperty("b").GetArrayLength(), e.GetProperty("a").GetArrayLength())));
    }

    [Fact]
    public void Tickers_come_of_one_symbol_and_of_all_that_changed()
    {
        using var bench = new ExchangeBench();
        bench.Pass(1);
        var stream = bench.Stream("/market/stream", "streams=ethusdt@ticker/ethusdt@miniTicker/!ticker@arr/!miniTicker@arr");
        bench.Price(ExchangeBench.Eth, 3030m);
        bench.Pass(4000);

        var frames = stream.Frames.Select(ExchangeBench.Parse)
            .ToLookup(f => f.GetProperty("stream").GetString()!, f => f.GetProperty("data"));

        Assert.Equal((2, 2), (frames["ethusdt@ticker"].Count(), frames["ethusdt@miniTicker"].Count()));
        var ticker = frames["ethusdt@ticker"].First();
        Assert.Equal(
            ("24hrTicker", "30.00", "1.000", "3000.00", "3030.00", "0.002"),
            (Text(ticker, "e"), Text(ticker, "p"), Text(ticker, "P"), Text(ticker, "o"), Text(ticker, "c"), Text(ticker, "v")));
        Assert.Equal("24hrMiniTicker", Text(frames["ethusdt@miniTicker"].First(), "e"));
        Assert.Equal("ETHUSDT", Text(frames["!ticker@arr"].Single().EnumerateArray().Single(), "s"));
        Assert.Equal("ETHUSDT", Text(frames["!miniTicker@arr"].Single().EnumerateArray().Single(), "s"));
    }

    [Fact]
    public void Trades_come_on_the_public_and_the_market_route()
    {
        using var bench = new ExchangeBench();
        var streams = new[] { "/public/ws", "/market/ws", "/ws", "/private/ws" }
            .Select(path => bench.Stream(path + "/ethusdt@trade")).ToList();

        bench.Price(ExchangeBench.Eth, 3001m);

        Assert.Equal([1, 1, 1, 0], streams.Select(s => s.Frames.Count));
    }

    [Fact]
    public void A_liquidation_is_told_to_everybody()
    {
        using var bench = new ExchangeBench();
        var stream = bench.Stream("/market/stream", "streams=ethusdt@forceOrder/!forceOrder@arr");
        bench.Open(ExchangeBench.Eth, "BUY", "50");

        bench.Price(ExchangeBench.Eth, 2850m);
        bench.Pass(1000);

        Assert.Equal(["ethusdt@forceOrder", "!forceOrder@arr"], stream.Frames.Select(
            f => ExchangeBench.Parse(f).GetProperty("stream").GetString()!).Distinct());
        var order = ExchangeBench.Parse(stream.Frames[0]).GetProperty("data").GetProperty("o");
        Assert.Equal(("ETHUSDT", "SELL", "LIMIT", "IOC"), (Text(order, "s"), Text(order, "S"), Text(order, "o"), Text(order, "f")));
    }

    [Theory]
    [InlineData("GET", "/fapi/v1/openInterest", "symbol=ETHUSDT", "openInterest")]
    [InlineData("GET", "/fapi/v1/symbolAdlRisk", "symbol=ETHUSDT", "adlRisk")]
    [InlineData("GET", "/fapi/v1/constituents", "symbol=ETHUSDT", "constituents")]
    [InlineData("GET", "/fapi/v1/tradingSchedule", "", "marketSchedules")]
    [InlineData("GET", "/fapi/v1/insuranceBalance", "symbol=ETHUSDT", "assets")]
    [InlineData("GET", "/fapi/v1/assetIndex", "symbol=USDTUSD", "index")]
    public void Statistics_that_clients_ask_for_are_answered(string method, string path, string query, string field)
    {
        using var bench = new ExchangeBench();

        Assert.True(bench.Json(method, path, query).TryGetProperty(field, out _));
    }

    [Fact]
    public void Open_interest_is_what_is_held()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1.5");
        bench.Key = "sim-key-0002";
        bench.Open(ExchangeBench.Eth, "SELL", "0.5");

        Assert.Equal("2.000", bench.Json("GET", "/fapi/v1/openInterest", "symbol=ETHUSDT").GetProperty("openInterest").GetString());
    }

    [Fact]
    public void Every_symbol_has_its_funding_terms()
    {
        using var bench = new ExchangeBench();

        var rows = bench.Json("GET", "/fapi/v1/fundingInfo");

        Assert.Equal(["ETHUSDT", "TAGUSDT"], rows.EnumerateArray().Select(r => Text(r, "symbol")!));
        Assert.Equal(8, rows[0].GetProperty("fundingIntervalHours").GetInt32());
    }

    private static SortedDictionary<decimal, string> Levels(JsonElement book, string side)
    {
        var levels = new SortedDictionary<decimal, string>();
        foreach (var level in book.GetProperty(side).EnumerateArray())
            levels[decimal.Parse(level[0].GetString()!, CultureInfo.InvariantCulture)] = level[1].GetString()!;
        return levels;
    }

    private static void Apply(SortedDictionary<decimal, string> side, JsonElement changes)
    {
        foreach (var level in changes.EnumerateArray())
        {
            var price = decimal.Parse(level[0].GetString()!, CultureInfo.InvariantCulture);
            if (decimal.Parse(level[1].GetString()!, CultureInfo.InvariantCulture) == 0m) side.Remove(price);
            else side[price] = level[1].GetString()!;
        }
    }

    private static string? Text(JsonElement row, string name) => row.GetProperty(name).GetString();
}
