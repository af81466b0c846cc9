using System.Diagnostics;
using Akka.Actor;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Node.Positions;
using Trading.Node.Hosting;
using static Trading.Node.Gateways.SessionMessage;

namespace Trading.Node.Gateways;

/// <summary>
/// The ear of one account: forwards what the exchange tells, in order, to the positions it concerns. A position exists
/// by being addressed; there is no list of those that may hear.
/// </summary>
/// <remarks>
/// A new session of the user stream is a gap: its reports wait until a snapshot begun after its start has been handed
/// out, but not longer than <see cref="HoldAtMost"/>, because a fill among them may need its stop.
/// </remarks>
public sealed partial class AccountSessionActor(SessionDependencies account) : NodeActor($"session/{account.Id}")
{
    /// <summary>Reports of the stream that may wait for this actor; then the stream waits.</summary>
    private const int UnheardMost = 4096;
    private static readonly TimeSpan HoldAtMost = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FullWait = TimeSpan.FromMilliseconds(10);

    private int _unheard;
    private bool _repairDue;
    private long _sessionEpoch;

    protected override void Started()
    {
        var self = Self;
        Beside(stop => Listen(self, stop), static fault => new SessionMessage.Ended(fault));
        if (account.Contracts is { } contracts)
            Beside(stop => ListenTo(self, contracts, stop), static fault => new SessionMessage.Ended(fault));
        StartTimer("symbols", SymbolsEvery, new SymbolsWanted());
        ReadEquity();
        TellMarks();
        StartTimer("cash", CashClock.AfterStart, new CashWanted());
        foreach (var symbol in account.KnownSymbols) Prepare(symbol);
        Probe(new ProbeWanted(account.ProbeWithOrders));
    }

    protected override void Handle(object message)
    {
        switch (message)
        {
            case Heard heard:
                Interlocked.Decrement(ref _unheard);
                On(heard.Report);
                break;
            case SessionMessage.Ended ended: throw new InvalidOperationException($"{account.Id}: the session ended by itself", ended.Why);
            case SyncWanted wanted:
                _repairDue = false;
                Sync(wanted.Why);
                break;
            case SnapshotTaken taken: HandOut(taken); break;
            case HoldEnded: Release("no snapshot came in time"); break;
            case SymbolsWanted wanted: Want(wanted); break;
            case SymbolsTaken taken: TakeSymbols(taken.Outcome); break;
            case EquityWanted: ReadEquity(); break;
            case EquityTaken taken: LearnEquity(taken.Outcome); break;
            case MarksDue: TellMarks(); break;
            case CashWanted: ReadCash(); break;
            case CashMissed missed: MissCash(missed.SinceUtc, CashClock.AfterPayment); break;
            case CashTaken taken: LearnCash(taken); break;
            case PrepareWanted wanted: Prepare(wanted.Symbol); break;
            case Prepared prepared: LearnPrepared(prepared); break;
            case ProbeWanted wanted: Probe(wanted); break;
            case ProbeEnded ended: LearnProbe(ended.Report); break;
            case AccountDoubted doubted: LookAgain(doubted.Why); break;
            case StreamProbed probed: LearnStream(probed.Check); break;
            case ReportRefused refused: Repair(refused); break;
            default: Unhandled(message); break;
        }
    }

    private async Task<SessionMessage> Listen(IActorRef self, CancellationToken stop)
    {
        await account.Session.Run(Deliver, stop);
        return new SessionMessage.Ended(null);

        async ValueTask Deliver(SessionReport report)
        {
            while (Volatile.Read(ref _unheard) >= UnheardMost && !stop.IsCancellationRequested)
                await Task.Delay(FullWait, account.Time, stop);
            Interlocked.Increment(ref _unheard);
            self.Tell(new Heard(report), ActorRefs.NoSender);
        }
    }

    private static async Task<SessionMessage> ListenTo(IActorRef self, ContractNews contracts, CancellationToken stop)
    {
        await contracts(symbol => self.Tell(new SymbolsWanted(symbol), ActorRefs.NoSender), stop);
        return new SessionMessage.Ended(null);
    }

    private void On(SessionReport report)
    {
        switch (report)
        {
            case SessionReport.ForPosition or SessionReport.CashMoved when _holding: Hold(report); break;
            case SessionReport.ForPosition or SessionReport.CashMoved: Forward(report); break;
            case SessionReport.Started started: Begin(started.SessionEpoch); break;
            case SessionReport.HealthChanged changed: Heed(changed); break;
            case SessionReport.SettingTold told: On(told.Setting); break;
            case SessionReport.BalanceChanged: StartTimer("equity", EquityAfterChange, new EquityWanted()); break;
            case SessionReport.UntradedTold told: account.Untraded.On(told.Position, account.Time.NowUtc()); break;
            case SessionReport.UnknownFrame frame: account.UnknownFrame(frame.Kind); break;
            default: throw new UnreachableException($"{report}");
        }
    }

    private void Begin(long sessionEpoch)
    {
        _sessionEpoch = sessionEpoch;
        account.Observations.Restart(sessionEpoch);
        foreach (var key in account.LiveKeys) Tell(key, new PositionInput.StreamRestarted(sessionEpoch));
        _holding = true;
        StartTimer("hold", HoldAtMost, new HoldEnded());
        _sync.Gap();
        Sync("a new session of the user stream");
        if (account.ProbeWithOrders && sessionEpoch > 1) ProveStream();
    }

    private void Tell(PositionKey key, PositionInput input) => account.Positions.Tell(key, new PositionMessage.Told(input), Self);

    private void Repair(ReportRefused refused)
    {
        if (_repairDue) return;
        _repairDue = true; // a report that is refused later must not put it off
        StartTimer("repair", TimeSpan.FromSeconds(1), new SyncWanted($"{refused.Actor} could not take a report: its mailbox is full"));
    }
}
