namespace Trading.Runtime;

/// <summary>
/// The address of an actor. One of a group's member stays good across passivation: a message to it starts the next
/// incarnation.
/// </summary>
public sealed class ActorRef<TMessage> where TMessage : notnull
{
    private readonly ActorCell<TMessage> _cell;

    internal ActorRef(ActorCell<TMessage> cell) => _cell = cell;

    public string Name => _cell.Name;

    /// <summary>Reports, answers, deadlines: lane 1, in the order of arrival, before all else.</summary>
    /// <returns>False: full or stopped. The report is lost to the actor, and the caller has a gap to repair.</returns>
    public bool Tell(TMessage report) => _cell.Add(Lane.Reports, new(report, null)) is null;

    /// <summary>Commands: lane 2, taken when neither a report nor a price is waiting.</summary>
    /// <returns>False: full or stopped, an explicit refusal.</returns>
    public bool TryCommand(TMessage command) => _cell.Add(Lane.Commands, new(command, null)) is null;

    /// <summary>
    /// Puts a price into the actor's latest-value cell. It never wakes a passivated actor, and allocates nothing while
    /// the price stays inside the band the actor asked to be woken on.
    /// </summary>
    public void Offer(decimal price, long atUtcTicks) => _cell.Offer(price, atUtcTicks);

    /// <summary>Sends a command that carries the way back for its answer.</summary>
    /// <returns>
    /// The answer, or a task failed with <see cref="TimeoutException"/> (unknown: the message is still waiting or was
    /// received without an answer), <see cref="MailboxFullException"/> or <see cref="ActorStoppedException"/> (not
    /// received), or the exception the actor threw over the message.
    /// </returns>
    public Task<TReply> Ask<TReply>(Func<Action<TReply>, TMessage> make, TimeSpan deadline)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(deadline, TimeSpan.Zero); // infinite is negative too
        var ask = new PendingAsk<TReply>(_cell.System, _cell.Name);
        if (_cell.Add(Lane.Commands, new(make(ask.Reply), ask)) is { } refusal)
            return Task.FromException<TReply>(refusal);
        ask.ArmDeadline(deadline);
        return ask.Task;
    }

    public override string ToString() => Name;
}
