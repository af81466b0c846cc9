using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using Trading.Simulator.Wire;

namespace Trading.Simulator;

/// <summary>One WebSocket: frames of the exchange are queued here inside its step and sent outside of it. A client that
/// does not read is cut off when its queue is full.</summary>
internal sealed class SocketPump(WebSocket socket) : IStreamSink
{
    private const int QueueMax = 100_000;
    private const int FrameMax = 1 << 20;
    private readonly Channel<string> frames = Channel.CreateBounded<string>(
        new BoundedChannelOptions(QueueMax) { SingleReader = true });

    private (int Code, string Reason) end = (1000, "");

    public void Push(string frame)
    {
        if (!frames.Writer.TryWrite(frame)) Close(1008, "too slow");
    }

    public void Ping(string payload)
    {
        // Kestrel sends the protocol's ping frames itself (KeepAliveInterval).
    }

    public void Close(int code, string reason)
    {
        end = (code, reason);
        frames.Writer.TryComplete();
    }

    /// <summary>Sends and receives until either side ends.</summary>
    public async Task Run(Action<string> receive, CancellationToken cancel)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var sending = Send(both.Token);
        var receiving = Receive(receive, both.Token);
        await Task.WhenAny(sending, receiving);
        await both.CancelAsync();
        try
        {
            await Task.WhenAll(sending, receiving);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The other direction ended because this one did.
        }
    }

    private async Task Send(CancellationToken cancel)
    {
        await foreach (var frame in frames.Reader.ReadAllAsync(cancel))
            await socket.SendAsync(
                Encoding.UTF8.GetBytes(frame).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, cancel);
        if (end.Code == 1006) socket.Abort();
        else await socket.CloseOutputAsync((WebSocketCloseStatus)end.Code, end.Reason, cancel);
    }

    private async Task Receive(Action<string> receive, CancellationToken cancel)
    {
        var buffer = new byte[8192];
        using var message = new MemoryStream();
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), cancel);
            if (part.MessageType == WebSocketMessageType.Close) return;
            await message.WriteAsync(buffer.AsMemory(0, part.Count), cancel);
            if (message.Length > FrameMax) return;
            if (!part.EndOfMessage) continue;
            receive(Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length));
            message.SetLength(0);
        }
    }
}
