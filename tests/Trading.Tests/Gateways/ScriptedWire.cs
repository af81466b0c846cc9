using System.Text;
using System.Threading.Channels;
using Trading.Gateways;

namespace Trading.Tests.Gateways;

/// <summary>An exchange that answers what the test says, and remembers what it was asked.</summary>
internal sealed class ScriptedWire(TimeProvider time) : IWire
{
    private readonly List<(string What, Func<WireRequest, WireAnswer> Answer)> _once = [];
    private readonly Dictionary<string, Func<WireRequest, WireAnswer>> _always = [];

    public List<WireRequest> Sent { get; } = [];

    public List<ScriptedSocket> Sockets { get; } = [];

    /// <summary>Time between a request and its answer.</summary>
    public TimeSpan Delay { get; set; }

    public bool RefusesSockets { get; set; }

    public static WireAnswer Json(string body, int status = 200, params (string Name, string Value)[] headers) =>
        new(status, Encoding.UTF8.GetBytes(body), headers.ToDictionary(h => h.Name, h => h.Value));

    public static WireAnswer Error(int status, int code, string message) => Json($$"""{"code":{{code}},"msg":"{{message}}"}""", status);

    public ScriptedWire Once(string what, WireAnswer answer)
    {
        _once.Add((what, _ => answer));
        return this;
    }

    public ScriptedWire Always(string what, Func<WireRequest, WireAnswer> answer)
    {
        _always[what] = answer;
        return this;
    }

    public ScriptedWire Always(string what, WireAnswer answer) => Always(what, _ => answer);

    public IEnumerable<WireRequest> Of(string what) => Sent.Where(request => What(request) == what);

    public async Task<WireAnswer> Send(WireRequest request, CancellationToken stop)
    {
        Sent.Add(request);
        var scripted = _once.FindIndex(entry => entry.What == What(request));
        var answer = scripted >= 0 ? _once[scripted].Answer(request)
            : _always.TryGetValue(What(request), out var always) ? always(request) : WireAnswer.Unsent;
        if (scripted >= 0) _once.RemoveAt(scripted);
        if (answer.Status == WireAnswer.NoAnswer) await Task.Delay(request.Timeout, time, stop);
        else if (Delay > TimeSpan.Zero) await Task.Delay(Delay, time, stop);
        return answer;
    }

    public Task<IWireSocket> Connect(Uri address, CancellationToken stop)
    {
        if (RefusesSockets) throw new IOException("refused by the script");
        var socket = new ScriptedSocket(address);
        Sockets.Add(socket);
        return Task.FromResult<IWireSocket>(socket);
    }

    private static string What(WireRequest request) => $"{request.Method} {request.Target.Split('?')[0]}";
}

internal sealed class ScriptedSocket(Uri address) : IWireSocket
{
    private readonly Channel<byte[]> _frames = Channel.CreateUnbounded<byte[]>();

    public Uri Address => address;

    public List<string> Sent { get; } = [];

    public bool IsDisposed { get; private set; }

    public long PingedAt { get; set; }

    public void Push(string frame) => _frames.Writer.TryWrite(Encoding.UTF8.GetBytes(frame));

    /// <summary>The exchange closes the socket.</summary>
    public void Close() => _frames.Writer.TryComplete();

    public Task Send(ReadOnlyMemory<byte> text, CancellationToken stop)
    {
        Sent.Add(Encoding.UTF8.GetString(text.Span));
        return Task.CompletedTask;
    }

    public async ValueTask<ReadOnlyMemory<byte>?> Receive(CancellationToken stop)
    {
        while (await _frames.Reader.WaitToReadAsync(stop))
            if (_frames.Reader.TryRead(out var frame)) return frame;
        return null;
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        Close();
        return ValueTask.CompletedTask;
    }
}
