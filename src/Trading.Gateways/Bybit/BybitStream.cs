using System.Text.Json;
using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Gateways.Bybit;

/// <summary>
/// Frames of the private topics in our words (protocol §11), for one session. Total: any bytes give a reading, none an
/// invented report.
/// </summary>
/// <remarks>
/// Topics come in no order. Executions and positions are put in relation by the exchange's sequence number, never by
/// their clocks, which differ by milliseconds: a position is reported at the time of the last execution it contains.
/// </remarks>
internal sealed class BybitStream(BybitTranslator translator)
{
    private readonly Dictionary<PositionKey, (long Seq, DateTime AtUtc)> _executed = [];
    private readonly Dictionary<PositionKey, (long Seq, DateTime UpdatedUtc, DateTime AtUtc)> _positions = [];
    private readonly Dictionary<(Symbol Symbol, Side? Side), AccountSetting> _settings = [];

    public StreamReading Read(ReadOnlyMemory<byte> frame)
    {
        try
        {
            var kind = KindOf(frame.Span, out var isTopic);
            if (!isTopic) return new StreamReading(kind ?? "no topic", kind is null ? StreamMeaning.Unknown : StreamMeaning.Control);
            return kind switch
            {
                "order" or "order.linear" => Together(kind, BybitJson.Parse<TopicFrame<OrderWire>>(frame).Data.Where(row => IsLinear(row.Category)).Select(Order)),
                "execution" or "execution.linear" => Together(
                    kind, BybitJson.Parse<TopicFrame<ExecutionWire>>(frame).Data.Where(row => IsLinear(row.Category)).Select(Execution)),
                "position" or "position.linear" => Together(
                    kind, BybitJson.Parse<TopicFrame<PositionWire>>(frame).Data.Select(Position)),
                "wallet" => Wallet(BybitJson.Parse<TopicFrame<WalletWire>>(frame)),


                // A hint without fee; the full event follows and is the one that counts.
                "execution.fast" or "execution.fast.linear" => new StreamReading(kind, StreamMeaning.Event),
                _ => new StreamReading(StreamReading.Clip(kind!), StreamMeaning.Unknown),
            };
        }
        catch (Exception unreadable) when (WireJson.IsUnreadable(unreadable))
        {
            return new StreamReading("malformed", StreamMeaning.Malformed);
        }
    }

    /// <summary>The topic, else the op of an answer; the whole frame is read, so that a cut one is noticed whatever it is.</summary>
    private static string? KindOf(ReadOnlySpan<byte> frame, out bool isTopic)
    {
        var reader = new Utf8JsonReader(frame);
        string? topic = null;
        string? op = null;
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject) throw new JsonException("not an object");
        while (reader.Read())
        {
            if (reader.CurrentDepth != 1 || reader.TokenType is not JsonTokenType.PropertyName) continue;
            var isName = reader.ValueTextEquals("topic"u8);
            var isOp = reader.ValueTextEquals("op"u8);
            reader.Read();
            if (isName && reader.TokenType is JsonTokenType.String) topic = reader.GetString();
            else if (isOp && reader.TokenType is JsonTokenType.String) op = reader.GetString();
            else reader.Skip();
        }

        isTopic = topic is not null;
        return topic ?? op;
    }

    private static bool IsLinear(string? category) => category is null or "linear";

    /// <summary>Rows of one frame; one that this build does not understand does not hide the others.</summary>
    private static StreamReading Together(string kind, IEnumerable<StreamReading> rows)
    {
        var read = rows.ToList();
        var unknown = read.Find(row => row.Meaning is StreamMeaning.Unknown);
        return new StreamReading(unknown?.Kind ?? kind, unknown?.Meaning ?? StreamMeaning.Event)
        {
            Reports = [.. read.SelectMany(row => row.Reports)],
            Cash = [.. read.SelectMany(row => row.Cash)],
            Settings = [.. read.SelectMany(row => row.Settings)],
            About = [.. read.SelectMany(row => row.About)],
            Untraded = [.. read.SelectMany(row => row.Untraded)],
        };
    }

    private StreamReading Order(OrderWire wire)
    {
        const string topic = "order";
        if (!Symbol.TryParseExact(wire.Symbol, out _)) return new StreamReading(topic, StreamMeaning.Event);
        if (translator.KeyOf(wire.Symbol, wire.PositionIdx) is not { } key) return new StreamReading($"{topic} {StreamReading.Clip(wire.Symbol)}", StreamMeaning.Unknown);
        if (BybitTranslator.StatusOf(wire.OrderStatus) is not { } status)
            return new StreamReading($"{topic} {StreamReading.Clip(wire.OrderStatus)}", StreamMeaning.Unknown);
        var at = BybitTranslator.TimeOf(wire.UpdatedTime) ?? throw new JsonException("updatedTime");
        if (BybitTranslator.IsPositionStop(wire))
            return new StreamReading(topic, StreamMeaning.Event) { Reports = PositionStop(key, wire, at) };
        var id = BybitTranslator.IdOf(wire.OrderLinkId, wire.OrderId);
        var origin = translator.OriginOf(wire.OrderLinkId, wire.CreateType);
        PositionInput report = origin is OrderOrigin.Ours
            ? new PositionInput.OrderReported(
                id, wire.OrderId, status, wire.CumExecQty ?? 0, wire.AvgPrice is > 0 ? wire.AvgPrice : null, at, Source.Stream,
                BybitTranslator.WhyEnded(wire))
            : new PositionInput.OutsideOrder(wire.OrderId, origin, at);
        return new StreamReading(topic, StreamMeaning.Event) { Reports = [(key, report)], About = [id] };
    }

    /// <summary>
    /// Its cancellation says nothing: the exchange may replace the leg when the stop moves. That a position is without its
    /// stop is told by the position.
    /// </summary>
    private static List<(PositionKey, PositionInput)> PositionStop(PositionKey key, OrderWire wire, DateTime at)
    {
        StopStatus? status = wire.OrderStatus switch
        {
            "Untriggered" => StopStatus.Live,
            "Triggered" or "New" or "PartiallyFilled" => StopStatus.Triggered,
            "Filled" => StopStatus.Finished,
            "Rejected" => StopStatus.Rejected,
            _ => null,
        };
        if (status is null) return [];
        var trigger = wire.TriggerPrice ?? 0;
        return [(key, new PositionInput.StopReported(
            PositionStops.At(trigger), wire.OrderId, status.Value, wire.Qty ?? 0, trigger, at, Source.Stream, BybitTranslator.WhyEnded(wire)))];
    }

    private StreamReading Execution(ExecutionWire wire)
    {
        const string topic = "execution";
        if (wire.ExecType == BybitTranslator.Funding) return new StreamReading(topic, StreamMeaning.Event) { Cash = translator.CashOf(wire) };
        if (!BybitTranslator.MovesPosition(wire))
            return new StreamReading($"{topic} {StreamReading.Clip(wire.ExecType)}", StreamMeaning.Unknown) { Cash = translator.CashOf(wire) };
        if (!Symbol.TryParseExact(wire.Symbol, out _)) return new StreamReading(topic, StreamMeaning.Event);
        if (translator.KeyOf(wire) is not { } key) return new StreamReading($"{topic} {StreamReading.Clip(wire.Symbol)}", StreamMeaning.Unknown);
        var trade = AfterWhatWasTold(key, wire.Seq, translator.TradeOf(wire, wire.ExecPnl ?? 0));
        if (!_executed.TryGetValue(key, out var last) || wire.Seq > last.Seq || wire.Seq == last.Seq && trade.AtUtc > last.AtUtc)
            _executed[key] = (wire.Seq, trade.AtUtc);

        // The cause first: the trade may be what closes the position, and its order's own event may come later.
        var reports = new List<(PositionKey, PositionInput)>(2);
        if (trade.Origin is not (OrderOrigin.Ours or OrderOrigin.PositionStop))
            reports.Add((key, new PositionInput.OutsideOrder(wire.OrderId, trade.Origin, trade.AtUtc)));
        reports.Add((key, new PositionInput.Traded(trade, Source.Stream)));
        return new StreamReading(topic, StreamMeaning.Event) { Reports = reports, About = [trade.Order] };
    }

    private StreamReading Position(PositionWire wire)
    {
        const string topic = "position";
        if (BybitTranslator.Untraded(wire) is { } untraded) return new StreamReading(topic, StreamMeaning.Event) { Untraded = [untraded] };
        if (translator.KeyOf(wire.Symbol, wire.PositionIdx) is not { } key) return new StreamReading($"{topic} {StreamReading.Clip(wire.Symbol)}", StreamMeaning.Unknown);

        var settings = NewSetting(wire);

        // Never held, and told because something else was set, such as its leverage: nothing to report, and no time of it.
        if (wire is { Size: 0, UpdatedTime: 0 }) return new StreamReading(topic, StreamMeaning.Event) { Settings = settings };
        var updated = BybitTranslator.TimeOf(wire.UpdatedTime) ?? throw new JsonException("updatedTime");
        var known = _positions.TryGetValue(key, out var last);
        if (known && (wire.Seq, updated).CompareTo((last.Seq, last.UpdatedUtc)) < 0) return new StreamReading(topic, StreamMeaning.Event) { Settings = settings };

        // A flat position is told again with every order that is made: that proves nothing about what the order does.
        var row = BybitTranslator.Row(wire);
        var at = MomentOf(key, wire.Seq, updated, last.AtUtc);
        _positions[key] = (wire.Seq, updated, at);
        var reports = new List<(PositionKey, PositionInput)>(2)
        {
            (key, new PositionInput.PositionStreamed(row.Amount, row.EntryPrice, at, ByOrder: !(known && row.Amount == 0 && wire.Seq == last.Seq))),
        };
        if (row.Amount != 0) reports.Add((key, StopOf(wire, updated))); // setting one is no execution
        return new StreamReading(topic, StreamMeaning.Event) { Reports = reports, Settings = settings };
    }

    /// <summary>A position is told with every order: its leverage is news when it differs from what was told before.</summary>
    private IReadOnlyList<AccountSetting> NewSetting(PositionWire wire)
    {
        if (BybitTranslator.SettingOf(wire) is not { Symbol: { } symbol } setting || _settings.GetValueOrDefault((symbol, setting.Side)) == setting) return [];
        _settings[(symbol, setting.Side)] = setting;
        return [setting];
    }

    /// <summary>
    /// On the clock of the executions: not older than what the position contains, older than what it does not contain. Nor
    /// older than what was told before: a new session knows no execution yet, and the setting of a stop bears the other clock.
    /// </summary>
    private DateTime MomentOf(PositionKey key, long seq, DateTime updated, DateTime toldBefore)
    {
        if (!_executed.TryGetValue(key, out var last)) return Later(updated, toldBefore);
        if (seq == last.Seq) return Later(last.AtUtc, toldBefore);
        if (seq > last.Seq) return Later(Later(updated, last.AtUtc), toldBefore);
        var before = last.AtUtc.AddTicks(-1);
        return updated < before ? updated : before;
    }

    /// <summary>
    /// A position that contains an execution nobody was told of bears the other clock, which is ahead: what it does not
    /// contain came after it all the same. Only for fills of ours, which must not be taken for contained: one of a hand in the
    /// same millisecond would bear a time that no row of the position reaches, and its zero would prove nothing.
    /// </summary>
    private Trade AfterWhatWasTold(PositionKey key, long seq, Trade trade) =>
        trade.Origin is OrderOrigin.Ours && _positions.TryGetValue(key, out var told) && seq > told.Seq && trade.AtUtc <= told.AtUtc ? trade with { AtUtc = told.AtUtc.AddTicks(1) } : trade;

    private static DateTime Later(DateTime one, DateTime other) => one > other ? one : other;

    private static PositionInput.StopReported StopOf(PositionWire wire, DateTime at) => BybitTranslator.PositionStop(wire) is { } stop
        ? new PositionInput.StopReported(stop.Id, "", StopStatus.Live, stop.Quantity, stop.Trigger, at, Source.Stream)
        : new PositionInput.StopReported(PositionStops.At(0), "", StopStatus.Canceled, 0, 0, at, Source.Stream, "the position states no stop");

    private static StreamReading Wallet(TopicFrame<WalletWire> frame) => new("wallet", StreamMeaning.Event)
    {
        WalletUsdt = frame.Data.SelectMany(wallet => wallet.Coin).FirstOrDefault(coin => coin.Coin == "USDT")?.WalletBalance,
    };
}
