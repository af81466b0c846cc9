namespace Trading.Domain.Positions;

/// <summary>
/// What follows from one input. Events are journaled first, then the effects are performed, in order.
/// Neither events nor effects: see <see cref="Note"/>.
/// </summary>
/// <param name="Seen">What the machine has seen but need not journal, after this input.</param>
/// <param name="Verdict">Answer to whoever asked.</param>
/// <param name="Note">Why it was ignored or denied, for a human; empty when accepted.</param>
public sealed record Decision(
    IReadOnlyList<PositionEvent> Events,
    IReadOnlyList<PositionEffect> Effects,
    Observations Seen,
    Verdict Verdict,
    string Note = "");

public enum Verdict
{
    Accepted,

    /// <summary>A duplicate or a latecomer: a normal answer, never a failure.</summary>
    Ignored,

    /// <summary>A command we say no to before anything is sent; <see cref="Decision.Note"/> holds the reason code.</summary>
    Denied,
}
