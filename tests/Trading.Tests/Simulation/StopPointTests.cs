using Trading.Domain;
using Trading.Lab.Simulation;
using Xunit.Abstractions;

namespace Trading.Tests.Simulation;

/// <summary>A node that is told to stop at any moment of a position's life, and is not started again, leaves it covered.</summary>
public sealed class StopPointTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Settles = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public void Told_to_stop_at_every_append_request_and_answer_it_leaves_nothing_naked_and_says_what_stays(Exchange exchange)
    {
        foreach (var (point, verdict) in Play(exchange, Settles, insists: false))
        {
            Assert.True(verdict.Violations.Count == 0, $"{point}: {string.Join("; ", verdict.Violations)}");
            Assert.True(verdict is { Opened: <= 1, Naked: 0 } && verdict.LongestNaked < TimeSpan.FromSeconds(1), $"{point}: {verdict}");
            Assert.True(verdict.Took < TimeSpan.FromSeconds(3), $"{point}: {verdict}");
            if (point.What.Contains("EntryIntended", StringComparison.Ordinal)) Assert.Equal(0, verdict.Opened);
        }
    }

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public void Told_twice_it_does_not_wait_drops_nothing_that_is_durable_and_says_what_is_naked(Exchange exchange)
    {
        foreach (var (point, verdict) in Play(exchange, Settles, insists: true))
        {
            Assert.True(verdict.Violations.Count == 0, $"{point}: {string.Join("; ", verdict.Violations)}");
            Assert.True(verdict.Took < TimeSpan.FromSeconds(3.1), $"{point}: {verdict}");
        }
    }

    /// <summary>The points prove something only if a stop without the wait leaves something naked at one of them.</summary>
    [Fact]
    public void Without_the_wait_something_is_left_naked_at_one_of_them() =>
        Assert.Contains(Play(Exchange.Binance, TimeSpan.Zero, insists: false), static one => one.Verdict.Naked > 0);

    private List<(CrashPoint Point, StopVerdict Verdict)> Play(Exchange exchange, TimeSpan settleWithin, bool insists)
    {
        var all = Enum.GetValues<CrashStory>().SelectMany(story => CrashRun.Count(exchange, story).Points)
            .Select(point => (Point: point, Verdict: CrashRun.Stop(point, settleWithin, insists))).ToList();
        foreach (var (point, verdict) in all)
            output.WriteLine($"{point}: {verdict.Opened} opened, {verdict.Naked} naked, longest {verdict.LongestNaked.TotalMilliseconds:0} ms, "
                + $"took {verdict.Took.TotalMilliseconds:0} ms, {string.Join("; ", verdict.Violations)}");
        return all;
    }
}
