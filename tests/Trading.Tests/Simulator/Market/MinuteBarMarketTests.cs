using System.IO.Compression;
using Trading.Simulator.Market;
using Xunit;

namespace Trading.Tests.Simulator.Market;

public sealed class MinuteBarMarketTests
{
    private static readonly DateTime Day = new(2022, 12, 13, 0, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData(+1, "10 9 12 11")]
    [InlineData(0, "10 9 12 11")]
    [InlineData(-1, "10 12 9 11")]
    public void A_bar_meets_the_extreme_against_the_open_position_first(int side, string prices)
    {
        using var folder = new TempFolder();
        var market = MinuteBarMarket.Open(
            [folder.Bars("20221213_xusdt_minute_trade_perp.csv", "60000,10,12,9,11,5\n")]);
        market.Hint("XUSDT", side);

        var ticks = MarketTicks.All(market);
        Assert.Equal(prices, string.Join(' ', ticks.Select(t => t.Last)));
        Assert.Equal([60, 80, 100, 119], ticks.Select(t => (int)(t.AtUtc - Day).TotalSeconds));
    }

    [Fact]
    public void A_position_turned_between_the_extremes_still_meets_both()
    {
        using var folder = new TempFolder();
        var market = MinuteBarMarket.Open([folder.Bars("20221213_xusdt_minute_trade_perp.csv", "0,10,12,9,11,5\n")]);
        market.Hint("XUSDT", +1);
        market.TryTake(Day.AddSeconds(20), out _);
        market.TryTake(Day.AddSeconds(20), out var low);
        market.Hint("XUSDT", -1);
        market.TryTake(Day.AddSeconds(40), out var high);

        Assert.Equal((9m, 12m), (low.Last, high.Last));
    }

    [Fact]
    public void Quote_bars_stand_in_for_minutes_without_a_trade()
    {
        using var folder = new TempFolder();
        var market = MinuteBarMarket.Open(
            [
                folder.Bars("20221213_xusdt_minute_trade_perp.csv", "0,10,12,9,11,5\n"),
                folder.Bars(
                    "20221213_xusdt_minute_quote_perp.csv",
                    "0,1,1,1,1,1,2,2,2,2,1\n60000,8,9,7,8,1,10,11,9,11,1\n"),
            ]);

        Assert.Equal("10 9 12 11 9 8 10 9", string.Join(' ', MarketTicks.All(market).Select(t => t.Last)));
    }

    [Fact]
    public void A_row_that_is_no_bar_is_named_with_file_and_row()
    {
        using var folder = new TempFolder();
        var path = folder.Bars("20221213_xusdt_minute_trade_perp.csv", "0,10,12,9,11,5\n60000,10,12,13,11,5\n");

        var error = Assert.Throws<MarketException>(() => MinuteBarMarket.Open([path]));
        Assert.StartsWith(
            $"{path}: row 2 has open 10, high 12, low 13, close 11", error.Message, StringComparison.Ordinal);
    }

    [SharedFact]
    public void The_day_of_adausdt_has_its_bars_and_its_funding()
    {
        var market = MinuteBarMarket.Open(
            [
                Shared("binance-adausdt-20221213_trade.zip"), Shared("binance-adausdt-20221213_quote.zip"),
                Shared("funding-binance-adausdt.csv"),
            ]);
        var first = MarketTicks.All(market)[0];

        Assert.Equal(("ADAUSDT", 0.0001m, 1m), (first.Symbol, market.Symbols[0].TickSize, market.Symbols[0].StepSize));
        Assert.Equal(1440, market.Bars);
        Assert.Equal((Day, 0.3067m, 0.0001m), (first.AtUtc, first.Mark, first.FundingRate));
        Assert.Equal(Day.AddHours(8), first.NextFundingUtc);
    }

    [SharedFact]
    public void The_same_symbol_and_day_from_two_venues_is_refused()
    {
        var error = Assert.Throws<MarketException>(() => MinuteBarMarket.Open(
            [Shared("binance-btcusd-20221213_trade.zip"), Shared("bybit-btcusd-20221213_trade.zip")]));

        Assert.Contains("BTCUSD on 2022-12-13", error.Message, StringComparison.Ordinal);
    }

    [SharedFact]
    public void Adausdt_bought_at_13_20_trails_from_the_13_30_bar_and_ends_in_the_13_31_bar()
    {
        foreach (var entry in new[] { 0.3084m, 0.3091m })
        {
            var (activated, ended, reason) = HoldLong(entry);
            Assert.Equal("trailing", reason);
            Assert.Equal(new TimeSpan(13, 30, 40), activated);
            Assert.Equal(new TimeSpan(13, 31, 20), ended);
        }
    }

    [SharedFact]
    public void Adausdt_bought_one_tick_higher_does_not_trail_in_that_bar() =>
        Assert.NotEqual(new TimeSpan(13, 30, 40), HoldLong(0.3092m).Activated);

    /// <summary>Stop 2 %, activation 1.5 %, callback 0.5 % on the mark, entered at 13:20:10.</summary>
    private static (TimeSpan? Activated, TimeSpan? Ended, string Reason) HoldLong(decimal entry)
    {
        var market = MinuteBarMarket.Open([Shared("binance-adausdt-20221213_trade.zip")]);
        while (market.TryTake(Day.Add(new TimeSpan(13, 20, 10)), out var before))
            Assert.Equal("ADAUSDT", before.Symbol);
        market.Hint("ADAUSDT", +1);

        var (best, activated) = (0m, (TimeSpan?)null);
        while (market.TryTake(Day.AddDays(1), out var tick))
        {
            if (tick.Mark <= entry * 0.98m) return (activated, tick.AtUtc.TimeOfDay, "stop");
            if (activated is not null && tick.Mark <= best * 0.995m)
                return (activated, tick.AtUtc.TimeOfDay, "trailing");
            if (tick.Mark >= entry * 1.015m) activated ??= tick.AtUtc.TimeOfDay;
            best = Math.Max(best, tick.Mark);
        }

        return (activated, null, "open");
    }

    private static string Shared(string name) => SharedFolder.File("market", "minute-2022-12-13", name);
}

/// <summary>A folder of its own for files made by a test; gone with it.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("trading-market-");

    public string Text(string name, string content)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    public string Gzip(string name, byte[] content, int cutOff = 0)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(content);
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllBytes(path, packed.ToArray()[..^cutOff]);
        return path;
    }

    public string Bars(string entry, string rows)
    {
        var path = Path.Combine(folder.FullName, entry + ".zip");
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        using var writer = new StreamWriter(zip.CreateEntry(entry).Open());
        writer.Write(rows);
        return path;
    }

    public void Dispose() => folder.Delete(recursive: true);
}
