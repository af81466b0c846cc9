using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Node;

namespace Trading.Lab.Replay.Scenarios;

/// <summary>
/// The judge's own test: a node whose first stop is never sent and believes it was confirmed. The truth log must show
/// the naked position, so this scenario ends as failed.
/// </summary>
internal static class PlantedNaked
{
    private const string Skl = "SKLUSDT";

    public static Scenario Scenario => new(
        "planted-naked", "S3", "the first stop is dropped by a mutation: the truth log must show it, and the scenario must fail", Play)
    {
        IsPlanted = true,
        Setting = new ScenarioSetting
        {
            StartUtc = new DateTime(2025, 10, 28, 22, 34, 0, DateTimeKind.Utc),
            Prices = [(Skl, 0.01946m)],
            Notional = 6m,
            Change = Blind,
        },
    };

    private static async Task Play(ScenarioRun run)
    {
        await run.Open(Skl, Side.Long);
        await run.Until("the node believes in its stop", () => run.Living.View(run.KeyOf(Skl)) is { IsProtected: true });
        await run.Pass(TimeSpan.FromSeconds(10));
    }

    private static NodeDependencies Blind(NodeDependencies parts) => parts with
    {
        OpenAccount = settings =>
        {
            var gateway = parts.OpenAccount(settings);
            return new AccountGateway(new CalmSession(gateway.Session), new StopDropper(gateway.Sender), gateway.Probe);
        },
    };

    /// <summary>Says "confirmed" to a first stop and sends nothing.</summary>
    private sealed class StopDropper(IOrderSender sender) : IOrderSender
    {
        public Task<Outcome<StopView>> SendStop(
            PositionKey key, ClientOrderId id, Side protects, decimal quantity, decimal trigger, bool first, decimal improvement,
            CancellationToken stop) => first
            ? Task.FromResult<Outcome<StopView>>(
                new Done<StopView>(new StopView(id, "0", protects, quantity, trigger, ClosesPosition: false, OrderOrigin.Ours)))
            : sender.SendStop(key, id, protects, quantity, trigger, first, improvement, stop);

        public Task<Outcome<OrderView>> SendEntry(
            PositionKey key, ClientOrderId id, Side side, decimal quantity, decimal? attachedStop, CancellationToken stop) =>
            sender.SendEntry(key, id, side, quantity, attachedStop: null, stop);

        public Task<Outcome<bool>> CancelStop(PositionKey key, ClientOrderId id, CancellationToken stop) => sender.CancelStop(key, id, stop);

        public Task<Outcome<OrderView>> SendClose(PositionKey key, ClientOrderId id, Side holding, decimal quantity, CancellationToken stop) =>
            sender.SendClose(key, id, holding, quantity, stop);

        public Task<Outcome<OrderView?>> QueryOrder(PositionKey key, ClientOrderId id, CancellationToken stop) => sender.QueryOrder(key, id, stop);

        public Task<Outcome<PositionRead>> ReadPosition(PositionKey key, bool routine, CancellationToken stop) =>
            sender.ReadPosition(key, routine, stop);

        public Task<Outcome<IReadOnlyList<StopView>>> ReadStops(PositionKey key, CancellationToken stop) => sender.ReadStops(key, stop);

        public Task<Outcome<IReadOnlyList<Trade>>> ReadTrades(PositionKey key, DateTime sinceUtc, CancellationToken stop) =>
            sender.ReadTrades(key, sinceUtc, stop);

        public Task<Outcome<decimal>> ReadMark(Symbol symbol, CancellationToken stop) => sender.ReadMark(symbol, stop);

        public Task<Outcome<decimal>> ReadMarkAt(Symbol symbol, DateTime atUtc, CancellationToken stop) => sender.ReadMarkAt(symbol, atUtc, stop);

        public Task<Outcome<bool>> Prepare(Symbol symbol, int leverage, bool isolated, CancellationToken stop) =>
            sender.Prepare(symbol, leverage, isolated, stop);

        public TimeSpan LatestEffect(OrderPurpose purpose) => sender.LatestEffect(purpose);
    }

    /// <summary>Does not wonder about an order of which no event comes: else its suspicion would find the stop missing.</summary>
    private sealed class CalmSession(IAccountSession session) : IAccountSession
    {
        public StreamHealth Health => session.Health;

        public TimeSpan SilentFor => session.SilentFor;

        public TimeSpan ClockAhead => session.ClockAhead;

        public long EventsHeard => session.EventsHeard;

        public Task Run(Func<SessionReport, ValueTask> deliver, CancellationToken stop) => session.Run(deliver, stop);

        public Task<Outcome<AccountSnapshot>> ReadSnapshot(bool routine, CancellationToken stop) => session.ReadSnapshot(routine, stop);

        public Task<Outcome<IReadOnlyList<SymbolRules>>> ReadSymbols(CancellationToken stop) => session.ReadSymbols(stop);

        public Task<Outcome<AccountBalance>> ReadBalance(CancellationToken stop) => session.ReadBalance(stop);

        public Task<Outcome<IReadOnlyList<CashReport>>> ReadCash(DateTime sinceUtc, CancellationToken stop) => session.ReadCash(sinceUtc, stop);

        public void ExpectEvent(ClientOrderId id)
        {
        }

        public void Distrust(string why) => session.Distrust(why);

        public void Trust(string evidence) => session.Trust(evidence);

        public ValueTask DisposeAsync() => session.DisposeAsync();
    }
}
