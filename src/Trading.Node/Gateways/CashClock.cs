using Trading.Domain.Positions;
using Trading.Node.Positions;

namespace Trading.Node.Gateways;

/// <summary>
/// When payments are read from the exchange's list. Exchanges fund on the full hour: after each, and after a start, the
/// list tells what the stream told nobody. Where nothing was missed it tells nothing new.
/// </summary>
public static class CashClock
{
    public static readonly TimeSpan AfterStart = TimeSpan.FromSeconds(10);

    /// <summary>Lists lag behind what happened.</summary>
    public static readonly TimeSpan AfterPayment = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan AfterTheHour = TimeSpan.FromSeconds(30);

    /// <summary>Further back is not asked for: a position remembers that much of what was booked.</summary>
    private static readonly TimeSpan LongestBack = TimeSpan.FromHours(24);

    public static TimeSpan UntilNext(DateTime nowUtc)
    {
        var due = LastHour(nowUtc) + AfterTheHour - nowUtc;
        return due > TimeSpan.Zero ? due : due + Hour;
    }

    /// <summary>Since the opening of what was held over a full hour, and since what was missed; null: there is nothing to ask for.</summary>
    public static DateTime? Since(DateTime? missedUtc, IEnumerable<PositionState> positions, DateTime nowUtc)
    {
        var since = positions.Select(position => OpenedOverAnHour(position, nowUtc)).Append(missedUtc).Min(); // null counts as none
        return since < nowUtc - LongestBack ? nowUtc - LongestBack : since;
    }

    private static DateTime? OpenedOverAnHour(PositionState position, DateTime nowUtc) => position switch
    {
        { Held: { } held } when held.OpenedUtc < LastHour(nowUtc) => held.OpenedUtc,
        PositionState.Flat { Last: { } last, ClosedUtc: var closed } when closed > nowUtc - Hour && last.OpenedUtc < LastHour(closed) =>
            last.OpenedUtc,
        _ => null,
    };

    private static DateTime LastHour(DateTime utc) => new(utc.Ticks - utc.Ticks % Hour.Ticks, DateTimeKind.Utc);
}
