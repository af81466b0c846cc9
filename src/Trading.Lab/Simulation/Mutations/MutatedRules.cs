using System.Globalization;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Node;
using static Trading.Domain.Positions.PositionInput;

namespace Trading.Lab.Simulation.Mutations;

/// <summary>The position's rules with one of them made ineffective, from outside: by what is told to them or taken from them.</summary>
internal static class MutatedRules
{
    public static Decide NoDeadline(Decide real) =>
        Without(real, static effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.Protect });

    public static Decide NoStopIsDue(Decide real) =>
        Without(real, static effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.StopDue });

    public static Decide ClosedOnce(Decide real) =>
        Without(real, static effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.CloseAgain });

    public static Decide TradesCountTwice(Decide real)
    {
        var told = 0;
        return (context, state, seen, input) => real(context, state, seen, input is Traded traded
            ? traded with { Trade = traded.Trade with { TradeId = string.Create(CultureInfo.InvariantCulture, $"{traded.Trade.TradeId}/{++told}") } }
            : input);
    }

    public static Decide PaymentsCountTwice(Decide real)
    {
        var told = 0;
        return (context, state, seen, input) => real(context, state, seen, input is CashMoved { Cash: var cash }
            ? new CashMoved(cash with { Id = string.Create(CultureInfo.InvariantCulture, $"{cash.Id}/{++told}"), AtUtc = cash.AtUtc.AddHours(told) })
            : input);
    }

    public static Decide FeesAreInQuote(Decide real) => (context, state, seen, input) => real(
        context, state, seen,
        input is Traded { Trade: var trade } traded ? traded with { Trade = trade with { FeeAsset = Assets.OfAccounts } } : input);

    public static Decide OldRowsAreBelieved(Decide real) => (context, state, seen, input) => real(context, state, seen, input switch
    {
        Checked { Evidence: { Row.Row: { } row } evidence } heard when state is PositionState.Flat => heard with
        {
            Evidence = evidence with
            {
                Row = new PositionRead(row with { UpdatedUtc = context.NowUtc }), StartedUtc = context.NowUtc,
            },
        },
        _ => input,
    });

    public static Decide OldAmountsAreBelieved(Decide real) => (context, state, seen, input) => real(
        context, state, seen, input is PositionStreamed streamed ? streamed with { AtUtc = context.NowUtc } : input);

    public static Decide JournalsWordIsEnough(Decide real) => (context, state, seen, input) => real(
        context, state, seen.KnownAmount is null && state.Held is { Side: var side, Quantity: var held }
            ? seen with { KnownAmount = side is Side.Long ? held : -held }
            : seen, input);

    public static Decide TriggeredStopCovers(Decide real) => (context, state, seen, input) =>
    {
        var decision = real(context, state, seen, input);
        if (decision.Seen.StopProgress is null || state.Held?.LiveStop is not { Foreign: false } old) return decision;
        if (!decision.Events.Any(happened => happened is PositionEvent.StopConfirmed)) return decision;
        return decision with { Effects = [.. decision.Effects, .. old.Ids.Select(replaced => new PositionEffect.CancelStop(replaced))] };
    };

    /// <summary>The memory that something is held is lost, as an actor's is that was passivated (incident 2025-10-17).</summary>
    public static Decide HeldIsTakenOverAgain(Decide real) => (context, state, seen, input) =>
        input is Checked { Evidence.Cause: CheckCause.Snapshot } && state is PositionState.Open
            ? real(context, new PositionState.Flat(), seen, input)
            : real(context, state, seen, input);

    public static Decide NothingIsRecovered(Decide real) => (context, state, seen, input) =>
        input is Recovered && state is PositionState.Opening
            ? new Decision([], [], seen, Verdict.Ignored, "not recovered")
            : real(context, state, seen, input);

    public static Decide LostStopsUnnoticed(Decide real) => (context, state, seen, input) =>
        input is StopReported { Status: StopStatus.Canceled }
            ? new Decision([], [], seen, Verdict.Ignored, "not noticed")
            : real(context, state, seen, input);

    public static Decide StopsBeforeEntriesGoAhead(Decide real) => (context, state, seen, input) =>
    {
        var decision = real(context, state, seen, input);
        return decision with
        {
            Effects = [.. decision.Effects.Select(effect => effect is PositionEffect.SendStop stop ? stop with { BeforeEntry = false } : effect)],
        };
    };

    /// <summary>The position's own stop is an order of somebody's, whatever its price.</summary>
    public static Decide PositionStopsAreNobodys(Decide real) => (context, state, seen, input) => real(context, state, seen, input switch
    {
        StopReported report => report with { Stop = Nobodys(report.Stop) },
        StopsRead read => read with { Stops = [.. read.Stops.Select(Nobodys)] },
        SnapshotShare share => share with { Stops = [.. share.Stops.Select(Nobodys)] },
        Checked { Evidence: { Stops: { } stops } evidence } => new Checked(evidence with { Stops = [.. stops.Select(Nobodys)] }),
        _ => input,
    });

    /// <summary>A stop that was given up may not come through any more.</summary>
    public static Decide NothingLandsLate(Decide real) => (context, state, seen, input) => real(context, state switch
    {
        PositionState.Opening s => s with { Holding = s.Holding with { UnconfirmedStops = [] } },
        PositionState.Open s => s with { Holding = s.Holding with { UnconfirmedStops = [] } },
        PositionState.Closing s => s with { Holding = s.Holding with { UnconfirmedStops = [] } },
        _ => state,
    }, seen, input);

    /// <summary>A stop that is refused for want of a position proves that there is none.</summary>
    public static Decide NoPositionIsFlat(Decide real) => (context, state, seen, input) => real(context, state, seen,
        input is Rejected { Kind: RejectKind.NoPosition } ? new PositionStreamed(0, 0, context.NowUtc, ByOrder: true) : input);

    private static StopView Nobodys(StopView stop) => stop with { Id = Nobodys(stop.Id) };

    private static ClientOrderId Nobodys(ClientOrderId id) => new(id.Value.Replace("position-stop:", "somebodys:", StringComparison.Ordinal));

    private static Decide Without(Decide real, Func<PositionEffect, bool> dropped) => (context, state, seen, input) =>
    {
        var decision = real(context, state, seen, input);
        return decision with { Effects = [.. decision.Effects.Where(effect => !dropped(effect))] };
    };
}
