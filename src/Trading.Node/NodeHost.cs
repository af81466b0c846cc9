using System.Data.Common;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Json;
using Trading.Domain;
using Trading.Gateways;
using Trading.Journal;
using Trading.Journal.Sqlite;
using Trading.Node.Api;
using Trading.Node.Configuration;
using Trading.Node.Hosting;
using Trading.Node.Gateways;
using Trading.Node.Metrics;
using Trading.Node.Operators;
using Trading.Node.Paper;
using Trading.Node.Positions;
using Trading.Node.Projections;
using Trading.Node.Projections.Sqlite;
using Trading.Node.Signals;

namespace Trading.Node;

/// <summary>A node as a program: its data folder, journal, exchange, log files, port and console.</summary>
public sealed class NodeHost : IAsyncDisposable
{
    private const long LogFileBytes = 50 * 1024 * 1024;
    private const int LogFilesKept = 14;
    private static readonly TimeSpan AskDiskAgain = TimeSpan.FromSeconds(1);

    private readonly Stack<IAsyncDisposable> _made = new();
    private readonly TimeProvider _time;
    private readonly Func<NodeDependencies, NodeDependencies> _change;
    private DataFolder _data = null!;
    private Serilog.Core.Logger _log = null!;
    private HttpWire _wire = null!;
    private bool _isOpen;

    private NodeHost(NodeSettings settings, TextWriter console, TimeProvider time, Func<NodeDependencies, NodeDependencies> change)
    {
        (Settings, _time, _change) = (settings, time, change);
        Console = new NodeConsole(Keep(new LineWriter(console)).Write, time);
    }

    public NodeSettings Settings { get; private set; }
    public NodeConsole Console { get; }
    public TradingNode Node { get; private set; } = null!;
    public IJournal Journal { get; private set; } = null!;

    /// <summary>Where API, metrics and pages are.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>A full disk is waited for, as a journal that is away is: said once, and tried again until there is room.</summary>
    /// <param name="change">Null: as it is. Rehearsals listen to a node, or break one, by changing a part before it is composed.</param>
    /// <param name="stop">Gives up waiting.</param>
    /// <exception cref="ConfigurationException">One line that says what is wrong and what to do.</exception>
    public static async Task<NodeHost> Open(
        NodeSettings settings, TextWriter console, TimeProvider time, Func<NodeDependencies, NodeDependencies>? change = null, CancellationToken stop = default)
    {
        for (var tries = 0; ; tries++)
        {
            var host = new NodeHost(settings, console, time, change ?? (static parts => parts));
            try
            {
                await host.Make();
                host._isOpen = true;
                return host;
            }
            catch (Exception e) when (FullDisk.IsBehind(e))
            {
                if (tries == 0) host.Console.Say($"data = '{settings.Data}': the disk takes nothing ({OneLine(e)}). The node waits for room, and can be stopped.");
                await host.DisposeAsync();
            }
            catch (Exception e)
            {
                host._log?.Fatal(e, "the node could not be opened");
                await host.DisposeAsync();
                throw;
            }

            await Task.Delay(AskDiskAgain, time, stop);
        }
    }

    /// <summary>For the log, with everything that is known of it.</summary>
    public void Report(Exception failure) => _log.Fatal(failure, "the node failed");

    /// <summary>After the node has been reconciled: what brings signals.</summary>
    public void StartFeeds()
    {
        foreach (var feed in Settings.Feeds) StartFeed(_data.Bookmarked(feed), _wire);
        if (Settings.Paper is not { DemoFeed: true } paper) return;
        var symbols = Node.Accounts.Values
            .Select(account => account.Symbols.All.Where(rules => rules is { IsTrading: true, IsUsdtPerpetual: true }).Select(rules => rules.Symbol))
            .Aggregate(static (here, there) => here.Intersect(there)).ToList();
        StartFeed(
            new Signals.FeedSettings("demo", DemoFeed.Address, static () => 0, static _ => { }),
            new DemoFeed([.. Node.Accounts.Keys], symbols, paper.Seed, paper.WaveEvery, _time));
    }

    /// <summary>Settles, and stops the actors; nothing is closed at the exchange.</summary>
    /// <param name="insisted">Told again: it ends without waiting.</param>
    public Task<WhatStays> Stop(CancellationToken insisted = default) =>
        new NodeStop(Node, _time, Console.Say).Run(Settings.SettleWithin, insisted);

    /// <summary>In the reverse order of making. What cannot be written any more is said; it holds up nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_made.TryPop(out var part))
        {
            try
            {
                await part.DisposeAsync();
            }
            catch (Exception e) when (e is IOException or DbException)
            {
                if (_isOpen) Console.Say($"Closing: {OneLine(e)}");
            }
        }
    }

    private static string OneLine(Exception e) => e.Message.ReplaceLineEndings(" ");

    private async Task Make()
    {
        var data = _data = Keep(DataFolder.Open(Settings.Data));
        var log = _log = Keep(OpenLog(data));
        foreach (var file in data.Exposed)
            Console.Say($"Warning: {file} can be read by other users and belongs to another one; chown it to the user the node runs as, and chmod 600.");
        var storage = await NodeStorage.Open(Settings, data, _time, static () => new JournalId(NewId()));
        _made.Push(storage);
        var journal = Journal = storage.Journal;
        if (Settings.Paper is { } paper)
        {
            await RefuseForgetfulExchange(journal, data);
            var exchange = await OpenPaper(paper, data);
            Settings = exchange.Furnish(Settings);
        }

        var follower = Follow(storage, log);
        var lease = new Lease(await storage.TakeEpoch(), static () => true);
        _wire = Keep(new HttpWire(_time));
        var meters = Keep(new NodeMeters());
        var venues = Keep(new Venues(_wire, _time, Settings.TagsOf(journal.Id), lease, Keep(new GatewayMeters(meters))));
        Node = new TradingNode(_change(new NodeDependencies
        {
            Settings = Settings,
            Actors = Settings.Akka,
            Time = _time,
            Scheduler = TaskScheduler.Default,
            Journal = new AnnouncingJournal(journal, follower.Hint),
            NewId = NewId,
            OpenAccount = venues.Open,
            OpenPrices = venues.OpenPrices,
            Lease = lease,
            Meters = meters,
            Log = line => log.Information("{Line}", line),
            Happened = Console.On,
            KeepRejectedSignal = follower.Keep,
            Alerted = alert =>
            {
                log.Warning("{Kind} {Subject} {Text}", alert.Kind, alert.Subject, alert.Text);
                Console.Say(alert);
            },
        }));
        _made.Push(Node);
        Keep(new NodeGauges(Node, meters, () => follower.LagSeconds));
        var metrics = Keep(new MetricsText(meters));
        meters.BeginAtZero();
        await OpenPort(metrics, new NodeViews(
            Node, journal, storage.Engine, storage.Store, () => follower.LagSeconds, _time));
    }

    /// <summary>The database that operators read, kept equal to the journal; it may be deleted and comes back.</summary>
    private MonitoringFollower Follow(NodeStorage storage, Serilog.Core.Logger log)
    {
        var venues = Settings.Accounts.ToDictionary(account => account.Id, account => account.Exchange);
        var follower = new MonitoringFollower(
            storage.Journal, storage.Monitoring, _time, venues, line => Say("ProjectionStopped", line), line => Say("ProjectionsBehind", line));
        _made.Push(new MonitoringRun(follower));
        return follower;

        void Say(string kind, string line)
        {
            log.Warning("{Line}", line);
            Node?.Alerts.Raise(kind, "projections", line);
        }
    }

    /// <summary>An exchange that begins anew knows nothing of what the journal holds there.</summary>
    private static async Task RefuseForgetfulExchange(IJournal journal, DataFolder data)
    {
        if (NewJournal.IsEmpty(data.ExchangeFile) && (await journal.ReadAll(0, 1)).Count > 0)
            throw new ConfigurationException(
                $"{data.ExchangeFile} is missing or empty, and the journal is not: restore it from a copy; to begin anew name another folder with --data");
    }

    private async Task<PaperExchange> OpenPaper(PaperSettings paper, DataFolder data)
    {
        var exchange = await PaperExchange.Start(paper, data, _time);
        _made.Push(exchange);
        return exchange;
    }

    private async Task OpenPort(MetricsText metrics, NodeViews views)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Settings.Port));
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services.AddSingleton<IHostLifetime, EndsWithItsOwner>();
        var app = builder.Build();
        if (Settings.Webhooks.Count > 0)
            app.MapSignals(new WebhookAuth(Settings.Webhooks), Node.SignalReader, Node.Intake, _time);
        app.MapApi(
            views, new NodeCommands(Node, _time, NewId), ReadToken(), _time, new SerilogLoggerFactory(_log).CreateLogger("api"));
        app.MapGet("/", async (HttpContext http) =>
        {
            var status = await views.Status(http.RequestAborted);
            return Results.Text(FrontPage.Html(status.Headline, status.Mode, status.Version), "text/html; charset=utf-8");
        });
        app.MapGet("/metrics", () => Results.Text(metrics.Write(), "text/plain; version=0.0.4"));
        app.MapGet("/health/live", () => Results.Text("live"));
        app.MapGet("/health/ready", () => Node.IsReconciled ? Results.Text("ready") : Results.Text("not reconciled yet", statusCode: 503));
        _made.Push(app);
        try
        {
            await app.StartAsync();
        }
        catch (IOException)
        {
            throw new ConfigurationException($"port = {Settings.Port}: the port is in use; choose another with --port, or 0 for any free one");
        }

        Address = new Uri(app.Urls.First());
    }

    private OperatorToken ReadToken()
    {
        try
        {
            return Environment.GetEnvironmentVariable("TRADING_TOKEN") is { Length: > 0 } given
                ? OperatorToken.From(given)
                : OperatorToken.ReadOrCreate(_data.Path);
        }
        catch (InvalidDataException e)
        {
            throw new ConfigurationException(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && !FullDisk.IsBehind(e))
        {
            throw new ConfigurationException(
                $"{OperatorToken.FileName} in '{_data.Path}' cannot be read or made ({OneLine(e)}): delete what is there, and a new one is made");
        }
    }

    private void StartFeed(Signals.FeedSettings feed, IWire wire)
    {
        var client = new FeedClient(feed, wire, Node.SignalReader, Node.Intake, _time, line => _log.Information("{Line}", line));
        Node.Actors.Spawn($"feed/{feed.Name}", () => new LongRunningActor($"feed/{feed.Name}", "feed client", client.Run));
    }

    private static Serilog.Core.Logger OpenLog(DataFolder data) => new LoggerConfiguration()
        .WriteTo.File(
            new JsonFormatter(), data.LogFile, rollingInterval: RollingInterval.Day, fileSizeLimitBytes: LogFileBytes,
            rollOnFileSizeLimit: true, retainedFileCountLimit: LogFilesKept)
        .CreateLogger();

    private static string NewId() => Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(10));

    private T Keep<T>(T part)
        where T : IDisposable
    {
        _made.Push(new Kept(part));
        return part;
    }

    private sealed class Kept(IDisposable part) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            part.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
