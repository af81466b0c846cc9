namespace Trading.Runtime;

/// <summary>A named timer of one incarnation. Armed and cancelled in the actor's turn, fired from anywhere.</summary>
internal sealed class ActorTimer<TMessage>(ActorContext<TMessage> owner, string name, TMessage message) : Delivery
    where TMessage : notnull
{
    private ITimer? _timer;
    private bool _cancelled;

    public string Name => name;

    public void Arm(TimeSpan due) => _timer = owner.Time.CreateTimer(
        static timer => ((ActorTimer<TMessage>)timer!).Fire(), this, due, Timeout.InfiniteTimeSpan);

    public void Cancel()
    {
        _cancelled = true;
        _timer?.Dispose();
    }

    internal override bool Taken(object? incarnation)
    {
        if (_cancelled || !ReferenceEquals(owner, incarnation)) return false;
        owner.Forget(this);
        _timer?.Dispose();
        return true;
    }

    private void Fire() => owner.Cell.Deliver(new(message, this));
}

/// <summary>Work beside the actor whose outcome comes back as a message.</summary>
internal sealed class Piped<TMessage>(
    ActorContext<TMessage> owner, Func<CancellationToken, Task<TMessage>> work, Func<Exception, TMessage> onFailure)
    : Delivery where TMessage : notnull
{
    private TMessage? _result;
    private Exception? _failure;

    public async Task Run()
    {
        try
        {
            _result = await work(owner.Token);
        }
        catch (Exception e)
        {
            _failure = e; // any failure of the work is the actor's to judge
        }

        owner.Cell.Deliver(new(default, this));
    }

    public void Refuse(Exception why)
    {
        _failure = why;
        owner.Cell.Deliver(new(default, this));
    }

    public TMessage Open() => _failure is null ? _result! : onFailure(_failure);

    internal override bool Taken(object? incarnation)
    {
        owner.PipeEnded();
        return ReferenceEquals(owner, incarnation);
    }
}
