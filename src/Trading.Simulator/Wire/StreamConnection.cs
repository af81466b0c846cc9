namespace Trading.Simulator.Wire;

/// <summary>One WebSocket of a client. Frames in by <see cref="Receive"/>, frames out by its sink.</summary>
public abstract class StreamConnection(IStreamSink sink)
{
    private string? held;

    /// <summary>Fault: stays open, never says anything again.</summary>
    public bool Silent { get; set; }
    public bool IsOpen { get; private set; } = true;

    /// <summary>Stream names, topics and listen keys, as subscribed.</summary>
    public abstract IReadOnlyCollection<string> Subscriptions { get; }

    /// <summary>Accounts whose events it carries.</summary>
    public abstract IEnumerable<string> Accounts { get; }

    internal DateTime LastDueUtc { get; set; }

    /// <summary>The exchange ends it after what is on its way; the client is not heard any more.</summary>
    internal bool IsEnding { get; set; }

    /// <summary>A text frame from the client (SUBSCRIBE and its kin).</summary>
    public void Receive(string frame)
    {
        if (IsOpen && !IsEnding) Handle(frame);
    }

    /// <summary>The client is gone.</summary>
    public void Closed()
    {
        IsOpen = false;
        Forget();
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

    protected abstract void Handle(string frame);

    protected abstract void Forget();
}
