using Trading.Domain;
using Trading.Simulator.Matching;
using Side = Trading.Domain.Side;
using Venue = Trading.Simulator.Exchange;

namespace Trading.Lab.Simulation;

/// <summary>An account that a run trades on, as the node names it and as the exchange does.</summary>
/// <param name="Hedge">It holds both sides of a symbol at once.</param>
/// <param name="Number">Of its keys; from 1 on.</param>
public sealed record SimulatedAccount(AccountId Id, Exchange Exchange, bool Hedge, int Number)
{
    public static SimulatedAccount Binance { get; } = First(Exchange.Binance, hedge: false);

    public static SimulatedAccount First(Exchange exchange, bool hedge) => new(AccountId.Parse(exchange.Id()), exchange, hedge, 1);

    /// <summary>Another set of keys on the same exchange, behind the same address.</summary>
    public SimulatedAccount Next(bool hedge) => new(AccountId.Parse($"{Exchange.Id()}-{Number + 1}"), Exchange, hedge, Number + 1);

    public string ApiKey => $"sim-key-{Number:0000}";

    public string ApiSecret => $"sim-secret-{Number:0000}";

    /// <summary>As the exchange's truth names it.</summary>
    public string TruthName => $"{Exchange.Id()}/{ApiKey}";

    public Account In(Venue venue) => Exchange is Exchange.Bybit ? venue.BybitAccount(ApiKey) : venue.Account(ApiKey);

    public PositionKey Key(string symbol, Side side) => new(Id, Symbol.Parse(symbol), Hedge ? side : null);

    public IReadOnlyList<PositionKey> KeysOf(string symbol) =>
        Hedge ? [Key(symbol, Side.Long), Key(symbol, Side.Short)] : [Key(symbol, Side.Long)];

    public static PositionSide SideOf(PositionKey key) => key.Hedge switch
    {
        Side.Long => PositionSide.Long,
        Side.Short => PositionSide.Short,
        _ => PositionSide.Both,
    };

    public override string ToString() => $"{Id} ({(Hedge ? "hedge" : "one-way")})";
}
