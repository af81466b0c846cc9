using System.Text.Json;

namespace Trading.Tests.Simulator.Bybit;

/// <summary>Public topics beside tickers and trades: protocol page, section 10.</summary>
public sealed class TopicTests
{
    [Theory]
    [InlineData(50)]
    [InlineData(200)]
    [InlineData(1000)]
    public void A_deep_book_is_a_snapshot_and_then_what_changed_and_a_client_that_applies_it_has_the_book(int depth)
    {
        using var bench = new BybitBench();
        var topic = $"orderbook.{depth}.ETHUSDT";
        var stream = Subscribed(bench, topic);
        bench.Price(BybitBench.Eth, 3000.05m);
        bench.Price(BybitBench.Eth, 2999.5m);
        bench.Price(BybitBench.Eth, 2999.5m);

        var frames = BybitBench.Of(stream, topic).ToList();
        Assert.Equal(["snapshot", "delta", "delta"], frames.Select(f => Text(f, "type")));
        var first = frames[0].GetProperty("data").GetProperty("u").GetInt64();
        Assert.Equal([first, first + 1, first + 2], frames.Select(f => f.GetProperty("data").GetProperty("u").GetInt64()));
        var asked = bench.Read("/v5/market/orderbook", $"category=linear&symbol=ETHUSDT&limit={depth}");
        foreach (var side in new[] { "b", "a" })
        {
            var built = Built(frames, side);
            Assert.Equal(depth, built.Count);
            Assert.Equal(asked.GetProperty(side).EnumerateArray().ToDictionary(l => l[0].GetString()!, l => l[1].GetString()!), built);
        }
    }

    [Fact]
    public void A_later_subscriber_of_a_deep_book_begins_where_the_deltas_stand()
    {
        using var bench = new BybitBench();
        var early = Subscribed(bench, "orderbook.50.ETHUSDT");
        bench.Price(BybitBench.Eth, 3001m);
        var late = Subscribed(bench, "orderbook.50.ETHUSDT");
        bench.Price(BybitBench.Eth, 3002m);

        Assert.Equal(
            BybitBench.Of(early, "orderbook.50.ETHUSDT").Last().GetRawText(), BybitBench.Of(late, "orderbook.50.ETHUSDT").Last().GetRawText());
        Assert.Equal(
            Built([.. BybitBench.Of(early, "orderbook.50.ETHUSDT")], "b"), Built([.. BybitBench.Of(late, "orderbook.50.ETHUSDT")], "b"));
    }

    [Fact]
    public void The_best_level_is_always_a_snapshot_and_told_again_after_three_quiet_seconds()
    {
        using var bench = new BybitBench();
        var stream = Subscribed(bench, "orderbook.1.ETHUSDT");
        bench.Pass(3500);

        var frames = BybitBench.Of(stream, "orderbook.1.ETHUSDT").ToList();
        Assert.Equal(2, frames.Count);
        Assert.All(frames, f => Assert.Equal("snapshot", Text(f, "type")));
        Assert.Equal(frames[0].GetProperty("data").GetRawText(), frames[1].GetProperty("data").GetRawText());
    }

    [Theory]
    [InlineData("1", 60_000)]
    [InlineData("5", 300_000)]
    [InlineData("60", 3_600_000)]
    [InlineData("D", 86_400_000)]
    public void A_candle_is_confirmed_once_when_it_has_ended(string interval, int length)
    {
        using var bench = new BybitBench();
        var stream = Subscribed(bench, $"kline.{interval}.ETHUSDT");
        var from = ExchangeBench.Start.Date.AddHours(interval == "D" ? 0 : 8);
        bench.Price(BybitBench.Eth, 3005m);
        bench.Pass((int)(from.AddMilliseconds(length) - bench.Now).TotalMilliseconds - 1500);
        stream.Frames.Clear();
        for (var i = 0; i < 3; i++)
        {
            bench.Price(BybitBench.Eth, 3006m + i);
            bench.Pass(980);
        }

        var rows = BybitBench.Of(stream, $"kline.{interval}.ETHUSDT").Select(f => f.GetProperty("data")[0]).ToList();
        var confirmed = Assert.Single(rows, r => r.GetProperty("confirm").GetBoolean());
        Assert.Equal(BybitBench.Ms(from), confirmed.GetProperty("start").GetInt64());
        Assert.Equal(BybitBench.Ms(from) + length - 1, confirmed.GetProperty("end").GetInt64());
        Assert.Equal(("3000.00", interval), (Text(confirmed, "open"), Text(confirmed, "interval")));
        Assert.Equal(BybitBench.Ms(from) + length, rows[^1].GetProperty("start").GetInt64());
    }

    [Fact]
    public void A_liquidation_is_told_to_everybody()
    {
        using var bench = new BybitBench();
        var stream = Subscribed(bench, "allLiquidation.ETHUSDT");
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Market','qty':'1','positionIdx':0"));
        bench.Exchange.Venue.Risk.Liquidate(bench.Account, bench.Account.Positions[0]);
        bench.Pass(500);

        var told = BybitBench.Of(stream, "allLiquidation.ETHUSDT").Select(f => f.GetProperty("data")[0]).ToList();
        Assert.All(told, row => Assert.Equal(("ETHUSDT", "Buy"), (Text(row, "s"), Text(row, "S"))));
        Assert.Equal(1m, told.Sum(row => decimal.Parse(Text(row, "v"))));
    }

    [Fact]
    public void Price_bands_pools_and_deleveraging_alerts_are_pushed()
    {
        using var bench = new BybitBench();
        var stream = Subscribed(bench, "priceLimit.ETHUSDT", "adlAlert.USDT", "insurance.USDT");
        bench.Pass(1000);

        var band = BybitBench.Of(stream, "priceLimit.ETHUSDT").First().GetProperty("data");
        var asked = bench.Read("/v5/market/price-limit", "category=linear&symbol=ETHUSDT");
        Assert.Equal((Text(asked, "buyLmt"), Text(asked, "sellLmt")), (Text(band, "buyLmt"), Text(band, "sellLmt")));
        Assert.Equal("ETHUSDT", Text(BybitBench.Of(stream, "adlAlert.USDT").First().GetProperty("data")[0], "s"));
        Assert.Equal("snapshot", Text(Assert.Single(BybitBench.Of(stream, "insurance.USDT")), "type"));
    }

    [Theory]
    [InlineData("orderbook.25.ETHUSDT")]
    [InlineData("orderbook.ETHUSDT")]
    [InlineData("kline.2.ETHUSDT")]
    [InlineData("kline.1")]
    [InlineData("tickers.NOPE")]
    [InlineData("tickers.ETHUSDT.x")]
    [InlineData("adlAlert.BTC")]
    [InlineData("insurance")]
    [InlineData("publicTrade.")]
    public void A_topic_that_the_exchange_does_not_have_fails(string topic)
    {
        using var bench = new BybitBench();
        var stream = bench.Stream("/v5/public/linear");
        stream.Connection!.Receive($$"""{"op":"subscribe","args":["{{topic}}"]}""");
        bench.Pass(1000);

        Assert.False(ExchangeBench.Parse(Assert.Single(stream.Frames)).GetProperty("success").GetBoolean());
    }

    [Fact]
    public void Status_has_a_socket_of_its_own()
    {
        using var bench = new BybitBench();
        var stream = bench.Stream("/v5/public/misc/status");
        stream.Connection!.Receive("""{"op":"subscribe","args":["system.status"]}""");
        stream.Connection.Receive("""{"op":"subscribe","args":["tickers.ETHUSDT"]}""");
        bench.Pass(1000);

        Assert.Equal([true, false], stream.Frames.Select(f => ExchangeBench.Parse(f).GetProperty("success").GetBoolean()));
    }

    [Fact]
    public void A_forced_close_shows_in_the_positions_status_while_it_lasts()
    {
        using var bench = new BybitBench();
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Market','qty':'1','positionIdx':0"));
        bench.Pass(1);
        var stream = bench.Private("position");
        bench.Exchange.Venue.Risk.Deleverage(bench.Account, bench.Account.Positions[0], 0.25m);
        bench.Pass(0);
        Assert.Equal("Adl", Status(BybitBench.Of(stream, "position").First()));
        Assert.Equal("Normal", Text(bench.Position(), "positionStatus"));
        stream.Frames.Clear();

        bench.Exchange.Venue.Risk.Liquidate(bench.Account, bench.Account.Positions[0]);
        bench.Pass(0);

        Assert.Equal("Liq", Status(BybitBench.Of(stream, "position").First()));
        Assert.Equal("Normal", Text(bench.Position(), "positionStatus"));
    }

    [Fact]
    public void A_plain_order_on_the_stream_has_no_stop_type_and_no_mode()
    {
        using var bench = new BybitBench();
        var stream = bench.Private("order");
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Market','qty':'1','positionIdx':0"));
        bench.Open();
        bench.Pass(0);

        var rows = BybitBench.Of(stream, "order").Select(f => f.GetProperty("data")[0]).ToList();
        Assert.Equal(
            [("", "UNKNOWN"), ("", "Full"), ("StopLoss", "Full")], rows.Select(r => (Text(r, "stopOrderType"), Text(r, "tpslMode"))));
        Assert.Contains(
            "UNKNOWN", bench.Rows("/v5/order/realtime", "category=linear&symbol=ETHUSDT&openOnly=1").EnumerateArray().Select(r => Text(r, "stopOrderType")));
    }

    private static FrameSink Subscribed(BybitBench bench, params string[] topics)
    {
        var stream = bench.Stream("/v5/public/linear");
        stream.Connection!.Receive($$"""{"op":"subscribe","args":{{JsonSerializer.Serialize(topics)}}}""");
        bench.Pass(0);
        Assert.True(ExchangeBench.Parse(stream.Frames[0]).GetProperty("success").GetBoolean(), stream.Frames[0]);
        stream.Frames.RemoveAt(0);
        return stream;
    }

    /// <summary>One side of the book as a client builds it: zero deletes.</summary>
    private static Dictionary<string, string> Built(List<JsonElement> frames, string side)
    {
        var levels = new Dictionary<string, string>();
        foreach (var frame in frames)
            foreach (var level in frame.GetProperty("data").GetProperty(side).EnumerateArray())
                if (level[1].GetString() == "0") levels.Remove(level[0].GetString()!);
                else levels[level[0].GetString()!] = level[1].GetString()!;
        return levels;
    }

    private static string Status(JsonElement frame) => Text(frame.GetProperty("data")[0], "positionStatus");

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
