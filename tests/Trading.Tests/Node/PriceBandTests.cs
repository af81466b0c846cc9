using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Node.Positions;

namespace Trading.Tests.Node;

/// <summary>A position may sleep through a price only when the machine would have done nothing with it.</summary>
public sealed class PriceBandTests
{
    private static readonly PositionKey Key = PositionKey.Parse("binance/TAGUSDT");
    private static readonly JournalId Journal = new("j");
    private static readonly DateTime Now = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData(Side.Long, 0.001)]
    [InlineData(Side.Long, 0.5)]
    [InlineData(Side.Short, 0.001)]
    [InlineData(Side.Short, 0.5)]
    public void A_price_inside_the_band_moves_nothing(Side side, double tick)
    {
        var rules = new SymbolRules(Key.Symbol, (decimal)tick, 0.1m, 0.1m, 1_000_000m, 5m);
        var (slept, moved) = (0, 0);
        foreach (var held in Holdings(side, rules))
        {
            var seen = new Observations { Mark = 100m, BestPrice = 100m, StreamAmount = side.Sign() * held.Quantity };
            var band = PriceBand.Of(new PositionState.Open(held), seen, rules);
            for (var price = 80m; price <= 120m; price += 0.037m)
            {
                var decision = Decide(held, seen, rules, price);
                var acts = decision.Events.Count > 0 || decision.Effects.Count > 0;
                var sleeps = band is { } b && price > b.AtOrBelow && price < b.AtOrAbove;
                Assert.False(acts && sleeps, $"{side} {held.Trailing} stop {held.LiveStop!.Trigger}: slept through {price}, band {band}");
                if (sleeps) slept++;
                if (acts) moved++;
            }
        }

        Assert.True(slept > 0 && moved > 0, $"slept {slept} times, moved {moved} times: the test says nothing");
    }

    [Fact]
    public void An_aged_position_wakes_for_every_price()
    {
        var rules = new SymbolRules(Key.Symbol, 0.001m, 0.1m, 0.1m, 1_000_000m, 5m);
        var held = Holdings(Side.Long, rules).First();
        Assert.Null(PriceBand.Of(new PositionState.Open(held), new Observations { IsAged = true }, rules));
        Assert.Null(PriceBand.Of(new PositionState.Open(held with { InDoubt = true }), new Observations(), rules));
        Assert.Null(PriceBand.Of(
            new PositionState.Open(held with { Protection = new Protection.Unprotected() }), new Observations(), rules));
    }

    private static IEnumerable<Holding> Holdings(Side side, SymbolRules rules)
    {
        foreach (var plan in new[] { new ProtectionPlan(), new ProtectionPlan(TakeProfit: 0.04m, BreakEven: 0.008m) })
        foreach (var distance in new[] { 0.02m, 0.005m, 0.0005m, -0.004m })
            foreach (var trailing in new Trailing[] { new Trailing.Waiting(), new Trailing.Active(100m), new Trailing.Off() })
                yield return new Holding(1, side, plan, Policy: null)
                {
                    Quantity = 10m,
                    EntryPrice = 100m,
                    StopBase = 100m,
                    EntryFilled = 10m,
                    Cost = 1000m,
                    OpenedUtc = Now,
                    Trailing = trailing,
                    Protection = new Protection.Protected(new LiveStop(
                        OrderIds.For(Journal, Key.Stream, 2, OrderPurpose.Stop), "1", 10m,
                        rules.RoundStop(100m * (1 - side.Sign() * distance), side))),
                };
    }

    private static Decision Decide(Holding held, Observations seen, SymbolRules rules, decimal price) => PositionMachine.Decide(
        new PositionContext(Key, Journal, 5, Now, rules, PositionPolicy.Default(Journal)), new PositionState.Open(held), seen,
        new PositionInput.MarkMoved(price, price, price, Now));
}
