using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;

namespace Trading.Gateways;

/// <summary>
/// The production wire: the only place with HttpClient and ClientWebSocket. One per node; connections are pooled.
/// </summary>
/// <remarks>
/// SocketsHttpHandler sends a request again by itself when a pooled connection closes before the first byte of the
/// answer, whatever the method, unless the request has content. An order could execute twice that way, so every request
/// but GET carries content here, be it empty.
/// </remarks>
public sealed class HttpWire : IWire, IDisposable
{
    private static readonly TimeSpan SocketOpenWithin = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public HttpWire(TimeProvider time)
    {
        _time = time;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectTimeout = TimeSpan.FromSeconds(3),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(50),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
        };
        _http = new HttpClient(handler, disposeHandler: true)
        {
            Timeout = Timeout.InfiniteTimeSpan, // each request has its own deadline
            MaxResponseContentBufferSize = 64 * 1024 * 1024,
        };
    }

    public async Task<WireAnswer> Send(WireRequest request, CancellationToken stop)
    {
        using var deadline = new CancellationTokenSource(request.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        using var message = MessageFor(request);
        try
        {
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseContentRead, either.Token);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token);
            return new WireAnswer((int)response.StatusCode, body, HeadersOf(response));
        }
        catch (OperationCanceledException)
        {
            return WireAnswer.Lost;
        }
        catch (HttpRequestException failure)
        {
            return CannotHaveLeft(failure.HttpRequestError) ? WireAnswer.Unsent : WireAnswer.Lost;
        }
    }

    public async Task<IWireSocket> Connect(Uri address, CancellationToken stop)
    {
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = HttpSocket.PingEvery;
        socket.Options.KeepAliveTimeout = HttpSocket.PongWithin;
        using var deadline = new CancellationTokenSource(SocketOpenWithin, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        try
        {
            await socket.ConnectAsync(address, either.Token);
            return new HttpSocket(socket, _time);
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException)
        {
            socket.Dispose();
            stop.ThrowIfCancellationRequested();

            // The path may hold a listen key: the address stays out of the text.
            throw new IOException($"cannot open a WebSocket to {address.Host}", failure);
        }
    }

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage MessageFor(WireRequest request)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(request.Host, request.Target))
        {
            Version = HttpVersion.Version11,
        };
        foreach (var (name, value) in request.Headers) message.Headers.TryAddWithoutValidation(name, value);
        if (request.Method == "GET") return message;
        message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(request.Body));
        message.Content.Headers.ContentType = new MediaTypeHeaderValue(request.ContentType);
        return message;
    }

    private static Dictionary<string, string> HeadersOf(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers) headers[name] = values.First();
        return headers;
    }

    /// <summary>Errors from before the first byte of the request. Everything else may have reached the exchange.</summary>
    private static bool CannotHaveLeft(HttpRequestError error) => error is HttpRequestError.NameResolutionError
        or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;
}
