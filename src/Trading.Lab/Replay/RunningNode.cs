using System.Globalization;
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
        NodeSettings settings, TimeProvider time, Func<NodeDependencies, NodeDependencies> change)
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

    /// <summary>Value of a counter of the node of now, all its labels together.</summary>
    public async Task<decimal> Metric(string name)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri(Address, "/metrics"));
        return text.Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is ' ' or '{')
            .Sum(line => decimal.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>Lines of the node's log files at WARN or above.</summary>
    public IReadOnlyList<string> Warnings() =>
        [.. Directory.GetFiles(Path.Combine(_host.Settings.Data, "logs")).SelectMany(ReadShared)
            .Where(line => line.Contains("\"Level\":\"Warning\"", StringComparison.Ordinal)
                || line.Contains("\"Level\":\"Error\"", StringComparison.Ordinal)
                || line.Contains("\"Level\":\"Fatal\"", StringComparison.Ordinal))];

    private static List<string> ReadShared(string file)
    {
        var lines = new List<string>();
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { } line) lines.Add(line);
        return lines;
    }

    /// <summary>As an operator stops it: what is under way comes to rest first.</summary>
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
