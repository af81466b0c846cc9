using Trading.Gateways;
using Trading.Gateways.Binance;
using Trading.Node.Configuration;
using Trading.Node.Positions;

namespace Trading.Node.Gateways;

/// <summary>Makes the gateways of accounts over a wire. What accounts of one exchange address share is made once.</summary>
public sealed class Venues(IWire wire, TimeProvider time, IReadOnlyCollection<string> tags, Lease lease) : IDisposable
{
    private readonly Dictionary<BinanceAddress, BinanceHost> _hosts = [];

    public AccountGateway Open(AccountSettings account)
    {
        var host = HostOf(account);
        var binance = new BinanceAccount(account.Id, new BinanceKeys(account.ApiKey, account.ApiSecret), tags);
        return new AccountGateway(
            new BinanceSession(host, binance), new BinanceOrders(host, binance, _ => lease.IsValid()));
    }

    public IPriceFeed OpenPrices(AccountSettings account) => new BinancePrices(HostOf(account));

    public void Dispose()
    {
        foreach (var host in _hosts.Values) host.Dispose();
    }

    private BinanceHost HostOf(AccountSettings account)
    {
        var address = AddressOf(account);
        if (!_hosts.TryGetValue(address, out var host)) _hosts.Add(address, host = new BinanceHost(address, wire, time));
        return host;
    }

    private static BinanceAddress AddressOf(AccountSettings account)
    {
        if (account.Url is null) return BinanceAddress.Production;
        var single = BinanceAddress.Single(account.Url);
        return account.StreamUrl is { } stream ? single with { Stream = stream } : single;
    }
}
