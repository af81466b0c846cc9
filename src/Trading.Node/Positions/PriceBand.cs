using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Node.Positions;

/// <summary>
/// The prices between which nothing happens to a position, so that it need not wake for them. The bounds are cautious:
/// a position may wake and do nothing, it never sleeps through a step of its stop.
/// </summary>
/// <param name="AtOrBelow">Wake at this price or a lower one; zero: never.</param>
/// <param name="AtOrAbove">Wake at this price or a higher one.</param>
public readonly record struct PriceBand(decimal AtOrBelow, decimal AtOrAbove)
{
    private static readonly PriceBand Silent = new(0, decimal.MaxValue);

    /// <returns>Null: every price matters.</returns>
    public static PriceBand? Of(PositionState state, Observations seen, SymbolRules rules)
    {
        if (state is PositionState.Flat) return Silent;
        if (state is not PositionState.Open { Holding: { InDoubt: false } held }) return null;
        if (seen.IsAged || seen.AwaitsMark is not null || seen.LookingUp) return null;
        if (held.Protection is not Protection.Protected { Stop: var stop }) return null;
        var fires = stop.Foreign ? (decimal?)null : stop.Trigger;
        if (Nearest(held, stop, rules) is not { } wakeAt) return Between(held.Side, null, fires);
        if (seen.BestPrice > 0 && (seen.BestPrice - wakeAt) * held.Side.Sign() >= 0) return null;
        return Between(held.Side, wakeAt, fires);
    }

    /// <param name="favourable">Null: nothing is to be done at any gain.</param>
    /// <param name="fires">Where our stop fires; null: it is not ours.</param>
    private static PriceBand Between(Side side, decimal? favourable, decimal? fires) => side is Side.Long
        ? new PriceBand(fires ?? Silent.AtOrBelow, favourable ?? Silent.AtOrAbove)
        : new PriceBand(favourable ?? Silent.AtOrBelow, fires ?? Silent.AtOrAbove);

    /// <summary>The least favourable price at which something is to be done; null where no price does.</summary>
    private static decimal? Nearest(Holding held, LiveStop stop, SymbolRules rules)
    {
        decimal? nearest = held.Managed && held.Plan.TakeProfit is { } profit ? At(held, profit) : null;
        if (stop.Foreign || held.Trailing is Trailing.Off) return nearest;
        nearest = Nearer(held.Side, nearest, held.Trailing is Trailing.Waiting ? At(held, held.Plan.Activation) : NextStep(held, stop, rules));
        return held is { AtBreakEven: false, Plan.BreakEven: { } even } ? Nearer(held.Side, nearest, At(held, even)) : nearest;
    }

    private static decimal Nearer(Side side, decimal? one, decimal other) =>
        one is not { } known ? other : side is Side.Long ? Math.Min(known, other) : Math.Max(known, other);

    private static decimal At(Holding held, decimal gain) => held.EntryPrice * (1 + held.Side.Sign() * gain);

    /// <summary>
    /// The least favourable best price at which the stop can move by its smallest step, given that a trigger is rounded
    /// by up to a tick towards the market. A long's mark is not below its stop while that rests; a short's not below the
    /// best price.
    /// </summary>
    private static decimal NextStep(Holding held, LiveStop stop, SymbolRules rules)
    {
        var (callback, minStep, tick) = (held.Plan.Callback, held.Plan.MinStep, rules.TickSize);
        return held.Side is Side.Long
            ? (stop.Trigger + Math.Max(stop.Trigger * minStep, tick) - tick) / (1 - callback)
            : Math.Min((stop.Trigger + tick) / (1 + callback + minStep), stop.Trigger / (1 + callback));
    }
}
