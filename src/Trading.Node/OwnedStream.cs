using System.Globalization;
using Trading.Journal;

namespace Trading.Node;

/// <summary>A stream of the journal with the one owner that waits for every append: an account's, a wave's.</summary>
/// <param name="silent">Told why the journal does not answer; it goes on being asked.</param>
internal sealed class OwnedStream<TEvent>(
    string name, IJournal journal, long epoch, string incarnation, TimeProvider time, Action<string> silent)
    where TEvent : class
{
    private readonly JournalStream<TEvent> _stream = new(name, journal, epoch, time, silent);

    /// <summary>Version of the last event read or written.</summary>
    private long _version;

    /// <summary>Events that are new since the last call or append.</summary>
    /// <param name="stop">Gives up waiting for a journal that is away.</param>
    /// <exception cref="UnreadableEventException">This build cannot read an event of the stream.</exception>
    public async Task<IReadOnlyList<TEvent>> ReadNew(CancellationToken stop)
    {
        var events = await _stream.ReadAfter(_version, stop);
        _version += events.Count;
        return events;
    }

    /// <summary>Written, conflicting or fenced; never unknown.</summary>
    public async Task<AppendOutcome> Append(IReadOnlyList<TEvent> events)
    {
        var append = _stream.Append(_version, string.Create(CultureInfo.InvariantCulture, $"{incarnation}-{_version}"), events);
        if (!await JournalPatience.IsAnswered(append, time)) silent(JournalPatience.Exhausted);
        switch (await append)
        {
            case AppendResult.Conflict: return AppendOutcome.Conflict;
            case AppendResult.Fenced: return AppendOutcome.Fenced;
        }

        _version += events.Count;
        return AppendOutcome.Written;
    }
}

internal enum AppendOutcome
{
    Written,

    /// <summary>Somebody else wrote the stream: read what is new and decide again.</summary>
    Conflict,

    /// <summary>The stream has a newer owner: stop.</summary>
    Fenced,
}
