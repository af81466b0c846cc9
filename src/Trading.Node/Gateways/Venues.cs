using System.Diagnostics;
using Trading.Domain;
using Trading.Gateways;
using Trading.Gateways.Binance;
using Trading.Gateways.Bybit;
using Trading.Node.Configuration;
using Trading.Node.Positions;

namespace Trading.Node.Gateways;

/// <summary>Makes the gateways of accounts over a wire. What accounts of one exchange address share is made once.</summary>
/// <param name="meters">Not disposed here; null: nobody reads them.</param>
public sealed class Venues(IWire wire, TimeProvider time, IReadOnlyCollection<string> tags, Lease lease, GatewayMeters? meters = null)
    : IDisposable
{
    private readonly Dictionary<object, VenueHost> _hosts = [];

    public AccountGateway Open(AccountSettings settings)
    {
        var account = new VenueAccount(settings.Id, new ApiKeys(settings.ApiKey, settings.ApiSecret), tags) { Hedge = settings.Risk.Hedge };
        return HostOf(settings) switch
        {
            BinanceHost host => Open(host, account),
            BybitHost host => Open(host, account),
            var host => throw new UnreachableException($"{host}"),
        };
    }

    private AccountGateway Open(BinanceHost host, VenueAccount account)
    {
        var orders = new BinanceOrders(host, account, _ => lease.IsValid());
        return new AccountGateway(new BinanceSession(host, account), orders, new BinanceProbe(host, account, orders))
        {
            Contracts = new BinanceContracts(host).Listen,
        };
    }

    private AccountGateway Open(BybitHost host, VenueAccount account)
    {
        var orders = new BybitOrders(host, account, _ => lease.IsValid());
        return new AccountGateway(new BybitSession(host, account), orders, new BybitProbe(host, account, orders));
    }

    public IPriceFeed OpenPrices(AccountSettings settings) => HostOf(settings) switch
    {
        BinanceHost host => new BinancePrices(host),
        BybitHost host => new BybitPrices(host),
        var host => throw new UnreachableException($"{host}"),
    };

    public void Dispose()
    {
        foreach (var host in _hosts.Values) host.Dispose();
    }

    private VenueHost HostOf(AccountSettings settings) => settings.Exchange switch
    {
        Exchange.Binance => HostAt(BinanceAddressOf(settings), address => new BinanceHost(address, wire, time, meters: meters)),
        Exchange.Bybit => HostAt(BybitAddressOf(settings), address => new BybitHost(address, wire, time, meters: meters)),
        _ => throw new UnreachableException($"{settings.Exchange}"),
    };

    private VenueHost HostAt<TAddress>(TAddress address, Func<TAddress, VenueHost> make)
        where TAddress : notnull
    {
        if (!_hosts.TryGetValue(address, out var host)) _hosts.Add(address, host = make(address));
        return host;
    }

    private static BinanceAddress BinanceAddressOf(AccountSettings settings)
    {
        if (settings.Url is null) return BinanceAddress.Production;
        BinanceAddress[] known = [BinanceAddress.Production, BinanceAddress.Demo];
        var found = Array.Find(known, address => address.Rest.Host == settings.Url.Host) ?? BinanceAddress.Single(settings.Url);
        return settings.StreamUrl is { } stream ? found with { Stream = stream } : found;
    }

    /// <summary>The known environments have hosts of their own for streams; any other address has one for all.</summary>
    private static BybitAddress BybitAddressOf(AccountSettings settings)
    {
        if (settings.Url is null) return BybitAddress.Production;
        if (settings.StreamUrl is { } stream) return new BybitAddress(settings.Url, stream, stream);
        BybitAddress[] known = [BybitAddress.Production, BybitAddress.Demo, BybitAddress.Testnet];
        return Array.Find(known, address => address.Rest.Host == settings.Url.Host) ?? BybitAddress.Single(settings.Url);
    }
}
