using System.Text.Json;
using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Gateways.Binance;

/// <summary>
/// Answers of Binance USD-M in our words: pure, total, and with <see cref="BinanceStream"/> the only place that knows
/// both. The judgement made here is whether an answer proves what happened; one that cannot be read proves nothing.
/// </summary>
internal sealed class BinanceTranslator(AccountId account, IReadOnlyCollection<string> tags)
{
    private const int CloseOfCandle = 4;

    public AccountId Account => account;

    // Orders.

    public static Outcome<OrderView> Order(ReadOnlyMemory<byte> body, ClientOrderId expected)
    {
        var wire = WireJson.Parse<OrderAnswer>(body);
        if (wire.ClientOrderId != expected.Value) return new Unknown<OrderView>($"the answer is about order {wire.ClientOrderId}");
        if (StatusOf(wire.Status) is not { } status) return new Unknown<OrderView>($"order status {wire.Status}");
        return Outcome.Done(new OrderView(
            expected, WireId(wire.OrderId), status, wire.ExecutedQty, wire.AvgPrice is > 0 ? wire.AvgPrice : null,
            WireText.Time(wire.UpdateTime) ?? throw new JsonException("updateTime")));
    }

    public static OrderStatus? StatusOf(string status) => status switch
    {
        "NEW" or "NEW_INSURANCE" or "NEW_ADL" => OrderStatus.New,
        "PARTIALLY_FILLED" => OrderStatus.PartiallyFilled,
        "FILLED" => OrderStatus.Filled,
        "CANCELED" => OrderStatus.Canceled,
        "EXPIRED" or "EXPIRED_IN_MATCH" => OrderStatus.Expired,
        "REJECTED" => OrderStatus.Rejected,
        _ => null,
    };

    /// <summary>The exchange numbers its own orders behind a name: only the beginning of the id says what they are.</summary>
    public OrderOrigin OriginOf(string? clientId) => clientId switch
    {
        null => OrderOrigin.Foreign,
        _ when clientId.StartsWith("autoclose-", StringComparison.Ordinal) => OrderOrigin.Liquidation,
        _ when clientId.StartsWith("adl_autoclose", StringComparison.Ordinal) => OrderOrigin.Adl,
        _ when clientId.StartsWith("settlement_autoclose-", StringComparison.Ordinal) => OrderOrigin.Settlement,
        _ => OrderIds.IsOurs(new ClientOrderId(clientId), tags) ? OrderOrigin.Ours : OrderOrigin.Foreign,
    };

    // Stops.

    /// <summary>Done only when it rests: any other status of an accepted stop is to be read back.</summary>
    public Outcome<StopView> StopAnswer(ReadOnlyMemory<byte> body, ClientOrderId expected)
    {
        var wire = WireJson.Parse<AlgoOrder>(body);
        if (wire.ClientAlgoId != expected.Value) return new Unknown<StopView>($"the answer is about stop {wire.ClientAlgoId}");
        if (wire.AlgoStatus != "NEW") return new Unknown<StopView>($"stop status {wire.AlgoStatus}");
        return Outcome.Done(StopOf(wire) ?? throw new JsonException("not a protective stop"));
    }

    public IReadOnlyList<(PositionKey Key, StopView Stop)> Stops(IEnumerable<AlgoOrder> rows) =>
        [.. rows.Where(IsProtective).Select(row => (Key: KeyOf(row.Symbol, row.PositionSide), Stop: StopOf(row)))
            .Where(row => row is { Key: not null, Stop: not null })
            .Select(row => (row.Key!.Value, row.Stop!))];

    public static StopStatus? StopStatusOf(string status) => status switch
    {
        "NEW" => StopStatus.Live,
        "TRIGGERING" => StopStatus.Triggering,
        "TRIGGERED" => StopStatus.Triggered,
        "FINISHED" => StopStatus.Finished,
        "CANCELED" => StopStatus.Canceled,
        "EXPIRED" => StopStatus.Expired,
        "REJECTED" => StopStatus.Rejected,
        _ => null,
    };

    /// <summary>A resting stop-market that can only reduce. In hedge mode its side does that, without a flag.</summary>
    private static bool IsProtective(AlgoOrder wire) => wire is { OrderType: "STOP_MARKET", AlgoStatus: "NEW" }
        && (wire.ReduceOnly || wire.ClosePosition
            || wire is { PositionSide: "LONG", Side: "SELL" } or { PositionSide: "SHORT", Side: "BUY" });

    private StopView? StopOf(AlgoOrder wire)
    {
        Side? protects = wire.Side switch { "SELL" => Side.Long, "BUY" => Side.Short, _ => null };
        if (protects is null || wire.TriggerPrice is not > 0 || wire is { ClosePosition: false, Quantity: not > 0 })
            throw new JsonException($"stop {wire.AlgoId}");
        return new StopView(
            new ClientOrderId(wire.ClientAlgoId), WireId(wire.AlgoId), protects.Value, wire.ClosePosition ? 0 : wire.Quantity!.Value,
            wire.TriggerPrice.Value, wire.ClosePosition, OriginOf(wire.ClientAlgoId));
    }

    // Positions and trades.

    /// <summary>Null for contracts that have no key here, such as deliveries: their names are no symbols of ours.</summary>
    public PositionKey? KeyOf(string symbol, string? positionSide)
    {
        if (!Symbol.TryParseExact(symbol, out var name)) return null;
        return positionSide switch
        {
            null or "" or "BOTH" => new PositionKey(account, name),
            "LONG" => new PositionKey(account, name, Side.Long),
            "SHORT" => new PositionKey(account, name, Side.Short),
            _ => null,
        };
    }

    /// <summary>Null: the contract has a key here.</summary>
    public UntradedPosition? Untraded(string symbol, string? positionSide, decimal amount, decimal entryPrice, DateTime? atUtc) =>
        KeyOf(symbol, positionSide) is not null ? null : new UntradedPosition(
            positionSide is "LONG" or "SHORT" ? $"{symbol}/{positionSide.ToLowerInvariant()}" : symbol, amount, entryPrice, atUtc);

    public IReadOnlyList<UntradedPosition> Untraded(IEnumerable<PositionRisk> rows) =>
        [.. rows.Select(row => Untraded(row.Symbol, row.PositionSide, row.PositionAmt, row.EntryPrice, WireText.Time(row.UpdateTime)))
            .OfType<UntradedPosition>()];

    public static PositionRow Row(PositionRisk wire) => new(
        wire.PositionAmt, wire.EntryPrice, WireText.Time(wire.UpdateTime), wire.MarkPrice, wire.LiquidationPrice);

    public Dictionary<PositionKey, PositionRow> Positions(IEnumerable<PositionRisk> rows)
    {
        var positions = new Dictionary<PositionKey, PositionRow>();
        foreach (var row in rows)
            if (KeyOf(row.Symbol, row.PositionSide) is { } key) positions[key] = Row(row);
        return positions;
    }

    /// <summary>Null for contracts that have no key here. Margin modes are spelt in three ways (protocol §6, §10).</summary>
    public static AccountSetting? SettingOf(string symbol, decimal? leverage, string? marginType) =>
        Symbol.TryParseExact(symbol, out var name)
            ? new AccountSetting(name, leverage, marginType?.ToUpperInvariant() switch
            {
                "ISOLATED" => true,
                "CROSS" or "CROSSED" => false,
                _ => null,
            })
            : null;

    public static IReadOnlyList<AccountSetting> Settings(IEnumerable<PositionRisk> rows) =>
        [.. rows.Select(row => SettingOf(row.Symbol, row.Leverage, row.MarginType)).OfType<AccountSetting>().Distinct()];

    public IReadOnlyList<(PositionKey Key, OpenOrder Order)> Orders(IEnumerable<OrderAnswer> rows) =>
        [.. rows.Select(row => (Key: KeyOf(row.Symbol, row.PositionSide), Row: row)).Where(row => row.Key is not null)
            .Select(row => (row.Key!.Value, new OpenOrder(
                new ClientOrderId(row.Row.ClientOrderId), WireId(row.Row.OrderId), row.Row.ReduceOnly, OriginOf(row.Row.ClientOrderId))))];

    /// <summary>Null where it has no time.</summary>
    /// <param name="clientId">Of its order, asked for separately: the trade list does not say. Null: no longer known.</param>
    public static Trade? TradeOf(UserTrade wire, string? clientId, OrderOrigin origin) =>
        wire.Side is "BUY" or "SELL" && WireText.Time(wire.Time) is { } at
            ? new Trade(
                new ClientOrderId(clientId ?? ""), WireId(wire.OrderId), WireId(wire.Id), SideBought(wire.Side), wire.Qty, wire.Price,
                wire.Commission, wire.CommissionAsset, wire.RealizedPnl, at, origin)
            : null;

    public static Side SideBought(string side) => side switch
    {
        "BUY" => Side.Long,
        "SELL" => Side.Short,
        _ => throw new JsonException($"side {side}"),
    };

    public static string WireId(long id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    // The account and the exchange.

    public static Outcome<AccountBalance> Balance(ReadOnlyMemory<byte> body)
    {
        var wire = WireJson.Parse<AccountAnswer>(body);
        return Outcome.Done(new AccountBalance(
            Amount(wire.TotalWalletBalance), Amount(wire.TotalMarginBalance), Amount(wire.AvailableBalance)));
    }

    /// <summary>Close of the newest candle of a list, oldest first; null: the list is empty.</summary>
    public static decimal? LastClose(ReadOnlyMemory<byte> body) => WireJson.Parse<JsonElement[][]>(body) is [.., var candle]
        ? WireJson.Price(candle.ElementAtOrDefault(CloseOfCandle).GetString())
        : null;

    private static decimal Amount(string text) =>
        text.Length == 0 ? 0 : decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    public static IReadOnlyList<SymbolRules> Rules(ExchangeInfo wire) => [.. wire.Symbols.Select(RulesOf).OfType<SymbolRules>()];

    /// <summary>Null where a filter that orders need is missing, or the name is no symbol of ours: it cannot be traded here.</summary>
    private static SymbolRules? RulesOf(SymbolInfo wire)
    {
        if (!Symbol.TryParseExact(wire.Symbol, out var symbol)) return null;
        var price = Filter("PRICE_FILTER");
        var lot = Filter("LOT_SIZE");
        var market = Filter("MARKET_LOT_SIZE") ?? lot;
        if (price is not { TickSize: > 0 } || lot is not { StepSize: > 0, MaxQty: > 0 } || market is not { StepSize: > 0, MaxQty: > 0 })
            return null;

        // 2100 stands for a perpetual without end.
        var end = WireText.Time(wire.DeliveryDate) is { Year: < 2100 } announced ? announced : (DateTime?)null;
        return new SymbolRules(
            symbol,
            price.TickSize.Value,
            Math.Max(lot.StepSize.Value, market.StepSize.Value),
            Math.Max(lot.MinQty ?? 0, market.MinQty ?? 0),
            Math.Min(lot.MaxQty.Value, market.MaxQty.Value),
            Filter("MIN_NOTIONAL")?.Notional ?? 0,
            wire.Status == "TRADING",
            wire is { ContractType: "PERPETUAL", QuoteAsset: "USDT" },
            end,
            wire.QuoteAsset);

        SymbolFilter? Filter(string type) => Array.Find(wire.Filters, filter => filter.FilterType == type);
    }
}
