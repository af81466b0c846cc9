using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Trading.Domain;
using Trading.Gateways;
using Trading.Gateways.Binance;
using Trading.Gateways.Bybit;
using Trading.Tests.Gateways.Bybit;
using V5 = Trading.Gateways.Bybit;

namespace Trading.Tests.Gateways;

/// <summary>
/// Every example of the exchanges' documentation: file, what it is read as, verdict. What no row names is not ours: no
/// reader of frames may take it for something it knows. Fields that nobody has heard of change nothing.
/// </summary>
public sealed class FixtureTable
{
    private const string NotOurs = "not ours";
    private static readonly AccountId Binances = AccountId.Parse("binance");

    private static readonly (string File, string Type, Func<byte[], string> Verdict)[] OfBinance =
    [
        Row("user-data-streams_Event-.*", "user stream", BinanceFrame),
        Row(@"websocket-market-streams_Mark-Price-Stream\.1", "mark price", bytes => MarkPriceFrame.TryRead(Trimmed(bytes), stackalloc char[PriceFrame.LongestSymbol], out _) ? "read" : "passed over"),
        Row(@"trade_rest-api(_Query-Order|_Query-Current-Open-Order|_Modify-Order|_New-Order-Test|_Cancel-Order)?\.\d", "order", Read<OrderAnswer>),
        Row(@"trade_rest-api_(Current-All-Open-Orders|All-Orders)\.\d", "orders", Read<OrderAnswer[]>),
        Row(@"trade_rest-api_(New-Algo-Order|Query-Algo-Order)\.\d", "stop", Read<AlgoOrder>),
        Row(@"trade_rest-api_(Current-All-Algo-Open-Orders|Query-All-Algo-Orders)\.\d", "stops", Read<AlgoOrder[]>),
        Row(@"trade_rest-api_Cancel-Algo-Order\.\d", "cancelled stop", Read<AlgoCancelAnswer>),
        Row(@"trade_rest-api_Account-Trade-List\.\d", "trades", Read<UserTrade[]>),
        Row(@"trade_rest-api_Position-Information-V[23]\.\d", "positions", Read<PositionRisk[]>),
        Row(@"trade_rest-api_Change-Initial-Leverage\.\d", "leverage", Read<LeverageAnswer>),
        Row(@"account_rest-api_Account-Config\.\d", "account", Read<AccountConfig>),
        Row(@"user-data-streams_Start-User-Data-Stream\.\d", "listen key", Read<ListenKeyAnswer>),
        Row(@"market-data_rest-api_Mark-Price\.1", "mark", Read<PremiumIndex>),
    ];

    private static readonly (string File, string Type, Func<byte[], string> Verdict)[] OfBybit =
    [
        Row(@"websocket_private_.*\.2", "user stream", BybitFrame),
        Row(@"websocket_public_ticker\.\d", "mark price", bytes => TickerFrame.TryRead(Trimmed(bytes), stackalloc char[PriceFrame.LongestSymbol], out _) ? "read" : "passed over"),
        Row(@"position_position\.\d", "positions", Rows<PositionWire>),
        Row(@"order_(open-order|order-list)\.\d", "orders", Rows<OrderWire>),
        Row(@"order_execution\.\d", "trades", Rows<ExecutionWire>),
        Row(@"market_tickers\.\d", "marks", Rows<TickerWire>),
        Row(@"market_instrument\.[12]", "rules", Rows<InstrumentWire>),
        Row(@"order_(create-order|amend-order|cancel-order)\.\d", "acknowledgement", Result<Acknowledgement>),
        Row(@"account_account-info\.\d", "account", Result<AccountInfo>),
        Row(@"account_wallet-balance\.\d", "balance", bytes => BybitTranslator.Balance(bytes) is Done<AccountBalance> ? "read" : "unreadable"),
        Row(@"market_time\.\d", "time", Result<V5.ServerTime>),
    ];

    [SharedFact]
    public void Every_example_of_Binance_has_its_verdict() => Judge("binance-docs-examples", OfBinance);

    [SharedFact]
    public void Every_example_of_Bybit_has_its_verdict() => Judge("bybit-docs-examples", OfBybit);

    private static void Judge(string folder, (string File, string Type, Func<byte[], string> Verdict)[] table)
    {
        var wrong = new List<string>();
        var used = new HashSet<string>();
        foreach (var file in Directory.GetFiles(SharedFolder.File("fixtures", folder)).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            var bytes = File.ReadAllBytes(file);
            var rows = table.Where(row => Regex.IsMatch(name, $"^{row.File}$", RegexOptions.None, TimeSpan.FromSeconds(1))).ToList();
            if (rows.Count > 1) wrong.Add($"{name}: {rows.Count} rows name it");
            var (expected, found) = rows is [var row] ? ("read", Tried(row.Verdict, bytes)) : (NotOurs, Tolerated(bytes));
            if (found != expected) wrong.Add($"{name} as {(rows is [var r] ? r.Type : NotOurs)}: {found}, expected {expected}");
            if (rows is [var typed])
            {
                used.Add(typed.File);
                if (found == "read" && Tried(typed.Verdict, WithUnknownFields(bytes)) is var again and not "read") wrong.Add($"{name} with unknown fields: {again}");
            }
        }

        wrong.AddRange(table.Where(row => !used.Contains(row.File)).Select(row => $"no file for {row.File}"));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static string Tried(Func<byte[], string> verdict, byte[] bytes)
    {
        try
        {
            return verdict(bytes);
        }
        catch (Exception e) when (WireJson.IsUnreadable(e))
        {
            return $"unreadable: {e.Message}";
        }
    }

    /// <summary>No reader of frames finds a report or a price in it.</summary>
    private static string Tolerated(byte[] bytes)
    {
        Span<char> symbol = stackalloc char[PriceFrame.LongestSymbol];
        var reports = new BinanceStream(new BinanceTranslator(Binances, [])).Read(bytes).Reports.Count
            + new BybitStream(new BybitTranslator(BybitAccount.OneWay)).Read(bytes).Reports.Count;
        return reports == 0 && !MarkPriceFrame.TryRead(Trimmed(bytes), symbol, out _) ? NotOurs : "taken for something it is not";
    }

    private static string BinanceFrame(byte[] bytes) =>
        new BinanceStream(new BinanceTranslator(Binances, [])).Read(bytes) is { Meaning: StreamMeaning.Event or StreamMeaning.Expired } ? "read" : "passed over";

    private static string BybitFrame(byte[] bytes) =>
        new BybitStream(new BybitTranslator(BybitAccount.OneWay)).Read(bytes) is { Meaning: StreamMeaning.Event } ? "read" : "passed over";

    private static string Read<T>(byte[] bytes) => WireJson.Parse<T>(bytes) is null ? "null" : "read";

    private static string Result<T>(byte[] bytes)
        where T : class => BybitJson.Result<T>(bytes) is null ? "null" : "read";

    private static string Rows<T>(byte[] bytes) => BybitJson.Result<Page<T>>(bytes).List.Length > 0 ? "read" : "no rows";

    private static byte[] Trimmed(byte[] bytes) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Trim());

    private static byte[] WithUnknownFields(byte[] bytes)
    {
        var json = JsonNode.Parse(bytes)!;
        Grow(json);
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private static void Grow(JsonNode? node)
    {
        if (node is JsonArray items) foreach (var item in items) Grow(item);
        if (node is not JsonObject fields) return;
        foreach (var (_, value) in fields) Grow(value);
        fields["unheardOf"] = new JsonObject { ["deep"] = new JsonArray("x", 1, null) };
    }

    private static (string File, string Type, Func<byte[], string> Verdict) Row(string file, string type, Func<byte[], string> verdict) => (file, type, verdict);
}
