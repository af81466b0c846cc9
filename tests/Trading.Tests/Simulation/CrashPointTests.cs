using Trading.Domain;
using Trading.Lab.Simulation;
using Trading.Lab.Simulation.Mutations;
using Xunit.Abstractions;

namespace Trading.Tests.Simulation;

/// <summary>A node that is killed at any moment of a position's life is as good as one that was not.</summary>
public sealed class CrashPointTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(Exchange.Binance, CrashStory.ClosedByOrder)]
    [InlineData(Exchange.Binance, CrashStory.ClosedByStop)]
    [InlineData(Exchange.Bybit, CrashStory.ClosedByOrder)]
    [InlineData(Exchange.Bybit, CrashStory.ClosedByStop)]
    public void The_story_that_is_cut_off_opens_trails_and_closes_one_position(Exchange exchange, CrashStory story)
    {
        var (points, end) = CrashRun.Count(exchange, story);
        Assert.Empty(end.Violations);
        Assert.Equal((1, 0, 3), (end.Opened, end.Open, end.StopsMoved));
        foreach (var step in new[] { "open", "protect", "trail", "close", "reconcile" })
            Assert.Contains(points, point => point.Step == step);
        foreach (var moment in Enum.GetValues<CrashMoment>())
            Assert.True(points.Count(point => point.Moment == moment) >= 10, $"{moment}: too few points to prove anything");
    }

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public void Killed_at_every_append_request_and_answer_the_end_is_the_same_and_nothing_is_naked_for_longer_than_a_start(Exchange exchange)
    {
        var all = CrashPoints.Play(exchange);
        foreach (var (point, verdict) in all.Played)
            output.WriteLine($"{point}: {verdict.Opened} opened, {verdict.Open} open, naked for {verdict.LongestNaked.TotalMilliseconds:0} ms, {verdict.Violations.Count} violations");
        foreach (var line in all.Table()) output.WriteLine(line);
        Assert.Empty(all.Violations);
        Assert.All(all.Played, one => Assert.True(one.Verdict is { Opened: <= 1, Open: 0 } && one.Verdict.LongestNaked < TimeSpan.FromSeconds(1), one.Point.ToString()));
        Assert.All(all.Played.Where(one => one.Point.Step is "trail" or "close" or "reconcile"), one => Assert.Equal(1, one.Verdict.Opened));
    }

    /// <summary>The points prove something only if a defence that is switched off is noticed at one of them.</summary>
    [Theory]
    [InlineData(Exchange.Binance, "intent-first")]
    [InlineData(Exchange.Binance, "recover-doubt")]
    [InlineData(Exchange.Bybit, "intent-first")]
    [InlineData(Exchange.Bybit, "recover-doubt")]
    public void A_defence_that_is_switched_off_is_caught_at_one_of_them(Exchange exchange, string name)
    {
        var mutation = Mutation.All.Single(one => one.Name == name);
        Assert.NotEmpty(CrashPoints.Play(exchange, mutation).Violations);
    }
}
