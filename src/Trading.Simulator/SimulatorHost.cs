using System.Data.Common;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Trading.Simulator.Wire;

namespace Trading.Simulator;

/// <summary>The exchange behind HTTP and WebSockets on loopback: one lock around the core, one timer for what is
/// due.</summary>
public sealed class SimulatorHost : IAsyncDisposable
{
    private static readonly TimeSpan IdleCheck = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private readonly Exchange exchange;
    private readonly WebApplication app;
    private bool stopped;

    private SimulatorHost(SimulatorOptions options, TimeProvider time)
    {
        this.time = time;
        exchange = options.DataFolder is { } folder
            ? Exchange.Open(Path.Combine(folder, "exchange.db"), options.Market, Now, options.Venue, options.Binance, options.Bybit)
            : Exchange.InMemory(
                options.Market(new MarketStart(Now, new Dictionary<string, Market.MarketTick>(), options.Venue.Seed)),
                Now, options.Venue, options.Binance, options.Bybit);
        timer = time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        app = Build(options);
    }

    /// <summary>Where Binance's wire listens, e.g. <c>http://127.0.0.1:5490</c>.</summary>
    public Uri BaseAddress { get; private set; } = new("http://127.0.0.1");

    /// <summary>Where Bybit's wire listens; <c>/control</c> is on both.</summary>
    public Uri BybitAddress { get; private set; } = new("http://127.0.0.1");

    /// <summary>Starts an exchange on loopback and returns when it answers.</summary>
    public static async Task<SimulatorHost> Start(SimulatorOptions options, TimeProvider time)
    {
        var host = new SimulatorHost(options, time);
        await host.app.StartAsync();
        var addresses = host.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        host.BaseAddress = new Uri(addresses!.Addresses.First());
        host.BybitAddress = new Uri(addresses.Addresses.Last());
        host.With(static _ => { });
        return host;
    }

    /// <summary>Runs something against the exchange at the present time, alone.</summary>
    public T With<T>(Func<Exchange, T> act)
    {
        lock (gate)
        {
            exchange.Advance(Now);
            var result = act(exchange);
            exchange.Venue.Flush();
            Arm();
            return result;
        }
    }

    public void With(Action<Exchange> act) => With(e =>
    {
        act(e);
        return 0;
    });

    /// <summary>Stops listening and closes the book; open positions stay open in it.</summary>
    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        lock (gate)
        {
            stopped = true;
            exchange.Dispose();
        }

        await timer.DisposeAsync();
        await app.DisposeAsync();
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private WebApplication Build(SimulatorOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k =>
        {
            k.Listen(IPAddress.Loopback, options.Port);
            k.Listen(IPAddress.Loopback, options.Port == 0 ? 0 : options.Port + 1);
        });
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(
            o => o.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services.AddSingleton<Microsoft.Extensions.Hosting.IHostLifetime, EndsWithItsOwner>();
        var built = builder.Build();
        built.Use(PutFramesUnder);
        built.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });
        built.Run(Handle);
        return built;
    }

    private Task PutFramesUnder(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } request)
            context.Features.Set<IHttpUpgradeFeature>(new FrameUpgrade(request, time));
        return next(context);
    }

    private async Task Handle(HttpContext context)
    {
        if (IsMisdirected(context))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (context.WebSockets.IsWebSocketRequest)
        {
            await HandleSocket(context);
            return;
        }

        var call = await HttpCalls.Read(context.Request);
        var answer = With(e => e.Answer(Now, call));
        while (answer.Fate == WireFate.Later)
        {
            // What is on its way arrives, also when its sender has died meanwhile.
            await Task.Delay(TimeSpan.FromMilliseconds(answer.DelayMs), time, app.Lifetime.ApplicationStopping);
            answer = With(e => e.Answer(Now, call with { Resumed = true }));
        }

        if (answer.DelayMs > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(answer.DelayMs), time, context.RequestAborted);
        if (answer.Fate == WireFate.Lost) context.Abort();
        else await HttpCalls.Write(context.Response, answer);
    }

    private async Task HandleSocket(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        var query = context.Request.QueryString.Value?.TrimStart('?') ?? "";
        if (!Exchange.HasStream(path))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var bytes = ((FrameUpgrade)context.Features.GetRequiredFeature<IHttpUpgradeFeature>()).Frames!;
        using var pump = new SocketPump(socket, bytes, time);
        var connection = With(e => e.OpenStream(Now, path, query, pump));
        if (connection is null) return;
        try
        {
            await pump.Run(frame => With(_ => connection.Receive(frame)), context.RequestAborted);
        }
        finally
        {
            With(_ => connection.Closed());
        }
    }

    /// <summary>Each exchange knows only its own paths.</summary>
    private bool IsMisdirected(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        return !path.StartsWith("/control", StringComparison.Ordinal)
            && Exchange.IsBybit(path) != (context.Connection.LocalPort == BybitAddress.Port);
    }

    private void OnTimer()
    {
        lock (gate)
            if (!stopped)
            {
                if (TryAdvance()) Arm();
                else timer.Change(IdleCheck, Timeout.InfiniteTimeSpan);
            }
    }

    /// <returns>False: its book takes nothing now. What was to be written is kept, and written with what comes next.</returns>
    private bool TryAdvance()
    {
        try
        {
            exchange.Advance(Now);
            return true;
        }
        catch (DbException)
        {
            return false;
        }
    }

    private void Arm()
    {
        var wait = exchange.NextDueUtc - Now ?? IdleCheck;
        timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait, Timeout.InfiniteTimeSpan);
    }
}
