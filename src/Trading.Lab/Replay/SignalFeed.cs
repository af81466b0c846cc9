using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Trading.Lab.Replay;

/// <summary>A feed of signals as contracts §1 has it: frames by number over a WebSocket, resumed where the client left off.</summary>
public sealed class SignalFeed : IAsyncDisposable
{
    /// <summary>More than any scenario publishes; a client that reads nothing is cut off.</summary>
    private const int FramesAhead = 4096;
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<(long Seq, string Frame)> _sent = [];
    private readonly List<Listener> _listeners = [];
    private readonly ITimer _pings;
    private readonly WebApplication _app;
    private long _seq;

    private SignalFeed(string name, TimeProvider time)
    {
        Name = name;
        _pings = time.CreateTimer(_ => Tell("""{"type":"ping"}"""), null, PingEvery, PingEvery);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Run(Serve);
    }

    public string Name { get; }

    public Uri Address { get; private set; } = new("ws://127.0.0.1");

    public int Listeners
    {
        get { lock (_gate) return _listeners.Count; }
    }

    public static async Task<SignalFeed> Start(string name, TimeProvider time)
    {
        var feed = new SignalFeed(name, time);
        await feed._app.StartAsync();
        var address = feed._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        feed.Address = new UriBuilder(address) { Scheme = "ws" }.Uri;
        return feed;
    }

    /// <summary>One frame with these signals, each the JSON object of contracts §1.</summary>
    public void Publish(params IReadOnlyCollection<string> signals)
    {
        lock (_gate)
        {
            _seq++;
            Send($$"""{"type":"signals","seq":{{_seq}},"signals":[{{string.Join(',', signals)}}]}""");
        }
    }

    public void Complete(string wave, int count)
    {
        lock (_gate) Send($$"""{"type":"wave_complete","wave":{{JsonSerializer.Serialize(wave)}},"count":{{count}}}""");
    }

    /// <summary>Ends every connection without a word; clients come back by themselves.</summary>
    public void Drop()
    {
        lock (_gate)
        {
            foreach (var listener in _listeners) listener.Socket.Abort();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _pings.DisposeAsync();
        Drop();
        await _app.DisposeAsync();
    }

    private void Send(string frame)
    {
        _sent.Add((_seq, frame));
        Tell(frame);
    }

    private void Tell(string frame)
    {
        lock (_gate)
        {
            foreach (var listener in _listeners)
                if (!listener.Frames.Writer.TryWrite(frame)) listener.Socket.Abort();
        }
    }

    private async Task Serve(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var listener = new Listener(socket, Channel.CreateBounded<string>(FramesAhead));
        try
        {
            await Task.WhenAll(Listen(listener, context.RequestAborted), Speak(listener, context.RequestAborted));
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            // the client is gone
        }
        finally
        {
            lock (_gate) _listeners.Remove(listener);
        }
    }

    /// <summary>Hears "resume", tells what the client has missed and keeps it among those that are told.</summary>
    private async Task Listen(Listener listener, CancellationToken stop)
    {
        try
        {
            var buffer = new byte[1024];
            while (listener.Socket.State is WebSocketState.Open)
            {
                var received = await listener.Socket.ReceiveAsync(buffer.AsMemory(), stop);
                if (received.MessageType is WebSocketMessageType.Close) return;
                using var message = JsonDocument.Parse(buffer.AsMemory(0, received.Count));
                if (message.RootElement.GetProperty("type").GetString() != "resume") continue;
                Resume(listener, message.RootElement.GetProperty("after").GetInt64());
            }
        }
        finally
        {
            listener.Frames.Writer.TryComplete();
        }
    }

    private void Resume(Listener listener, long after)
    {
        lock (_gate)
        {
            foreach (var (seq, frame) in _sent)
                if (seq > after) listener.Frames.Writer.TryWrite(frame);
            _listeners.Add(listener);
        }
    }

    private static async Task Speak(Listener listener, CancellationToken stop)
    {
        while (await listener.Frames.Reader.WaitToReadAsync(stop))
            while (listener.Frames.Reader.TryRead(out var frame))
                await listener.Socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, endOfMessage: true, stop);
    }

    private sealed record Listener(WebSocket Socket, Channel<string> Frames);
}
