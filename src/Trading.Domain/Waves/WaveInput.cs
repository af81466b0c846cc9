using Trading.Domain.Accounts;
using Trading.Domain.Signals;

namespace Trading.Domain.Waves;

/// <summary>Everything a wave is told.</summary>
public abstract record WaveInput
{
    private WaveInput()
    {
    }

    /// <summary>A delivery of a signal, by any source, for any number of times.</summary>
    /// <param name="Barred">Why its symbol may not be entered, whatever its price; null: it may, or it is a close.</param>
    public sealed record Delivered(Signal Signal, string Source, Denial? Barred = null) : WaveInput;

    /// <summary>
    /// Signals whose delivery became durable too long after it came: the journal was away. None of them has been opened,
    /// also where the delivery selected it.
    /// </summary>
    public sealed record DurableLate(IReadOnlyList<string> SignalIds, TimeSpan After) : WaveInput;

    /// <summary>The feed says that it has sent all signals of the wave.</summary>
    public sealed record FeedComplete(int Count) : WaveInput;

    /// <summary>Answer to <see cref="WaveEffect.Open"/> and <see cref="WaveEffect.Inquire"/>.</summary>
    public sealed record Answered(string SignalId, OpeningAnswer Answer) : WaveInput;

    /// <summary>Answer to <see cref="WaveEffect.ClosePosition"/>.</summary>
    public sealed record CloseAnswered(string SignalId, ClosingAnswer Answer) : WaveInput;

    /// <summary>Collecting ends.</summary>
    public sealed record CloseDue : WaveInput;

    /// <summary>An opening or a close without a final answer is asked about again.</summary>
    public sealed record AskDue(string SignalId) : WaveInput;

    /// <summary>The actor was started and its journal replayed: take up what was under way.</summary>
    public sealed record Recovered : WaveInput;
}

/// <summary>What became of an opening.</summary>
public abstract record OpeningAnswer
{
    private OpeningAnswer()
    {
    }

    /// <summary>The exchange showed the position, or it is one that this very signal opened earlier.</summary>
    public sealed record Opened : OpeningAnswer;

    /// <summary>The entry was intended and came to nothing: refused, unfilled, not sent or proven absent.</summary>
    public sealed record Failed(int Code, string Why) : OpeningAnswer;

    /// <summary>Denied by account or position before anything was intended.</summary>
    public sealed record Denied(string Reason, string Text) : OpeningAnswer;

    /// <summary>Intended, and its fate is not known yet. It keeps its slot; asked again until it is known.</summary>
    public sealed record InDoubt(string Why) : OpeningAnswer;

    /// <summary>
    /// Nothing was intended by this attempt, and nobody could say yes or no: tried again while fresh.
    /// </summary>
    public sealed record NotYet(string Why) : OpeningAnswer;

    /// <summary>Answer to an inquiry: the position knows nothing of this signal.</summary>
    public sealed record NeverIntended : OpeningAnswer;
}

/// <summary>What became of the wish to close a position.</summary>
public abstract record ClosingAnswer
{
    private ClosingAnswer()
    {
    }

    /// <summary>The position has intended its close for this signal, now or earlier: it goes on until flat is proven.</summary>
    public sealed record Taken : ClosingAnswer;

    public sealed record Denied(string Reason, string Text) : ClosingAnswer;

    /// <summary>Nobody could say yes or no: asked again while fresh.</summary>
    public sealed record NotYet(string Why) : ClosingAnswer;
}
