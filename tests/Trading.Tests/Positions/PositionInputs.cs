using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;

namespace Trading.Tests.Positions;

/// <summary>
/// Inputs an exchange, a clock or an operator could send to a given state, chosen by numbers: true ones, repeated ones,
/// contradictory ones, and ones about orders of long ago.
/// </summary>
internal static class PositionInputs
{
    private static readonly ClientOrderId Strange = new("web_1");

    /// <summary>Within reach of the prices below.</summary>
    public static readonly ProtectionPlan Barriers = new(TakeProfit: 0.025m, BreakEven: 0.01m);
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static DateTime At(int step) => Start.AddMilliseconds(250L * step);

    public static PositionInput Of(PositionState state, int choice, int amount, int step)
    {
        var held = HoldingOf(state);
        var quantity = 1 + amount % 4;
        var price = 100m + amount % 7 - 3;
        var signed = (held?.Side.Sign() ?? 1) * (amount % 5);
        var now = At(step);
        return (choice % 30) switch
        {
            0 or 1 => new OpenPosition("s", "w", amount % 2 == 0 ? Side.Long : Side.Short, 4, 100, amount % 3 == 0 ? Barriers : new ProtectionPlan()),
            2 when amount % 8 == 0 => new AdoptPosition(
                new PositionRow(signed, 100, now, price), Stops(held, amount), amount % 2 == 0 ? AdoptPolicy.Manage : AdoptPolicy.ProtectOnly, now),
            2 => new ClosePosition(CloseReason.Manual, "operator"),
            3 or 4 => new OrderReported(Order(state, amount), "1", (OrderStatus)(amount % 6), amount % 5, amount % 3 == 0 ? null : price, now, (Source)(amount % 4)),
            5 or 6 => Fill(Order(state, amount), held?.Side ?? Side.Long, quantity, price, $"t{amount % 9}", now),
            7 => Fill(CloseOrder(state, amount), held?.Side.Opposite() ?? Side.Short, quantity, price, $"t{amount % 9}", now),
            8 => Fill(Strange, amount % 2 == 0 ? Side.Long : Side.Short, quantity, price, $"f{amount % 9}", now, OrderOrigin.Foreign),
            9 => new OutsideOrder("9", (OrderOrigin)(1 + amount % 4), now),
            10 when amount % 3 == 0 => new Rejected(Order(state, amount), -4023, "lot size", RejectKind.Filter),
            10 => new Rejected(Order(state, amount), -2019, "margin"),
            11 when amount % 3 == 0 => new Rejected(StopOf(held, amount), -4045, "too many stops", RejectKind.NoRoom),
            11 when amount % 6 == 1 => new Rejected(StopOf(held, amount), 10001, "zero position", RejectKind.NoPosition),
            11 when amount % 6 == 4 => new Rejected(StopOf(held, amount), -1111, "precision", RejectKind.Filter),
            11 => new Rejected(StopOf(held, amount), -2021, "would trigger", RejectKind.WouldTrigger),
            12 when amount % 3 == 0 => new Rejected(CloseOrder(state, amount), -1111, "precision", RejectKind.Filter),
            12 => new Rejected(CloseOrder(state, amount), -2022, "nothing to reduce", RejectKind.NothingToReduce),
            13 => new OutcomeUnknown(amount % 2 == 0 ? Order(state, amount) : StopOf(held, amount), "no answer"),
            14 => new NotSent(amount % 2 == 0 ? Order(state, amount) : StopOf(held, amount), "offline"),
            15 => new ProvenAbsent(Order(state, amount), "three reads"),
            16 or 17 => new StopReported(StopOf(held, amount), "2", (StopStatus)(amount % 7), quantity, price, now, Source.Stream),
            18 => new StopsRead(amount % 2 == 0 ? [] : [new StopView(StopOf(held, amount), "2", held?.Side ?? Side.Long, 4, 98, false, OrderOrigin.Ours)], now),
            19 => new CancelAnswered(StopOf(held, amount), amount % 2 == 0),
            20 or 21 => new PositionStreamed(signed, price, now, ByOrder: amount % 6 != 0),
            22 when amount % 4 == 0 => new AssetQuoted("BNB", At(step - amount % 3), amount % 8 == 0 ? null : 590),
            22 => new CashMoved(new Cash($"c{amount % 5}", (CashKind)(amount % 2), -0.01m, amount % 3 == 0 ? "BNB" : "USDT", "FUNDING_FEE", now)),
            23 => new SnapshotShare(amount % 3 == 0 ? null : new PositionRow(signed, 100, now, price), Stops(held, amount), now),
            24 => new QuantityLookedUp(amount % 3 == 0 ? null : signed, 1 + amount % 2, 50, amount % 4 == 0 ? null : At(amount % 8)),
            25 => new Checked(new CheckEvidence(
                now, amount % 4 == 0 ? null : new PositionRead(amount % 4 == 1 ? null : new PositionRow(signed, 100, now, price)),
                new PositionRead(new PositionRow(0, 0, now)), Stops(held, amount), null, [], (CheckCause)(amount % 3))),
            26 or 27 => new MarkMoved(price, price - 1, price + 1, now),
            28 => new MarkRead(amount % 3 == 0 ? null : price),
            _ => Rare(amount),
        };
    }

    public static Holding? HoldingOf(PositionState state) => state switch
    {
        PositionState.Opening s => s.Holding,
        PositionState.Open s => s.Holding,
        PositionState.Closing s => s.Holding,
        _ => null,
    };

    private static PositionInput Rare(int amount) => (amount % (4 + Enum.GetValues<PositionTimer>().Length)) switch
    {
        0 => new StreamRestarted(amount),
        1 => new RulesChanged(PositionScenario.Rules("BTCUSDT", 0.1m, 1m)),
        2 => new Recovered(),
        3 => new RulesRead(Told: amount % 8 != 3),
        var timer => new TimerFired((PositionTimer)(timer - 4)),
    };

    private static Traded Fill(ClientOrderId order, Side bought, decimal quantity, decimal price, string id, DateTime at, OrderOrigin origin = OrderOrigin.Ours) =>
        new(new Trade(order, "1", id, bought, quantity, price, 0.01m, quantity % 2 == 0 ? "BNB" : "USDT", 0, at, origin), Source.Stream);

    private static ClientOrderId Order(PositionState state, int amount) => (state, amount % 5) switch
    {
        (_, 0) => Strange,
        (PositionState.Closing s, _) => s.Attempt.Id,
        (PositionState.Opening s, _) => s.Entry.Id,
        _ => HoldingOf(state)?.EntryOrder ?? Strange,
    };

    private static ClientOrderId CloseOrder(PositionState state, int amount) =>
        state is PositionState.Closing s ? s.Attempt.Id : StopOf(HoldingOf(state), amount);

    private static ClientOrderId StopOf(Holding? held, int amount)
    {
        var stops = held is null ? [] : held.Protection.Stops.Concat(held.RedundantStops).Concat(held.Hard is { } hard ? [hard.Id] : []).ToList();
        return stops.Count == 0 ? Strange : stops[amount % stops.Count];
    }

    private static StopView[] Stops(Holding? held, int amount) => held?.LiveStop is { } live && amount % 2 == 0
        ? [new StopView(live.Id, live.ExchangeId, held.Side, live.Quantity, live.Trigger, false, OrderOrigin.Ours)]
        : [];
}
