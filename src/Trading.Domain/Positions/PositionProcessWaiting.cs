using static Trading.Domain.Positions.PositionAction;

namespace Trading.Domain.Positions;

/// <summary>What waits for the journal, in the order of its coming; what a decision left behind comes before it.</summary>
public sealed partial class PositionProcess
{
    private readonly WaitingLine<Waiting> _waiting = new();

    /// <summary>Prices that came meanwhile are one: the latest, with the extremes of all.</summary>
    private PositionInput.MarkMoved? _mark;

    private abstract record Waiting
    {
        /// <param name="ByMark">The latest price is learned before it.</param>
        /// <param name="CommandId">Null: nobody can ask for it twice.</param>
        /// <param name="Caller">Null: nobody waits for an answer.</param>
        /// <param name="Tries">How often a decision about it met a stream that somebody else had written.</param>
        public sealed record ToDecide(
            PositionInput Input, bool ByMark = false, string? CommandId = null, long? Caller = null, int Tries = 0) : Waiting;

        public sealed record ToAnswer(long Caller, Verdict Verdict, string Note) : Waiting;
    }

    private void Take(Waiting.ToDecide one)
    {
        if (Phase is ProcessPhase.Left) Refuse(one, "not_owner");
        else if (_waiting.IsFull) Refuse(one, Busy);
        else _waiting.Add(one);
    }

    private void Refuse(Waiting.ToDecide one, string note)
    {
        if (one.Caller is { } caller) Do(new Answer(caller, Verdict.Denied, note, State));
        else if (Phase is not ProcessPhase.Left) Do(new Overflowed(one.Input));
    }

    private void TakeMark(PositionInput.MarkMoved mark) => _mark = _mark is { } before
        ? mark with { Lowest = Math.Min(before.Lowest, mark.Lowest), Highest = Math.Max(before.Highest, mark.Highest) }
        : mark;

    private Waiting? TakeNext()
    {
        if (_waiting.TakeNext() is { } next) return next;
        if (_mark is not { } mark) return null;
        _mark = null;
        return new Waiting.ToDecide(mark);
    }

    /// <summary>Nothing of it was decided: whoever owns the position now is asked again.</summary>
    private void DenyWaiting()
    {
        while (TakeNext() is { } next)
            if (next is Waiting.ToDecide { Caller: { } asked }) Do(new Answer(asked, Verdict.Denied, "not_owner", State));
            else if (next is Waiting.ToAnswer answer) Do(new Answer(answer.Caller, answer.Verdict, answer.Note, State));
    }
}
