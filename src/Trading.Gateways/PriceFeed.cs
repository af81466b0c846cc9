using Trading.Domain;

namespace Trading.Gateways;

/// <summary>Mark prices on as many connections as the subscriptions need.</summary>
public abstract class PriceFeed : IPriceFeed
{
    /// <summary>Far below what exchanges allow (Binance 1024), so that a lost connection blinds few symbols.</summary>
    public const int SymbolsPerConnection = 200;

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);

    private readonly VenueHost _host;
    private readonly IPriceDialect _dialect;
    private readonly Lock _gate = new();
    private readonly List<PriceConnection> _connections = [];
    private readonly Dictionary<Symbol, PriceConnection> _subscribed = [];

    private protected PriceFeed(VenueHost host, IPriceDialect dialect) => (_host, _dialect) = (host, dialect);

    public async Task Run(Action<Symbol, decimal, DateTime> deliver, Action<Symbol, bool> suspect, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = new List<Task>();
        try
        {
            while (!stop.IsCancellationRequested)
            {
                foreach (var connection in NotRunning(running.Count)) running.Add(connection.Run(deliver, suspect, ended.Token));
                foreach (var connection in running)
                    if (connection.IsFaulted) await connection;
                await Task.Delay(Glance, _host.Time, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to stop: the connections end by the same token.
        }
        finally
        {
            ended.Cancel();
        }

        foreach (var connection in running) await connection;
    }

    public void Subscribe(Symbol symbol)
    {
        lock (_gate)
        {
            if (_subscribed.ContainsKey(symbol)) return;
            var connection = _connections.Find(candidate => candidate.Wanted < SymbolsPerConnection);
            if (connection is null) _connections.Add(connection = new PriceConnection(_host, _dialect));
            connection.Want(symbol);
            _subscribed[symbol] = connection;
        }
    }

    public void Unsubscribe(Symbol symbol)
    {
        lock (_gate)
            if (_subscribed.Remove(symbol, out var connection)) connection.Drop(symbol);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private List<PriceConnection> NotRunning(int running)
    {
        lock (_gate) return running == _connections.Count ? [] : _connections[running..];
    }
}
