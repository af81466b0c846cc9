using System.Collections.Concurrent;

namespace Trading.Node.Operators;

/// <summary>
/// Writes lines on a thread of its own: a terminal that stands still must not hold up a position. When ten thousand
/// lines wait, further ones are dropped, and how many is said in their place. So are lines that cannot be written: a
/// terminal that was closed, or a file on a full disk, must not end the node.
/// </summary>
public sealed class LineWriter : IDisposable
{
    private const int MostWaiting = 10_000;
    private static readonly TimeSpan FlushWithin = TimeSpan.FromSeconds(2);

    private readonly BlockingCollection<string> _lines = new(MostWaiting);
    private readonly TextWriter _to;
    private readonly Thread _thread;
    private int _dropped;

    public LineWriter(TextWriter to)
    {
        _to = to;
        _thread = new Thread(WriteAll) { IsBackground = true, Name = "console" };
        _thread.Start();
    }

    public void Write(string line)
    {
        if (!_lines.TryAdd(line)) Interlocked.Increment(ref _dropped);
    }

    /// <summary>Writes what waits, unless that takes longer than two seconds.</summary>
    public void Dispose()
    {
        _lines.CompleteAdding();
        if (_thread.Join(FlushWithin)) _lines.Dispose();
    }

    private void WriteAll()
    {
        while (_lines.TryTake(out var line, Timeout.Infinite)) WriteOne(line);
    }

    private void WriteOne(string line)
    {
        var dropped = Interlocked.Exchange(ref _dropped, 0);
        try
        {
            if (dropped > 0) _to.WriteLine($"({dropped} lines were dropped here)");
            _to.WriteLine(line);
            _to.Flush();
        }
        catch (IOException)
        {
            Interlocked.Add(ref _dropped, dropped + 1);
        }
    }
}
