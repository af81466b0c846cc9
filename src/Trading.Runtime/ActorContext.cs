using System.Diagnostics.CodeAnalysis;

namespace Trading.Runtime;

/// <summary>
/// One incarnation's hold on the runtime; for use in the actor's own turn. Timers and pipes end with the incarnation
/// that started them.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "a token source without timer or link holds nothing to dispose of")]
public sealed class ActorContext<TMessage> where TMessage : notnull
{
    private readonly CancellationTokenSource _stop = new();
    private Dictionary<string, ActorTimer<TMessage>>? _timers;
    private int _pipes;

    internal ActorContext(ActorCell<TMessage> cell) => Cell = cell;

    public ActorRef<TMessage> Self => Cell.Ref;
    public string Name => Cell.Name;
    public TimeProvider Time => Cell.System.Options.Time;

    internal ActorCell<TMessage> Cell { get; }
    internal CancellationToken Token => _stop.Token;
    internal bool IsWaiting => _timers is { Count: > 0 } || Volatile.Read(ref _pipes) > 0;

    /// <summary>
    /// Sends <paramref name="message"/> to the actor itself once, on lane 1, after <paramref name="due"/>. The same
    /// name replaces: what was armed before never arrives. A full lane does not refuse it.
    /// </summary>
    public void StartTimer(string name, TimeSpan due, TMessage message)
    {
        CancelTimer(name);
        if (Token.IsCancellationRequested) return;
        var timer = new ActorTimer<TMessage>(this, name, message);
        (_timers ??= new(StringComparer.Ordinal)).Add(name, timer);
        timer.Arm(due < TimeSpan.Zero ? TimeSpan.Zero : due);
    }

    /// <summary>From here on the timer's message does not arrive, even if it is already waiting.</summary>
    public void CancelTimer(string name)
    {
        if (_timers is not null && _timers.Remove(name, out var timer)) timer.Cancel();
    }

    /// <summary>
    /// Runs <paramref name="work"/> beside the actor, on the system's scheduler. Its result, or what
    /// <paramref name="onFailure"/> makes of its exception in the actor's turn, arrives on lane 1. Dropped if the actor
    /// was restarted or stopped meanwhile. A full lane does not refuse it.
    /// </summary>
    public void Pipe(Func<CancellationToken, Task<TMessage>> work, Func<Exception, TMessage> onFailure)
    {
        var piped = new Piped<TMessage>(this, work, onFailure);
        if (Interlocked.Increment(ref _pipes) > Cell.System.Options.PipesBound)
            piped.Refuse(new MailboxFullException(Name, "pipes"));
        else
            Cell.System.Dispatch(static piped => ((Piped<TMessage>)piped!).Run(), piped);
    }

    /// <summary>
    /// Until told otherwise only a price at or beyond one of these wakes the actor; the window it then gets holds the
    /// extremes of all prices since the last. Prices already waiting count.
    /// </summary>
    public void WakeOnPrice(decimal atOrBelow, decimal atOrAbove) => Cell.WakeOnPrice(atOrBelow, atOrAbove);

    /// <summary>Every offered price wakes the actor: so it is at the start of each incarnation.</summary>
    public void WakeOnEveryPrice() => Cell.WakeOnEveryPrice();

    /// <summary>What was offered so far is of before: the next window begins with the next price.</summary>
    public void ForgetPrices() => Cell.ForgetPrices();

    /// <summary>
    /// Ends the actor after the current message. What is still waiting is not received: askers are told, the rest is
    /// reported as undelivered.
    /// </summary>
    public void Stop(string why) => Cell.Stop(this, why);

    internal void Forget(ActorTimer<TMessage> timer) => _timers?.Remove(timer.Name);

    internal void PipeEnded() => Interlocked.Decrement(ref _pipes);

    internal void EndTimers()
    {
        if (_timers is null) return;
        foreach (var timer in _timers.Values) timer.Cancel();
        _timers = null;
    }

    internal void Cancel() => _stop.Cancel();
}
