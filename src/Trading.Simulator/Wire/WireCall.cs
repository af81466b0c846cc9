namespace Trading.Simulator.Wire;

/// <summary>One HTTP request as bytes on the wire mean it: nothing decoded.</summary>
/// <param name="Method">Upper case.</param>
/// <param name="Path">Without the query.</param>
/// <param name="Query">Raw, without the question mark.</param>
/// <param name="Body">Raw text.</param>
/// <param name="Headers">Names in any case.</param>
public sealed record WireCall(
    string Method, string Path, string Query, string Body, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>What request weights are counted by.</summary>
    public string RemoteIp { get; init; } = "127.0.0.1";

    /// <summary>Presented again after <see cref="WireFate.Later"/>: faults have been applied already.</summary>
    public bool Resumed { get; init; }

    public string Header(string name)
    {
        if (Headers.TryGetValue(name, out var value)) return value;
        foreach (var (key, other) in Headers)
            if (string.Equals(key, name, StringComparison.OrdinalIgnoreCase)) return other;
        return "";
    }
}

public enum WireFate
{
    /// <summary>Deliver the answer after DelayMs.</summary>
    Answered,

    /// <summary>Deliver nothing; the caller's connection breaks or times out.</summary>
    Lost,

    /// <summary>Not executed yet: present the call again, Resumed, after DelayMs.</summary>
    Later,
}

/// <summary>What the exchange answers, and what becomes of the answer on its way.</summary>
public sealed record WireAnswer(int Status, string Body)
{
    public WireFate Fate { get; init; }
    public int DelayMs { get; init; }
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}

/// <summary>Where a stream connection sends its frames. Called inside the exchange's step: must not call back.</summary>
public interface IStreamSink
{
    void Push(string frame);

    void Ping(string payload);

    /// <summary>The exchange ends the connection; nothing follows.</summary>
    void Close(int code, string reason);
}
