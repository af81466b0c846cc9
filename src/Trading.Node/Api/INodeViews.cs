using Trading.Domain;

namespace Trading.Node.Api;

/// <summary>What an operator may look at. The composition root answers from boards and projections; nothing here changes anything.</summary>
public interface INodeViews
{
    /// <summary>Accounts of the configuration: a key of another account does not exist.</summary>
    IReadOnlyList<AccountId> AccountNames { get; }

    /// <summary>The account holds both sides of a symbol at once: its keys name the side.</summary>
    bool IsHedged(AccountId account);

    Task<StatusAnswer> Status(CancellationToken cancel);

    /// <summary>Active ones in the order of their keys, then closed ones, the newest first.</summary>
    Task<IReadOnlyList<PositionAnswer>> Positions(PositionQuery query, CancellationToken cancel);

    /// <summary>The one held now, else the one held last; null: never held.</summary>
    Task<PositionAnswer?> Position(PositionKey key, CancellationToken cancel);

    /// <summary>The newest <paramref name="limit"/> events of the key, oldest first; empty: nothing ever happened to it.</summary>
    Task<IReadOnlyList<TimelineAnswer>> Timeline(PositionKey key, int limit, CancellationToken cancel);

    /// <summary>The newest first.</summary>
    Task<IReadOnlyList<WaveAnswer>> Waves(WaveQuery query, CancellationToken cancel);

    /// <summary>The newest wave first, within it by rank.</summary>
    Task<IReadOnlyList<SignalAnswer>> Signals(SignalQuery query, CancellationToken cancel);

    /// <summary>The newest signal of that id; null: none was received.</summary>
    Task<SignalAnswer?> Signal(string id, CancellationToken cancel);

    Task<IReadOnlyList<SlotsAnswer>> Slots(CancellationToken cancel);

    Task<IReadOnlyList<RiskAnswer>> Risk(CancellationToken cancel);

    Task<IReadOnlyList<AccountAnswer>> Accounts(CancellationToken cancel);

    Task<IReadOnlyList<ActorAnswer>> Actors(CancellationToken cancel);

    Task<IReadOnlyList<NodeAnswer>> Nodes(CancellationToken cancel);

    Task<IReadOnlyList<ShardAnswer>> Shards(CancellationToken cancel);

    /// <summary>The newest first.</summary>
    Task<IReadOnlyList<AlertAnswer>> Alerts(CancellationToken cancel);

    /// <summary>Events with an id above <paramref name="after"/>, in order.</summary>
    Task<IReadOnlyList<EventAnswer>> EventsAfter(long after, int max, CancellationToken cancel);

    /// <summary>The newest <paramref name="max"/> events, in order.</summary>
    Task<IReadOnlyList<EventAnswer>> LatestEvents(int max, CancellationToken cancel);
}

public sealed record PositionQuery(bool Active, bool Closed, AccountId? Account, Symbol? Symbol, int Limit);

public sealed record WaveQuery(AccountId? Account, int Limit);

public sealed record SignalQuery(AccountId? Account, string? Wave, Symbol? Symbol, string? Outcome, int Limit);
