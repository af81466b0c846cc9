using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Waves;
using Trading.Gateways;
using Trading.Lab.Replay;
using Trading.Node;
using Trading.Node.Api;
using Trading.Node.Configuration;
using Trading.Node.Gateways;
using Trading.Node.Signals;
using Trading.Simulator;
using Trading.Simulator.Market;
using Trading.Tests.Node;
using Exchange = Trading.Domain.Exchange;
using RunningNode = Trading.Lab.Replay.RunningNode;

namespace Trading.Tests.Signals;

/// <summary>
/// A whole node over real sockets with its webhooks open: what a sender posts, what the API says became of it, and what the
/// simulated exchange was asked and holds.
/// </summary>
internal sealed class SignalDoor : IAsyncDisposable
{
    public const string PlainSecret = "plain-secret-0001";
    public const string SigningSecret = "signing-secret-0001";
    private static readonly TimeSpan Hangs = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("signals-").FullName;
    private readonly HttpClient _http = new();
    private HttpWire? _exchangeWire;
    private Venues? _venues;
    private RunningNode _node = null!;

    private readonly bool _hedge;

    private SignalDoor(SimulatorHost exchange, Exchange venue, bool hedge) => (Simulator, Venue, _hedge) = (exchange, venue, hedge);

    public SimulatorHost Simulator { get; }
    public Exchange Venue { get; }
    public TradingNode Node => _node.Node;
    public Uri Address => _node.Address;

    /// <summary>What the node has asked the exchange.</summary>
    public RecordingWire Wire { get; private set; } = null!;

    public static Task<SignalDoor> Open(Exchange venue, params (string Symbol, decimal Mark)[] prices) => Open(venue, hedge: false, prices);

    public static async Task<SignalDoor> Open(Exchange venue, bool hedge, params (string Symbol, decimal Mark)[] prices)
    {
        var market = new ManualMarket(prices.Select(price => new SymbolSpec(price.Symbol, 0.0001m, 0.1m)));
        foreach (var (symbol, mark) in prices) market.Set(DateTime.UtcNow.AddSeconds(-1), symbol, mark);
        var exchange = await SimulatorHost.Start(new SimulatorOptions { Port = 0, Market = _ => market }, TimeProvider.System);
        exchange.With(x => x.Venue.Settings.SetMode(x.Venue.Account($"{venue.Id()}/sim-key-0001"), hedge));
        var door = new SignalDoor(exchange, venue, hedge);
        await door.StartNode();
        return door;
    }

    /// <summary>The process ends where it stands; the next one has its journal.</summary>
    public async Task Restart()
    {
        await _node.DisposeAsync();
        await StartNode();
    }

    public PositionKey Key(string symbol, string? side = null) => PositionKey.Parse($"{Venue.Id()}/{symbol}{(_hedge ? $"/{side}" : "")}");

    public Task<(HttpStatusCode Status, string Body)> Post(string json) => Post(Encoding.UTF8.GetBytes(json));

    public async Task<(HttpStatusCode Status, string Body)> Post(byte[] body, string type = "application/json")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var answer = await _http.PostAsync(new Uri(Address, "/signals"), content);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Posts one signal of the plain-secret source, in single quotes.</summary>
    public Task<(HttpStatusCode Status, string Body)> Send(string fields) =>
        Post($"{{'secret':'{PlainSecret}',{fields}}}".Replace('\'', '"'));

    /// <summary>What the API says of a signal, once it has its end.</summary>
    public async Task<SignalAnswer> EndOf(string id)
    {
        SignalAnswer? found = null;
        await When(async () => (found = await Get<SignalAnswer>($"signals/{id}")) is { Outcome: not "pending" }, $"signal {id} has its end");
        return found!;
    }

    public Task<PositionAnswer?> Position(string symbol) => Get<PositionAnswer>($"positions/{Uri.EscapeDataString(Key(symbol).ToString())}");

    /// <summary>The position's history in words, oldest first.</summary>
    public async Task<IReadOnlyList<string>> Timeline(string symbol) =>
        [.. (await Get<TimelineAnswer[]>($"positions/{Uri.EscapeDataString(Key(symbol).ToString())}/timeline"))!.Select(line => line.Text)];

    /// <summary>pause, resume, halt or unhalt.</summary>
    public async Task Order(string verb)
    {
        using var answer = await Ask(HttpMethod.Post, verb);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<StatusAnswer> Status() => (await Get<StatusAnswer>("status"))!;

    public async Task<string> Metrics() => await _http.GetStringAsync(new Uri(Address, "/metrics"));

    /// <summary>Opens a position by a signal and waits until its stop rests.</summary>
    public async Task Hold(string id, string symbol, string side)
    {
        Assert.Equal(HttpStatusCode.Accepted, (await Send($"'id':'{id}','wave':'{id}','symbol':'{symbol}','side':'{side}'")).Status);
        Node.Intake.Complete(Domain.Signals.WaveName.Parse(id), 1);
        Assert.Equal("opened", (await EndOf(id)).Outcome);
        await When(() => Task.FromResult(Node.Board.Find(Key(symbol, side)) is { IsProtected: true }), $"{symbol} is protected");
    }

    /// <summary>Every position the exchange ever saw, in words: symbol, side, and whether it is open.</summary>
    public IReadOnlyList<string> Positions() => Simulator.With(exchange => exchange.TruthReport().Positions
        .Select(it => $"{it.Symbol} {(it.Long ? "long" : "short")} {(it.ClosedUtc is null ? "open" : "closed")}")
        .Order(StringComparer.Ordinal).ToList());

    public async Task When(Func<Task<bool>> holds, string what)
    {
        for (var began = TimeProvider.System.GetTimestamp(); !await holds(); await Task.Delay(TimeSpan.FromMilliseconds(10)))
            if (TimeProvider.System.GetElapsedTime(began) > Hangs) throw new TimeoutException($"it does not come to hold: {what}");
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        _venues?.Dispose();
        _exchangeWire?.Dispose();
        await Simulator.DisposeAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<T?> Get<T>(string path)
        where T : class
    {
        using var answer = await Ask(HttpMethod.Get, path);
        if (answer.StatusCode is HttpStatusCode.NotFound) return null;
        answer.EnsureSuccessStatusCode();
        return JsonSerializer.Deserialize<T>(await answer.Content.ReadAsStringAsync(), ApiJson.Options);
    }

    private async Task<HttpResponseMessage> Ask(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, $"/api/v1/{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Bearer", (await File.ReadAllTextAsync(Path.Combine(_folder, OperatorToken.FileName))).Trim());
        return await _http.SendAsync(request);
    }

    private async Task StartNode()
    {
        _node = await RunningNode.Start(Settings(), TimeProvider.System, Overheard);
        await When(() => Task.FromResult(Node.IsReconciled && Node.Accounts.Values.All(account => account.LastProbe is { Concluded: true })), "the node is ready");
    }

    /// <summary>The same node, over a wire that remembers what it was asked for.</summary>
    private NodeDependencies Overheard(NodeDependencies parts)
    {
        _exchangeWire ??= new HttpWire(TimeProvider.System);
        Wire = new RecordingWire(_exchangeWire);
        _venues?.Dispose();
        _venues = new Venues(Wire, TimeProvider.System, [parts.Journal.Id.Tag], parts.Lease);
        return parts with { OpenAccount = _venues.Open, OpenPrices = _venues.OpenPrices };
    }

    private NodeSettings Settings() => new()
    {
        Data = _folder,
        Port = 0,
        Webhooks = [new WebhookSource("tv", PlainSecret, PlainSecret: true), new WebhookSource("bot", SigningSecret)],
        Waves = WavePolicy.Default with { MaxTrades = 3, BufferPercent = 0 },
        Accounts =
        [
            new AccountSettings(AccountId.Parse(Venue.Id()), Venue)
            {
                Url = Venue is Exchange.Bybit ? Simulator.BybitAddress : Simulator.BaseAddress,
                ApiKey = "sim-key-0001",
                ApiSecret = "sim-secret-0001",
                Risk = AccountPolicy.Default with { Hedge = _hedge, CooldownAfterClose = TimeSpan.Zero, CooldownAfterLoss = TimeSpan.Zero },
            },
        ],
    };
}
