using System.Data.Common;
using System.Diagnostics;
using System.Text.Json;
using Trading.Domain;
using Trading.Node.Configuration;
using Trading.Simulator;
using Trading.Simulator.Market;

namespace Trading.Node.Paper;

/// <summary>
/// The exchanges of paper mode: the simulator, inside this process, reached over its own wires like any other. Both
/// have one market and one book; each account has a wallet of its own. The one folder of the node that knows the simulator.
/// </summary>
public sealed class PaperExchange : IAsyncDisposable
{
    private readonly SimulatorHost _host;

    private PaperExchange(SimulatorHost host) => _host = host;

    /// <summary>Its book is in the data folder and outlives the process: what was open stays open, and stops may fire meanwhile.</summary>
    /// <exception cref="ConfigurationException">The book cannot be read.</exception>
    public static async Task<PaperExchange> Start(PaperSettings settings, DataFolder data, TimeProvider time)
    {
        var options = new SimulatorOptions
        {
            Port = 0,
            DataFolder = data.Path,
            Market = start => new SyntheticMarket(
                SyntheticOptions.Lively with { Seed = (ulong)settings.Seed, StartPrices = LastPrices(start) }, start.FromUtc),
        };
        try
        {
            return new PaperExchange(await SimulatorHost.Start(options, time));
        }
        catch (Exception e) when (e is DbException or JsonException or InvalidDataException && !FullDisk.IsBehind(e))
        {
            throw new ConfigurationException(
                $"{data.ExchangeFile}: the paper exchange's book cannot be read ({e.Message.ReplaceLineEndings(" ")}): restore it from a copy, or name another folder with --data");
        }
    }

    /// <summary>Points every account at the wire of its exchange, each with keys and position mode of its own.</summary>
    public NodeSettings Furnish(NodeSettings settings) => settings with { Accounts = [.. settings.Accounts.Select(Furnish)] };

    private AccountSettings Furnish(AccountSettings account, int index)
    {
        var key = $"sim-key-{index + 1:0000}";
        _host.With(exchange => exchange.Venue.Settings.SetMode(exchange.Venue.Account($"{account.Exchange.Id()}/{key}"), account.Risk.Hedge));
        return account with
        {
            Url = AddressOf(account.Exchange),
            StreamUrl = null,
            ApiKey = key,
            ApiSecret = $"sim-secret-{index + 1:0000}",
        };
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private Uri AddressOf(Domain.Exchange exchange) => exchange switch
    {
        Domain.Exchange.Binance => _host.BaseAddress,
        Domain.Exchange.Bybit => _host.BybitAddress,
        _ => throw new UnreachableException($"{exchange}"),
    };

    private static Dictionary<string, decimal> LastPrices(MarketStart start) =>
        start.LastTicks.ToDictionary(tick => tick.Key, tick => tick.Value.Mark, StringComparer.Ordinal);
}
