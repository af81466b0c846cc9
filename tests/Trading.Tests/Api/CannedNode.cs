using System.Text.Json;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Node.Api;

namespace Trading.Tests.Api;

/// <summary>A node that answers from a fixed picture, and remembers what it was ordered.</summary>
internal sealed class CannedNode : INodeViews, IOperatorCommands
{
    private static readonly DateTime Noon = new(2025, 10, 17, 12, 0, 0, 7, DateTimeKind.Utc);

    public List<string> Orders { get; } = [];

    public List<EventAnswer> Log { get; } =
    [
        Event(1, "entry_intended", "INFO", """{"order":"tae0abcdef","quantity":"564334"}"""),
        Event(2, "signal_execution_failed", "ERROR", """{"code":-2019}"""),
        Event(3, "stop_confirmed", "INFO", """{"trigger":"0.00036149"}"""),
    ];

    /// <summary>What every order is answered.</summary>
    public CommandAnswer Next { get; set; } = new(CommandOutcome.Done, null, "flat is proven", []);

    public List<PositionAnswer> Held { get; } =
    [
        Position("binance/1000SHIBUSDT", "long", 21_000m, 0.0101m, 0.01034m, "protected", "active"),
        Position("binance/TAGUSDT", "short", 564_334m, 0.0003544012345678901234567m, 0.00035m, "protected", "waiting"),
        Position("bybit/TAGUSDT", "short", 100m, 0.0003544m, 0.00036m, "unprotected", "off") with { StopPrice = null },
    ];

    public IReadOnlyList<AccountId> AccountNames { get; } = [AccountId.Parse("binance"), AccountId.Parse("bybit")];

    public bool IsHedged(AccountId account) => account.Value == "bybit";

    public Task<StatusAnswer> Status(CancellationToken cancel) => Task.FromResult(new StatusAnswer(
        "3 positions · 2 protected · 1 unprotected · at risk to stops 8.20 USDT · today −12.4 net · drift 0 · oldest unknown 0 s",
        "n1", "paper", "0.1.0", "9d6237b6", "k3v2wq", "sqlite", Noon, 3, 2, 1, 8.2m, -12.40m, 0, 0, 12, 1, AccountList,
        [new SignalSourceAnswer("tv", 12, new Dictionary<string, long> { ["stale"] = 2 }, new Dictionary<string, long> { ["body"] = 1 })]));

    public Task<IReadOnlyList<PositionAnswer>> Positions(PositionQuery query, CancellationToken cancel) => List(
        Held.Where(p => p.Status == "active" ? query.Active : query.Closed)
            .Where(p => query.Account is not { } account || p.Account == account.Value)
            .Where(p => query.Symbol is not { } symbol || p.Symbol == symbol.Value)
            .Take(query.Limit).ToArray());

    public Task<PositionAnswer?> Position(PositionKey key, CancellationToken cancel) =>
        Task.FromResult(Held.Find(p => p.Key == key.ToString()));

    public Task<IReadOnlyList<TimelineAnswer>> Timeline(PositionKey key, int limit, CancellationToken cancel) => List(
        Held.Exists(p => p.Key == key.ToString())
            ?
            [
                Line(1, 0, "EntryIntended", "EntryIntended tae0abcdef 4776923 short 564334"),
                Line(2, 88, "EntryVerified", "EntryVerified tae0abcdef websocket 564334"),
                Line(3, 88, "StopIntended", "StopIntended tas0abcdef 564334 0.00036149"),
            ]
            : Array.Empty<TimelineAnswer>());

    public Task<IReadOnlyList<WaveAnswer>> Waves(WaveQuery query, CancellationToken cancel) => List(
        new WaveAnswer("binance", "2025-10-17T16:00:00Z", "completed", Noon, Noon, "complete", 5, 7, 16, 5, 0, 0, 11));

    public Task<IReadOnlyList<SignalAnswer>> Signals(SignalQuery query, CancellationToken cancel) =>
        List(Signal("4776923", 2, "opened", null), Signal("4776908", 3, "skipped", "duplicate_in_wave"));

    public Task<SignalAnswer?> Signal(string id, CancellationToken cancel) =>
        Task.FromResult(id == "4776908" || id.StartsWith("as-sent ", StringComparison.Ordinal) ? Signal(id, 3, "skipped", "duplicate_in_wave") : null);

    public Task<IReadOnlyList<SlotsAnswer>> Slots(CancellationToken cancel) => List(
        new SlotsAnswer("binance", 40, 2, 38, null, [new SlotAnswer("binance/TAGUSDT", "4776923", "short", 564_334m, 200m, true)]),
        new SlotsAnswer("bybit", 40, 1, 0, "paused by anna: maintenance", []));

    public Task<IReadOnlyList<RiskAnswer>> Risk(CancellationToken cancel) => List(new RiskAnswer(
        "binance", "active", 10_000m, 400m, null, 1000m, 8.2m, -12.4m, 100m, false, 2, 195,
        [new CooldownAnswer("binance/HNTUSDT", Noon, "loss")], [], ["LUNAUSDT"]));

    public Task<IReadOnlyList<AccountAnswer>> Accounts(CancellationToken cancel) => Task.FromResult(AccountList);

    public Task<IReadOnlyList<ActorAnswer>> Actors(CancellationToken cancel) =>
        List(new ActorAnswer("position/binance/TAGUSDT", "running", 0, 0, 3, 42, 0, null, null, null));

    public Task<IReadOnlyList<NodeAnswer>> Nodes(CancellationToken cancel) => List(new NodeAnswer("n1", "active", "0.1.0", Noon, 1, 3, null));

    public Task<IReadOnlyList<ShardAnswer>> Shards(CancellationToken cancel) => List(new ShardAnswer(0, "n1", 1, 12));

    public Task<IReadOnlyList<AlertAnswer>> Alerts(CancellationToken cancel) => List(
        new AlertAnswer(1, "unprotected", "page", "bybit/TAGUSDT", "no stop was confirmed within 3 s", Noon, Noon, 2));

    public Task<IReadOnlyList<EventAnswer>> EventsAfter(long after, int max, CancellationToken cancel) =>
        List(Log.Where(e => e.Id > after).Take(max).ToArray());

    public Task<IReadOnlyList<EventAnswer>> LatestEvents(int max, CancellationToken cancel) => List(Log.TakeLast(max).ToArray());

    public Task<CommandAnswer> Close(PositionKey key, OperatorOrder order) => Answer($"close {key}", order);

    public Task<CommandAnswer> Flatten(AccountId? account, OperatorOrder order) => Answer($"flatten {account}", order);

    public Task<CommandAnswer> Pause(AccountId? account, OperatorOrder order) => Answer($"pause {account}", order);

    public Task<CommandAnswer> Resume(AccountId? account, OperatorOrder order) => Answer($"resume {account}", order);

    public Task<CommandAnswer> Halt(AccountId? account, OperatorOrder order) => Answer($"halt {account}", order);

    public Task<CommandAnswer> Unhalt(AccountId? account, OperatorOrder order) => Answer($"unhalt {account}", order);

    public Task<CommandAnswer> Reconcile(AccountId? account, PositionKey? key, OperatorOrder order) =>
        Answer($"reconcile {account}{key}", order);

    public Task<DoctorAnswer> Examine(AccountId? account, bool withOrders, OperatorOrder order)
    {
        Orders.Add($"examine {account} {withOrders} within {order.Deadline.TotalSeconds:0}");
        return Task.FromResult(new DoctorAnswer(account is null, [
            new DoctorCheck("node", "reconciled", "passed", "every account was compared with its exchange", null),
            account is null
                ? new DoctorCheck("binance", "clock", "passed", "the exchange's clock is +3 ms from this machine's", null)
                : new DoctorCheck("binance", "key", "failed", "the key may withdraw", "make a key without withdrawal and use that one"),
        ]));
    }

    public Task<CommandAnswer> Adopt(PositionKey key, AdoptionWish wish, OperatorOrder order) =>
        Answer($"adopt {key} {wish.Policy}{(wish.Side is { } side ? $" {side}" : "")}{(wish.OnlyLook ? " look" : "")}", order);

    private static IReadOnlyList<AccountAnswer> AccountList { get; } =
    [
        new("binance", "binance", "active", "entries and everything else go on", null, null, null, null, "live", null, 10_000m, 2, 2, []),
        new("bybit", "bybit", "reducing", "no entries; everything else goes on; nothing is closed or cancelled", "anna", "maintenance",
            Noon, null, "suspect", "no ping for 5 min", 500m, 1, 0, ["tae9zzzzzz"]),
    ];

    private Task<CommandAnswer> Answer(string what, OperatorOrder order)
    {
        Orders.Add($"{what} by {order.By} why '{order.Why}' within {order.Deadline.TotalSeconds:0}");
        return Task.FromResult(Next);
    }

    private static Task<IReadOnlyList<T>> List<T>(params T[] items) => Task.FromResult<IReadOnlyList<T>>(items);

    private static PositionAnswer Position(
        string key, string side, decimal quantity, decimal entry, decimal mark, string protection, string trailing)
    {
        var parsed = PositionKey.Parse(key);
        return new PositionAnswer(
            key, 17, parsed.Account.Value, parsed.Account.Value, parsed.Symbol.Value, side, "active", "open", false, quantity, entry, mark,
            null, 2.48m, 1.24m, protection, Math.Round(entry * 1.02m, 8), quantity, 3.28m, "tas0abcdef", "ours", 4m, trailing, mark, entry * 0.985m,
            0.5m, "opened", "4776923", "2025-10-17T16:00:00Z", 0m, 0.08m, 0m, -0.08m, null, null, Noon, null, 754, 0m, null);
    }

    private static SignalAnswer Signal(string id, int rank, string outcome, string? reason) => new(
        id, "binance", "2025-10-17T16:00:00Z", "HNTUSDT", "short", 0.910m, 2.31m, Noon, Noon, "feed", rank, outcome, reason, null,
        "binance/HNTUSDT", Explanation.Of(id, "HNTUSDT", "binance", "2025-10-17T16:00:00Z", reason ?? outcome, null, rank));

    private static TimelineAnswer Line(long version, int ms, string type, string text) =>
        new(version, version, Noon.AddMilliseconds(ms), "::", type, text, JsonSerializer.SerializeToElement(new { type }));

    private static EventAnswer Event(long id, string type, string severity, string data) => new(
        id, type, severity, "binance", "binance", "TAGUSDT", "4776923", "17", JsonSerializer.Deserialize<JsonElement>(data), null,
        Noon.AddSeconds(id));
}
