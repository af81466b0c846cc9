using Trading.Domain.Positions;
using Trading.Node.Positions;

namespace Trading.Node.Reconcile;

/// <summary>Counts what snapshots corrected. In steady state that is nothing: the streams told it before.</summary>
public sealed class ReconcileLedger(Action<string> count, Action<string> distrust)
{
    private int _drift;
    private int _rounds;
    private int _begun;
    private int _told;

    /// <summary>Corrections since the newest snapshot was handed out.</summary>
    public int Drift => Volatile.Read(ref _drift);

    /// <summary>Snapshots handed out since the start of this node.</summary>
    public int Rounds => Volatile.Read(ref _rounds);

    /// <summary>Snapshots asked of the exchange since the start of this node; one at a time.</summary>
    public int ReadsBegun => Volatile.Read(ref _begun);

    /// <summary>Which of them was handed out last. What was asked for while one was being read is in a later one.</summary>
    public int NewestRead => Volatile.Read(ref _told);

    public void BeginRead() => Interlocked.Increment(ref _begun);

    public void BeginRound()
    {
        Volatile.Write(ref _told, ReadsBegun);
        Interlocked.Increment(ref _rounds);
        Volatile.Write(ref _drift, 0);
    }

    public void On(PositionHappened happened)
    {
        if (happened.Cause is not (PositionInput.SnapshotShare or PositionInput.Checked { Evidence.Cause: CheckCause.Snapshot }))
            return;
        if (KindOf(happened.Event) is not { } kind) return;
        Interlocked.Increment(ref _drift);
        count(kind);
        if (Rounds > 1 && happened.Event is PositionEvent.PositionClosed or PositionEvent.QuantityChanged)
            distrust($"a snapshot told of {happened.Key} what the stream should have told");
    }

    private static string? KindOf(PositionEvent happened) => happened switch
    {
        PositionEvent.PositionAdopted => "adopted",
        PositionEvent.PositionClosed => "closed",
        PositionEvent.QuantityChanged => "quantity",
        PositionEvent.StopEnded => "stop_lost",
        PositionEvent.StopCleared => "stop_cleared",
        _ => null,
    };
}
