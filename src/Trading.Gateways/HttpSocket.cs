using System.Net.WebSockets;
using System.Runtime.CompilerServices;

namespace Trading.Gateways;

/// <summary>
/// A WebSocket of <see cref="HttpWire"/>. ClientWebSocket answers the server's pings beneath and shows none of them, so
/// our own count instead: it pings every 20 s and breaks the socket when no pong comes within 10 s, hence every interval
/// survived stands for an answered ping. That proves the connection, as the server's ping would, and no more.
/// </summary>
internal sealed class HttpSocket(ClientWebSocket socket, TimeProvider time) : IWireSocket
{
    public static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(20);
    public static readonly TimeSpan PongWithin = TimeSpan.FromSeconds(10);

    /// <summary>The largest frame known, all mark prices of an exchange, has about 0.2 MB.</summary>
    private const int LargestFrame = 16 * 1024 * 1024;

    private readonly long _opened = time.GetTimestamp();
    private byte[] _buffer = new byte[16 * 1024];

    public long PingedAt
    {
        get
        {
            if (socket.State is not WebSocketState.Open) return _opened;
            var answered = Math.Max(0, (time.GetElapsedTime(_opened) - PongWithin).Ticks / PingEvery.Ticks);
            return _opened + answered * (long)PingEvery.TotalSeconds * time.TimestampFrequency;
        }
    }

    public async Task Send(ReadOnlyMemory<byte> text, CancellationToken stop)
    {
        try
        {
            await socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, stop);
        }
        catch (Exception failure) when (failure is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            throw new IOException("the WebSocket is gone", failure);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadOnlyMemory<byte>?> Receive(CancellationToken stop)
    {
        var length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult part;
            try
            {
                part = await socket.ReceiveAsync(_buffer.AsMemory(length), stop);
            }
            catch (Exception failure) when (failure is WebSocketException or ObjectDisposedException)
            {
                return null;
            }

            if (part.MessageType is WebSocketMessageType.Close) return null;
            length += part.Count;
            if (part.EndOfMessage) return new ReadOnlyMemory<byte>(_buffer, 0, length);
            if (length < _buffer.Length) continue;
            if (length >= LargestFrame) return null;
            Array.Resize(ref _buffer, length * 2);
        }
    }

    /// <summary>Without a closing handshake: the exchange needs none, and a dead peer would hold us.</summary>
    public ValueTask DisposeAsync()
    {
        socket.Abort();
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
