namespace Trading.Runtime;

/// <summary>
/// Owns one thing and takes one message at a time: the next is not taken until <see cref="Receive"/> has completed.
/// </summary>
/// <remarks>
/// Its fields belong to its turn: nothing but these methods (and <c>onFailure</c> of a pipe) may touch them.
/// An actor that throws is made anew after a back-off and recovers in <see cref="Started"/>; the messages still
/// waiting are kept, only the one that failed is gone.
/// </remarks>
public abstract class Actor<TMessage> where TMessage : notnull
{
    private ActorContext<TMessage>? _context;

    /// <summary>The actor's hold on the runtime; there from the call of <see cref="Started"/> on.</summary>
    protected ActorContext<TMessage> Context =>
        _context ?? throw new InvalidOperationException("Context is set before Started: do not use it in a constructor");

    /// <summary>Recovery. No message is taken before it has completed; an exception means back-off and another start.</summary>
    protected internal virtual ValueTask Started(CancellationToken stop) => ValueTask.CompletedTask;

    protected internal abstract ValueTask Receive(TMessage message, CancellationToken stop);

    /// <summary>What was offered since the last call: after all reports, before any command.</summary>
    protected internal virtual ValueTask Ticked(PriceWindow window, CancellationToken stop) => ValueTask.CompletedTask;

    /// <summary>
    /// After the last message of a stop or a passivation. Not called on an actor that threw: its token is cancelled.
    /// </summary>
    protected internal virtual ValueTask Stopped() => ValueTask.CompletedTask;

    /// <summary>
    /// True when nothing would be lost but memory if the actor were stopped now. Read in its own turn only.
    /// An actor with a timer or a pipe under way is never passivated, whatever it says here.
    /// </summary>
    protected internal virtual bool IsIdle => false;

    internal void Enter(ActorContext<TMessage> context) => _context = context;
}
