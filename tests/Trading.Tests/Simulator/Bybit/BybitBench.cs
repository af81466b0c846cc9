using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Trading.Simulator;
using Trading.Simulator.Bybit;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Tests.Simulator.Bybit;

/// <summary>A client of Bybit's wire on the bench's exchange; time moves only when told.</summary>
internal sealed class BybitBench : IDisposable
{
    public const string Eth = ExchangeBench.Eth;
    public const string Tag = ExchangeBench.Tag;
    private readonly ExchangeBench bench;

    public BybitBench(BybitOptions? bybit = null, VenueOptions? venue = null, string? file = null, DateTime? at = null) =>
        bench = new ExchangeBench(venue, file: file, at: at, bybit: bybit);

    public Exchange Exchange => bench.Exchange;
    public ManualMarket Market => bench.Market;
    public DateTime Now => bench.Now;
    public string Key { get; set; } = "sim-key-0001";
    public Account Account => Exchange.BybitAccount(Key);

    public void Pass(int milliseconds) => bench.Pass(milliseconds);

    public void Price(string symbol, decimal price) => bench.Price(symbol, price);

    public WireAnswer Get(string path, string query = "") => Exchange.Answer(Now, Call("GET", path, query, ""));

    public WireAnswer Post(string path, string body) => Exchange.Answer(Now, Call("POST", path, "", body));

    public WireCall Call(string method, string path, string query, string body, string window = "5000")
    {
        var stamp = Ms(Now).ToString();
        var headers = new Dictionary<string, string>
        {
            ["X-BAPI-API-KEY"] = Key, ["X-BAPI-TIMESTAMP"] = stamp, ["X-BAPI-RECV-WINDOW"] = window,
            ["X-BAPI-SIGN"] = Sign(stamp + Key + window + (method == "GET" ? query : body)),
        };
        return new WireCall(method, path, query, body, headers);
    }

    public string Sign(string plain)
    {
        var secret = Key.Replace("key", "secret", StringComparison.Ordinal);
        return Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(plain)));
    }

    public static long Ms(DateTime utc) => (long)(utc - DateTime.UnixEpoch).TotalMilliseconds;

    /// <summary>The result of a call that must succeed.</summary>
    public JsonElement Read(string path, string query = "")
    {
        var answer = ExchangeBench.Parse(Get(path, query).Body);
        Assert.Equal(0, answer.GetProperty("retCode").GetInt32());
        return answer.GetProperty("result");
    }

    public JsonElement Rows(string path, string query) => Read(path, query).GetProperty("list");

    /// <summary>retCode of a POST; single quotes stand for double ones.</summary>
    public int Code(string path, string body) =>
        ExchangeBench.Parse(Post(path, body.Replace('\'', '"')).Body).GetProperty("retCode").GetInt32();

    public string Message(string path, string body) =>
        ExchangeBench.Parse(Post(path, body.Replace('\'', '"')).Body).GetProperty("retMsg").GetString()!;

    public int Create(string fields) => Code("/v5/order/create", $"{{'category':'linear','symbol':'{Eth}',{fields}}}");

    public int TradingStop(string fields) => Code(
        "/v5/position/trading-stop", $"{{'category':'linear','symbol':'{Eth}','tpslMode':'Full','positionIdx':0,{fields}}}");

    /// <summary>Market entry of one ETH with its stop attached.</summary>
    public void Open(string stopLoss = "2900", string link = "ta-e1") => Assert.Equal(0, Create(
        $"'side':'Buy','orderType':'Market','qty':'1','positionIdx':0,'orderLinkId':'{link}','stopLoss':'{stopLoss}',"
        + "'slTriggerBy':'MarkPrice','tpslMode':'Full','slOrderType':'Market'"));

    public JsonElement Position() => Rows("/v5/position/list", $"category=linear&symbol={Eth}")[0];

    public FrameSink Stream(string path)
    {
        var sink = new FrameSink();
        sink.Connection = Exchange.OpenStream(Now, path, "", sink);
        Assert.NotNull(sink.Connection);
        return sink;
    }

    /// <summary>A private connection, authenticated and subscribed; its own answers are taken away.</summary>
    public FrameSink Private(params string[] topics)
    {
        var sink = Stream("/v5/private");
        var expires = Ms(Now) + 10_000;
        sink.Connection!.Receive($$"""{"req_id":"a","op":"auth","args":["{{Key}}",{{expires}},"{{Sign("GET/realtime" + expires)}}"]}""");
        sink.Connection.Receive($$"""{"req_id":"s","op":"subscribe","args":{{JsonSerializer.Serialize(topics)}}}""");
        Pass(0);
        Assert.All(sink.Frames, f => Assert.True(ExchangeBench.Parse(f).GetProperty("success").GetBoolean(), f));
        sink.Frames.Clear();
        return sink;
    }

    public FrameSink Private() => Private("order", "execution", "position", "wallet");

    /// <summary>Topics of the frames; orders with their states.</summary>
    public static List<string> Topics(FrameSink sink) => [.. sink.Frames.Select(ExchangeBench.Parse).Select(Topic)];

    public static IEnumerable<JsonElement> Of(FrameSink sink, string topic) =>
        sink.Frames.Select(ExchangeBench.Parse).Where(f => Topic(f).Split('/')[0] == topic);

    public void Dispose() => bench.Dispose();

    private static string Topic(JsonElement frame)
    {
        if (!frame.TryGetProperty("topic", out var topic)) return "";
        var states = topic.GetString() != "order" ? []
            : frame.GetProperty("data").EnumerateArray().Select(r => "/" + r.GetProperty("orderStatus").GetString());
        return topic.GetString() + string.Concat(states);
    }
}
