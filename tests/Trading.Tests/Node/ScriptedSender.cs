using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;

namespace Trading.Tests.Node;

/// <summary>An order sender whose answers are written down by the test. A question without an answer left is answered Unknown.</summary>
internal sealed class ScriptedSender : IOrderSender
{
    /// <summary>What was asked, in order.</summary>
    public List<string> Asked { get; } = [];
    public Queue<Outcome<OrderView>> Orders { get; } = new();
    public Queue<Outcome<StopView>> StopAnswers { get; } = new();
    public Queue<Outcome<bool>> Cancels { get; } = new();
    public Queue<Outcome<OrderView?>> Queries { get; } = new();
    public Queue<Outcome<PositionRead>> Positions { get; } = new();
    public Queue<Outcome<IReadOnlyList<StopView>>> StopLists { get; } = new();
    public Queue<Outcome<IReadOnlyList<Trade>>> TradeLists { get; } = new();
    public Queue<Outcome<decimal>> Marks { get; } = new();

    public Task<Outcome<OrderView>> SendEntry(
        PositionKey key, ClientOrderId id, Side side, decimal quantity, decimal? attachedStop, CancellationToken stop) => Next(Orders, $"entry {id}");

    public Task<Outcome<StopView>> SendStop(
        PositionKey key, ClientOrderId id, Side protects, decimal quantity, decimal trigger, bool first, decimal improvement,
        CancellationToken stop) => Next(StopAnswers, $"stop {id}");

    public Task<Outcome<bool>> CancelStop(PositionKey key, ClientOrderId id, CancellationToken stop) => Next(Cancels, $"cancel {id}");

    public Task<Outcome<OrderView>> SendClose(
        PositionKey key, ClientOrderId id, Side holding, decimal quantity, CancellationToken stop) => Next(Orders, $"close {id}");

    public Task<Outcome<OrderView?>> QueryOrder(PositionKey key, ClientOrderId id, CancellationToken stop) =>
        Next(Queries, $"query {id}");

    public Task<Outcome<PositionRead>> ReadPosition(PositionKey key, bool routine, CancellationToken stop) =>
        Next(Positions, routine ? "position, routine" : "position");

    public Task<Outcome<IReadOnlyList<StopView>>> ReadStops(PositionKey key, CancellationToken stop) => Next(StopLists, "stops");

    public Task<Outcome<IReadOnlyList<Trade>>> ReadTrades(PositionKey key, DateTime sinceUtc, CancellationToken stop) =>
        Next(TradeLists, "trades");

    public Task<Outcome<decimal>> ReadMark(Symbol symbol, CancellationToken stop) => Next(Marks, "mark");

    public Task<Outcome<decimal>> ReadMarkAt(Symbol symbol, DateTime atUtc, CancellationToken stop) => Next(Marks, $"mark of {symbol} then");

    public Task<Outcome<bool>> Prepare(Symbol symbol, int leverage, bool isolated, CancellationToken stop) =>
        Next(new Queue<Outcome<bool>>([Outcome.Done(true)]), $"prepare {symbol}");

    /// <summary>A receive window of 2 s, 1 s for clocks, 3 s of read lag.</summary>
    public TimeSpan LatestEffect(OrderPurpose purpose) => TimeSpan.FromSeconds(6);

    private Task<Outcome<T>> Next<T>(Queue<Outcome<T>> answers, string asked)
    {
        Asked.Add(asked);
        return Task.FromResult(answers.TryDequeue(out var answer) ? answer : new Unknown<T>("no answer was written down"));
    }
}

/// <summary>A session that says nothing; it remembers what it was told to expect.</summary>
internal sealed class SilentSession : IAccountSession
{
    public List<ClientOrderId> Expected { get; } = [];
    public StreamHealth Health => StreamHealth.Live;
    public TimeSpan SilentFor => TimeSpan.Zero;
    public TimeSpan ClockAhead => TimeSpan.Zero;
    public long EventsHeard => 0;

    public Task Run(Func<SessionReport, ValueTask> deliver, CancellationToken stop) => Task.CompletedTask;

    public Task<Outcome<AccountSnapshot>> ReadSnapshot(bool routine, CancellationToken stop) => Unknown<AccountSnapshot>();

    public Task<Outcome<IReadOnlyList<SymbolRules>>> ReadSymbols(CancellationToken stop) => Unknown<IReadOnlyList<SymbolRules>>();

    public Task<Outcome<AccountBalance>> ReadBalance(CancellationToken stop) => Unknown<AccountBalance>();

    public Task<Outcome<IReadOnlyList<CashReport>>> ReadCash(DateTime sinceUtc, CancellationToken stop) => Unknown<IReadOnlyList<CashReport>>();

    public void ExpectEvent(ClientOrderId id) => Expected.Add(id);

    public void Distrust(string why)
    {
        // nothing to distrust
    }

    public void Trust(string evidence)
    {
        // nothing to trust
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Task<Outcome<T>> Unknown<T>() => Task.FromResult<Outcome<T>>(new Unknown<T>("silent"));
}
