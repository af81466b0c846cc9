namespace Trading.Domain.Positions;

/// <summary>What a <see cref="PositionProcess"/> wants done by whoever runs it, in this order.</summary>
public abstract record PositionAction
{
    private PositionAction()
    {
    }

    /// <summary>All events after that version, answered by <see cref="PositionProcess.Recovered"/>.</summary>
    public sealed record ReadJournal(long AfterVersion) : PositionAction;

    /// <summary>Answered by <see cref="PositionProcess.Appended"/>, never as unknown: it is asked again under the same command id.</summary>
    /// <param name="HasPatience">
    /// <see cref="PositionProcess.PatienceEnded"/> is to be told when it is not answered within <see cref="PositionProcess.Patience"/>.
    /// </param>
    public sealed record Write(long ExpectedVersion, string CommandId, IReadOnlyList<PositionEvent> Events, bool HasPatience) : PositionAction;

    /// <param name="After">The position as the decision left it that wanted this.</param>
    /// <param name="Ahead">It protects, and leaves before its append is answered.</param>
    public sealed record Perform(PositionEffect Effect, PositionState After, bool Ahead = false) : PositionAction;

    /// <summary>To whoever asked under that number.</summary>
    public sealed record Answer(long Caller, Verdict Verdict, string Note, PositionState State) : PositionAction;

    /// <summary>It is durable, and its effects are under way: for those who look on.</summary>
    public sealed record Announce(PositionHappened Happened) : PositionAction;

    /// <summary>What is believed now, also where it is not durable yet.</summary>
    public sealed record Show(long Version, PositionState State) : PositionAction;

    /// <summary>An append was answered, that long after it was decided.</summary>
    public sealed record AppendTook(TimeSpan Time) : PositionAction;

    /// <summary>The journal does not answer: the position goes on ahead of it.</summary>
    public sealed record JournalIsSilent : PositionAction;

    /// <summary>A report that could not be kept while the position waits: what the exchange holds is to be read.</summary>
    public sealed record Overflowed(PositionInput Report) : PositionAction;

    /// <summary>The position has another owner: whoever runs this ends.</summary>
    public sealed record Leave(string Why) : PositionAction;
}
