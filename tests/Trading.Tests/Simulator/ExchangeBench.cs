using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Trading.Simulator;
using Trading.Simulator.Binance;
using Trading.Simulator.Bybit;
using Trading.Simulator.Faults;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Tests.Simulator;

/// <summary>An exchange in memory with one client on it; time moves only when told. Two symbols: ETHUSDT at 3000
/// (tick 0.01, step 0.001, notional 20) and TAGUSDT at 0.0003544 (tick 0.0000001, step 1, notional 5).</summary>
internal sealed class ExchangeBench : IDisposable
{
    public const string Eth = "ETHUSDT";
    public const string Tag = "TAGUSDT";
    public static readonly DateTime Start = new(2026, 11, 20, 8, 0, 0, DateTimeKind.Utc);

    public ExchangeBench(
        VenueOptions? venue = null, BinanceOptions? binance = null, string? file = null, DateTime? at = null,
        BybitOptions? bybit = null)
    {
        Now = at ?? Start;
        Market = new ManualMarket(
            new SymbolSpec(Eth, 0.01m, 0.001m) { MinNotional = 20m, MarketMaxQty = 2000m, MaxQty = 10000m },
            new SymbolSpec(Tag, 0.0000001m, 1m) { MaxLeverage = 20 });
        if (at is null)
        {
            Market.Set(Start, Eth, 3000m);
            Market.Set(Start, Tag, 0.0003544m);
        }

        venue ??= new VenueOptions { TriggerDelay = new DelayRange(5, 5) };
        Exchange = file is null
            ? Exchange.InMemory(Market, Now, venue, binance, bybit)
            : Exchange.Open(file, _ => Market, Now, venue, binance, bybit);
        Exchange.Advance(Now);
    }

    public ManualMarket Market { get; }
    public Exchange Exchange { get; }
    public DateTime Now { get; private set; }
    public string Key { get; set; } = "sim-key-0001";

    /// <summary>The client's account.</summary>
    public Account Account => Exchange.Account(Key);

    public void Pass(int milliseconds)
    {
        Now = Now.AddMilliseconds(milliseconds);
        Exchange.Advance(Now);
    }

    /// <summary>A new price, now; then the time a trigger takes.</summary>
    public void Price(string symbol, decimal price)
    {
        Market.Set(Now, symbol, price);
        Pass(20);
    }

    public int Fault(Fault fault) => Exchange.Add(fault);

    public WireAnswer Call(string method, string path, string parameters = "") =>
        Exchange.Answer(Now, Unsigned(method, path, parameters));

    public WireAnswer Signed(string method, string path, string parameters = "") =>
        Exchange.Answer(Now, SignedCall(method, path, parameters));

    public WireCall Unsigned(string method, string path, string parameters = "") =>
        new(method, path, parameters, "", new Dictionary<string, string> { ["X-MBX-APIKEY"] = Key });

    public WireCall SignedCall(string method, string path, string parameters = "")
    {
        var stamp = (long)(Now - DateTime.UnixEpoch).TotalMilliseconds;
        var query = (parameters.Length == 0 ? "" : parameters + "&") + $"recvWindow=5000&timestamp={stamp}";
        return Unsigned(method, path, Sign(query));
    }

    /// <summary>The query with its signature.</summary>
    public string Sign(string query)
    {
        var secret = Key.Replace("key", "secret", StringComparison.Ordinal);
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(query));
        return query + "&signature=" + Convert.ToHexStringLower(hash);
    }

    public JsonElement Json(string method, string path, string parameters = "") =>
        Parse(Signed(method, path, parameters).Body);

    public static JsonElement Parse(string body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.Clone();
    }

    /// <summary>Error code of an answer; 0 when it was accepted.</summary>
    public int Code(string method, string path, string parameters)
    {
        var answer = Signed(method, path, parameters);
        return answer.Status == 200 ? 0 : Parse(answer.Body).GetProperty("code").GetInt32();
    }

    public int Order(string parameters) => Code("POST", "/fapi/v1/order", parameters);

    public int Stop(string parameters) =>
        Code("POST", "/fapi/v1/algoOrder", "algoType=CONDITIONAL&type=STOP_MARKET&workingType=MARK_PRICE&" + parameters);

    /// <summary>Market entry and, where a trigger is given, its reduce-only stop.</summary>
    public void Open(string symbol, string side, string quantity, string? trigger = null, string id = "ta-ent-1")
    {
        Assert.Equal(0, Order($"symbol={symbol}&side={side}&type=MARKET&quantity={quantity}&newClientOrderId={id}"));
        if (trigger is null) return;
        var closing = side == "BUY" ? "SELL" : "BUY";
        Assert.Equal(0, Stop(
            $"symbol={symbol}&side={closing}&quantity={quantity}&reduceOnly=true&triggerPrice={trigger}"
            + $"&clientAlgoId={id}-s"));
    }

    /// <summary>Connects the client's user stream.</summary>
    public FrameSink UserStream(string format = "/private/ws/{0}")
    {
        var key = Parse(Call("POST", "/fapi/v1/listenKey").Body).GetProperty("listenKey").GetString();
        return Stream(string.Format(format, key));
    }

    public FrameSink Stream(string path, string query = "")
    {
        var sink = new FrameSink();
        sink.Connection = Exchange.OpenStream(Now, path, query, sink);
        return sink;
    }

    public void Dispose() => Exchange.Dispose();
}

/// <summary>Keeps the frames of one connection.</summary>
internal sealed class FrameSink : IStreamSink
{
    public StreamConnection? Connection { get; set; }
    public List<string> Frames { get; } = [];
    public (int Code, string Reason)? Closed { get; private set; }
    public int Pings { get; private set; }

    /// <summary>Events as "ORDER_TRADE_UPDATE/NEW": name and, where it has one, its state.</summary>
    public IEnumerable<string> Names => Frames.Select(f => Name(ExchangeBench.Parse(f)));

    public IEnumerable<JsonElement> Of(string name) =>
        Frames.Select(ExchangeBench.Parse).Where(f => Name(f).StartsWith(name, StringComparison.Ordinal));

    public void Push(string frame) => Frames.Add(frame);

    public void Ping(string payload) => Pings++;

    public void Close(int code, string reason) => Closed = (code, reason);

    private static string Name(JsonElement frame)
    {
        if (frame.TryGetProperty("data", out var data)) frame = data;
        if (!frame.TryGetProperty("e", out var name)) return "";
        var state = name.GetString() switch
        {
            "ORDER_TRADE_UPDATE" => "/" + frame.GetProperty("o").GetProperty("x").GetString(),
            "ALGO_UPDATE" => "/" + frame.GetProperty("o").GetProperty("X").GetString(),
            _ => "",
        };
        return name.GetString() + state;
    }
}
