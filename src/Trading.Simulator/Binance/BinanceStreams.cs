using System.Text.Json;
using Trading.Simulator.Faults;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>All stream connections: routes, subscriptions, delivery with its faults (protocol page, sections 9, 10).
/// A wrong route opens and stays silent, exactly as the exchange does it.</summary>
public sealed class BinanceStreams
{
    private const string ApiPath = "/ws-fapi/v1";
    private const int StreamsMax = 1024;
    private const int MessagesPerSecond = 10;
    private static readonly TimeSpan PingEvery = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LifeMax = TimeSpan.FromHours(24);

    private readonly Venue venue;
    private readonly StreamDelivery delivery;
    private readonly List<BinanceConnection> connections = [];
    private readonly MarketFrames market;
    private readonly UserFrames user;

    internal BinanceStreams(Venue venue, BinanceOptions options, JsonText json)
    {
        this.venue = venue;
        delivery = new StreamDelivery(venue, options.EventDelay);
        Keys = new ListenKeys(venue, options.ListenKeyLife) { Expired = OnExpired };
        market = new MarketFrames(venue, this, json);
        user = new UserFrames(venue, json);
        venue.Listen(OnVenueEvent);
    }

    public ListenKeys Keys { get; }
    public IReadOnlyList<BinanceConnection> Connections => connections;
    internal WsApi? Api { get; set; }

    /// <summary>Opens a connection on a path such as <c>/market/stream</c>; the query as sent, without question mark.
    /// Null when there is nothing on that path (answer 404).</summary>
    public BinanceConnection? Open(string path, string query, IStreamSink sink)
    {
        if (path == ApiPath) return Track(new BinanceConnection(this, sink, StreamRoute.Api, combined: false));
        var parts = path.Trim('/').Split('/');
        StreamRoute? named = parts[0] switch
        {
            "public" => StreamRoute.Public, "market" => StreamRoute.Market, "private" => StreamRoute.Private, _ => null,
        };
        var rest = named is null ? parts : parts[1..];
        if (rest.Length == 0 || rest[0] is not ("ws" or "stream")) return null;
        var connection = new BinanceConnection(this, sink, named ?? StreamRoute.Unrouted, rest[0] == "stream");
        Track(connection);
        foreach (var name in rest.Skip(1)) Subscribe(connection, Uri.UnescapeDataString(name));
        var parameters = new Params(query, "");
        foreach (var name in parameters.Text("streams").Split('/', StringSplitOptions.RemoveEmptyEntries))
            Subscribe(connection, name);
        if (parameters.Has("listenKey")) Subscribe(connection, parameters.Text("listenKey"));
        foreach (var name in parameters.Text("events").Split('/', StringSplitOptions.RemoveEmptyEntries))
            connection.Events.Add(name);
        return connection;
    }

    /// <summary>Open connections, for faults.</summary>
    /// <param name="of">private, market (everything else) or all.</param>
    /// <param name="account">Only those that carry events of this account.</param>
    public IReadOnlyList<BinanceConnection> Select(string of = "all", Account? account = null) => connections.FindAll(c =>
        (of == "all" || (of == "private") == (c.Route == StreamRoute.Private))
        && (account is null || c.Accounts.Contains(account.Name)));

    internal void Forget(BinanceConnection connection)
    {
        connections.Remove(connection);
        foreach (var name in connection.Names) market.Unsubscribe(connection, name);
    }

    internal void Control(BinanceConnection connection, string frame)
    {
        var second = new DateTime(venue.NowUtc.Ticks - (venue.NowUtc.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
        connection.InSecond = second == connection.SecondUtc ? connection.InSecond + 1 : 1;
        connection.SecondUtc = second;
        if (connection.Route != StreamRoute.Api && connection.InSecond > MessagesPerSecond)
        {
            connection.Close(1008, "Too many requests");
            return;
        }

        try
        {
            using var message = JsonDocument.Parse(frame);
            if (connection.Route == StreamRoute.Api) Api!.Handle(connection, message.RootElement);
            else if (Execute(connection, message.RootElement) is { } answer)
                Reply(connection, answer, TimeSpan.Zero);
        }
        catch (JsonException)
        {
            Reply(
                connection, """{"error":{"code":3,"msg":"Invalid JSON: expected value at line 1 column 1"}}""",
                TimeSpan.Zero);
        }
    }

    /// <summary>Sends a market frame to one subscriber now.</summary>
    internal void PushMarket(BinanceConnection connection, string stream, string eventName, string symbol, string data)
    {
        var frame = connection.Combined ? $$"""{"stream":"{{stream}}","data":{{data}}}""" : data;
        delivery.Deliver(connection, frame, new FaultFacts("", symbol, "", "", eventName, "") { Kind = "price" });
    }

    /// <summary>True when somebody would hear an event of the account.</summary>
    internal bool Hears(Account account) =>
        connections.Exists(c => c.Route == StreamRoute.Private && c.Accounts.Contains(account.Name));

    internal void PushUser(Account account, string name, string state, string symbol, string clientId, string data)
    {
        var facts = new FaultFacts(
            account.Name, symbol, "", "", state.Length == 0 ? name : $"{name}/{state}", clientId)
        {
            Kind = KindOf(name, state),
        };
        foreach (var connection in connections)
        {
            if (connection.Route != StreamRoute.Private) continue;
            var key = connection.Names.FirstOrDefault(n => ReferenceEquals(Keys.AccountOf(n), account));
            if (key is null || (connection.Events.Count > 0 && !connection.Events.Contains(name))) continue;
            delivery.Deliver(connection, connection.Combined ? $$"""{"stream":"{{key}}","data":{{data}}}""" : data, facts);
        }
    }

    private static string KindOf(string name, string state) => name switch
    {
        "TRADE_LITE" => "fill",
        "ORDER_TRADE_UPDATE" => state is "TRADE" or "CALCULATED" ? "fill" : "order",
        "ALGO_UPDATE" => "stop",
        "ACCOUNT_UPDATE" => "position",
        _ => "",
    };

    /// <summary>An answer to a frame of the client, after its delay.</summary>
    internal void Reply(BinanceConnection connection, string frame, TimeSpan delay) =>
        delivery.Plan(connection, frame, delay, ordered: delay == TimeSpan.Zero);

    private BinanceConnection Track(BinanceConnection connection)
    {
        connections.Add(connection);
        venue.Plan(PingEvery, () => Ping(connection));
        venue.Plan(LifeMax, () => connection.Close(1001, "24 hours"));
        return connection;
    }

    private string? Execute(BinanceConnection connection, JsonElement message)
    {
        var id = message.TryGetProperty("id", out var given) ? given.GetRawText() : "null";
        var method = message.TryGetProperty("method", out var named) ? named.GetString() : null;
        switch (method)
        {
            case "SUBSCRIBE":
                foreach (var name in Names(message)) Subscribe(connection, name);
                break;
            case "UNSUBSCRIBE":
                foreach (var name in Names(message))
                    if (connection.Names.Remove(name)) market.Unsubscribe(connection, name);
                break;
            case "LIST_SUBSCRIPTIONS":
                return $$"""{"result":{{JsonSerializer.Serialize(connection.Names)}},"id":{{id}}}""";
            case "GET_PROPERTY":
                return $$"""{"result":{{(connection.Combined ? "true" : "false")}},"id":{{id}}}""";
            case "SET_PROPERTY":
                connection.Combined = message.GetProperty("params")[1].GetBoolean();
                break;
            default:
                var text = $"Invalid request: unknown variant `{method}`";
                return $$$"""{"error":{"code":2,"msg":"{{{text}}}"},"id":{{{id}}}}""";
        }

        if (connection.Names.Count <= StreamsMax) return $$"""{"result":null,"id":{{id}}}""";
        connection.Close(1008, "Too many subscriptions");
        return null;
    }

    private static IEnumerable<string> Names(JsonElement message) =>
        message.TryGetProperty("params", out var names) && names.ValueKind == JsonValueKind.Array
            ? names.EnumerateArray().Select(n => n.GetString() ?? "")
            : [];

    private void Subscribe(BinanceConnection connection, string name)
    {
        if (name.Length > 0 && connection.Names.Add(name)) market.Subscribe(connection, name);
    }

    private void OnVenueEvent(VenueEvent happened)
    {
        if (happened.Account.Name.StartsWith("binance/", StringComparison.Ordinal) && Hears(happened.Account))
            user.Write(happened, this);
    }

    private void OnExpired(Account account, string key)
    {
        var data = user.ListenKeyExpired(key);
        foreach (var connection in connections.FindAll(c => c.Route == StreamRoute.Private && c.Names.Contains(key)))
            delivery.Deliver(
                connection, connection.Combined ? $$"""{"stream":"{{key}}","data":{{data}}}""" : data,
                new FaultFacts(account.Name, "", "", "", "listenKeyExpired", ""));
    }

    private void Ping(BinanceConnection connection)
    {
        if (!connection.IsOpen) return;
        connection.Ping(JsonFields.ToMs(venue.StampUtc).ToString());
        venue.Plan(PingEvery, () => Ping(connection));
    }
}
