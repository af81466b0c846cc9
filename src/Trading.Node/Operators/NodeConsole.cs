using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Node.Positions;

namespace Trading.Node.Operators;

/// <summary>What happens, in the operator's words, one line for each thing and each thing once.</summary>
/// <param name="write">Takes one line; must not wait.</param>
public sealed class NodeConsole(Action<string> write, TimeProvider time)
{
    private static readonly TimeSpan LedgerWithin = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();

    /// <summary>Closures whose last fills have not come yet: their net is said when they have.</summary>
    private readonly SortedDictionary<PositionKey, (PositionHappened Closure, DateTime SinceUtc)> _uncounted = [];

    public void Say(string line) => write(line);

    public void Say(Alert alert) => Stamped($"!! {alert.Text}");

    public void On(PositionHappened happened)
    {
        lock (_gate)
        {
            if (Uncounted(happened.Key, happened)) return;
            if (happened is { Event: PositionEvent.PositionClosed, After: PositionState.Flat { Last.LedgerComplete: false } })
                _uncounted[happened.Key] = (happened, time.NowUtc());
            else if (LineOf(happened) is { } line)
                Stamped($"{happened.Key} {line}");
        }
    }

    /// <summary>Says the closures whose fills are still missing after five seconds. To be called now and then.</summary>
    public void SayOverdue(bool all = false)
    {
        lock (_gate)
        {
            var now = time.NowUtc();
            foreach (var (key, (closure, since)) in _uncounted.ToList())
            {
                if (!all && now - since < LedgerWithin) continue;
                _uncounted.Remove(key);
                Stamped($"{key} {Closed((PositionEvent.PositionClosed)closure.Event, closure.After)}, some fills not counted yet");
            }
        }
    }

    private bool Uncounted(PositionKey key, PositionHappened happened)
    {
        if (!_uncounted.TryGetValue(key, out var waiting)) return false;
        var complete = happened.After is PositionState.Flat { Last.LedgerComplete: true };
        if (!complete && happened.After is PositionState.Flat) return false;
        _uncounted.Remove(key);
        Stamped($"{key} {Closed((PositionEvent.PositionClosed)waiting.Closure.Event, complete ? happened.After : waiting.Closure.After)}");
        return complete;
    }

    private static string? LineOf(PositionHappened happened) => happened.Event switch
    {
        PositionEvent.EntryCompleted e when Held(happened.After) is { } held =>
            $"opened {held.Side.Text()} {Words.Number(e.Executed)} at {Words.Number(e.AveragePrice)} "
            + $"({Words.Money(e.Executed * e.AveragePrice)} USDT)",
        PositionEvent.EntryFailed e => $"not opened: {e.Why}{(e.Code == 0 ? "" : $" ({e.Code})")}",
        PositionEvent.PositionAdopted e =>
            $"adopted {e.Side.Text()} {Words.Number(e.Quantity)} at {Words.Number(e.EntryPrice)} (not opened here, {Words.Snake(e.Policy)})",
        PositionEvent.StopConfirmed e => Stop(happened, e),
        PositionEvent.TrailingActivated e => $"trailing active from {Words.Number(e.BestPrice)}",
        PositionEvent.StopEnded e => $"stop {Words.Snake(e.Status)}: {e.Why}",
        PositionEvent.ProtectionMissed e => $"UNPROTECTED after {e.DeadlineMs} ms: {Words.Number(e.Quantity)}",
        PositionEvent.PositionDoubted e => $"in doubt: {e.Why}",
        PositionEvent.DoubtEnded e => $"proven open: {e.Evidence}",
        PositionEvent.CloseIntended { Attempt: 1 } e => $"closing at market: {Words.Snake(e.Reason)}, by {e.By}",
        PositionEvent.PositionClosed e => Closed(e, happened.After),
        _ => null,
    };

    /// <returns>Null while other orders of the stop are awaited.</returns>
    private static string? Stop(PositionHappened happened, PositionEvent.StopConfirmed e)
    {
        var before = Held(happened.Before);
        if (Held(happened.After)?.LiveStop is not { } stop || !stop.Has(e.Stop)) return null;
        var at = $"{Words.Number(e.Trigger)} for {Words.Number(stop.Quantity)}{(stop.Parts.Count > 1 ? $" in {stop.Parts.Count} orders" : "")}";
        if (before?.LiveStop is not { } old) return $"protected: stop at {at}";
        return old.Trigger == e.Trigger ? $"stop resized: {at}" : $"stop moved: {Words.Number(old.Trigger)} to {at}";
    }

    private static string Closed(PositionEvent.PositionClosed e, PositionState after) =>
        $"closed: {Words.Snake(e.Reason)}, net {Signed(after is PositionState.Flat { Last: { } last } ? last.Net : 0)} USDT "
        + $"({Words.Snake(e.ClosedBy)})";

    private static string Signed(decimal value) => value < 0 ? $"−{Words.Money(-value)}" : $"+{Words.Money(value)}";

    private static Holding? Held(PositionState state) => state switch
    {
        PositionState.Opening s => s.Holding,
        PositionState.Open s => s.Holding,
        PositionState.Closing s => s.Holding,
        _ => null,
    };

    private void Stamped(string line) =>
        Say(string.Create(Words.Invariant, $"{time.NowUtc():HH:mm:ss.fff} {line}"));
}
