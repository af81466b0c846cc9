namespace Trading.Runtime;

/// <summary>What goes wrong: counted, told, and followed by another start after a growing back-off.</summary>
internal sealed partial class ActorCell<TMessage>
{
    private long _processed;
    private int _restarts, _failuresInARow;
    private string? _lastFailure;
    private DateTimeOffset? _lastFailureUtc;

    public override ActorInspection Inspect()
    {
        lock (_gate)
        {
            TimeSpan? busyFor = _busySince is { } since ? Time.GetElapsedTime(since) : null;
            return new(Name, _state, _mailbox.Reports, _mailbox.Commands, _mailbox.GreatestDepth, _processed, _restarts,
                _lastFailure, _lastFailureUtc, _refusing, busyFor);
        }
    }

    private void Fail(string during, Exception exception, object? message)
    {
        if (IsAbandonment(exception)) return; // the next step ends the actor

        var ranWell = _actor is not null && Time.GetElapsedTime(_startedAt) >= System.Options.RestartMost;
        EndIncarnation();
        TimeSpan wait;
        lock (_gate)
        {
            _state = ActorState.BackingOff;
            _failuresInARow = ranWell ? 1 : _failuresInARow + 1;
            wait = BackOff(_failuresInARow);
        }

        Report(during, exception, message, wait);
        _backOff?.Dispose();
        _backOff = Time.CreateTimer(
            static cell => ((ActorCell<TMessage>)cell!).StartAgain(), this, wait, Timeout.InfiniteTimeSpan);
    }

    private bool IsAbandonment(Exception exception) =>
        exception is OperationCanceledException && _incarnation is { Token.IsCancellationRequested: true };

    private void StartAgain()
    {
        lock (_gate)
        {
            if (_state is not ActorState.BackingOff) return;
            _state = ActorState.Starting;
            _restarts++;
            Wake();
        }
    }

    private TimeSpan BackOff(int failures)
    {
        var (wait, most) = (System.Options.RestartFirst, System.Options.RestartMost);
        for (var i = 1; i < failures && wait < most; i++) wait += wait;
        return wait < most ? wait : most;
    }

    private void Report(string during, Exception exception, object? message, TimeSpan? restartIn)
    {
        lock (_gate)
        {
            _lastFailure = $"{during}: {exception.GetType().Name}: {exception.Message}";
            _lastFailureUtc = Time.GetUtcNow();
        }

        try
        {
            System.Options.OnFailure(new(Name, during, exception, message, _failuresInARow, restartIn));
        }
        catch (Exception e) // a listener that throws must not cost the actor its life; the view shows it
        {
            lock (_gate) _lastFailure += $"; its listener threw {e.GetType().Name}: {e.Message}";
        }
    }
}
