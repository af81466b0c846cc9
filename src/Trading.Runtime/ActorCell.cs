namespace Trading.Runtime;

/// <summary>What the system needs of an actor whatever its messages are.</summary>
internal abstract class ActorCell(ActorSystem system, string name)
{
    public ActorSystem System { get; } = system;
    public string Name { get; } = name;

    public abstract bool IsStopped { get; }
    public abstract ActorInspection Inspect();

    /// <summary>No new messages; what waits is still taken, then the actor ends. One that is still starting ends at once.</summary>
    public abstract void Drain(string why);

    /// <summary>Ends the actor after the message it is on, with its token cancelled.</summary>
    public abstract void Abandon(string why);
}

/// <summary>
/// One actor's mailbox and life. It is dispatched to the scheduler only while it has something to do, and never twice
/// at once.
/// </summary>
/// <remarks>
/// The gate guards the fields here; what only the turn touches (ActorTurn.cs) needs none, because there is one turn at
/// a time. No code of an actor runs under the gate.
/// </remarks>
internal sealed partial class ActorCell<TMessage> : ActorCell where TMessage : notnull
{
    private readonly Lock _gate = new();
    private readonly ActorOrigin<TMessage> _origin;
    private readonly Mailbox<TMessage> _mailbox;
    private ActorContext<TMessage>? _incarnation;
    private ActorState _state = ActorState.Starting;
    private bool _dispatched, _endNow, _idleCheck;
    private string? _refusing; // why no new messages are accepted
    private long _restedAt;
    private long? _busySince; // when the current step began

    public ActorCell(ActorSystem system, string name, LaneBounds bounds, ActorOrigin<TMessage> origin)
        : base(system, name)
    {
        _origin = origin;
        _mailbox = new(bounds);
        Ref = new(this);
        _restedAt = Time.GetTimestamp();
    }

    public ActorRef<TMessage> Ref { get; }

    public override bool IsStopped
    {
        get { lock (_gate) return _state is ActorState.Stopped; }
    }

    private TimeProvider Time => System.Options.Time;

    /// <summary>Null: accepted. Otherwise the reason why not; nothing of the message has happened then.</summary>
    public Exception? Add(Lane lane, Envelope<TMessage> envelope)
    {
        lock (_gate)
        {
            if (_state is not ActorState.Stopped)
            {
                if (_refusing is not null) return new ActorStoppedException(Name, _refusing);
                if (_mailbox.IsFull(lane)) return new MailboxFullException(Name, Words(lane));
                _mailbox.Add(lane, envelope);
                _idleCheck = false;
                Wake();
                return null;
            }
        }

        return _origin.Successor(this) is { } next
            ? next.Add(lane, envelope)
            : new ActorStoppedException(Name, _refusing ?? "the system is stopped");
    }

    /// <summary>What the actor asked for itself (timers, pipes): bounded by its asking, never refused for fullness.</summary>
    public void Deliver(Envelope<TMessage> envelope)
    {
        lock (_gate)
        {
            if (_state is ActorState.Stopped) return;
            _mailbox.Add(Lane.Reports, envelope);
            Wake();
        }
    }

    public void Offer(decimal price, long atUtcTicks)
    {
        lock (_gate)
        {
            if (_state is ActorState.Stopped) return;
            _mailbox.Prices.Offer(price, atUtcTicks);
            if (_mailbox.HasPrices) Wake();
        }
    }

    public void WakeOnPrice(decimal atOrBelow, decimal atOrAbove)
    {
        lock (_gate) _mailbox.Prices.WakeOn(atOrBelow, atOrAbove);
    }

    public void WakeOnEveryPrice()
    {
        lock (_gate) _mailbox.Prices.WakeOnEvery();
    }

    public void ForgetPrices()
    {
        lock (_gate) _mailbox.Prices.Forget();
    }

    public void Start()
    {
        lock (_gate) Wake();
    }

    /// <summary>Of an actor nobody started: it refuses, as one that has been stopped.</summary>
    public ActorCell<TMessage> Stillborn(string why)
    {
        lock (_gate) (_state, _refusing) = (ActorState.Stopped, why);
        return this;
    }

    public void Stop(ActorContext<TMessage> incarnation, string why)
    {
        lock (_gate)
        {
            if (ReferenceEquals(incarnation, _incarnation)) EndNow(why);
        }
    }

    public override void Drain(string why)
    {
        ActorContext<TMessage>? starting = null;
        lock (_gate)
        {
            if (_state is ActorState.Stopped) return;
            if (_state is ActorState.Starting && _incarnation is not null)
            {
                EndNow(why);
                starting = _incarnation;
            }
            else
            {
                _refusing ??= why;
                Wake();
            }
        }

        if (starting is not null) Cancel(starting);
    }

    public override void Abandon(string why)
    {
        ActorContext<TMessage>? incarnation;
        lock (_gate)
        {
            EndNow(why);
            incarnation = _incarnation;
        }

        if (incarnation is not null) Cancel(incarnation);
    }

    /// <summary>Has the actor's own turn look whether it may be passivated, if nothing happened for the idle time.</summary>
    public void CheckIdle()
    {
        lock (_gate)
        {
            if (_dispatched || _state is not ActorState.Running) return;
            if (Time.GetElapsedTime(_restedAt) < System.Options.IdleTime) return;
            _idleCheck = true;
            Wake();
        }
    }

    private void EndNow(string why)
    {
        if (_state is ActorState.Stopped) return;
        _refusing ??= why;
        _endNow = true;
        Wake();
    }

    private void Wake()
    {
        if (_dispatched || (_state is ActorState.BackingOff && _refusing is null)) return;
        _dispatched = true;
        System.Dispatch(static cell => ((ActorCell<TMessage>)cell!).Turn(), this);
    }

    private static string Words(Lane lane) => lane is Lane.Reports ? "reports" : "commands";
}
