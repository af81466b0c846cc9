namespace Trading.Gateways;

/// <summary>
/// What one loop waits for between two rounds of its work: a deadline, or somebody who says that there is work before it.
/// </summary>
/// <remarks>Thread-safe but for <see cref="Wait"/>: one waits at a time.</remarks>
internal sealed class AutoResetSignal(TimeProvider time)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _waiting;
    private bool _isSet;

    /// <summary>Ends the wait, or the next one at once where nobody waits; many before it are one.</summary>
    public void Set()
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            waiting = _waiting;
            _isSet = waiting is null;
            _waiting = null;
        }

        waiting?.SetResult();
    }

    /// <summary>
    /// Until it is set, the time has passed or <paramref name="stop"/> is cancelled; the caller looks which. It may end
    /// without any of them, so what is due is judged by the clock.
    /// </summary>
    /// <param name="atMost">Negative: what is due is overdue.</param>
    public async Task Wait(TimeSpan atMost, CancellationToken stop)
    {
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_isSet)
            {
                _isSet = false;
                return;
            }

            _waiting = waiting;
        }

        using var timer = time.CreateTimer(
            static signal => ((AutoResetSignal)signal!).Set(), this, Pauses.WholeMilliseconds(atMost), Timeout.InfiniteTimeSpan);
        using var stopped = stop.Register(static signal => ((AutoResetSignal)signal!).Set(), this);
        await waiting.Task;
    }
}
