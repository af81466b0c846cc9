using Trading.Domain.Signals;

namespace Trading.Domain.Waves;

/// <summary>What is to be done outside once the events of the same decision are durable.</summary>
public abstract record WaveEffect
{
    private WaveEffect()
    {
    }

    /// <summary>
    /// A symbol was seen for the first time: leverage and margin mode are made true before it is selected.
    /// </summary>
    public sealed record PrepareSymbol(Symbol Symbol) : WaveEffect;

    /// <summary>
    /// Slot, then position. Answered by <see cref="WaveInput.Answered"/>; repeating it for the same signal is harmless,
    /// because account and position know the signal.
    /// </summary>
    public sealed record Open(Signal Signal) : WaveEffect;

    /// <summary>
    /// Asks the position what became of this signal without opening anything. Answered Opened, Failed, InDoubt or
    /// NeverIntended.
    /// </summary>
    public sealed record Inquire(Signal Signal) : WaveEffect;

    /// <summary>
    /// The position that a close signal names is to be closed. Answered by <see cref="WaveInput.CloseAnswered"/>;
    /// repeating it for the same signal is harmless, because the position knows the request.
    /// </summary>
    public sealed record ClosePosition(Signal Signal) : WaveEffect;

    /// <summary>A signal that may have been granted a slot will not be opened.</summary>
    public sealed record ReturnSlot(Signal Signal) : WaveEffect;

    /// <summary>
    /// Collecting ends then, unless earlier: answered by <see cref="WaveInput.CloseDue"/>. Replaces the one before.
    /// </summary>
    public sealed record CloseAfter(TimeSpan Due) : WaveEffect;

    /// <summary>Answered by <see cref="WaveInput.AskDue"/>.</summary>
    public sealed record AskAfter(string SignalId, TimeSpan Due) : WaveEffect;

    /// <summary>Metric <c>duplicates_prevented_total{reason}</c>: counted for every repeat, journaled or not.</summary>
    public sealed record CountDuplicate(string Reason) : WaveEffect;
}
