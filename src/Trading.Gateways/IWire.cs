namespace Trading.Gateways;

/// <summary>
/// The only thing a gateway knows of the network. HttpClient and ClientWebSocket stand behind it in production, a venue
/// in memory in simulation.
/// </summary>
public interface IWire
{
    /// <summary>Never throws for network reasons: see <see cref="WireAnswer.Status"/>.</summary>
    Task<WireAnswer> Send(WireRequest request, CancellationToken stop);

    /// <summary>Opens a WebSocket; throws <see cref="IOException"/> when it cannot be opened.</summary>
    Task<IWireSocket> Connect(Uri address, CancellationToken stop);
}

/// <param name="Target">Path and query exactly as signed, e.g. <c>/fapi/v1/order?symbol=…&amp;signature=…</c>.</param>
/// <param name="Body">Form parameters or JSON as <see cref="ContentType"/> says, or empty.</param>
/// <param name="Timeout">Through TimeProvider; after it the answer is <see cref="WireAnswer.NoAnswer"/>.</param>
public sealed record WireRequest(
    Uri Host, string Method, string Target, string Body, IReadOnlyList<KeyValuePair<string, string>> Headers, TimeSpan Timeout)
{
    public string ContentType { get; init; } = "application/x-www-form-urlencoded";

    /// <summary>Without query, body and headers: they carry keys and signatures.</summary>
    public override string ToString() => $"{Method} {Host.Host}{Target.Split('?')[0]}";
}

/// <param name="Status">HTTP status; <see cref="NoAnswer"/> when the request may have left and nothing came back;
/// <see cref="NotConnected"/> when it cannot have left.</param>
public sealed record WireAnswer(int Status, ReadOnlyMemory<byte> Body, IReadOnlyDictionary<string, string> Headers)
{
    public const int NoAnswer = 0;
    public const int NotConnected = -1;

    private static readonly IReadOnlyDictionary<string, string> NoHeaders = new Dictionary<string, string>();

    public static WireAnswer Lost { get; } = new(NoAnswer, default, NoHeaders);

    public static WireAnswer Unsent { get; } = new(NotConnected, default, NoHeaders);
}

public interface IWireSocket : IAsyncDisposable
{
    /// <summary>Throws <see cref="IOException"/> when the socket is gone.</summary>
    Task Send(ReadOnlyMemory<byte> text, CancellationToken stop);

    /// <summary>
    /// Next text frame, valid until the next call, or null when the socket has closed. One reader at a time. Ping and
    /// pong are answered beneath.
    /// </summary>
    ValueTask<ReadOnlyMemory<byte>?> Receive(CancellationToken stop);

    /// <summary>
    /// When the last ping came, as a timestamp of the time provider; until the first, when the socket opened. A sign of
    /// life of the connection, not of its subscriptions.
    /// </summary>
    long PingedAt { get; }
}
