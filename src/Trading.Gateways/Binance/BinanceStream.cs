using System.Text.Json;
using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Gateways.Binance;

/// <summary>Frames of the user stream in our words (protocol §10). Total: any bytes give a reading, none an invented report.</summary>
internal sealed class BinanceStream(BinanceTranslator translator)
{
    private readonly BinanceCash _cash = new(translator);

    public StreamReading Read(ReadOnlyMemory<byte> frame)
    {
        try
        {
            var kind = KindOf(frame.Span);
            return kind switch
            {
                "ORDER_TRADE_UPDATE" => Order(WireJson.Parse<OrderTradeUpdate>(frame)),
                "ACCOUNT_UPDATE" => Account(WireJson.Parse<AccountUpdate>(frame)),
                "ALGO_UPDATE" => Stop(WireJson.Parse<AlgoUpdate>(frame)),
                "ACCOUNT_CONFIG_UPDATE" => Config(kind, WireJson.Parse<AccountConfigUpdate>(frame)),
                "listenKeyExpired" => new StreamReading(kind, StreamMeaning.Expired),

                // TRADE_LITE is a hint without fee and PnL; the full event follows and is the one that counts.
                "TRADE_LITE" or "MARGIN_CALL" or "STRATEGY_UPDATE" or "GRID_UPDATE" =>
                    new StreamReading(kind, StreamMeaning.Event),
                null => new StreamReading("no event", StreamMeaning.Unknown),
                _ => new StreamReading(kind, StreamMeaning.Unknown),
            };
        }
        catch (Exception unreadable) when (WireJson.IsUnreadable(unreadable))
        {
            return new StreamReading("malformed", StreamMeaning.Malformed);
        }
    }

    /// <summary>The top-level <c>e</c>; the whole frame is read, so that a cut one is noticed whatever its kind.</summary>
    private static string? KindOf(ReadOnlySpan<byte> frame)
    {
        var reader = new Utf8JsonReader(frame);
        string? kind = null;
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject) throw new JsonException("not an object");
        while (reader.Read())
        {
            if (reader.CurrentDepth != 1 || reader.TokenType is not JsonTokenType.PropertyName) continue;
            var isKind = reader.ValueTextEquals("e"u8);
            reader.Read();
            if (isKind && reader.TokenType is JsonTokenType.String) kind = reader.GetString();
            else reader.Skip();
        }

        return kind is null ? null : StreamReading.Clip(kind);
    }

    private StreamReading Order(OrderTradeUpdate wire)
    {
        const string kind = "ORDER_TRADE_UPDATE";
        var order = wire.O;
        if (!Symbol.TryParseExact(order.Symbol, out _)) return new StreamReading(kind, StreamMeaning.Event);
        if (translator.KeyOf(order.Symbol, order.PositionSide) is not { } key) return new StreamReading($"{kind} {StreamReading.Clip(order.Symbol)}", StreamMeaning.Unknown);
        var at = WireText.Time(wire.TransactionTime) ?? throw new JsonException("T");
        var origin = translator.OriginOf(order.ClientOrderId);
        var reports = new List<(PositionKey, PositionInput)>(2);
        if (origin is not OrderOrigin.Ours)
            reports.Add((key, new PositionInput.OutsideOrder(BinanceTranslator.WireId(order.OrderId), origin, at)));

        // Whatever the execution type says: liquidations fill as CALCULATED, ADL as TRADE. Trades come before the order's
        // state, so that the fills are complete when the order is final.
        if (order is { TradeId: > 0, LastQuantity: > 0, LastPrice: > 0 })
            reports.Add((key, new PositionInput.Traded(TradeOf(order, origin, at), Source.Stream)));

        if (BinanceTranslator.StatusOf(order.Status) is not { } status)
            return new StreamReading($"{kind} {StreamReading.Clip(order.Status)}", StreamMeaning.Unknown) { Reports = reports };

        if (origin is OrderOrigin.Ours)
            reports.Add((key, new PositionInput.OrderReported(
                new ClientOrderId(order.ClientOrderId!), BinanceTranslator.WireId(order.OrderId), status,
                order.Executed ?? throw new JsonException("z"), order.AveragePrice is > 0 ? order.AveragePrice : null, at,
                Source.Stream, order.ExpiryReason is null or "0" ? "" : order.ExpiryReason)));

        var reading = HidesTrade(order)
            ? new StreamReading($"{kind} fill without id or price", StreamMeaning.Unknown)
            : new StreamReading(kind, StreamMeaning.Event);
        return reading with
        {
            Reports = reports,
            About = order.ClientOrderId is { } id ? [new ClientOrderId(id)] : [],
        };
    }

    /// <summary>It filled, and cannot be counted once: the account's trades tell it, when they are asked for.</summary>
    private static bool HidesTrade(OrderTradeUpdate.Order wire) =>
        wire is { Execution: "TRADE" or "CALCULATED", LastQuantity: > 0 } and not { TradeId: > 0, LastPrice: > 0 };

    private static Trade TradeOf(OrderTradeUpdate.Order wire, OrderOrigin origin, DateTime at) => new(
        new ClientOrderId(wire.ClientOrderId ?? ""), BinanceTranslator.WireId(wire.OrderId), BinanceTranslator.WireId(wire.TradeId!.Value),
        BinanceTranslator.SideBought(wire.Side), wire.LastQuantity!.Value, wire.LastPrice!.Value, wire.Commission ?? 0,
        wire.CommissionAsset ?? "", wire.RealizedPnl ?? 0, at, origin);

    private StreamReading Account(AccountUpdate wire)
    {
        var at = WireText.Time(wire.TransactionTime) ?? throw new JsonException("T");
        var wallet = wire.A.Balances?.FirstOrDefault(balance => balance.Asset == "USDT")?.Wallet;
        return new StreamReading("ACCOUNT_UPDATE", StreamMeaning.Event)
        {
            Reports = wire.A.Reason == BinanceCash.Funding ? [] : Positions(wire.A, at), // though a position row comes along (design §5)
            Cash = _cash.Read(wire.A, at),
            Untraded =
            [
                .. (wire.A.Positions ?? []).Select(row => translator.Untraded(row.Symbol, row.PositionSide, row.Amount, row.EntryPrice, at))
                    .OfType<UntradedPosition>(),
            ],
            Settings = wire.A.Reason == "MARGIN_TYPE_CHANGE" ? MarginTypes(wire.A) : [],
            WalletUsdt = wallet,
        };
    }

    private List<(PositionKey, PositionInput)> Positions(AccountUpdate.Account wire, DateTime at)
    {
        var reports = new List<(PositionKey, PositionInput)>();
        foreach (var position in wire.Positions ?? [])
            if (translator.KeyOf(position.Symbol, position.PositionSide) is { } key)
                reports.Add((key, new PositionInput.PositionStreamed(position.Amount, position.EntryPrice, at, wire.Reason == "ORDER")));
        return reports;
    }

    /// <summary>Rows of the symbol whose mode was changed; without any it may be each.</summary>
    private static IReadOnlyList<AccountSetting> MarginTypes(AccountUpdate.Account wire)
    {
        List<AccountSetting> told = [.. (wire.Positions ?? []).Select(row => BinanceTranslator.SettingOf(row.Symbol, null, row.MarginType)).OfType<AccountSetting>().Distinct()];
        return told.Count > 0 ? told : [new AccountSetting(null)];
    }

    private static StreamReading Config(string kind, AccountConfigUpdate wire) => new(kind, StreamMeaning.Event)
    {
        Settings =
        [
            .. wire.Symbol is { } one && BinanceTranslator.SettingOf(one.Symbol, one.Leverage, null) is { } setting ? (AccountSetting[])[setting] : [],
            .. wire.Account is { } all ? (AccountSetting[])[new AccountSetting(null) { MultiAssets = all.MultiAssets }] : [],
        ],
    };

    private StreamReading Stop(AlgoUpdate wire)
    {
        const string kind = "ALGO_UPDATE";
        var order = wire.O;
        var about = new ClientOrderId(order.ClientAlgoId);
        if (!Symbol.TryParseExact(order.Symbol, out _)) return new StreamReading(kind, StreamMeaning.Event);
        if (translator.KeyOf(order.Symbol, order.PositionSide) is not { } key) return new StreamReading($"{kind} {StreamReading.Clip(order.Symbol)}", StreamMeaning.Unknown);
        if (BinanceTranslator.StopStatusOf(order.Status) is not { } status) return new StreamReading($"{kind} {StreamReading.Clip(order.Status)}", StreamMeaning.Unknown);
        var at = WireText.Time(wire.TransactionTime) ?? throw new JsonException("T");
        if (order.Type != "STOP_MARKET") return new StreamReading(kind, StreamMeaning.Event) { About = [about] };
        var quantity = order.Quantity ?? (order.ClosesPosition ? 0 : throw new JsonException("q"));
        return new StreamReading(kind, StreamMeaning.Event)
        {
            About = [about],
            Reports =
            [
                (key, new PositionInput.StopReported(
                    about, BinanceTranslator.WireId(order.AlgoId), status, quantity, order.Trigger ?? throw new JsonException("tp"), at,
                    Source.Stream, order.RejectReason ?? "")),
            ],
        };
    }
}
