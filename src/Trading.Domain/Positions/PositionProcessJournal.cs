using static Trading.Domain.Positions.PositionAction;

namespace Trading.Domain.Positions;

/// <summary>What becomes of a decision while the journal is asked to take it, and after it has answered.</summary>
public sealed partial class PositionProcess
{
    private Waiting.ToDecide? _writingInput;

    private void AppendedInTime(PositionMoment at, JournalAnswer answer)
    {
        var (one, input) = (_writing!, _writingInput!);
        (_writing, _writingInput) = (null, null);
        switch (answer)
        {
            case JournalAnswer.Fenced fenced:
                LeaveTo(fenced, one);
                break;
            case JournalAnswer.Conflict:
                Phase = ProcessPhase.Recovering;
                _again = input.Tries + 1 < DecisionsPerInput || one.Caller is null
                    ? input with { Tries = input.Tries + 1 }
                    : new Waiting.ToAnswer(one.Caller.Value, Verdict.Denied, "conflict");
                Do(new ReadJournal(Version));
                break;
            case JournalAnswer.DoneBefore:
                Phase = ProcessPhase.Ready;
                if (one.Caller is { } caller) Do(new Answer(caller, Verdict.Ignored, "done before", State));
                break;
            default:
                Phase = ProcessPhase.Ready;
                Remember(one);
                Settle(at, one);
                break;
        }
    }

    /// <summary>The oldest decision that was not written has its answer.</summary>
    private void AppendedLate(PositionMoment at, JournalAnswer answer)
    {
        switch (answer)
        {
            case JournalAnswer.Fenced fenced:
                LeaveTo(fenced);
                return;
            case JournalAnswer.Conflict or JournalAnswer.DoneBefore:
                ReadAgain();
                return;
        }

        var oldest = _unwritten.RemoveOldest();
        if (_unwritten.Any) WriteOldest();
        else Phase = ProcessPhase.Ready;
        Settle(at, oldest);
    }

    /// <summary>
    /// The journal went another way (an append of an earlier life arrived): what was decided is forgotten, and what is under
    /// way is taken up as after a start.
    /// </summary>
    private void ReadAgain()
    {
        (_forgotten ??= []).AddRange(_unwritten.RemoveAll().Select(static one => one.Caller).OfType<long>());
        (State, Seen, Version) = (PositionState.Initial, new Observations(), 0);
        Phase = ProcessPhase.Recovering;
        Do(new ReadJournal(0));
    }

    /// <summary>
    /// What protects goes out under the id its append will have, while the lease is valid; questions and timers add no
    /// exposure; everything else waits.
    /// </summary>
    private void GoAhead(PositionMoment at, UnwrittenDecision one)
    {
        Remember(one);
        _unwritten.Add(one);
        foreach (var effect in _unwritten.Hold(one.Decision.Effects, at.OwnsLease))
            Do(new Perform(OnTime(at, effect, one), State, Ahead: UnwrittenDecisions.Protects(effect)));
    }

    private void WriteOldest()
    {
        var oldest = _unwritten.Oldest;
        Do(new Write(oldest.Version, oldest.CommandId, oldest.Decision.Events, HasPatience: false));
    }

    /// <summary>It is durable: what waited for that is done, those who look are told, the caller has its answer.</summary>
    private void Settle(PositionMoment at, UnwrittenDecision one)
    {
        var took = at.Elapsed - one.Began;
        var next = new List<Waiting>();
        foreach (var effect in one.Held ?? one.Decision.Effects)
        {
            if (UnwrittenDecisions.WhyNotSent(effect, took, at.IsStopping) is { } why)
                next.Add(new Waiting.ToDecide(why));
            else if (one.Held is null || UnwrittenDecisions.IsStillRight(effect, State, Seen))
                Do(new Perform(OnTime(at, effect, one), one.Happened[^1].After));
        }

        Do(new AppendTook(took));
        foreach (var happened in one.Happened) Do(new Announce(happened));
        if (one.Caller is { } caller)
        {
            // The state of the answer is that after what was not sent in the end.
            if (next.Count == 0) Do(new Answer(caller, one.Decision.Verdict, one.Decision.Note, State));
            else next.Add(new Waiting.ToAnswer(caller, one.Decision.Verdict, one.Decision.Note));
        }

        _waiting.PutFirst(next);
    }

    /// <summary>
    /// The deadline runs from when we learned of the quantity, not from when the journal was given up (design §4). What a
    /// process slept is not the journal's: it has the whole deadline before it when it wakes.
    /// </summary>
    private static PositionEffect OnTime(PositionMoment at, PositionEffect effect, UnwrittenDecision one)
    {
        if (effect is not PositionEffect.StartTimer { Timer: PositionTimer.Protect } deadline) return effect;
        var waited = at.Elapsed - one.Began;
        return deadline with { Due = deadline.Due - (waited < Patience ? waited : Patience) };
    }

    private void LeaveTo(JournalAnswer.Fenced fenced, UnwrittenDecision? refused = null)
    {
        Phase = ProcessPhase.Left;
        Do(new Leave(fenced.Owner));
        foreach (var one in refused is null ? _unwritten.RemoveAll() : [refused])
            if (one.Caller is { } asked) Do(new Answer(asked, Verdict.Denied, "not_owner", State));
        DenyWaiting();
    }
}
