using Trading.Simulator.Market;
using Xunit;

namespace Trading.Tests.Simulator.Market;

public sealed class SyntheticMarketTests
{
    private static readonly DateTime Start = new(2026, 3, 1, 7, 59, 30, DateTimeKind.Utc);

    [Fact]
    public void One_seed_gives_one_sequence_and_another_seed_another()
    {
        var first = Ticks(new SyntheticMarket(new SyntheticOptions { Seed = 7 }, Start), seconds: 120);

        Assert.Equal(first, Ticks(new SyntheticMarket(new SyntheticOptions { Seed = 7 }, Start), seconds: 120));
        Assert.NotEqual(first, Ticks(new SyntheticMarket(new SyntheticOptions { Seed = 8 }, Start), seconds: 120));
    }

    [Fact]
    public void A_restart_from_the_same_start_is_on_the_same_path()
    {
        var running = new SyntheticMarket(SyntheticOptions.Lively, Start);
        var expected = Ticks(running, seconds: 600).Where(t => t.AtUtc >= Start.AddSeconds(500));
        var restarted = new SyntheticMarket(SyntheticOptions.Lively, Start);
        restarted.SkipTo(Start.AddSeconds(500));

        Assert.Equal(expected, Ticks(restarted, seconds: 600));
    }

    [Fact]
    public void A_market_asked_for_a_time_years_later_answers_with_that_second_only()
    {
        var market = new SyntheticMarket(SyntheticOptions.Lively, Start);
        var later = Start.AddDays(1000);
        market.SkipTo(later);

        var ticks = Drain(market, later);
        Assert.Equal(market.Symbols.Count, ticks.Count);
        Assert.All(ticks, t => Assert.Equal(later, t.AtUtc));
        Assert.All(ticks, t => Assert.True(t.Last > 0m && t.Mark > 0m && t.Index > 0m));
    }

    [Fact]
    public void Every_symbol_ticks_once_per_second_on_its_lattice_from_its_start_price()
    {
        var market = new SyntheticMarket(
            new SyntheticOptions { StartPrices = new Dictionary<string, decimal> { ["KAVAUSDT"] = 0.16195m } }, Start);
        var specs = market.Symbols.ToDictionary(s => s.Symbol);
        var ticks = Ticks(market, seconds: 90);

        Assert.Equal(44, specs.Count);
        Assert.Equal(44 * 91, ticks.Count);
        Assert.Equal(44 * 91, ticks.Select(t => (t.AtUtc, t.Symbol)).Distinct().Count());
        Assert.All(ticks, t => Assert.Equal(0m, t.Last % specs[t.Symbol].TickSize));
        Assert.Equal(0.16195m, ticks.First(t => t.Symbol == "KAVAUSDT").Last);
        Assert.Equal(0.00035440m, ticks.First(t => t.Symbol == "TAGUSDT").Last);
    }

    [Fact]
    public void Funding_time_is_the_next_multiple_of_eight_hours_and_moves_on_when_it_has_come()
    {
        var ticks = Ticks(new SyntheticMarket(SyntheticOptions.Calm, Start), seconds: 60)
            .Where(t => t.Symbol == "BTCUSDT").ToList();

        Assert.Equal(Start.Date.AddHours(8), ticks[29].NextFundingUtc);
        Assert.Equal(Start.Date.AddHours(16), ticks[30].NextFundingUtc);
        Assert.All(ticks, t => Assert.InRange(t.FundingRate, -0.0002m, 0.0002m));
    }

    [Fact]
    public void Mark_and_index_stay_near_the_last_price()
    {
        foreach (var t in Ticks(new SyntheticMarket(SyntheticOptions.Calm, Start), seconds: 3600))
        {
            Assert.InRange(t.Mark / t.Last, 0.993m, 1.007m);
            Assert.InRange(t.Index / t.Mark, 0.9997m, 1.0003m);
        }
    }

    [Fact]
    public void Twice_the_volatility_is_twice_the_movement()
    {
        var once = MovementPerMinute(new SyntheticOptions { JumpSize = 0m, DriftPerHour = 0m });
        var twice = MovementPerMinute(new SyntheticOptions { JumpSize = 0m, DriftPerHour = 0m, Volatility = 2m });

        Assert.InRange(once, 0.0006m, 0.0014m);
        Assert.InRange(twice / once, 1.9m, 2.1m);
    }

    [Theory]
    [InlineData(+1)]
    [InlineData(-1)]
    public void The_lively_market_trails_most_positions_to_a_close_within_a_minute_or_two(int side)
    {
        var (held, trailed, stopped) = (new List<int>(), 0, 0);
        foreach (var path in Marks(SyntheticOptions.Lively, seconds: 3600).Values)
            for (var entry = 0; entry < 3000; entry += 200)
            {
                var (reason, seconds) = Hold(path, entry, side);
                if (reason == "trailing") trailed++;
                if (reason == "stop" && seconds <= 60) stopped++;
                held.Add(seconds);
            }

        held.Sort();
        Assert.InRange(held[held.Count / 2], 20, 80);
        Assert.InRange(held[held.Count / 4], 10, 40);
        Assert.InRange(trailed / (double)held.Count, 0.75, 0.95);
        Assert.InRange(stopped / (double)held.Count, 0, 0.03);
    }

    [Fact]
    public void Options_that_cannot_be_played_are_refused_by_name()
    {
        Assert.Contains("Volatility: -1", Refusal(new SyntheticOptions { Volatility = -1m }), StringComparison.Ordinal);
        Assert.Contains(
            "Symbols: NOUSDT", Refusal(new SyntheticOptions { Symbols = ["NOUSDT"] }), StringComparison.Ordinal);
        Assert.Contains(
            "StartPrices: NOUSDT",
            Refusal(new SyntheticOptions { StartPrices = new Dictionary<string, decimal> { ["NOUSDT"] = 1m } }),
            StringComparison.Ordinal);
    }

    /// <summary>Stop 2 %, activation 0.3 %, callback 0.15 % on the mark.</summary>
    private static (string Reason, int Seconds) Hold(IReadOnlyList<decimal> marks, int entry, int side)
    {
        decimal price = marks[entry], best = 0m;
        for (var at = entry + 1; at < marks.Count; at++)
        {
            var gain = side * (marks[at] - price) / price;
            if (gain >= 0.003m) best = Math.Max(best, gain);
            if (best > 0m && gain <= best - 0.0015m) return ("trailing", at - entry);
            if (gain <= -0.02m) return ("stop", at - entry);
        }

        return ("open", marks.Count - entry);
    }

    private static string Refusal(SyntheticOptions options) =>
        Assert.Throws<MarketException>(() => new SyntheticMarket(options, Start)).Message;

    private static decimal MovementPerMinute(SyntheticOptions options)
    {
        var moves = Marks(options, seconds: 7200).Values
            .SelectMany(path => path.Where((_, i) => i % 60 == 0).Zip(path.Where((_, i) => i % 60 == 0).Skip(1)))
            .Select(pair => Math.Abs(pair.Second / pair.First - 1m));
        return moves.Average() * 1.25m;
    }

    private static Dictionary<string, List<decimal>> Marks(SyntheticOptions options, int seconds) =>
        Ticks(new SyntheticMarket(options, Start), seconds)
            .GroupBy(t => t.Symbol)
            .ToDictionary(g => g.Key, g => g.Select(t => t.Mark).ToList());

    private static List<MarketTick> Ticks(IMarket market, int seconds) => Drain(market, Start.AddSeconds(seconds));

    private static List<MarketTick> Drain(IMarket market, DateTime untilUtc)
    {
        var ticks = new List<MarketTick>();
        while (market.TryTake(untilUtc, out var tick)) ticks.Add(tick);
        return ticks;
    }
}
