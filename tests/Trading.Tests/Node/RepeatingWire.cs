using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Trading.Gateways;

namespace Trading.Tests.Node;

/// <summary>A wire that remembers what sockets were told, and can tell it again, or something else, on those that are open now.</summary>
internal sealed class RepeatingWire : IWire
{
    private readonly ConcurrentQueue<string> _heard = new();
    private readonly ConcurrentDictionary<Socket, bool> _open = new();
    private IWire _wire = null!;

    /// <summary>Lives longer than a node: each start brings the wire of its own.</summary>
    public RepeatingWire Over(IWire wire)
    {
        _wire = wire;
        return this;
    }

    /// <summary>What was told so far and holds that text.</summary>
    public IReadOnlyList<string> Heard(string text) => [.. _heard.Where(frame => frame.Contains(text, StringComparison.Ordinal))];

    /// <summary>To every socket of user streams that is open.</summary>
    public void Tell(string frame)
    {
        foreach (var socket in _open.Keys.Where(socket => socket.IsPrivate)) socket.Tell(frame);
    }

    public Task<WireAnswer> Send(WireRequest request, CancellationToken stop) => _wire.Send(request, stop);

    public async Task<IWireSocket> Connect(Uri address, CancellationToken stop)
    {
        var socket = new Socket(this, await _wire.Connect(address, stop), address);
        _open[socket] = true;
        return socket;
    }

    private sealed class Socket(RepeatingWire around, IWireSocket inner, Uri address) : IWireSocket
    {
        private readonly Channel<string> _more = Channel.CreateUnbounded<string>();
        private Task<ReadOnlyMemory<byte>?>? _next;

        public bool IsPrivate => address.AbsolutePath.Contains("private", StringComparison.Ordinal);

        public long PingedAt => inner.PingedAt;

        public void Tell(string frame) => _more.Writer.TryWrite(frame);

        public Task Send(ReadOnlyMemory<byte> text, CancellationToken stop) => inner.Send(text, stop);

        public async ValueTask<ReadOnlyMemory<byte>?> Receive(CancellationToken stop)
        {
            _next ??= inner.Receive(stop).AsTask();
            var more = _more.Reader.WaitToReadAsync(stop).AsTask();
            await Task.WhenAny(_next, more);
            if (!_next.IsCompleted && _more.Reader.TryRead(out var frame)) return Encoding.UTF8.GetBytes(frame);
            var told = await _next;
            _next = null;
            if (told is { } bytes && IsPrivate) around._heard.Enqueue(Encoding.UTF8.GetString(bytes.Span));
            return told;
        }

        public ValueTask DisposeAsync()
        {
            around._open.TryRemove(this, out _);
            return inner.DisposeAsync();
        }
    }
}
