using System.Globalization;
using System.Text.Json;
using Trading.Simulator.Faults;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>All stream connections: auth, heartbeat, topics, delivery with its faults (protocol page, sections 9 to 11).
/// A private subscription starts without a snapshot.</summary>
public sealed class BybitStreams
{
    private const string PrivatePath = "/v5/private";
    private const string PublicPath = "/v5/public/linear";
    private const string TradePath = "/v5/trade";
    private const int ArgumentsMax = 21_000;
    private static readonly TimeSpan IdleDefault = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan IdleCheckEvery = TimeSpan.FromSeconds(30);
    private static readonly string[] PrivateTopics = ["order", "execution", "execution.fast", "position", "wallet"];

    private readonly Venue venue;
    private readonly StreamDelivery delivery;
    private readonly List<BybitConnection> connections = [];
    private readonly MarketFrames market;
    private readonly PrivateFrames accounts;
    private readonly TradeSocket trade;
    private int number;

    internal BybitStreams(BybitSkin skin, Venue venue, BybitOptions options, JsonText json)
    {
        this.venue = venue;
        delivery = new StreamDelivery(venue, options.EventDelay);
        market = new MarketFrames(venue, this, json);
        accounts = new PrivateFrames(venue, options, this, json);
        trade = new TradeSocket(
            skin, venue, (c, frame, delay) => delivery.Plan(c, frame, delay, ordered: delay == TimeSpan.Zero));
        venue.Listen(happened =>
        {
            if (happened.Account.Exchange == BybitSkin.Exchange) accounts.Write(happened);
        });
    }

    public IReadOnlyList<BybitConnection> Connections => connections;

    /// <summary>Opens a connection on <c>/v5/private</c>, <c>/v5/public/linear</c> or <c>/v5/trade</c>; null when there is
    /// nothing on the path (answer 404).</summary>
    public BybitConnection? Open(string path, string query, IStreamSink sink)
    {
        if (path is not (PrivatePath or PublicPath or TradePath)) return null;
        var idle = IdleOf(Fields.OfQuery(query).Text("max_active_time"));
        var connection = new BybitConnection(
            this, sink, path != PublicPath, $"sim-c{++number}", idle)
        {
            ActiveUtc = venue.NowUtc, IsTrade = path == TradePath,
        };
        connections.Add(connection);
        venue.Plan(IdleCheckEvery, () => CheckIdle(connection));
        return connection;
    }

    /// <summary>Open connections, for faults.</summary>
    /// <param name="of">private, market or all.</param>
    /// <param name="account">Only those that carry events of this account.</param>
    public IReadOnlyList<BybitConnection> Select(string of = "all", Account? account = null) => connections.FindAll(c =>
        (of == "all" || (of == "private") == c.IsPrivate) && (account is null || ReferenceEquals(c.Account, account)));

    internal void Forget(BybitConnection connection)
    {
        connections.Remove(connection);
        foreach (var topic in connection.Topics) market.Stop(connection, topic);
    }

    internal void Control(BybitConnection connection, string frame)
    {
        try
        {
            using var message = JsonDocument.Parse(frame);
            Execute(connection, message.RootElement);
        }
        catch (JsonException)
        {
            Reply(connection, "", "error", success: false, "Invalid JSON");
        }
    }

    /// <summary>True when somebody would hear of the account.</summary>
    internal bool Hears(Account account) =>
        connections.Exists(c => ReferenceEquals(c.Account, account) && c.Topics.Count > 0);

    internal void Push(Account account, string topic, string id, string data, in FaultFacts facts)
    {
        foreach (var connection in connections)
        {
            if (!ReferenceEquals(connection.Account, account)) continue;
            var name = connection.Topics.Contains(topic) ? topic : topic + ".linear";
            if (!connection.Topics.Contains(name)) continue;
            connection.ActiveUtc = venue.NowUtc;
            delivery.Deliver(
                connection,
                $$"""{"id":"{{id}}","topic":"{{name}}","creationTime":{{Stamp}},"data":[{{data}}]}""", facts);
        }
    }

    internal void PushMarket(BybitConnection connection, string topic, string symbol, string frame)
    {
        connection.ActiveUtc = venue.NowUtc;
        var name = topic.Split('.')[0];
        delivery.Deliver(connection, frame, new FaultFacts("", symbol, "", "", name, "") { Kind = "price" });
    }

    private string Stamp => JsonFields.ToMs(venue.StampUtc).ToString(CultureInfo.InvariantCulture);

    private void Execute(BybitConnection connection, JsonElement message)
    {
        if (connection.IsTrade) connection.ActiveUtc = venue.NowUtc;
        var request = message.TryGetProperty("req_id", out var given) ? given.ToString() : "";
        var arguments = message.TryGetProperty("args", out var args) && args.ValueKind == JsonValueKind.Array
            ? args.EnumerateArray().Select(a => a.ToString()).ToList()
            : [];
        switch (message.TryGetProperty("op", out var op) ? op.ToString() : "")
        {
            case not "auth" when connection.IsTrade:
                trade.Handle(connection, message);
                break;
            case "ping":
                connection.ActiveUtc = venue.NowUtc;
                if (connection.IsPrivate)
                    Send(connection, $$"""{"req_id":"{{request}}","op":"pong","args":["{{Stamp}}"],"conn_id":"{{connection.Id}}"}""");
                else Reply(connection, request, "ping", success: true, "pong");
                break;
            case "auth":
                Authenticate(connection, request, arguments);
                break;
            case "subscribe":
                Subscribe(connection, request, arguments);
                break;
            case "unsubscribe":
                foreach (var topic in arguments)
                    if (connection.Topics.Remove(topic)) market.Stop(connection, topic);
                Reply(connection, request, "unsubscribe", success: true, "");
                break;
            case var unknown:
                Reply(connection, request, unknown, success: false, "error:handler not found");
                break;
        }
    }

    private void Authenticate(BybitConnection connection, string request, List<string> arguments)
    {
        var key = arguments.Count == 3 ? arguments[0] : "";
        var known = arguments.Count == 3
            && long.TryParse(arguments[1], NumberStyles.None, CultureInfo.InvariantCulture, out var expires)
            && expires > JsonFields.ToMs(venue.StampUtc);
        var problem = !connection.IsPrivate ? "error:handler not found"
            : Signatures.SecretOf(key) is not { } secret ? "Invalid apikey"
            : !known ? "Params Error: expires is in the past"
            : !Signatures.Matches(secret, "GET/realtime" + arguments[1], arguments[2]) ? "error sign" : "";
        if (problem.Length == 0) connection.Account = venue.Account(BybitSkin.AccountName(key));
        if (connection.IsTrade) trade.AnswerAuth(connection, problem);
        else Reply(connection, request, "auth", problem.Length == 0, problem);
        if (problem.Length > 0) venue.PlanAt(connection.LastDueUtc, () => connection.Close(1000, "auth failed"));
    }

    /// <summary>One wrong topic fails the whole request.</summary>
    private void Subscribe(BybitConnection connection, string request, List<string> arguments)
    {
        var wrong = arguments.Find(t => connection.IsPrivate ? !IsPrivateTopic(t) : !market.Offers(t));
        var categorised = arguments.Count(t => t.EndsWith(".linear", StringComparison.Ordinal));
        var length = connection.Topics.Concat(arguments).Sum(t => t.Length);
        var problem = connection.IsPrivate && connection.Account is null ? "Request not authorized"
            : wrong is not null ? $"error:handler not found,topic:{wrong}"
            : connection.IsPrivate && categorised > 0 && categorised < arguments.Count
                ? "Invalid topic: all-in-one and categorised topics are mixed"
            : length > ArgumentsMax ? "args size is too large" : "";
        Reply(connection, request, "subscribe", problem.Length == 0, problem);
        if (problem.Length > 0) return;
        foreach (var topic in arguments)
            if (connection.Topics.Add(topic) && !connection.IsPrivate) market.Start(connection, topic);
    }

    private static bool IsPrivateTopic(string topic) =>
        PrivateTopics.Contains(topic)
        || (topic.EndsWith(".linear", StringComparison.Ordinal) && PrivateTopics.Contains(topic[..^".linear".Length]));

    private void Reply(BybitConnection connection, string request, string op, bool success, string text) => Send(
        connection,
        $$"""{"success":{{(success ? "true" : "false")}},"ret_msg":{{JsonSerializer.Serialize(text)}},"conn_id":"{{connection.Id}}","req_id":{{JsonSerializer.Serialize(request)}},"op":{{JsonSerializer.Serialize(op)}}}""");

    private void Send(BybitConnection connection, string frame) =>
        delivery.Plan(connection, frame, TimeSpan.Zero, ordered: true);

    private void CheckIdle(BybitConnection connection)
    {
        if (!connection.IsOpen) return;
        if (venue.NowUtc - connection.ActiveUtc >= connection.IdleMax) connection.Close(1000, "idle");
        else venue.Plan(IdleCheckEvery, () => CheckIdle(connection));
    }

    private static TimeSpan IdleOf(string text) =>
        text.Length > 1
        && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var amount)
        && text[^1] is 's' or 'm'
            ? TimeSpan.FromSeconds(Math.Clamp(text[^1] == 'm' ? amount * 60 : amount, 30, 600))
            : IdleDefault;
}
