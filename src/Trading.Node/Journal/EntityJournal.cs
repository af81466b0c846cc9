using Trading.Domain;
using Trading.Journal;
using Trading.Node.Hosting;

namespace Trading.Node.Journal;

/// <summary>
/// The stream of one entity, read and written beside its actor. What comes of it is told to the actor as a message
/// (<see cref="JournalRead{TEvent}"/>, <see cref="JournalUnreadable"/>, <see cref="JournalAppended"/>, <see cref="JournalWaited"/>);
/// an append is never unknown: it is asked again under the same command id.
/// </summary>
/// <param name="silent">Told why the journal did not answer. Must not wait.</param>
internal sealed class EntityJournal<TEvent>(
    NodeActor owner, string stream, IJournal journal, long epoch, TimeProvider time, Action<string> silent)
    where TEvent : class
{
    private const string Timer = "journal";

    /// <summary>A timer that comes this much late says that the process slept.</summary>
    private static readonly TimeSpan Slept = TimeSpan.FromMilliseconds(100);

    private readonly JournalStream<TEvent> _stream = new(stream, journal, epoch, time, silent);
    private long _waitsSince;

    /// <summary>However long the journal is away.</summary>
    public void Read(long afterVersion) => owner.Beside(
        async stop => new JournalRead<TEvent>(await _stream.ReadAfter(afterVersion, stop)),
        fault => fault is UnreadableEventException
            ? new JournalUnreadable(fault.Message)
            : throw new InvalidOperationException($"{stream} could not be read", fault));

    /// <param name="isTimed">The actor is told when it takes longer than <see cref="JournalTimeouts.Limit"/>.</param>
    public void Append(long expectedVersion, string commandId, IReadOnlyList<TEvent> events, bool isTimed)
    {
        if (isTimed) StartWaiting();

        // Begun in this turn: a process that falls asleep after it has its intent on the way before anything goes ahead of it.
        var append = _stream.Append(expectedVersion, commandId, events);
        owner.Beside(
            async _ => new JournalAppended(await append),
            fault => throw new InvalidOperationException($"{stream} could not be written", fault));
    }

    /// <summary>To be called at <see cref="JournalAppended"/>.</summary>
    public void StopWaiting() => owner.CancelTimer(Timer);

    /// <summary>
    /// To be called at <see cref="JournalWaited"/>. What the process slept is not the journal's, whose answer may be the next
    /// message: it has its whole time again.
    /// </summary>
    /// <returns>True: it was the process that slept, and the journal is waited for again.</returns>
    public bool WaitsAgain()
    {
        if (time.GetElapsedTime(_waitsSince) - JournalTimeouts.Limit < Slept) return false;
        StartWaiting();
        return true;
    }

    private void StartWaiting()
    {
        _waitsSince = time.GetTimestamp();
        owner.StartTimer(Timer, JournalTimeouts.Limit, new JournalWaited());
    }
}
