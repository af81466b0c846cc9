using Trading.Simulator.Market;
using Xunit;

namespace Trading.Tests.Simulator.Market;

internal static class MarketTicks
{
    /// <summary>Plays to the end, each tick at the moment it is due.</summary>
    public static List<MarketTick> All(IMarket market)
    {
        var ticks = new List<MarketTick>();
        while (market.NextAtUtc is { } dueUtc)
        {
            Assert.False(market.TryTake(dueUtc.AddTicks(-1), out _));
            Assert.True(market.TryTake(dueUtc, out var tick));
            Assert.Equal(dueUtc, tick.AtUtc);
            ticks.Add(tick);
        }

        return ticks;
    }

    public static void InOrder(IReadOnlyList<MarketTick> ticks)
    {
        for (var i = 1; i < ticks.Count; i++) Assert.True(ticks[i - 1].AtUtc <= ticks[i].AtUtc);
    }
}
