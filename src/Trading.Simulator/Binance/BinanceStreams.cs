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
    private const int PolicyViolation = 1008;
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

    /// <summary>True for <c>/ws</c> and <c>/stream</c>, with or without a route before and a stream behind, and for the
    /// WebSocket API.</summary>
    public static bool Serves(string path) =>
        path == ApiPath || Split(path).Behind is { Length: > 0 } rest && rest[0] is "ws" or "stream";

    /// <summary>Opens a connection on a path such as <c>/market/stream</c>; the query as sent, without question mark.
    /// Null when there is nothing on that path (answer 404).</summary>
    public BinanceConnection? Open(string path, string query, IStreamSink sink)
    {
        if (!Serves(path)) return null;
        if (path == ApiPath) return Track(new BinanceConnection(this, sink, StreamRoute.Api, combined: false));
        var (route, rest) = Split(path);
        var connection = Track(new BinanceConnection(this, sink, route, rest[0] == "stream"));
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
        if (connection.Route == StreamRoute.Api) Api!.Handle(connection, frame);
        else if (connection.InSecond > MessagesPerSecond) delivery.Close(connection, PolicyViolation, "Too many requests");
        else Reply(connection, Answer(connection, frame), TimeSpan.Zero);
    }

    private string Answer(BinanceConnection connection, string frame)
    {
        try
        {
            return Execute(connection, StreamRequest.Read(frame));
        }
        catch (StreamRefusal refusal)
        {
            return refusal.Frame;
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

    private static (StreamRoute Route, string[] Behind) Split(string path)
    {
        var parts = path.Trim('/').Split('/');
        return parts[0] switch
        {
            "public" => (StreamRoute.Public, parts[1..]),
            "market" => (StreamRoute.Market, parts[1..]),
            "private" => (StreamRoute.Private, parts[1..]),
            _ => (StreamRoute.Unrouted, parts),
        };
    }

    private BinanceConnection Track(BinanceConnection connection)
    {
        connections.Add(connection);
        venue.Plan(PingEvery, () => Ping(connection));
        venue.Plan(LifeMax, () => delivery.Close(connection, 1001, "24 hours"));
        return connection;
    }

    private string Execute(BinanceConnection connection, StreamRequest request)
    {
        var result = "null";
        switch (request.Method)
        {
            case StreamMethod.Subscribe:
                foreach (var name in request.Names) Subscribe(connection, name);
                break;
            case StreamMethod.Unsubscribe:
                foreach (var name in request.Names)
                    if (connection.Names.Remove(name)) market.Unsubscribe(connection, name);
                break;
            case StreamMethod.ListSubscriptions:
                result = JsonSerializer.Serialize(connection.Names, StreamRequest.Relaxed);
                break;
            case StreamMethod.GetProperty:
                result = connection.Combined ? "true" : "false";
                break;
            case StreamMethod.SetProperty:
                connection.Combined = request.Value;
                break;
        }

        if (connection.Names.Count <= StreamsMax) return $$"""{"result":{{result}},"id":{{request.Id}}}""";
        EndAfterAnswer(connection, "Too many subscriptions");
        throw new StreamRefusal(4, "Too many subscriptions", request.Id);
    }

    /// <summary>Ends a connection when what is answered now has gone out.</summary>
    private void EndAfterAnswer(BinanceConnection connection, string reason)
    {
        connection.IsEnding = true;
        venue.Plan(TimeSpan.Zero, () => delivery.Close(connection, PolicyViolation, reason));
    }

    private void Subscribe(BinanceConnection connection, string name)
    {
        if (name.Length > 0 && connection.Names.Add(name)) market.Subscribe(connection, name);
    }

    private void OnVenueEvent(VenueEvent happened)
    {
        if (!happened.Account.Name.StartsWith("binance/", StringComparison.Ordinal)) return;
        if (Hears(happened.Account)) user.Write(happened, this);
        if (happened is VenueEvent.Traded { Order.Origin: Origin.Liquidation } fill)
            market.TellLiquidation(fill.Order, fill.Trade);
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
