using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

internal enum StreamRoute { Public, Market, Private, Unrouted, Api }

/// <summary>One WebSocket of a client. Frames in by <see cref="Receive"/>, frames out by its sink.</summary>
public sealed class StreamConnection
{
    private readonly BinanceStreams owner;
    private readonly IStreamSink sink;
    private string? held;

    internal StreamConnection(BinanceStreams owner, IStreamSink sink, StreamRoute route, bool combined)
    {
        this.owner = owner;
        this.sink = sink;
        Route = route;
        Combined = combined;
    }

    /// <summary>Fault: stays open, never says anything again.</summary>
    public bool Silent { get; set; }
    public bool IsOpen { get; private set; } = true;

    /// <summary>Stream names and listen keys, as subscribed.</summary>
    public IReadOnlyCollection<string> Subscriptions => Names;

    /// <summary>Accounts whose events it carries.</summary>
    public IEnumerable<string> Accounts =>
        Names.Select(n => owner.Keys.AccountOf(n)?.Name).OfType<string>();

    internal StreamRoute Route { get; }
    internal bool Combined { get; set; }
    internal HashSet<string> Names { get; } = [];

    /// <summary>Event names wanted by <c>events=</c>; empty = all.</summary>
    internal HashSet<string> Events { get; } = [];
    internal DateTime LastDueUtc { get; set; }
    internal DateTime SecondUtc { get; set; }
    internal int InSecond { get; set; }

    /// <summary>A text frame from the client (SUBSCRIBE and its kin).</summary>
    public void Receive(string frame)
    {
        if (IsOpen) owner.Control(this, frame);
    }

    /// <summary>The client is gone.</summary>
    public void Closed()
    {
        IsOpen = false;
        owner.Forget(this);
    }

    /// <summary>Fault: the exchange ends the connection without a word.</summary>
    public void Drop() => Close(1006, "");

    internal void Close(int code, string reason)
    {
        if (!IsOpen) return;
        Closed();
        sink.Close(code, reason);
    }

    internal void Ping(string payload)
    {
        if (IsOpen && !Silent) sink.Ping(payload);
    }

    internal void Push(string frame)
    {
        if (!IsOpen || Silent) return;
        sink.Push(frame);
        if (held is null) return;
        var late = held;
        held = null;
        sink.Push(late);
    }

    /// <summary>Keeps a frame back until the next one has gone out.</summary>
    internal void Hold(string frame) => held = frame;
}
