using System.Globalization;
using static Trading.Domain.Positions.PositionInput;

namespace Trading.Domain.Positions;

/// <summary>
/// Stops that are a property of the position (Bybit) have no client id: a gateway reports them by their price, and here
/// they get the name of the stop that we set at that price. One whose price we did not set is foreign (design §4).
/// </summary>
public static class PositionStops
{
    private const string Prefix = "position-stop:";

    /// <summary>How a gateway calls the position's stop with that trigger; zero: there is none, or its trigger was not told.</summary>
    public static ClientOrderId At(decimal trigger) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{trigger:0.############################}"));

    internal static PositionInput Named(PositionState state, PositionInput input) => input switch
    {
        StopReported report when IsPositionStop(report.Stop) => Named(HoldingOf(state), report),
        StopsRead read => read with { Stops = Named(state, read.Stops) },
        SnapshotShare share => share with { Stops = Named(state, share.Stops) },
        Checked { Evidence: { Stops: { } stops } evidence } => new Checked(evidence with { Stops = Named(state, stops) }),
        _ => input,
    };

    /// <summary>It is for the whole position, whatever its size becomes, whoever set it.</summary>
    internal static bool IsWhole(LiveStop stop, bool attaches) => IsPositionStop(stop.Id) || attaches && !stop.Foreign;

    /// <summary>
    /// The position's stop is not where it is known to be. It may be older news than what is known, so it proves nothing but
    /// what <see cref="PositionTurn"/> knows to be newer.
    /// </summary>
    internal static bool ContradictsLive(StopReported report) =>
        IsPositionStop(report.Stop) && !IsTriggered(report.Status);

    /// <summary>
    /// The position's stop fires, and it is not the one that is known: the stop that came with the entry, or one set by hand.
    /// </summary>
    internal static bool Fires(StopReported report) => IsPositionStop(report.Stop) && IsTriggered(report.Status);

    internal static bool IsTriggered(StopStatus status) => status is StopStatus.Triggering or StopStatus.Triggered or StopStatus.Finished;

    /// <summary>Whoever set it: no order of ours bears such a name.</summary>
    public static bool IsPositionStop(ClientOrderId id) => id.Value?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    /// <summary>While a stop is re-set at its own price, the one on the exchange is the old and the new one.</summary>
    private static IReadOnlyList<StopView> Named(PositionState state, IReadOnlyList<StopView> listed)
    {
        if (!listed.Any(stop => IsPositionStop(stop.Id))) return listed;
        var held = HoldingOf(state);
        return [.. listed.SelectMany(stop => NamesOf(stop, held))];
    }

    private static IEnumerable<StopView> NamesOf(StopView stop, Holding? held)
    {
        if (!IsPositionStop(stop.Id)) return [stop];
        var names = NamesAt(held, stop.Trigger).ToList();
        return names.Count == 0 ? [stop] : names.Select(name => stop with { Id = name, Origin = OrderOrigin.Ours });
    }

    /// <summary>One that triggers is the live one, also where its trigger is not told: a position has one stop.</summary>
    private static StopReported Named(Holding? held, StopReported report)
    {
        if (IsTriggered(report.Status) && report.Trigger == 0) return held?.LiveStop is { Foreign: false } live ? report with { Stop = live.Id } : report;
        return NamesAt(held, report.Trigger).ToList() is [var name, ..] ? report with { Stop = name } : report;
    }

    /// <summary>
    /// What was set at that price: the intended stop first, because a report confirms it; the live one; else one that was
    /// given up and came through late.
    /// </summary>
    private static IEnumerable<ClientOrderId> NamesAt(Holding? held, decimal trigger)
    {
        var intent = held?.IntendedStop;
        var live = held?.LiveStop is { Foreign: false } known && known.Trigger == trigger ? known : null;
        if (intent?.Trigger == trigger) yield return intent.Id;
        if (live is not null) yield return live.Id;
        if (intent?.Trigger != trigger && live is null && held?.UnconfirmedStops.FindLast(late => late.Trigger == trigger) is { } landed)
            yield return landed.Id;
    }

    private static Holding? HoldingOf(PositionState state) => state switch
    {
        PositionState.Opening { Holding: var held } => held,
        PositionState.Open { Holding: var held } => held,
        PositionState.Closing { Holding: var held } => held,
        _ => null,
    };
}
