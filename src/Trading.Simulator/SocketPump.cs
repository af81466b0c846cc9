using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using Trading.Simulator.Wire;

namespace Trading.Simulator;

/// <summary>One WebSocket: frames of the exchange are queued here inside its step and sent outside of it. What was
/// queued before the exchange closes is delivered first. A client that does not read is cut off when its queue is
/// full, one that answers no ping after ten minutes.</summary>
internal sealed class SocketPump(WebSocket socket, FrameStream bytes, TimeProvider time) : IStreamSink, IDisposable
{
    private const int QueueMax = 100_000;
    private const int FrameMax = 1 << 20;
    private const int Abnormal = 1006;
    private static readonly TimeSpan PongWithin = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(5);
    private readonly Channel<(string Text, bool IsPing)> frames = Channel.CreateBounded<(string, bool)>(
        new BoundedChannelOptions(QueueMax) { SingleReader = true });

    /// <summary>Fires when the end was begun and the client has not followed.</summary>
    private readonly CancellationTokenSource overdue = new(Timeout.InfiniteTimeSpan, time);
    private (int Code, string Reason) end;
    private int ended;

    public void Push(string frame)
    {
        if (!frames.Writer.TryWrite((frame, false))) Close(1008, "too slow");
    }

    public void Ping(string payload)
    {
        if (time.GetUtcNow() - bytes.HeardUtc > PongWithin) Close(Abnormal, "");
        else frames.Writer.TryWrite((payload, true));
    }

    public void Close(int code, string reason)
    {
        if (Interlocked.Exchange(ref ended, 1) == 1) return;
        end = (code, reason);
        frames.Writer.TryComplete();
        overdue.CancelAfter(CloseWithin);
    }

    /// <summary>Sends and receives until both sides have closed, or one is gone.</summary>
    public async Task Run(Action<string> receive, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, overdue.Token);
        var sending = Send(either.Token);
        var receiving = Receive(receive, either.Token);
        var first = await Task.WhenAny(sending, receiving);
        if (first.IsCompletedSuccessfully) Close(1000, "");
        else await either.CancelAsync();
        try
        {
            await Task.WhenAll(sending, receiving);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            // The connection broke, or the client did not close in time.
        }
    }

    public void Dispose() => overdue.Dispose();

    private async Task Send(CancellationToken cancel)
    {
        await foreach (var (text, isPing) in frames.Reader.ReadAllAsync(cancel))
            if (isPing) await bytes.Ping(text, cancel);
            else
                await socket.SendAsync(
                    Encoding.UTF8.GetBytes(text).AsMemory(), WebSocketMessageType.Text, endOfMessage: true, cancel);
        if (end.Code == Abnormal) socket.Abort();
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
            if (message.Length > FrameMax) continue;
            await message.WriteAsync(buffer.AsMemory(0, part.Count), cancel);
            if (message.Length > FrameMax) Close(1009, "Message too big");
            else if (part.EndOfMessage)
            {
                receive(Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length));
                message.SetLength(0);
            }
        }
    }
}
