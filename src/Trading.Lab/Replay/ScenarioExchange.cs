using Trading.Simulator;
using Trading.Simulator.Faults;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;
using Trading.Simulator.Truth;

namespace Trading.Lab.Replay;

/// <summary>The exchange of a scenario: prices, faults and a hand from outside, and its truth log.</summary>
public sealed class ScenarioExchange(SimulatorHost host) : IAsyncDisposable
{
    public const string Key = "sim-key-0001";
    public const string Secret = "sim-secret-0001";

    public Uri Address => host.BaseAddress;

    /// <summary>Alone with the core, at the present time.</summary>
    public T With<T>(Func<Simulator.Exchange, T> act) => host.With(act);

    public T OfAccount<T>(Func<Simulator.Exchange, Account, T> act) => host.With(x => act(x, x.Account(Key)));

    /// <summary>A price seen now; it stays until the next.</summary>
    public void Price(string symbol, decimal mark) => host.With(x => x.Venue.SetPrice(
        new MarketTick(x.NowUtc, symbol, mark, mark, mark, 0, default)));

    public decimal MarkOf(string symbol) => host.With(x => x.Venue.Find(symbol)!.Mark);

    /// <returns>Asks how often it has been applied.</returns>
    public Func<int> Inject(Fault fault)
    {
        var id = host.With(x => x.Add(fault));
        return () => host.With(x => x.Faults.Applied.GetValueOrDefault(id));
    }

    public void DropUserStreams() => host.With(x =>
    {
        foreach (var socket in x.Binance.Streams.Select("private").ToList()) socket.Drop();
    });

    /// <summary>Signed quantity as the exchange holds it.</summary>
    public decimal Held(string symbol) => OfAccount((_, account) => account.Find(symbol, PositionSide.Both)?.Quantity ?? 0);

    public void OpenByHand(string symbol, decimal signedQuantity) =>
        OfAccount((x, account) => x.Venue.Hand.Open(account, symbol, signedQuantity));

    /// <param name="quantity">Null: all of it.</param>
    public void CloseByHand(string symbol, decimal? quantity = null) =>
        OfAccount((x, account) => x.Venue.Hand.Close(account, symbol, quantity));

    public TruthReport Truth() => host.With(x => x.TruthReport());

    public IReadOnlyList<OrderTruth> Orders(string symbol) => [.. Truth().Orders.Where(order => order.Symbol == symbol)];

    /// <summary>Stops that rest for a symbol, whoever placed them.</summary>
    public IReadOnlyList<OrderTruth> RestingStops(string symbol) =>
        [.. Orders(symbol).Where(order => order is { Kind: "stop", Status: "New" })];

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
