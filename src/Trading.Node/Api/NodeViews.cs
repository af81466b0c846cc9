using System.Reflection;
using System.Text.Json;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Journal;
using Trading.Node.Accounts;
using Trading.Node.Operators;
using Trading.Node.Projections;
using Board = Trading.Node.Positions;

namespace Trading.Node.Api;

/// <summary>
/// What is so now comes from the node's own boards; what was comes from <c>monitoring</c> and the journal. A question never
/// waits for an actor, so a busy node still answers.
/// </summary>
public sealed class NodeViews(
    TradingNode node, IJournal journal, string journalEngine, MonitoringStore monitoring, Func<double> projectionLagSeconds,
    TimeProvider time) : INodeViews
{
    /// <summary>Rows looked through for those that pass a filter.</summary>
    private const int LookThrough = 2000;
    private static readonly EventCodec<PositionEvent> Codec = EventCodec.For<PositionEvent>();
    private static readonly string[] PageKinds =
        ["Unprotected", "CloseSlow", "StopStuck", "PositionNotFound", "AccountPage", "NotRecovered", "UnreadableEvent", "ActorFailed"];

    private readonly DateTime _startedUtc = time.NowUtc();
    private readonly string _version = typeof(NodeViews).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
        .InformationalVersion.Split('+')[0];

    public IReadOnlyList<AccountId> AccountNames => [.. node.Accounts.Keys];

    public bool IsHedged(AccountId account) => node.Accounts.TryGetValue(account, out var found) && found.Settings.Risk.Hedge;

    private string Name { get; } = Environment.MachineName;

    public async Task<StatusAnswer> Status(CancellationToken cancel)
    {
        var now = Headline.Of(node, time.NowUtc());
        var mode = node.Settings.Paper is not null ? "paper" : node.Settings.Live ? "live" : "testnet";
        return new StatusAnswer(
            now.ToString(), Name, mode, _version, journal.Id.ToString(), journal.Id.Tag, journalEngine, _startedUtc, now.Positions, now.Protected,
            now.Unprotected, now.AtRisk, now.TodayNet, now.Drift, (int)now.OldestUnknown.TotalSeconds,
            (int)(projectionLagSeconds() * 1000), node.Alerts.Newest.Count, await Accounts(cancel),
            [.. node.SignalTally.Sources.Select(s => new SignalSourceAnswer(s.Source, s.Received, s.Refused, s.Dead))])
        {
            LeftAlone = now.LeftAlone,
            NotManaged = now.NotManaged,
        };
    }

    public Task<IReadOnlyList<PositionAnswer>> Positions(PositionQuery query, CancellationToken cancel)
    {
        var found = new List<PositionAnswer>();
        if (query.Active) found.AddRange([.. Unattended(), .. node.Board.Active.Select(Held)]);
        if (query.Closed) found.AddRange(monitoring.Positions("closed", LookThrough)
            .Select(MonitoringAnswers.Of).OrderByDescending(p => p.ClosedAt));
        return List(found
            .Where(p => query.Account is not { } account || p.Account == account.Value)
            .Where(p => query.Symbol is not { } symbol || p.Symbol == symbol.Value)
            .Take(query.Limit));
    }

    public Task<PositionAnswer?> Position(PositionKey key, CancellationToken cancel)
    {
        if (Unattended().FirstOrDefault(one => one.Key == key.ToString()) is { } unattended) return Task.FromResult<PositionAnswer?>(unattended);
        var view = node.Board.Find(key);
        var answer = view?.Holding is not null ? Held(view) : monitoring.Position(key) is { } row ? MonitoringAnswers.Of(row) : null;
        return Task.FromResult(answer);
    }

    public async Task<IReadOnlyList<TimelineAnswer>> Timeline(PositionKey key, int limit, CancellationToken cancel)
    {
        var after = Math.Max(0, (node.Board.Find(key)?.Version ?? 0) - limit);
        var lines = new List<TimelineAnswer>();
        while (true)
        {
            var page = await journal.ReadStream(key.Stream, after, 500);
            lines.AddRange(page.Select(Line));
            if (page.Count < 500) return lines.Count <= limit ? lines : lines[^limit..];
            after = page[^1].Version;
        }
    }

    public Task<IReadOnlyList<WaveAnswer>> Waves(WaveQuery query, CancellationToken cancel) => List(
        monitoring.Waves(query.Account is null ? query.Limit : LookThrough)
            .Where(w => query.Account is not { } account || w.Account == account.Value)
            .Take(query.Limit).Select(MonitoringAnswers.Of));

    public Task<IReadOnlyList<SignalAnswer>> Signals(SignalQuery query, CancellationToken cancel) => List(
        monitoring.Signals(query.Wave, LookThrough)
            .Where(s => query.Account is not { } account || s.Account == account.Value)
            .Where(s => query.Symbol is not { } symbol || s.Symbol == symbol.Value)
            .Select(row => MonitoringAnswers.Of(row, IsHedged))
            .Where(s => query.Outcome is not { } outcome || s.Outcome == outcome)
            .Take(query.Limit)
            .OrderByDescending(s => s.Wave, StringComparer.Ordinal).ThenBy(s => s.Account, StringComparer.Ordinal)
            .ThenBy(s => s.Rank ?? int.MaxValue).ThenByDescending(s => s.Score));

    public Task<SignalAnswer?> Signal(string id, CancellationToken cancel) => Task.FromResult(
        monitoring.SignalsOf(id) is [var newest, ..] ? MonitoringAnswers.Of(newest, IsHedged) : null);

    public Task<IReadOnlyList<SlotsAnswer>> Slots(CancellationToken cancel) => List(node.Accounts.Values.Select(SlotsOf));

    public Task<IReadOnlyList<RiskAnswer>> Risk(CancellationToken cancel) => List(node.Accounts.Values.Select(RiskOf));

    public Task<IReadOnlyList<AccountAnswer>> Accounts(CancellationToken cancel) => List(node.Accounts.Values.Select(AccountOf));

    public Task<IReadOnlyList<ActorAnswer>> Actors(CancellationToken cancel) => List(node.Actors.Inspect().Select(a => new ActorAnswer(
        a.Name, Words.Snake(a.State), a.ReportsWaiting, a.CommandsWaiting, a.GreatestDepth, a.Processed, a.Restarts, a.LastFailure,
        a.LastFailureUtc?.UtcDateTime, a.StoppedBecause)));

    /// <summary>One node answers for itself; it is all there is.</summary>
    public Task<IReadOnlyList<NodeAnswer>> Nodes(CancellationToken cancel) => List<NodeAnswer>(
        [new(Name, node.IsReconciled ? "active" : "starting", _version, _startedUtc, 1, node.Board.Active.Count, null)]);

    public Task<IReadOnlyList<ShardAnswer>> Shards(CancellationToken cancel) => List<ShardAnswer>(
        [new(0, Name, node.Accounts.Values.Select(a => a.PositionDependencies.Lease.Epoch).FirstOrDefault(), node.Actors.Inspect().Count)]);

    public Task<IReadOnlyList<AlertAnswer>> Alerts(CancellationToken cancel) => List(node.Alerts.Newest.Select(a => new AlertAnswer(
        a.Id, Words.Snake(a.Kind), PageKinds.Contains(a.Kind) ? "page" : "warning", a.Subject, a.Text, a.FirstUtc, a.LastUtc, a.Count)));

    public Task<IReadOnlyList<EventAnswer>> EventsAfter(long after, int max, CancellationToken cancel) =>
        List(monitoring.Events(after, max).Select(MonitoringAnswers.Of));

    public Task<IReadOnlyList<EventAnswer>> LatestEvents(int max, CancellationToken cancel) =>
        List(monitoring.LatestEvents(max).Select(MonitoringAnswers.Of));

    /// <summary>What is open, or may be, and nobody here looks after.</summary>
    private IEnumerable<PositionAnswer> Unattended() =>
    [
        .. node.Board.LeftAlone.Where(one => node.Accounts.ContainsKey(one.Key.Account)).Select(one => PositionAnswers.LeftAlone(
            one.Key, one.Why, node.Accounts[one.Key.Account].Settings.Exchange, node.Accounts[one.Key.Account].Observations.AmountOf(one.Key))),
        .. node.Accounts.Values.SelectMany(account => account.Untraded.Held.Select(held =>
            PositionAnswers.NotManaged(account.Settings.Id, account.Settings.Exchange, held))),
    ];

    private PositionAnswer Held(Board.PositionView view)
    {
        var account = node.Accounts[view.Key.Account].Settings;
        var mark = node.Prices[account.Exchange].PriceOf(view.Key.Symbol);
        return PositionAnswers.Held(view, account.Exchange, mark, account.Risk.Leverage, time.NowUtc());
    }

    private static TimelineAnswer Line(RecordedEvent recorded)
    {
        string text;
        try
        {
            text = Notation.Words(Codec.Read(recorded));
        }
        catch (UnreadableEventException)
        {
            text = $"{recorded.Type} (this build cannot read it)";
        }

        using var data = JsonDocument.Parse(recorded.Json);
        return new TimelineAnswer(
            recorded.Position, recorded.Version, recorded.WrittenUtc, Notation.EventMark, recorded.Type, text, data.RootElement.Clone());
    }

    private bool IsHedged(string account) => AccountId.TryParse(account, out var id) && IsHedged(id);

    private static SlotsAnswer SlotsOf(NodeAccount account)
    {
        var slots = account.View?.Book.Slots.Values.OrderBy(slot => slot.Key)
            .Select(slot => new SlotAnswer(
                slot.Key.ToString(), slot.SignalId.Length == 0 ? null : slot.SignalId, slot.Side.Text(), slot.Quantity, slot.Notional, slot.Held))
            .ToList() ?? [];
        var max = account.Settings.Risk.MaxOpenPositions;
        var why = WhyNoEntries(account);
        return new SlotsAnswer(account.Settings.Id.Value, max, slots.Count, why is null ? Math.Max(0, max - slots.Count) : 0, why, slots);
    }

    private static string? WhyNoEntries(NodeAccount account) => account switch
    {
        { View: null } or { View.Book.Ready: false } => "the positions of the account are still being read",
        { Status: { EntriesAllowed: false } status } => $"{Words.Snake(status.Mode)} by {status.By}: {status.Why}",
        { LastProbe: not { Concluded: true } } => "the venue probe has not ended",
        { View.Book.VenueFailure: { } failure } => $"venue probe: {failure}",
        { View.Book.StreamSuspect: true } => $"the user stream is suspect: {account.View.Book.StreamWhy}",
        { View.Book.SecondWriter.Count: > 0 } => "orders of another journal rest on the account",
        _ => null,
    };

    private RiskAnswer RiskOf(NodeAccount account)
    {
        var policy = account.Settings.Risk;
        var state = account.View?.State;
        var now = time.NowUtc();
        var cooldowns = state?.Closures.Select(c => (c.Key, c.Value, Ends: c.Value.AtUtc
                + (c.Value.Net < 0 ? policy.CooldownAfterLoss : policy.CooldownAfterClose)))
            .Where(c => c.Ends > now).OrderBy(c => c.Ends)
            .Select(c => new CooldownAnswer(c.Key.ToString(), c.Ends, $"closed with net {Words.Money(c.Value.Net)}")).ToList() ?? [];
        var risk = node.Board.Active.Where(view => view.Key.Account == account.Settings.Id && view.IsOpen).Sum(view => Math.Max(0, view.AtRisk));
        return new RiskAnswer(
            account.Settings.Id.Value, Words.Snake(account.Status.Mode), account.View?.Book.Equity,
            account.View?.Book.Slots.Values.Sum(slot => slot.Notional) ?? 0, policy.MaxTotalNotional, policy.MaxPositionNotional, risk,
            account.TodayNet, policy.DailyLoss, state?.DailyLoss is { } loss && loss.UntilUtc > now, account.ConditionalOrders,
            policy.ConditionalLimit, cooldowns, [.. policy.Allow.Select(s => s.Value).Order(StringComparer.Ordinal)],
            [.. policy.Block.Select(s => s.Value).Order(StringComparer.Ordinal)]);
    }

    private AccountAnswer AccountOf(NodeAccount account)
    {
        var status = account.Status;
        var isActive = status.EntriesAllowed;
        var book = account.View?.Book;
        return new AccountAnswer(
            account.Settings.Id.Value, account.Settings.Exchange.Id(), Words.Snake(status.Mode), status.Text,
            isActive ? null : status.By, isActive ? null : status.Why, status.SinceUtc, status.UntilUtc,
            Words.Snake(account.Health), string.IsNullOrEmpty(book?.StreamWhy) ? null : book.StreamWhy, book?.Equity,
            node.Board.Active.Count(view => view.Key.Account == account.Settings.Id), account.ConditionalOrders,
            book?.SecondWriter.Select(order => order.ToString()).ToList() ?? []);
    }

    private static Task<IReadOnlyList<T>> List<T>(IEnumerable<T> items) => Task.FromResult<IReadOnlyList<T>>([.. items]);
}
