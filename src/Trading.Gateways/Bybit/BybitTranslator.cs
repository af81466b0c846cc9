using System.Globalization;
using System.Text.Json;
using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Gateways.Bybit;

/// <summary>
/// Answers of Bybit V5 linear in our words: pure, total, and with <see cref="BybitStream"/> the only place that knows both.
/// </summary>
internal sealed class BybitTranslator(VenueAccount account)
{
    /// <summary>The execution type of a payment of funding.</summary>
    public const string Funding = "Funding";
    private const int CloseOfCandle = 4;
    public const string IsolatedMargin = "ISOLATED_MARGIN";

    public AccountId Account => account.Id;

    /// <summary>Null for contracts that have no key here, such as deliveries: their names are no symbols of ours.</summary>
    public PositionKey? KeyOf(string symbol, int positionIdx)
    {
        if (!Symbol.TryParseExact(symbol, out var name)) return null;
        return positionIdx switch
        {
            0 => new PositionKey(account.Id, name),
            1 => new PositionKey(account.Id, name, Side.Long),
            2 => new PositionKey(account.Id, name, Side.Short),
            _ => null,
        };
    }

    /// <summary>Executions do not say which side of a hedge they belong to; what they did to it does.</summary>
    public PositionKey? KeyOf(ExecutionWire wire)
    {
        if (!account.Hedge) return KeyOf(wire.Symbol, 0);
        var closes = wire.ClosedSize > 0;
        return KeyOf(wire.Symbol, SideBought(wire.Side) is Side.Long != closes ? 1 : 2);
    }

    public static int PositionIdx(PositionKey key) => key.Hedge switch { Side.Long => 1, Side.Short => 2, _ => 0 };

    public static DateTime? TimeOf(decimal? milliseconds) =>
        milliseconds is > 0 and < 253_402_300_800_000 ? WireText.Time((long)milliseconds) : null;

    public static Side SideBought(string? side) => side switch
    {
        "Buy" => Side.Long,
        "Sell" => Side.Short,
        _ => throw new JsonException($"side {side}"),
    };

    // Orders.

    public static Outcome<OrderView> Order(OrderWire wire, ClientOrderId expected)
    {
        if (wire.OrderLinkId != expected.Value) return new Unknown<OrderView>($"the answer is about order {wire.OrderLinkId}");
        if (StatusOf(wire.OrderStatus) is not { } status) return new Unknown<OrderView>($"order status {wire.OrderStatus}");
        return Outcome.Done(new OrderView(
            expected, wire.OrderId, status, wire.CumExecQty ?? 0, wire.AvgPrice is > 0 ? wire.AvgPrice : null,
            TimeOf(wire.UpdatedTime) ?? throw new JsonException("updatedTime"), WhyEnded(wire)));
    }

    public static OrderStatus? StatusOf(string status) => status switch
    {
        "New" or "Untriggered" or "Triggered" => OrderStatus.New,
        "PartiallyFilled" => OrderStatus.PartiallyFilled,
        "Filled" => OrderStatus.Filled,
        "Cancelled" or "Deactivated" or "PartiallyFilledCanceled" => OrderStatus.Canceled,
        "Rejected" => OrderStatus.Rejected,
        _ => null,
    };

    public static string WhyEnded(OrderWire wire) =>
        wire.RejectReason is { Length: > 0 } reason and not "EC_NoError" ? reason
        : wire.CancelType is { Length: > 0 } cancel and not "UNKNOWN" ? cancel : "";

    /// <summary>Variants of one cause differ in how their name ends.</summary>
    public OrderOrigin OriginOf(string? linkId, string? createType) => createType switch
    {
        not null when Begins(createType, "CreateByLiq") || Begins(createType, "CreateByTakeOver") => OrderOrigin.Liquidation,
        not null when Begins(createType, "CreateByAdl") => OrderOrigin.Adl,
        not null when Begins(createType, "CreateBySettle") => OrderOrigin.Settlement,
        _ when linkId is { Length: > 0 } && OrderIds.IsOurs(new ClientOrderId(linkId), account.Tags) => OrderOrigin.Ours,
        _ => OrderOrigin.Foreign,
    };

    private static bool Begins(string text, string with) => text.StartsWith(with, StringComparison.Ordinal);

    /// <summary>Orders without a client id are named by the exchange's own.</summary>
    public static ClientOrderId IdOf(string? linkId, string orderId) => new(linkId is { Length: > 0 } ? linkId : orderId);

    public IReadOnlyList<(PositionKey Key, OpenOrder Order)> Orders(IEnumerable<OrderWire> rows) =>
        [.. rows.Where(row => !IsConditional(row)).Select(row => (Key: KeyOf(row.Symbol, row.PositionIdx), Row: row))
            .Where(row => row.Key is not null)
            .Select(row => (row.Key!.Value, new OpenOrder(
                IdOf(row.Row.OrderLinkId, row.Row.OrderId), row.Row.OrderId, row.Row.ReduceOnly,
                OriginOf(row.Row.OrderLinkId, row.Row.CreateType))))];

    // Stops.

    /// <summary>
    /// The position's own stop. It has no client id: the position machine names it by its price, and what has a price
    /// that it did not set is foreign.
    /// </summary>
    public static StopView? PositionStop(PositionWire wire) => wire is { StopLoss: > 0 and var trigger, Size: > 0 }
        ? new StopView(PositionStops.At(trigger), "", SideBought(wire.Side), wire.Size.Value, trigger, true, OrderOrigin.Foreign)
        : null;

    /// <summary>Conditional orders beside the position's own stop; none of them is ever ours.</summary>
    public IReadOnlyList<(PositionKey Key, StopView Stop)> OtherStops(IEnumerable<OrderWire> rows) =>
        [.. rows.Where(row => IsConditional(row) && IsProtective(row)).Select(row => (Key: KeyOf(row.Symbol, row.PositionIdx), Row: row))
            .Where(row => row.Key is not null)
            .Select(row => (row.Key!.Value, new StopView(
                IdOf(row.Row.OrderLinkId, row.Row.OrderId), row.Row.OrderId, SideBought(row.Row.Side).Opposite(), row.Row.Qty!.Value,
                row.Row.TriggerPrice!.Value, false, OrderOrigin.Foreign)))];

    public static bool IsConditional(OrderWire wire) => wire.OrderStatus == "Untriggered";

    /// <summary>The leg that the exchange keeps for the position's own stop: the position row tells of it.</summary>
    public static bool IsPositionStop(OrderWire wire) => wire is { StopOrderType: "StopLoss", TpslMode: not "Partial" };

    private static bool IsProtective(OrderWire wire) =>
        wire is { ReduceOnly: true, Qty: > 0, TriggerPrice: > 0, StopOrderType: "Stop" or "PartialStopLoss" };

    // Positions and trades.

    public static decimal Amount(PositionWire wire) => (wire.Size ?? throw new JsonException("size"), wire.Side) switch
    {
        (0, _) => 0,
        (var size, var side) => size * SideBought(side).Sign(),
    };

    public static PositionRow Row(PositionWire wire) => new(
        Amount(wire), wire.AvgPrice ?? wire.EntryPrice ?? 0, TimeOf(wire.UpdatedTime), wire.MarkPrice ?? 0, wire.LiqPrice ?? 0);

    /// <summary>
    /// Null: the contract has a key here. Those of the other categories have none, whatever their names.
    /// </summary>
    public static UntradedPosition? Untraded(PositionWire wire)
    {
        if (wire.Category is null or "linear" && Symbol.TryParseExact(wire.Symbol, out _)) return null;
        var side = wire.PositionIdx switch { 1 => "/long", 2 => "/short", _ => "" };
        var size = wire.Size ?? 0;
        return new UntradedPosition(
            $"{wire.Symbol}{side}", wire.Side == "Sell" ? -size : size, wire.AvgPrice ?? wire.EntryPrice ?? 0, TimeOf(wire.UpdatedTime))
        {
            IsListed = wire.Category is null or "linear", // of the others no list is read
        };
    }

    /// <summary>Null where the row does not state it, or its contract has no key here.</summary>
    public static AccountSetting? SettingOf(PositionWire wire) =>
        wire.Leverage is > 0 && Symbol.TryParseExact(wire.Symbol, out var name)
            ? new AccountSetting(name, wire.Leverage)
            {
                Side = wire.PositionIdx switch { 1 => Side.Long, 2 => Side.Short, _ => null },
            }
            : null;

    public Dictionary<PositionKey, PositionWire> Positions(IEnumerable<PositionWire> rows)
    {
        var positions = new Dictionary<PositionKey, PositionWire>();
        foreach (var row in rows)
            if (KeyOf(row.Symbol, row.PositionIdx) is { } key) positions[key] = row;
        return positions;
    }

    /// <summary>Executions that move a position; the others are cash.</summary>
    public static bool MovesPosition(ExecutionWire wire) =>
        wire.ExecType is "Trade" or "AdlTrade" or "BustTrade" or "Delivery" or "Settle" or "MovePosition" or "CorporateAction" or "BlockTrade"
            or "FutureSpread";

    /// <summary>Linear contracts pay in what they settle in; before September 2025 rows did not say so.</summary>
    public static string FeeAssetOf(ExecutionWire wire) => wire.FeeCurrency is { Length: > 0 } coin ? coin : Assets.OfAccounts;

    public Trade TradeOf(ExecutionWire wire, decimal realized) => new(
        IdOf(wire.OrderLinkId, wire.OrderId), wire.OrderId, wire.ExecId, SideBought(wire.Side),
        Positive(wire.ExecQty), Positive(wire.ExecPrice), wire.ExecFee ?? 0,
        FeeAssetOf(wire), realized, TimeOf(wire.ExecTime) ?? throw new JsonException("execTime"),
        OriginOf(wire));

    /// <summary>Of an execution that is no trade: a fee that is positive was paid.</summary>
    public IReadOnlyList<CashReport> CashOf(ExecutionWire wire)
    {
        var kind = wire.ExecType == Funding ? CashKind.Funding : CashKind.Unknown;
        if (kind is CashKind.Funding && (wire.ExecFee is null || wire.ExecTime is null)) throw new JsonException("execFee, execTime");
        var amount = (wire.ExecPnl ?? 0) - (wire.ExecFee ?? 0);
        if (amount == 0 || TimeOf(wire.ExecTime) is not { } at) return [];
        var cash = new Cash(wire.ExecId, kind, amount, FeeAssetOf(wire), StreamReading.Clip(wire.ExecType), at);
        var symbol = KeyOf(wire.Symbol, 0)?.Symbol;
        return [new CashReport(cash, symbol, account.Hedge ? null : KeyOf(wire.Symbol, 0)) { Untraded = symbol is null }]; // no field says whose side it is
    }

    private static decimal Positive(decimal? value) => value is > 0 and var positive ? positive : throw new JsonException("not positive");

    public OrderOrigin OriginOf(ExecutionWire wire) => wire.ExecType switch
    {
        "AdlTrade" => OrderOrigin.Adl,
        "BustTrade" => OrderOrigin.Liquidation,
        "Delivery" or "Settle" => OrderOrigin.Settlement,
        _ when wire.StopOrderType == "StopLoss" => OrderOrigin.PositionStop,
        _ => OriginOf(wire.OrderLinkId, wire.CreateType),
    };

    // The account and the exchange.

    /// <summary>Of the USDT row: account totals are in dollars, and their drift looks like profit (protocol §13).</summary>
    public static Outcome<AccountBalance> Balance(ReadOnlyMemory<byte> body)
    {
        var coin = BybitJson.Result<Page<WalletWire>>(body).List.SelectMany(wallet => wallet.Coin).FirstOrDefault(coin => coin.Coin == "USDT");
        if (coin is null) return Outcome.Done(new AccountBalance(0, 0, 0));
        var wallet = coin.WalletBalance ?? 0;
        var used = (coin.TotalPositionIM ?? 0) + (coin.TotalOrderIM ?? 0) + (coin.Locked ?? 0) + (coin.Bonus ?? 0);
        return Outcome.Done(new AccountBalance(wallet, coin.Equity ?? wallet, Math.Max(0, wallet - used)));
    }

    /// <summary>Close of the newest candle of a list, newest first; null: the list is empty.</summary>
    public static decimal? NewestClose(ReadOnlyMemory<byte> body) =>
        BybitJson.Result<Page<string[]>>(body).List is [var candle, ..] ? WireJson.Price(candle.ElementAtOrDefault(CloseOfCandle)) : null;

    /// <summary>Null where a filter that orders need is missing, or the name is no symbol of ours: it cannot be traded here.</summary>
    public static SymbolRules? RulesOf(InstrumentWire wire)
    {
        if (!Symbol.TryParseExact(wire.Symbol, out var symbol)) return null;
        var lots = wire.LotSizeFilter;
        if (wire.PriceFilter.TickSize is not > 0 || lots.QtyStep is not > 0 || (lots.MaxMktOrderQty ?? lots.MaxOrderQty) is not > 0) return null;
        return new SymbolRules(
            symbol, wire.PriceFilter.TickSize.Value, lots.QtyStep.Value, lots.MinOrderQty ?? 0,
            lots.MaxMktOrderQty ?? lots.MaxOrderQty!.Value, lots.MinNotionalValue ?? 0,
            wire is { Status: "Trading", IsPreListing: false },
            wire is { ContractType: "LinearPerpetual", QuoteCoin: "USDT", SettleCoin: null or "USDT" }
                && wire.SymbolType is not ("stock" or "commodity" or "forex"),
            TimeOf(wire.DeliveryTime),
            wire.SettleCoin ?? wire.QuoteCoin);
    }

    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
