using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionState;

namespace Trading.Domain.Positions;

/// <summary>After a start or takeover the work goes on from the journal; deadlines start anew.</summary>
internal sealed partial class PositionTurn
{
    public void Recover()
    {
        switch (_state)
        {
            case Flat flat:
                AwaitLateCloses(flat.Last);
                Sweep();
                break;
            case Opening: RecoverOpening(); break;
            case PositionState.Open { Holding: var held }: RecoverOpen(held); break;
            case Closing s: RecoverClosing(s); break;
        }
    }

    /// <summary>Whether a close of which no fill was counted was refused or is still on its way, the journal does not say.</summary>
    private void AwaitLateCloses(Holding? held)
    {
        if (held is not null && held.CloseOrders.Exists(order => !held.Reduced.ContainsKey(order)))
            _seen = _seen with { CloseMayArriveUntilUtc = context.NowUtc + LatestClose };
    }

    private void RecoverOpening()
    {
        if (GaveUpUnsentEntry(null, 0, "this node started before it was confirmed", mayRest: true)) return;
        Do(new WatchPrice());
        Do(new StartTimer(PositionTimer.VerifyEntry, context.Policy.VerifyAlert));
        DoubtEntry("this node started while the entry was under way");
        RecoverProtection();
    }

    private void RecoverOpen(Holding held)
    {
        Do(new WatchPrice());
        Do(new StartTimer(PositionTimer.Aged, AgeLeft(held)));
        if (held.Quantity == 0) Check(CheckCause.Doubt);
        RecoverProtection();
    }

    private void RecoverClosing(Closing s)
    {
        Do(new WatchPrice());
        Do(new StartTimer(PositionTimer.CloseSlow, SlowAfter));
        AwaitLateCloses(s.Holding);
        if (s.Holding.Quantity == 0) Check(CheckCause.Doubt);
        if (s.Holding.LeavesQuantity > 0) Do(new Inquire(s.Holding.EntryOrder, Since(s.Holding)));
        if (!s.Attempt.Working)
        {
            Do(new StartTimer(PositionTimer.CloseAgain, SendAgain));
            return;
        }

        if (!s.Attempt.InDoubt) Emit(new OutcomeLost(s.Attempt.Id, "this node started while the close was under way"));
        Do(new Inquire(s.Attempt.Id, Since(s.Holding)));
    }

    private void RecoverProtection()
    {
        if (Held is { } held && (held.IntendedStop is not null || held.Hard is { Resting: false })) LookForStops();
        if (Held is { LiveStop: { } live } loosened) AwaitRestoring(loosened, live.Trigger);
        EnsureProtected();
    }
}
