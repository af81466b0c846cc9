using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Node;
using Trading.Node.Configuration;
using Trading.Node.Positions;

namespace Trading.Lab.Replay;

/// <summary>One life of the node: from its start on a data folder to its stop or its death.</summary>
public sealed class RunningNode : IAsyncDisposable
{
    private readonly NodeHost _host;
    private readonly CancellationTokenSource _stop = new();

    private RunningNode(NodeHost host) => _host = host;

    public TradingNode Node => _host.Node;

    public Uri Address => _host.Address;

    /// <summary>Opens the data folder, takes up what the journal holds and listens; returns when both are done.</summary>
    public static async Task<RunningNode> Start(
        NodeSettings settings, TimeProvider time, Func<NodeParts, NodeParts> change)
    {
        var running = new RunningNode(await NodeHost.Open(settings, TextWriter.Null, time, change));
        try
        {
            await running.Node.Start(running._stop.Token);
            return running;
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    public PositionView? View(PositionKey key) => Node.Board.Find(key);

    /// <summary>From here on signals come in.</summary>
    public void StartFeeds() => _host.StartFeeds();

    /// <summary>As an operator stops it: the actors finish what they are at.</summary>
    public async Task Stop()
    {
        await _host.Stop();
        await DisposeAsync();
    }

    /// <summary>Without the graceful end: as much of a crash as one process can show of itself.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _host.DisposeAsync();
        _stop.Dispose();
    }
}
