using Trading.Domain;

namespace Trading.Gateways;

/// <summary>Mark prices on as many connections as the subscriptions need.</summary>
public abstract class PriceFeed : IPriceFeed
{
    /// <summary>Far below what exchanges allow (Binance 1024), so that a lost connection blinds few symbols.</summary>
    public const int SymbolsPerConnection = 200;

    /// <summary>A bound only: whoever subscribes says so.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private readonly VenueHost _host;
    private readonly IPriceDialect _dialect;
    private readonly Lock _gate = new();
    private readonly List<PriceConnection> _connections = [];
    private readonly Dictionary<Symbol, PriceConnection> _subscribed = [];
    private readonly AutoResetSignal _changed;
    private volatile bool _failed;

    private protected PriceFeed(VenueHost host, IPriceDialect dialect) =>
        (_host, _dialect, _changed) = (host, dialect, new AutoResetSignal(host.Time));

    public async Task Run(Action<Symbol, decimal, DateTime> deliver, Action<Symbol, bool> suspect, CancellationToken stop)
    {
        _failed = false;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var running = new List<Task>();
        while (!stop.IsCancellationRequested && !_failed)
        {
            foreach (var connection in NotRunning(running.Count)) running.Add(RunOne(connection, deliver, suspect, ended.Token));
            await _changed.Wait(LookAgain, stop);
        }

        ended.Cancel();
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

        _changed.Set();
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

    /// <summary>It ends when it is told to; else it has failed, and the feed with it.</summary>
    private async Task RunOne(PriceConnection connection, Action<Symbol, decimal, DateTime> deliver, Action<Symbol, bool> suspect, CancellationToken stop)
    {
        try
        {
            await connection.Run(deliver, suspect, stop);
        }
        finally
        {
            _failed = true;
            _changed.Set();
        }
    }

    private List<PriceConnection> NotRunning(int running)
    {
        lock (_gate) return running == _connections.Count ? [] : _connections[running..];
    }
}
