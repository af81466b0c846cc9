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
    private const string StatusPath = "/v5/public/misc/status";
    private const int ArgumentsMax = 21_000;
    private static readonly TimeSpan IdleDefault = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan IdleCheckEvery = TimeSpan.FromSeconds(30);
    private static readonly string[] PrivateTopics =
    [
        "order", "execution", "execution.fast", "position", "wallet", "greeks", "dcp.future", "dcp.spot", "dcp.option",
    ];

    private readonly Venue venue;
    private readonly StreamDelivery delivery;
    private readonly List<BybitConnection> connections = [];
    private readonly MarketFrames market;
    private readonly PrivateFrames accounts;
    private readonly TradeSocket trade;
    private readonly List<Action<BybitConnection>> onEnded = [];
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

    public static bool Serves(string path) => path is PrivatePath or PublicPath or TradePath or StatusPath;

    /// <summary>Opens a connection on <c>/v5/private</c>, <c>/v5/public/linear</c>, <c>/v5/trade</c> or
    /// <c>/v5/public/misc/status</c>; null when there is nothing on the path (answer 404).</summary>
    public BybitConnection? Open(string path, string query, IStreamSink sink)
    {
        if (!Serves(path)) return null;
        var idle = IdleOf(Fields.OfQuery(query).Text("max_active_time"));
        var connection = new BybitConnection(
            this, sink, path is PrivatePath or TradePath, $"sim-c{++number}", idle)
        {
            ActiveUtc = venue.NowUtc, IsTrade = path == TradePath, IsStatus = path == StatusPath,
        };
        connections.Add(connection);
        venue.Plan(IdleCheckEvery, () => CheckIdle(connection));
        return connection;
    }

    /// <summary>Hears of each connection that is gone; what it carried stays readable.</summary>
    internal void ListenToEnds(Action<BybitConnection> listener) => onEnded.Add(listener);

    /// <summary>Open connections, for faults.</summary>
    /// <param name="of">private, market or all.</param>
    /// <param name="account">Only those that carry events of this account.</param>
    public IReadOnlyList<BybitConnection> Select(string of = "all", Account? account = null) => connections.FindAll(c =>
        (of == "all" || (of == "private") == c.IsPrivate) && (account is null || ReferenceEquals(c.Account, account)));

    internal void Forget(BybitConnection connection)
    {
        connections.Remove(connection);
        foreach (var topic in connection.Topics) market.Stop(connection, topic);
        foreach (var listener in onEnded) listener(connection);
    }

    internal void Control(BybitConnection connection, string frame)
    {
        if (!JsonInput.TryRead(frame, out var message))
        {
            Misread(connection, "Invalid JSON");
            return;
        }

        using (message)
            if (message.RootElement.ValueKind == JsonValueKind.Object) Execute(connection, message.RootElement);
            else Misread(connection, "Params Error");
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

    internal void PushMarket(BybitConnection connection, Topic topic, string frame)
    {
        connection.ActiveUtc = venue.NowUtc;
        delivery.Deliver(connection, frame, new FaultFacts("", topic.Subject, "", "", topic.Kind, "") { Kind = "price" });
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
                    Send(connection, $$"""{"req_id":{{Quoted(request)}},"op":"pong","args":["{{Stamp}}"],"conn_id":"{{connection.Id}}"}""");
                else Reply(connection, request, "ping", success: true, "pong");
                break;
            case "auth":
                Authenticate(connection, request, arguments, message);
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

    private void Misread(BybitConnection connection, string text)
    {
        if (connection.IsTrade) trade.Misread(connection, text);
        else Reply(connection, "", "error", success: false, text);
    }

    private void Authenticate(BybitConnection connection, string request, List<string> arguments, JsonElement message)
    {
        if (connection is { IsTrade: true, Account: not null })
        {
            trade.AnswerAuth(connection, message, 20001, "Repeat auth");
            return;
        }

        var key = arguments.Count == 3 ? arguments[0] : "";
        var known = arguments.Count == 3
            && long.TryParse(arguments[1], NumberStyles.None, CultureInfo.InvariantCulture, out var expires)
            && expires > JsonFields.ToMs(venue.StampUtc);
        var problem = !connection.IsPrivate ? "error:handler not found"
            : Signatures.SecretOf(key) is not { } secret ? "Invalid apikey"
            : !known ? "Params Error: expires is in the past"
            : !Signatures.Matches(secret, "GET/realtime" + arguments[1], arguments[2]) ? "error sign" : "";
        if (problem.Length == 0) connection.Account = venue.Account(BybitSkin.AccountName(key));
        if (connection.IsTrade)
            trade.AnswerAuth(connection, message, problem.Length == 0 ? 0 : 10004, problem.Length == 0 ? "OK" : problem);
        else Reply(connection, request, "auth", problem.Length == 0, problem);
        if (problem.Length > 0) delivery.Close(connection, 1000, "auth failed");
    }

    /// <summary>One wrong topic fails the whole request.</summary>
    private void Subscribe(BybitConnection connection, string request, List<string> arguments)
    {
        var wrong = arguments.Find(t => connection.IsPrivate ? !IsPrivateTopic(t)
            : connection.IsStatus ? t != "system.status" : !market.Offers(t));
        var categorised = arguments.Count(t => t.EndsWith(".linear", StringComparison.Ordinal));
        var length = connection.Topics.Concat(arguments).Sum(t => t.Length);
        var problem = arguments.Count == 0 ? "Params Error"
            : connection.IsPrivate && connection.Account is null ? "Request not authorized"
            : wrong is not null ? $"error:handler not found,topic:{wrong}"
            : connection.IsPrivate && categorised > 0 && categorised < arguments.Count
                ? "Invalid topic: all-in-one and categorised topics are mixed"
            : length > ArgumentsMax ? "args size is too large" : "";
        Reply(connection, request, "subscribe", problem.Length == 0, problem);
        if (problem.Length > 0) return;
        foreach (var topic in arguments)
            if (connection.Topics.Add(topic) && connection is { IsPrivate: false, IsStatus: false }) market.Start(connection, topic);
    }

    private static bool IsPrivateTopic(string topic) =>
        PrivateTopics.Contains(topic)
        || (topic.EndsWith(".linear", StringComparison.Ordinal) && PrivateTopics.Contains(topic[..^".linear".Length]));

    private void Reply(BybitConnection connection, string request, string op, bool success, string text) => Send(
        connection,
        $$"""{"success":{{(success ? "true" : "false")}},"ret_msg":{{Quoted(text)}},"conn_id":"{{connection.Id}}","req_id":{{Quoted(request)}},"op":{{Quoted(op)}}}""");

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    private void Send(BybitConnection connection, string frame) =>
        delivery.Plan(connection, frame, TimeSpan.Zero, ordered: true);

    private void CheckIdle(BybitConnection connection)
    {
        if (!connection.IsOpen) return;
        if (venue.NowUtc - connection.ActiveUtc >= connection.IdleMax) delivery.Close(connection, 1000, "idle");
        else venue.Plan(IdleCheckEvery, () => CheckIdle(connection));
    }

    private static TimeSpan IdleOf(string text) =>
        text.Length > 1
        && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var amount)
        && text[^1] is 's' or 'm'
            ? TimeSpan.FromSeconds(Math.Clamp(text[^1] == 'm' ? amount * 60 : amount, 30, 600))
            : IdleDefault;
}
