using Trading.Domain;
using Trading.Simulator;
using Trading.Simulator.Faults;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;
using Trading.Simulator.Truth;
using Trading.Simulator.Wire;

namespace Trading.Lab.Replay;

/// <summary>
/// The exchange of a scenario as one account meets it: prices, faults and a hand from outside, and the truth log of all.
/// Both exchanges of a scenario are one simulator with one market.
/// </summary>
public sealed class ScenarioExchange(SimulatorHost host, AccountId account, Domain.Exchange venue, string number)
{
    private readonly string _name = $"{venue.Id()}/sim-key-{number}";

    public AccountId Account => account;

    public Domain.Exchange Venue => venue;

    public Uri Address => venue is Domain.Exchange.Bybit ? host.BybitAddress : host.BaseAddress;

    public string Key => $"sim-key-{number}";

    public string Secret => $"sim-secret-{number}";

    /// <summary>Alone with the core, at the present time.</summary>
    public T With<T>(Func<Simulator.Exchange, T> act) => host.With(act);

    public T OfAccount<T>(Func<Simulator.Exchange, Account, T> act) => host.With(x => act(x, x.Venue.Account(_name)));

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

    /// <summary>The user streams of the account, without a word.</summary>
    public void DropUserStreams() => OfAccount((x, own) =>
    {
        foreach (var socket in Sockets(x, "private", own).ToList()) socket.Drop();
        return 0;
    });

    /// <summary>Somebody would hear of the account: a socket is open, with a key that is valid where there are keys.</summary>
    public bool HasUserStream => OfAccount((x, own) => Sockets(x, "private", own).Any(socket => !socket.Silent));

    /// <summary>Every socket of the exchange stays open and says nothing more.</summary>
    public void SilenceSockets() => host.With(x =>
    {
        foreach (var socket in Sockets(x, "all", of: null)) socket.Silent = true;
    });

    /// <summary>Whether anybody is told prices of that symbol alone.</summary>
    public bool IsSubscribed(string symbol) => host.With(x => Sockets(x, "market", of: null)
        .Any(socket => socket.Subscriptions.Any(name => name.Contains(symbol, StringComparison.OrdinalIgnoreCase))));

    /// <summary>Signed quantity as the exchange holds it.</summary>
    public decimal Held(string symbol) => OfAccount((_, own) => own.Find(symbol, PositionSide.Both)?.Quantity ?? 0);

    public void OpenByHand(string symbol, decimal signedQuantity) =>
        OfAccount((x, own) => x.Venue.Hand.Open(own, symbol, signedQuantity));

    /// <param name="quantity">Null: all of it.</param>
    public void CloseByHand(string symbol, decimal? quantity = null) =>
        OfAccount((x, own) => x.Venue.Hand.Close(own, symbol, quantity));

    /// <summary>Of all accounts.</summary>
    public TruthReport Truth() => host.With(x => x.TruthReport());

    public IReadOnlyList<OrderTruth> Orders(string symbol) => host.With(x => x.TruthReport(_name, symbol)).Orders;

    /// <summary>Stops that rest for a symbol, whoever placed them.</summary>
    public IReadOnlyList<OrderTruth> RestingStops(string symbol) =>
        [.. Orders(symbol).Where(order => order is { Kind: "stop", Status: "New" })];

    /// <summary>Positions of the account that are open, in the order of their symbols.</summary>
    public IReadOnlyList<(string Symbol, decimal Quantity)> Open() => OfAccount((_, own) =>
        own.Positions.Where(position => !position.IsFlat).OrderBy(position => position.Symbol, StringComparer.Ordinal)
            .Select(position => (position.Symbol, position.Quantity)).ToList());

    private IEnumerable<StreamConnection> Sockets(Simulator.Exchange x, string kind, Account? of) =>
        venue is Domain.Exchange.Bybit ? x.Bybit.Streams.Select(kind, of) : x.Binance.Streams.Select(kind, of);
}
