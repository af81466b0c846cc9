using System.Diagnostics;
using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Node.Positions;
using Trading.Node.Probe;
using Trading.Node.Reconcile;
using Trading.Runtime;
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
public sealed class AccountSessionActor(AccountSurroundings account) : Actor<SessionMessage>
{
    private const int HeldAtMost = 4096;
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

    private readonly Queue<SessionReport.ForPosition> _held = new();
    private readonly SyncClock _sync = new(account.SyncEvery);
    private readonly SymbolPreparation _preparation = new(account);
    private readonly List<Action<ProbeReport>> _askedForProbe = [];
    private bool _holding;
    private bool _repairDue;

    /// <summary>The last snapshot named no position at all: what that starts is a check of each that is held, once and not every 5 s.</summary>
    private bool _namedNobody;
    private bool _probing;
    private long _sessionEpoch;

    protected override ValueTask Started(CancellationToken stop)
    {
        Context.Pipe(Listen, static fault => new Ended(fault));
        Context.StartTimer("symbols", SymbolsEvery, new SymbolsWanted());
        ReadEquity();
        TellMarks();
        foreach (var symbol in account.KnownSymbols) Prepare(symbol);
        Probe(new ProbeWanted(account.ProbeWithOrders));
        return ValueTask.CompletedTask;
    }

    protected override ValueTask Receive(SessionMessage message, CancellationToken stop)
    {
        switch (message)
        {
            case Heard heard: Hear(heard.Report); break;
            case Ended ended: throw new InvalidOperationException($"{account.Id}: the session ended by itself", ended.Why);
            case SyncWanted wanted:
                _repairDue = false;
                Sync(wanted.Why);
                break;
            case SnapshotTaken taken: HandOut(taken); break;
            case HoldEnded: Release("no snapshot came in time"); break;
            case SymbolsWanted: ReadSymbols(); break;
            case SymbolsTaken taken: LearnSymbols(taken.Outcome); break;
            case EquityWanted: ReadEquity(); break;
            case EquityTaken taken: LearnEquity(taken.Outcome); break;
            case MarksDue: TellMarks(); break;
            case PrepareWanted wanted: Prepare(wanted.Symbol); break;
            case Prepared prepared: LearnPrepared(prepared); break;
            case ProbeWanted wanted: Probe(wanted); break;
            case ProbeEnded ended: LearnProbe(ended.Report); break;
            case StreamProbed probed: LearnStream(probed.Check); break;
            default: throw new UnreachableException($"{message}");
        }

        return ValueTask.CompletedTask;
    }

    private async Task<SessionMessage> Listen(CancellationToken stop)
    {
        await account.Session.Run(Deliver, stop);
        return new Ended(null);

        async ValueTask Deliver(SessionReport report)
        {
            while (!Context.Self.Tell(new Heard(report)) && !stop.IsCancellationRequested)
                await Task.Delay(FullWait, account.Time, stop);
        }
    }

    private void Hear(SessionReport report)
    {
        switch (report)
        {
            case SessionReport.ForPosition forPosition when _holding: Hold(forPosition); break;
            case SessionReport.ForPosition forPosition: Forward(forPosition); break;
            case SessionReport.Started started: Begin(started.SessionEpoch); break;
            case SessionReport.HealthChanged changed: Heed(changed); break;
            case SessionReport.BalanceChanged: Context.StartTimer("equity", EquityAfterChange, new EquityWanted()); break;
            case SessionReport.UnknownFrame frame: account.UnknownFrame(frame.Kind); break;
            default: throw new UnreachableException($"{report}");
        }
    }

    private void Begin(long sessionEpoch)
    {
        _sessionEpoch = sessionEpoch;
        account.Sightings.Restart(sessionEpoch);
        foreach (var key in account.LiveKeys) Tell(key, new PositionInput.StreamRestarted(sessionEpoch));
        _holding = true;
        Context.StartTimer("hold", HoldAtMost, new HoldEnded());
        _sync.Gap();
        Sync("a new session of the user stream");
        if (account.ProbeWithOrders && sessionEpoch > 1) ProveStream();
    }

    private void Hold(SessionReport.ForPosition report)
    {
        _held.Enqueue(report);
        if (_held.Count >= HeldAtMost) Release("too many reports were waiting for a snapshot");
    }

    private void Release(string? why = null)
    {
        if (!_holding) return;
        _holding = false;
        Context.CancelTimer("hold");
        if (why is not null && _held.Count > 0)
            account.Log($"{account.Id}: {_held.Count} reports of the new session go on before its snapshot: {why}");
        while (_held.TryDequeue(out var report)) Forward(report);
    }

    private void Forward(SessionReport.ForPosition report)
    {
        if (report.Input is PositionInput.PositionStreamed streamed) account.Sightings.Learn(report.Key, streamed);
        Tell(report.Key, report.Input);
    }

    private void Tell(PositionKey key, PositionInput input)
    {
        if (account.Positions.Get(key).Tell(new PositionMessage.Told(input)) || _repairDue) return;
        _repairDue = true; // a report that is refused later must not put it off
        Context.StartTimer("repair", TimeSpan.FromSeconds(1), new SyncWanted($"{key} could not take a report: its mailbox is full"));
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
        var (epoch, routine) = (_sessionEpoch, _sync.IsRoutine);
        Context.Pipe(
            async stop => new SnapshotTaken(await account.Session.ReadSnapshot(routine, stop), epoch),
            fault => new SnapshotTaken(new Unknown<AccountSnapshot>(fault.Message), epoch));
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
            var clean = account.Ledger.Drift == 0;
            if (isWhole || !_namedNobody) account.Reconciler.HandOut(snapshot, Tell);
            _namedNobody = !isWhole;
            if (isWhole && _sync.ProvesLive(clean)) account.Session.Trust("two snapshots 15 s apart found nothing untold");
            if (taken.SessionEpoch == _sessionEpoch) Release();
        }

        if (_sync.TakeWanted()) Sync("it was asked for while one was being read");
        else Context.StartTimer("sync", next, new SyncWanted("its time has come"));
    }

    private void ReadSymbols() => Context.Pipe(
        async stop => new SymbolsTaken(await account.Session.ReadSymbols(stop)),
        static fault => new SymbolsTaken(new Unknown<IReadOnlyList<SymbolRules>>(fault.Message)));

    private void LearnSymbols(Outcome<IReadOnlyList<SymbolRules>> outcome)
    {
        Context.StartTimer("symbols", outcome is Done<IReadOnlyList<SymbolRules>> ? SymbolsEvery : SymbolsAgain, new SymbolsWanted());
        if (outcome is not Done<IReadOnlyList<SymbolRules>> done) return;
        var changed = account.Symbols.Replace(done.Value).ToDictionary(rules => rules.Symbol);
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
        account.Positions.Get(view.Key).Tell(new PositionMessage.Told(
            new PositionInput.ClosePosition(CloseReason.Settlement, "node, before the symbol ends trading")));
    }

    private void ReadEquity() => Context.Pipe(
        async stop => new EquityTaken(await account.Session.ReadBalance(stop)),
        static fault => new EquityTaken(new Unknown<AccountBalance>(fault.Message)));

    private void LearnEquity(Outcome<AccountBalance> outcome)
    {
        Context.StartTimer("equity", EquityEvery, new EquityWanted());
        if (outcome is Done<AccountBalance> done) account.TellAccount(new AccountInput.EquityRead(done.Value.EquityUsdt));
    }

    /// <summary>The account judges its open loss by them.</summary>
    private void TellMarks()
    {
        var marks = account.Board.Active.Where(view => view.Key.Account == account.Id)
            .Select(view => view.Key.Symbol).Distinct()
            .Select(symbol => (Symbol: symbol, Mark: account.Prices.PriceOf(symbol)))
            .Where(pair => pair.Mark is not null)
            .ToDictionary(pair => pair.Symbol, pair => pair.Mark!.Value);
        if (marks.Count > 0) account.TellAccount(new AccountInput.Marked(marks));
        Context.StartTimer("marks", MarksEvery, new MarksDue());
    }

    private void Probe(ProbeWanted wanted)
    {
        if (wanted.Reply is { } reply) _askedForProbe.Add(reply);
        if (_probing) return;
        _probing = true;
        Context.CancelTimer("probe");
        Context.Pipe(
            async stop => new ProbeEnded(await account.Probe.Run(wanted.WithOrders, stop)),
            static fault => throw new InvalidOperationException("the venue probe failed", fault));
    }

    /// <summary>What it found out stands until the next; what it did not find out, or found wrong, is looked at again.</summary>
    private void LearnProbe(ProbeReport report)
    {
        _probing = false;
        account.Probed(report);
        foreach (var reply in _askedForProbe) reply(report);
        _askedForProbe.Clear();
        if (!report.Passed)
            Context.StartTimer("probe", report.Concluded ? ProbeFailed : ProbeUnanswered, new ProbeWanted(account.ProbeWithOrders));
    }

    /// <summary>The first session is proven by the probe of the start.</summary>
    private void ProveStream()
    {
        if (_probing) return;
        _probing = true;
        Context.Pipe(
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
            Context.Pipe(
                async stop => await _preparation.Prepare(symbol, stop),
                fault => new Prepared(symbol, Done: false, [], default, Begun: 0, fault.Message));
    }

    private void LearnPrepared(Prepared prepared)
    {
        _preparation.Ended(prepared);
        foreach (var (key, row) in prepared.Rows)
        {
            Tell(key, account.Sightings.Learn(key, row, prepared.ReadStartedUtc));
        }

        StartPreparations();
    }
}
