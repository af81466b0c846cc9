using System.Diagnostics;
using Akka.Actor;
using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Node.Positions;
using Trading.Node.Probe;
using Trading.Node.Reconcile;
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
public sealed class AccountSessionActor(SessionDependencies account) : NodeActor($"session/{account.Id}")
{
    private const int HeldAtMost = 4096;

    /// <summary>Reports of the stream that may wait for this actor; then the stream waits.</summary>
    private const int UnheardMost = 4096;
    private static readonly TimeSpan HoldAtMost = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FullWait = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan SymbolsEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan SymbolsAgain = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DelistingAlert = TimeSpan.FromHours(48);

    /// <summary>An hour before the end, and what lies between two readings of the symbols.</summary>
    private static readonly TimeSpan DelistingClose = TimeSpan.FromHours(1) + SymbolsEvery;
    private static readonly TimeSpan EquityEvery = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EquityAfterChange = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MarksEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbeUnanswered = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbeFailed = TimeSpan.FromSeconds(60);

    /// <summary>One refusal after the other has the account looked at again no more often than that.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    private readonly Queue<SessionReport> _held = new();
    private readonly SyncClock _sync = new(account.SyncEvery, account.Time);
    private readonly SymbolPreparation _preparation = new(account);
    private readonly List<IActorRef> _askedForProbe = [];

    /// <summary>Who waits for the read of the symbols that is under way, and for the one after it.</summary>
    private List<IActorRef> _askedForSymbols = [];
    private List<IActorRef> _askedForNextSymbols = [];
    private bool _readingSymbols;
    private int _unheard;
    private bool _symbolsWantedAgain;
    private bool _holding;
    private bool _repairDue;

    /// <summary>The last snapshot named no position at all: what that starts is a check of each that is held, once and not every 5 s.</summary>
    private bool _namedNobody;
    private bool _probing;
    private long? _lookedAgainAt;
    private long _sessionEpoch;

    /// <summary>Null: nothing is known to have been paid of which nobody was told.</summary>
    private DateTime? _cashMissedUtc;

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

    private void Hold(SessionReport report)
    {
        _held.Enqueue(report);
        if (_held.Count >= HeldAtMost) Release("too many reports were waiting for a snapshot");
    }

    private void Release(string? why = null)
    {
        if (!_holding) return;
        _holding = false;
        CancelTimer("hold");
        if (why is not null && _held.Count > 0)
            account.Log($"{account.Id}: {_held.Count} reports of the new session go on before its snapshot: {why}");
        while (_held.TryDequeue(out var report)) Forward(report);
    }

    private void Forward(SessionReport report)
    {
        switch (report)
        {
            case SessionReport.ForPosition { Input: PositionInput.PositionStreamed streamed } told:
                account.Observations.Learn(told.Key, streamed);
                Tell(told.Key, streamed);
                break;
            case SessionReport.ForPosition told: Tell(told.Key, told.Input); break;
            case SessionReport.CashMoved moved: Assign(moved.Report); break;
            default: throw new UnreachableException($"{report}");
        }
    }

    private void Assign(CashReport report)
    {
        var (key, counts) = CashOwner.Of(
            report, report.Symbol is { } symbol ? account.KeysOf(symbol) : [], key => account.Board.Find(key)?.State);
        if (key is { } owner && !account.IsNoted(report)) Tell(owner, new PositionInput.CashMoved(report.Cash));
        else account.TellAccount(new AccountInput.CashTold(report.Cash, report.Symbol, counts));
    }

    private void Tell(PositionKey key, PositionInput input) => account.Positions.Tell(key, new PositionMessage.Told(input), Self);

    private void Repair(ReportRefused refused)
    {
        if (_repairDue) return;
        _repairDue = true; // a report that is refused later must not put it off
        StartTimer("repair", TimeSpan.FromSeconds(1), new SyncWanted($"{refused.Actor} could not take a report: its mailbox is full"));
    }

    private void Heed(SessionReport.HealthChanged changed)
    {
        var suspect = changed.Health is StreamHealth.Suspect;
        account.TellAccount(new AccountInput.StreamHealthTold(suspect, changed.Why));
        if (_sync.SetSuspect(suspect) && suspect) Sync($"the user stream is suspect: {changed.Why}");
    }

    private void Sync(string why)
    {
        if (!_sync.Begin()) return;
        account.Ledger.BeginRead();
        account.Log($"{account.Id}: snapshot, because {why}");
        var (epoch, routine, begun) = (_sessionEpoch, _sync.IsRoutine, account.Prepared.Begin());
        Beside(
            async stop => new SnapshotTaken(await account.Session.ReadSnapshot(routine, stop), epoch, begun),
            fault => new SnapshotTaken(new Unknown<AccountSnapshot>(fault.Message), epoch, begun));
    }

    private void HandOut(SnapshotTaken taken)
    {
        var snapshot = (taken.Outcome as Done<AccountSnapshot>)?.Value;
        var isWhole = snapshot is { NamesPositions: true };
        var next = _sync.End(isWhole);
        if (!isWhole)
            account.Alerts.Raise("SnapshotFailed", account.Id.Value, snapshot is null
                ? $"the snapshot of the account failed: {taken.Outcome}"
                : "the snapshot of the account names no position at all, not even a flat one; it is asked for again");
        if (snapshot is not null)
        {
            account.Untraded.Learn(snapshot);
            LearnSettings(snapshot, taken.Begun);
            var clean = account.Ledger.Drift == 0;
            if (isWhole || !_namedNobody) account.Reconciler.HandOut(snapshot, Tell);
            _namedNobody = !isWhole;
            if (isWhole && _sync.ProvesLive(clean)) account.Session.Trust("two snapshots 15 s apart found nothing untold");
            if (taken.SessionEpoch == _sessionEpoch) Release();
        }

        if (_sync.TakeWanted()) Sync("it was asked for while one was being read");
        else StartTimer("sync", next, new SyncWanted("its time has come"));
    }

    /// <summary>A read that is under way may tell what was true before: whoever asks now waits for the next one.</summary>
    private void Want(SymbolsWanted wanted)
    {
        if (wanted.Changed is { } changed) account.Symbols.Doubt(changed);
        if (Asker is { } asker) (_readingSymbols ? _askedForNextSymbols : _askedForSymbols).Add(asker);
        if (_readingSymbols) _symbolsWantedAgain = true;
        else ReadSymbols();
    }

    private void ReadSymbols()
    {
        _readingSymbols = true;
        Beside(
            async stop => new SymbolsTaken(await account.Session.ReadSymbols(stop)),
            static fault => new SymbolsTaken(new Unknown<IReadOnlyList<SymbolRules>>(fault.Message)));
    }

    private void TakeSymbols(Outcome<IReadOnlyList<SymbolRules>> outcome)
    {
        _readingSymbols = false;
        var told = outcome is Done<IReadOnlyList<SymbolRules>>;
        if (outcome is Done<IReadOnlyList<SymbolRules>> { Value: var rules }) LearnSymbols(rules);
        foreach (var asker in _askedForSymbols) asker.Tell(new SymbolsAnswer(told));
        (_askedForSymbols, _askedForNextSymbols) = (_askedForNextSymbols, []);
        if (_symbolsWantedAgain)
        {
            _symbolsWantedAgain = false;
            ReadSymbols();
            return;
        }

        if (told) account.Symbols.EndDoubts();
        StartTimer("symbols", told ? SymbolsEvery : SymbolsAgain, new SymbolsWanted());
    }

    private void LearnSymbols(IReadOnlyList<SymbolRules> told)
    {
        var changed = account.Symbols.Replace(told).ToDictionary(rules => rules.Symbol);
        foreach (var key in account.LiveKeys)
            if (changed.TryGetValue(key.Symbol, out var rules))
                Tell(key, new PositionInput.RulesChanged(rules));
        foreach (var view in account.Board.Active.Where(view => view.Key.Account == account.Id)) LeaveDelisted(view);
    }

    /// <summary>What is held when a symbol ends trading would be settled at the exchange's price.</summary>
    private void LeaveDelisted(PositionView view)
    {
        var rules = account.Symbols.RulesOf(view.Key.Symbol);
        var ends = rules.LastTradingUtc - account.Time.NowUtc();
        if (rules.IsTrading && !(ends < DelistingAlert)) return;
        account.Alerts.Raise("Delisting", view.Key.ToString(), rules.LastTradingUtc is { } utc
            ? $"{view.Key}: the exchange ends trading at {utc:yyyy-MM-dd HH:mm} UTC"
            : $"{view.Key}: the exchange does not trade the symbol now");
        if (!(ends < DelistingClose) || view is not { State: PositionState.Open, Holding.Managed: true }) return;
        Tell(view.Key, new PositionInput.ClosePosition(CloseReason.Settlement, "node, before the symbol ends trading"));
    }

    private void On(AccountSetting setting)
    {
        account.Prepared.On(setting);
        if (setting.MultiAssets is { } all) LookAgain($"multi-assets mode was switched {(all ? "on" : "off")}");
        if (setting.Symbol is { } symbol) SayWhatIsHeldOtherwise(symbol);
    }

    private void LearnSettings(AccountSnapshot snapshot, long begun)
    {
        account.Prepared.Learn(snapshot.Settings, begun);
        foreach (var symbol in account.Board.Active.Where(view => view.Key.Account == account.Id).Select(view => view.Key.Symbol).Distinct())
            SayWhatIsHeldOtherwise(symbol);
        if (snapshot.Positions.Count > 0 && snapshot.Positions.Keys.All(key => account.KeysOf(key.Symbol)[0].IsOfOtherMode(key)))
            LookAgain("it names no position in the configured position mode");
    }

    /// <summary>What we opened relies on our leverage and margin mode, which nobody can set back while it is held.</summary>
    private void SayWhatIsHeldOtherwise(Symbol symbol)
    {
        var applied = account.Prepared.Of(symbol);
        if (applied.AgreesWith(account.Prepared.Wanted)) return;
        foreach (var view in account.Board.Active.Where(view => view is { Holding: { Policy: null, Quantity: > 0 } } && view.Key.Account == account.Id && view.Key.Symbol == symbol))
            account.Alerts.Raise("SettingsChanged", view.Key.ToString(), HeldOtherwise.Text(view, applied, account.Prepared.Wanted, account.Risk));
    }

    private void ReadEquity() => Beside(
        async stop => new EquityTaken(await account.Session.ReadBalance(stop)),
        static fault => new EquityTaken(new Unknown<AccountBalance>(fault.Message)));

    private void LearnEquity(Outcome<AccountBalance> outcome)
    {
        StartTimer("equity", EquityEvery, new EquityWanted());
        if (outcome is Done<AccountBalance> done) account.TellAccount(new AccountInput.EquityRead(done.Value.EquityUsdt));
    }

    /// <summary>The account judges its open loss by them.</summary>
    private void TellMarks()
    {
        var marks = account.Board.Active.Where(view => view.Key.Account == account.Id)
            .DistinctBy(view => view.Key.Symbol)
            .Select(view => (view.Key.Symbol, Mark: account.Prices.PriceOf(view.Key.Symbol) * (view.Holding!.QuotePrice ?? 1)))
            .Where(pair => pair.Mark is not null)
            .ToDictionary(pair => pair.Symbol, pair => pair.Mark!.Value);
        if (marks.Count > 0) account.TellAccount(new AccountInput.Marked(marks));
        StartTimer("marks", MarksEvery, new MarksDue());
    }

    private void MissCash(DateTime sinceUtc, TimeSpan after)
    {
        _cashMissedUtc = sinceUtc < _cashMissedUtc ? sinceUtc : _cashMissedUtc ?? sinceUtc;
        StartTimer("cash", after, new CashWanted());
    }

    private void ReadCash()
    {
        var now = account.Time.NowUtc();
        StartTimer("cash", CashClock.UntilNext(now), new CashWanted());
        var held = account.Board.All.Where(view => view.Key.Account == account.Id).Select(view => view.State);
        if (CashClock.Since(_cashMissedUtc, held, now) is not { } since) return;
        _cashMissedUtc = null;
        Beside(
            async stop => new CashTaken(await account.Session.ReadCash(since, stop), since),
            fault => new CashTaken(new Unknown<IReadOnlyList<CashReport>>(fault.Message), since));
    }

    private void LearnCash(CashTaken taken)
    {
        if (taken.Outcome is Done<IReadOnlyList<CashReport>> done)
            foreach (var report in done.Value) Assign(report);
        else
            MissCash(taken.SinceUtc, CashClock.AfterFailure);
    }

    private void Probe(ProbeWanted wanted)
    {
        if (Asker is { } asker) _askedForProbe.Add(asker);
        if (_probing) return;
        _probing = true;
        CancelTimer("probe");
        Beside(
            async stop => new ProbeEnded(await account.Probe.Run(wanted.WithOrders, stop)),
            static fault => throw new InvalidOperationException("the venue probe failed", fault));
    }

    /// <summary>What it found out stands until the next; what it did not find out, or found wrong, is looked at again.</summary>
    private void LearnProbe(ProbeReport report)
    {
        _probing = false;
        var known = account.Probed(report);
        foreach (var asker in _askedForProbe) asker.Tell(report);
        _askedForProbe.Clear();
        if (!known.Passed) // also what a look without orders left as it was
            StartTimer("probe", known.Concluded ? ProbeFailed : ProbeUnanswered, new ProbeWanted(account.ProbeWithOrders));
    }

    /// <summary>Questions only: what is open and what rests does not matter for how the account is set.</summary>
    private void LookAgain(string why)
    {
        if (_probing) return;
        var since = _lookedAgainAt is { } at ? account.Time.GetElapsedTime(at) : BetweenLooks;
        if (since < BetweenLooks)
        {
            StartTimer("look again", BetweenLooks - since, new AccountDoubted(why));
            return;
        }

        _lookedAgainAt = account.Time.GetTimestamp();
        account.Log($"{account.Id}: the account is looked at again, because {why}");
        Probe(new ProbeWanted(WithOrders: false));
    }

    /// <summary>The first session is proven by the probe of the start.</summary>
    private void ProveStream()
    {
        if (_probing) return;
        _probing = true;
        Beside(
            async stop => new StreamProbed(await account.Probe.ProveStream(stop)),
            static fault => throw new InvalidOperationException("the stream probe failed", fault));
    }

    private void LearnStream(ProbeCheck check)
    {
        _probing = false;
        account.Log($"{account.Id}: stream probe {check.Verdict}: {check.Text}");
        if (_askedForProbe.Count > 0) Probe(new ProbeWanted(account.ProbeWithOrders)); // somebody asked meanwhile
    }

    private void Prepare(Symbol symbol)
    {
        _preparation.Want(symbol);
        StartPreparations();
    }

    private void StartPreparations()
    {
        while (_preparation.TryNext(out var symbol))
            Beside(
                async stop => await _preparation.Prepare(symbol, stop),
                fault => new Prepared(symbol, Done: false, [], default, Begun: 0, fault.Message));
    }

    private void LearnPrepared(Prepared prepared)
    {
        _preparation.Ended(prepared);
        if (prepared.Refused)
        {
            var refusal = _preparation.Refusal(prepared);
            account.Alerts.Raise("SettingsRefused", prepared.OfAccount ? account.Id.Value : $"{account.Id}/{prepared.Symbol}", $"{account.Id}: nothing is opened, for {refusal}");
            LookAgain(refusal);
        }

        foreach (var (key, row) in prepared.Rows)
        {
            Tell(key, account.Observations.Learn(key, row, prepared.ReadStartedUtc));
        }

        StartPreparations();
    }
}
