namespace Trading.Node.Hosting;

/// <summary>One actor in the roster. Written in its turn and by its supervisor, read from anywhere.</summary>
internal sealed class ActorRecord(string name, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Lanes? _mailbox;
    private ActorState _state;
    private object? _message;
    private long _processed, _startedAt;

    /// <summary>Zero at rest. With what the actor is on it belongs to the actor's turn, which takes no lock for it.</summary>
    private long _busySince;
    private int _restarts, _failuresInARow;
    private string? _lastFailure, _stoppedBecause;
    private DateTimeOffset? _lastFailureUtc;

    public string Name => name;

    public bool IsBackingOff
    {
        get { lock (_gate) return _state is ActorState.BackingOff; }
    }

    /// <summary>Of each of its lives.</summary>
    public void Start(Lanes? mailbox)
    {
        lock (_gate)
        {
            if (_state is ActorState.BackingOff) _restarts++;
            (_state, _mailbox, _startedAt, _stoppedBecause) = (ActorState.Running, mailbox, time.GetTimestamp(), null);
        }
    }

    public void Begin(object message)
    {
        _message = message;
        Volatile.Write(ref _busySince, time.GetTimestamp());
    }

    public void End()
    {
        Volatile.Write(ref _busySince, 0);
        _message = null;
        Volatile.Write(ref _processed, _processed + 1);
    }

    /// <summary>Counts a failure of the actor.</summary>
    /// <param name="ranWellFor">A life of at least that long begins the count anew.</param>
    /// <returns>What it was on, and how many there were in a row.</returns>
    public (object? Message, int InARow) Fail(string during, Exception exception, TimeSpan ranWellFor)
    {
        lock (_gate)
        {
            var ranWell = _state is ActorState.Running && time.GetElapsedTime(_startedAt) >= ranWellFor;
            _failuresInARow = ranWell ? 1 : _failuresInARow + 1;
            _state = ActorState.BackingOff;
            var message = _message;
            (_message, _busySince) = (null, 0);
            Note(during, exception);
            return (message, _failuresInARow);
        }
    }

    public void Note(string during, Exception exception)
    {
        lock (_gate)
        {
            _lastFailure = $"{during}: {exception.GetType().Name}: {exception.Message}";
            _lastFailureUtc = time.GetUtcNow();
        }
    }

    /// <summary>The first reason stays.</summary>
    public void Stop(string why)
    {
        lock (_gate)
        {
            _stoppedBecause ??= why;
            _busySince = 0;
        }
    }

    public void Stopped()
    {
        lock (_gate) (_state, _busySince) = (ActorState.Stopped, 0);
    }

    public ActorInspection Inspect()
    {
        lock (_gate)
        {
            TimeSpan? busyFor = Volatile.Read(ref _busySince) is not 0 and var since ? time.GetElapsedTime(since) : null;
            return new(name, _state, _mailbox?.Reports ?? 0, _mailbox?.Commands ?? 0, _mailbox?.GreatestDepth ?? 0, _processed, _restarts,
                _lastFailure, _lastFailureUtc, _stoppedBecause, busyFor);
        }
    }

    public string StoppedBecause
    {
        get { lock (_gate) return _stoppedBecause ?? "the system is stopped"; }
    }
}
