using System.Text;
using Trading.Simulator.Market;
using Xunit;

namespace Trading.Tests.Simulator.Market;

public sealed class FrameLogMarketTests
{
    private static readonly DateTime Second = new(2023, 4, 4, 23, 58, 21, DateTimeKind.Utc);

    [Fact]
    public void Mark_index_funding_and_trades_are_read_and_unknown_frames_and_garbage_do_no_harm()
    {
        using var folder = new TempFolder();
        using var market = FrameLogMarket.Open([folder.Text("a.log", """
            1680652701000000 {"stream":"xusdt@trade","data":{"e":"trade","s":"XUSDT","p":"10.05","X":"MARKET"}}
            1680652701000001 {"e":"markPriceUpdate","s":"XUSDT","p":"10.01234567","i":"10.02","r":"0.0001","T":1680652800000}
            not a frame
            1680652701000002 {"result":null,"id":1}
            1680652701000003 {"e":"trade","s":"XUSDT","p":"99.00","X":"INSURANCE_FUND"}
            1680652701000004 {"e":"trade","s":"XUSDT","p":"0","X":"MARKET"}
            1680652701000005 {"e":"trade","s":"XUSDT","p":"ten","X":"MARKET"}
            1680652701000005 {"e":"trade","s":"XUSDT","p":"1e400","X":"MARKET"}
            1680652701000006 {"e":"aggTrade","s":"XUSDT","p":"10.06"
            1680652701000007 {"e":"bookTicker","s":"XUSDT","b":"10.07","a":"10.08"}
            """)]);

        var ticks = MarketTicks.All(market);
        Assert.Equal((6L, 4L), (market.Frames, market.GarbageLines));
        Assert.Equal(
            [
                new MarketTick(Second.AddMicroseconds(1), "XUSDT", 10.01234567m, 10.05m, 10.02m, 0.0001m, Second.AddSeconds(99)),
                new MarketTick(Second.AddMicroseconds(7), "XUSDT", 10.01234567m, 10.07m, 10.02m, 0.0001m, Second.AddSeconds(99)),
            ],
            ticks);
    }

    [Fact]
    public void An_all_market_array_and_nanoseconds_are_read()
    {
        using var folder = new TempFolder();
        using var market = FrameLogMarket.Open([folder.Text("a.log", """
            1680652701000000100 {"stream":"!markPrice@arr@1s","data":[{"e":"markPriceUpdate","s":"XUSDT","p":"1.5","T":0},{"e":"markPriceUpdate","s":"YUSDT","p":"2.5","T":0}]}
            """)]);

        var ticks = MarketTicks.All(market);
        Assert.Equal(["XUSDT", "YUSDT"], ticks.Select(t => t.Symbol));
        Assert.All(ticks, t => Assert.Equal(Second.AddTicks(1), t.AtUtc));
        Assert.All(ticks, t => Assert.Equal(DateTime.MinValue, t.NextFundingUtc));
    }

    [Fact]
    public void Bybit_deltas_change_only_what_they_carry()
    {
        using var folder = new TempFolder();
        using var market = FrameLogMarket.Open([folder.Text("a.log", """
            1680652701000 {"topic":"tickers.XUSDT","type":"snapshot","data":{"symbol":"XUSDT","lastPrice":"10.1","markPrice":"10","indexPrice":"9.9","fundingRate":"0.0002","nextFundingTime":"1680652800000"},"ts":1}
            1680652701001 {"topic":"tickers.XUSDT","type":"delta","data":{"symbol":"XUSDT","markPrice":"10.2"},"ts":2}
            1680652701002 {"topic":"publicTrade.XUSDT","type":"snapshot","ts":3,"data":[{"T":3,"s":"XUSDT","S":"Buy","v":"1","p":"10.3"}]}
            """)]);

        var last = MarketTicks.All(market)[^1];
        Assert.Equal((10.2m, 10.3m, 9.9m, 0.0002m), (last.Mark, last.Last, last.Index, last.FundingRate));
    }

    [Fact]
    public void A_recorder_clock_that_steps_back_never_turns_time_back()
    {
        using var folder = new TempFolder();
        using var market = FrameLogMarket.Open([folder.Text("a.log", """
            1680652702000000 {"e":"trade","s":"XUSDT","p":"10"}
            1680652701000000 {"e":"trade","s":"XUSDT","p":"11"}
            1680652703000000 {"e":"trade","s":"XUSDT","p":"12"}
            """)]);

        Assert.Equal([1, 1, 2], MarketTicks.All(market).Select(t => (int)(t.AtUtc - Second).TotalSeconds));
    }

    [Fact]
    public void A_recording_cut_off_in_its_compressed_stream_plays_up_to_the_cut()
    {
        using var folder = new TempFolder();
        var lines = string.Concat(Enumerable.Range(0, 5000).Select(n =>
            $$"""{{1680652701000000 + n}} {"e":"trade","s":"XUSDT","p":"{{10 + n % 7919 * 31 % 997}}"}""" + "\n"));
        using var market = FrameLogMarket.Open([folder.Gzip("a.log.gz", Encoding.UTF8.GetBytes(lines), cutOff: 4000)]);

        Assert.InRange(market.Frames, 1, 4999);
        Assert.InRange(market.GarbageLines, 0, 2);
        Assert.InRange(MarketTicks.All(market).Count, 1, 4999);
    }

    [Theory]
    [InlineData("1680652701", true)]
    [InlineData("1680652701.5", true)]
    [InlineData("1680652701000", true)]
    [InlineData("168065270100", false)]
    [InlineData("1680652701.x", false)]
    [InlineData("-680652701", false)]
    public void A_line_whose_time_is_none_of_the_known_forms_is_garbage(string time, bool readable)
    {
        using var folder = new TempFolder();
        var path = folder.Text("a.log", $$"""
            1680652700000000 {"e":"trade","s":"XUSDT","p":"9"}
            {{time}} {"e":"trade","s":"XUSDT","p":"10"}
            """);
        using var market = FrameLogMarket.Open([path]);

        Assert.Equal(readable ? 0 : 1, market.GarbageLines);
    }
}
