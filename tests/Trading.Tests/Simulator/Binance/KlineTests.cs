using System.Globalization;
using System.Text.Json;

namespace Trading.Tests.Simulator.Binance;

/// <summary>Candles of every kind and interval, over REST and as streams.</summary>
public sealed class KlineTests
{
    [Theory]
    [InlineData("1m", "2026-11-20 08:00", 60)]
    [InlineData("3m", "2026-11-20 08:00", 180)]
    [InlineData("30m", "2026-11-20 08:00", 1800)]
    [InlineData("6h", "2026-11-20 06:00", 6 * 3600)]
    [InlineData("12h", "2026-11-20 00:00", 12 * 3600)]
    [InlineData("1d", "2026-11-20 00:00", 86400)]
    [InlineData("1w", "2026-11-16 00:00", 7 * 86400)]
    [InlineData("1M", "2026-11-01 00:00", 30 * 86400)]
    public void Every_interval_begins_where_the_exchange_lets_it_begin(string interval, string from, int seconds)
    {
        using var bench = new ExchangeBench();

        foreach (var path in (string[])["klines?symbol", "markPriceKlines?symbol", "indexPriceKlines?pair", "premiumIndexKlines?symbol"])
        {
            var (route, name) = (path.Split('?')[0], path.Split('?')[1]);
            var row = bench.Json("GET", "/fapi/v1/" + route, $"{name}=ETHUSDT&interval={interval}")[0];

            var opened = DateTime.UnixEpoch.AddMilliseconds(row[0].GetInt64());
            Assert.Equal(from, opened.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
            Assert.Equal(seconds * 1000L - 1, row[6].GetInt64() - row[0].GetInt64());
            Assert.Equal(12, row.GetArrayLength());
        }
    }

    [Theory]
    [InlineData("1s", -1120)]
    [InlineData("", -1102)]
    [InlineData("1h&limit=1501", -1130)]
    [InlineData("1h&limit=0", -1130)]
    public void What_is_no_interval_is_refused(string interval, int code)
    {
        using var bench = new ExchangeBench();

        Assert.Equal(code, bench.Code("GET", "/fapi/v1/klines", "symbol=ETHUSDT&interval=" + interval));
    }

    [Theory]
    [InlineData("pair=ETHUSDT&contractType=PERPETUAL", 0)]
    [InlineData("pair=ETHUSDT&contractType=NEXT_QUARTER", 0)]
    [InlineData("pair=ETHUSDT&contractType=FOREVER", -4104)]
    [InlineData("pair=NOUSDT&contractType=PERPETUAL", -4144)]
    [InlineData("contractType=PERPETUAL", -1102)]
    public void Continuous_candles_are_of_a_pair_and_a_kind_of_contract(string query, int code)
    {
        using var bench = new ExchangeBench();

        Assert.Equal(code, bench.Code("GET", "/fapi/v1/continuousKlines", query + "&interval=1m"));
    }

    [Fact]
    public void Marks_and_indexes_have_candles_of_their_own_and_trades_have_volumes()
    {
        using var bench = new ExchangeBench();
        bench.Market.Set(bench.Now, ExchangeBench.Eth, 3010m, 3020m);
        bench.Pass(1000);
        bench.Market.Set(bench.Now, ExchangeBench.Eth, 2990m, 2980m);
        bench.Pass(1000);
        JsonElement Row(string path, string name = "symbol") =>
            bench.Json("GET", "/fapi/v1/" + path, $"{name}=ETHUSDT&interval=1m")[0];
        string Ohlc(JsonElement row) => string.Join(' ', Enumerable.Range(1, 4).Select(n => row[n].GetString()));

        Assert.Equal("3000.00 3020.00 2980.00 2980.00", Ohlc(Row("klines")));
        Assert.Equal("3000.00000000 3010.00000000 2990.00000000 2990.00000000", Ohlc(Row("markPriceKlines")));
        Assert.Equal("3000.00000000 3010.00000000 2990.00000000 2990.00000000", Ohlc(Row("indexPriceKlines", "pair")));
        Assert.Equal("0.00000000 0.00000000 0.00000000 0.00000000", Ohlc(Row("premiumIndexKlines")));
        var traded = Row("klines");
        Assert.Equal(("0.003", 3, "9.00000"), (traded[5].GetString(), traded[8].GetInt32(), traded[7].GetString()));
    }

    [Fact]
    public void A_minute_without_a_trade_is_a_flat_candle()
    {
        using var bench = new ExchangeBench();
        bench.Pass(150_000);
        bench.Price(ExchangeBench.Eth, 3010m);

        var rows = bench.Json("GET", "/fapi/v1/klines", "symbol=ETHUSDT&interval=1m");

        Assert.Equal(["3000.00 1", "3000.00 0", "3010.00 1"], rows.EnumerateArray().Select(r => $"{r[4].GetString()} {r[8].GetInt32()}"));
    }

    [Fact]
    public void A_stream_of_candles_closes_each_once_and_begins_the_next()
    {
        using var bench = new ExchangeBench();
        var stream = bench.Stream("/market/stream",
            "streams=ethusdt@kline_1m/ethusdt@kline_3m/ethusdt_perpetual@continuousKline_1m/ethusdt@kline_1w/ethusdt@kline_1s");
        for (var second = 0; second < 180; second++)
        {
            bench.Market.Set(bench.Now, ExchangeBench.Eth, 3000m + second);
            bench.Pass(1000);
        }

        var frames = stream.Frames.Select(ExchangeBench.Parse).ToList();
        List<JsonElement> Of(string name) =>
            [.. frames.Where(f => f.GetProperty("stream").GetString() == name).Select(f => f.GetProperty("data"))];

        foreach (var (name, closes) in new[]
        {
            ("ethusdt@kline_1m", 3), ("ethusdt@kline_3m", 1), ("ethusdt_perpetual@continuousKline_1m", 3),
            ("ethusdt@kline_1w", 0),
        })
        {
            Assert.Equal(180, Of(name).Count(d => !d.GetProperty("k").GetProperty("x").GetBoolean()));
            Assert.Equal(closes, Of(name).Count(d => d.GetProperty("k").GetProperty("x").GetBoolean()));
        }

        Assert.Empty(Of("ethusdt@kline_1s"));
        var closed = Of("ethusdt@kline_1m").First(d => d.GetProperty("k").GetProperty("x").GetBoolean()).GetProperty("k");
        Assert.Equal(
            ("1m", "3000.00", "3059.00", "3059.00"),
            (closed.GetProperty("i").GetString(), closed.GetProperty("o").GetString(), closed.GetProperty("h").GetString(),
                closed.GetProperty("c").GetString()));
        Assert.Equal(59_999, closed.GetProperty("T").GetInt64() - closed.GetProperty("t").GetInt64());
        var continuous = Of("ethusdt_perpetual@continuousKline_1m")[0];
        Assert.Equal(
            ("continuous_kline", "ETHUSDT", "PERPETUAL"),
            (continuous.GetProperty("e").GetString(), continuous.GetProperty("ps").GetString(),
                continuous.GetProperty("ct").GetString()));
    }
}
