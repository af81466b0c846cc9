namespace Trading.Domain.Waves;

/// <summary>What a <see cref="WaveProcess"/> wants done by whoever runs it, in this order.</summary>
public abstract record WaveAction
{
    private WaveAction()
    {
    }

    /// <summary>All events after that version, answered by <see cref="WaveProcess.Recovered"/>.</summary>
    public sealed record ReadJournal(long AfterVersion) : WaveAction;

    /// <summary>Answered by <see cref="WaveProcess.Appended"/>; the wave waits for it however long it takes.</summary>
    public sealed record Write(long ExpectedVersion, string CommandId, IReadOnlyList<WaveEvent> Events) : WaveAction;

    public sealed record Perform(WaveEffect Effect) : WaveAction;

    /// <summary>A signal of that source was denied, for that reason.</summary>
    public sealed record CountDenied(string Source, string Reason) : WaveAction;

    /// <summary>To whoever delivered under that number: one decision for each of the signals, in order.</summary>
    public sealed record Answer(long Caller, IReadOnlyList<WaveDecision> Decisions) : WaveAction;

    /// <summary>The stream has another owner: whoever runs this ends.</summary>
    public sealed record Leave(string Why) : WaveAction;
}
