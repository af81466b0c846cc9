using Trading.Domain.Positions;

namespace Trading.Node.Reconcile;

/// <summary>
/// When the next snapshot is due. One is read at a time; a wish during a reading is granted after it. A reading soon after a
/// gap of the stream may lag behind the gap itself: one that begins when reads have caught up follows, whoever wished for
/// others in between.
/// </summary>
public sealed class SyncClock(TimeSpan every, TimeProvider time)
{
    private static readonly TimeSpan WhileSuspect = TimeSpan.FromSeconds(15);

    /// <summary>What was not read may be naked: never longer than this, which is what the request weight of a snapshot allows.</summary>
    private static readonly TimeSpan[] AfterFailures = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)];

    /// <summary>A timer may fire a moment early: what it started would be too early again.</summary>
    private static readonly TimeSpan TimerGrain = TimeSpan.FromMilliseconds(50);

    private bool _reading;
    private bool _wanted;

    /// <summary>When the stream may last have missed something that no reading shows for certain yet; null: nothing is missed.</summary>
    private long? _gapAt;
    private long _beganAt;
    private bool _suspect;
    private int _failures;
    private int _suspectSnapshots;

    /// <returns>True when it was another way before.</returns>
    public bool SetSuspect(bool suspect)
    {
        var changed = _suspect != suspect;
        _suspect = suspect;
        return changed;
    }

    /// <summary>Nothing says that anything was missed. What was, or may have been, is not read from what is left of the budget.</summary>
    public bool IsRoutine => _gapAt is null && !_suspect && _failures == 0;

    /// <summary>The stream may have missed something until now; a reading that has begun already may not show it.</summary>
    public void Gap() => _gapAt = time.GetTimestamp();

    /// <returns>False: one is being read already, another follows it.</returns>
    public bool Begin()
    {
        if (_reading)
        {
            _wanted = true;
            return false;
        }

        (_reading, _wanted, _beganAt) = (true, false, time.GetTimestamp());
        return true;
    }

    /// <param name="succeeded">False also where it was answered and did not say who holds what.</param>
    /// <returns>How long until the next, if nobody wants it earlier.</returns>
    public TimeSpan End(bool succeeded)
    {
        _reading = false;
        _failures = succeeded ? 0 : _failures + 1;
        if (!succeeded) _suspectSnapshots = 0; // two in a row prove a stream live
        if (succeeded && _gapAt is { } gap && time.GetElapsedTime(gap, _beganAt) >= PositionRow.LagsAtMost) _gapAt = null;
        if (_failures > 0) return AfterFailures[Math.Min(_failures, AfterFailures.Length) - 1];
        if (_gapAt is { } missed) return UntilReadsHaveCaughtUp(missed) is var wait && wait < every ? wait : every;
        return _suspect && every > WhileSuspect ? WhileSuspect : every;
    }

    private TimeSpan UntilReadsHaveCaughtUp(long missedAt)
    {
        var left = PositionRow.LagsAtMost - time.GetElapsedTime(missedAt);
        return left > TimerGrain ? left : TimerGrain;
    }

    /// <summary>Asked once per snapshot: two in a row while suspect, the first of them without a correction.</summary>
    /// <param name="clean">The snapshot before this one corrected nothing.</param>
    public bool ProvesLive(bool clean)
    {
        var proven = _suspect && _suspectSnapshots > 0 && clean;
        _suspectSnapshots = _suspect ? _suspectSnapshots + 1 : 0;
        return proven;
    }

    /// <summary>A wish came while reading; not granted after a failure, which has a date of its own.</summary>
    public bool TakeWanted()
    {
        var wanted = _wanted && _failures == 0;
        _wanted = false;
        return wanted;
    }
}
