using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Simulator;
using Exchange = Trading.Domain.Exchange;

namespace Trading.Tests.Node;

/// <summary>
/// Every protective order of a position's life, decided by a whole node, as it stands on the wire: both venues, both
/// position modes, both sides. The exchange takes the orders, so what is asserted is also what it accepts.
/// </summary>
public sealed class ProtectiveOrdersTests
{
    private const string Symbol = "TAGUSDT";

    [Theory]
    [InlineData(false, Side.Long, "SELL", "reduceOnly=true", "positionSide=BOTH")]
    [InlineData(false, Side.Short, "BUY", "reduceOnly=true", "positionSide=BOTH")]
    [InlineData(true, Side.Long, "SELL", "positionSide=LONG", "positionSide=LONG")]
    [InlineData(true, Side.Short, "BUY", "positionSide=SHORT", "positionSide=SHORT")]
    public async Task On_Binance_reduce_only_is_a_flag_in_one_way_mode_and_the_position_side_in_hedge_mode(
        bool hedge, Side side, string against, string reducing, string closing)
    {
        var setting = new RunningNodeSetting { Hedge = hedge, HardLoss = 0.05m, Change = FillsAtTheMark };
        await using var run = await RunningNode.Start(setting, (Symbol, 1m));
        var (first, hard, moved) = side is Side.Long ? ("0.98", "0.95", "1.0149") : ("1.02", "1.05", "0.9849");
        await Live(run, side);

        var sent = run.Wire.Orders("/order", "/algoOrder");
        var entry = hedge ? $" {reducing}" : "";
        var head = $"POST /fapi/v1/algoOrder algoType=CONDITIONAL symbol={Symbol} side={against} type=STOP_MARKET";
        string Stop(string quantity, string trigger) =>
            $"{head} quantity={quantity} triggerPrice={trigger} workingType=MARK_PRICE {reducing} priceProtect=false";
        Assert.Equal($"POST /fapi/v1/order symbol={Symbol} side={(side is Side.Long ? "BUY" : "SELL")} type=MARKET quantity=100{entry} newOrderRespType=RESULT", sent[0]);
        Assert.Equal(
            Sorted(
                Stop("100", first), // first stop
                $"{head} closePosition=true triggerPrice={hard} workingType=MARK_PRICE {closing} priceProtect=false", // the layer under it
                Stop("100", moved), // replacement
                "DELETE /fapi/v1/algoOrder ", // of the stop it replaces
                Stop("60", moved), // resize
                "DELETE /fapi/v1/algoOrder ",
                $"POST /fapi/v1/order symbol={Symbol} side={against} type=MARKET quantity=60 {reducing} newOrderRespType=RESULT", // close
                "DELETE /fapi/v1/algoOrder ", // the last stop, which would rest on
                "DELETE /fapi/v1/algoOrder "), // and the layer under it
            Sorted([.. sent.Skip(1)]));
        Judge(run);
    }

    [Theory]
    [InlineData(false, Side.Long, 0)]
    [InlineData(false, Side.Short, 0)]
    [InlineData(true, Side.Long, 1)]
    [InlineData(true, Side.Short, 2)]
    public async Task On_Bybit_every_protective_order_names_the_index_and_a_close_is_reduce_only(bool hedge, Side side, int index)
    {
        var setting = new RunningNodeSetting { Venue = Exchange.Bybit, Hedge = hedge, Change = FillsAtTheMark };
        await using var run = await RunningNode.Start(setting, (Symbol, 1m));
        var (with, against) = side is Side.Long ? ("Buy", "Sell") : ("Sell", "Buy");
        var (first, moved) = side is Side.Long ? ("0.98", "1.0149") : ("1.02", "0.9849");
        await Live(run, side);

        var order = $"POST /v5/order/create category=\"linear\" symbol=\"{Symbol}\"";
        var stop = $"POST /v5/position/trading-stop category=\"linear\" symbol=\"{Symbol}\" positionIdx={index} tpslMode=\"Full\"";
        Assert.Equal(
            string.Join('\n',
                $"{order} side=\"{with}\" orderType=\"Market\" qty=\"100\" positionIdx={index} tpslMode=\"Full\" stopLoss=\"{first}\" slTriggerBy=\"MarkPrice\" slOrderType=\"Market\"",
                $"{stop} stopLoss=\"{first}\" slTriggerBy=\"MarkPrice\" slOrderType=\"Market\"", // first stop, counted from the entry
                $"{stop} stopLoss=\"{moved}\" slTriggerBy=\"MarkPrice\" slOrderType=\"Market\"", // replacement
                $"{stop} stopLoss=\"{moved}\" slTriggerBy=\"MarkPrice\" slOrderType=\"Market\"", // resize: the venue has done it, and says "not modified"
                $"{order} side=\"{against}\" orderType=\"Market\" qty=\"60\" positionIdx={index} reduceOnly=true"),
            string.Join('\n', run.Wire.Orders("/create", "/trading-stop", "/cancel", "/amend")));
        Judge(run);
    }

    [Theory]
    [InlineData(Exchange.Binance, false, "side=SELL type=MARKET quantity={0} reduceOnly=true")]
    [InlineData(Exchange.Binance, true, "side=SELL type=MARKET quantity={0} positionSide=LONG")]
    [InlineData(Exchange.Bybit, false, "side=\"Sell\" orderType=\"Market\" qty=\"{0}\" positionIdx=0 reduceOnly=true")]
    [InlineData(Exchange.Bybit, true, "side=\"Sell\" orderType=\"Market\" qty=\"{0}\" positionIdx=1 reduceOnly=true")]
    public async Task A_close_above_the_markets_maximum_is_split_and_each_part_only_reduces(Exchange venue, bool hedge, string part)
    {
        await using var run = await RunningNode.Start(new RunningNodeSetting { Venue = venue, Hedge = hedge, Change = FillsAtTheMark }, (Symbol, 1m));
        var key = run.KeyOf(Symbol, Side.Long);
        await run.Open(Symbol, Side.Long, 100m, 1m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();
        await run.Settled(key);
        run.Exchange.With(exchange => exchange.Venue.Change(exchange.Venue.Find(Symbol)!.Spec with { MarketMaxQty = 60m }));
        await run.Account.ReadSymbols(CancellationToken.None);

        await run.Node.Ask(key, new PositionInput.ClosePosition(CloseReason.Manual, "test"), "c1", TimeSpan.FromSeconds(30));
        await run.Until<PositionEvent.PositionClosed>();
        var sent = run.Wire.Orders("/order", "/create").Skip(1).ToList(); // after the entry
        Assert.Equal(2, sent.Count);
        Assert.Contains(string.Format(System.Globalization.CultureInfo.InvariantCulture, part, 60), sent[0], StringComparison.Ordinal);
        Assert.Contains(string.Format(System.Globalization.CultureInfo.InvariantCulture, part, 40), sent[1], StringComparison.Ordinal);
        Judge(run);
    }

    [Theory]
    [InlineData(false, Side.Long, "SELL", "reduceOnly=true")]
    [InlineData(false, Side.Short, "BUY", "reduceOnly=true")]
    [InlineData(true, Side.Long, "SELL", "positionSide=LONG")]
    [InlineData(true, Side.Short, "BUY", "positionSide=SHORT")]
    public async Task On_Binance_a_stop_above_the_markets_maximum_is_several_at_one_trigger_and_the_old_one_goes_after_the_last_of_them(
        bool hedge, Side side, string against, string reducing)
    {
        await using var run = await RunningNode.Start(new RunningNodeSetting { Hedge = hedge, Change = FillsAtTheMark }, (Symbol, 1m));
        var moved = side is Side.Long ? "1.0149" : "0.9849";
        await Fire(run, side);

        string Stop(string quantity) => $"POST /fapi/v1/algoOrder algoType=CONDITIONAL symbol={Symbol} side={against} type=STOP_MARKET"
            + $" quantity={quantity} triggerPrice={moved} workingType=MARK_PRICE {reducing} priceProtect=false";
        var sent = run.Wire.Orders("/order", "/algoOrder").Skip(2).ToList(); // after the entry and the first stop
        Assert.Equal(Sorted(Stop("40"), Stop("40"), Stop("20")), Sorted([.. sent.Take(3)]));
        Assert.Equal(Enumerable.Repeat("DELETE /fapi/v1/algoOrder ", 4), sent.Skip(3)); // the first stop; then, swept, the three that have fired
        Judge(run);
    }

    /// <summary>One stop for the whole position, which the venue itself splits when it fires (protocols/bybit-v5-linear §7.1, §12).</summary>
    [Theory]
    [InlineData(false, Side.Long, 0)]
    [InlineData(false, Side.Short, 0)]
    [InlineData(true, Side.Long, 1)]
    [InlineData(true, Side.Short, 2)]
    public async Task On_Bybit_a_stop_above_the_markets_maximum_is_the_positions_own_as_any_other(bool hedge, Side side, int index)
    {
        var setting = new RunningNodeSetting { Venue = Exchange.Bybit, Hedge = hedge, Change = FillsAtTheMark };
        await using var run = await RunningNode.Start(setting, (Symbol, 1m));
        var moved = side is Side.Long ? "1.0149" : "0.9849";
        await Fire(run, side);

        Assert.Equal(
            $"POST /v5/position/trading-stop category=\"linear\" symbol=\"{Symbol}\" positionIdx={index} tpslMode=\"Full\" "
            + $"stopLoss=\"{moved}\" slTriggerBy=\"MarkPrice\" slOrderType=\"Market\"",
            string.Join('\n', run.Wire.Orders("/create", "/trading-stop", "/cancel").Skip(2))); // after the entry and the first stop
        Judge(run);
    }

    /// <summary>Opened, protected; the market's largest order becomes smaller than the position; trailed, and stopped out.</summary>
    private static async Task Fire(RunningNode run, Side side)
    {
        var key = run.KeyOf(Symbol, side);
        await run.Open(Symbol, side, 100m, 1m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();
        await run.Settled(key);
        run.Exchange.With(exchange => exchange.Venue.Change(exchange.Venue.Find(Symbol)!.Spec with { MarketMaxQty = 40m }));
        await run.Account.ReadSymbols(CancellationToken.None);
        run.SetPrice(Symbol, side is Side.Long ? 1.02m : 0.98m);
        await run.Until<PositionEvent.TrailingActivated>();
        await run.Settled(key);
        run.SetPrice(Symbol, side is Side.Long ? 1.014m : 0.986m);
        Assert.Equal(CloseReason.TrailingStop, (await run.Until<PositionEvent.PositionClosed>()).Reason);
        await run.Settled(key);
        await run.When(() => run.Events(key).OfType<PositionEvent.OrderFilled>().Sum(filled => filled.Trade.Signed) == 0);
        Assert.Equal(0, run.Exchange.With(exchange => exchange.TruthReport()).MaxGapMs);
    }

    /// <summary>Opened, protected, trailed once, reduced by hand, closed.</summary>
    private static async Task Live(RunningNode run, Side side)
    {
        var key = run.KeyOf(Symbol, side);
        Assert.Equal(Verdict.Accepted, (await run.Open(Symbol, side, 100m, 1m, "s1")).Verdict);
        await run.Until<PositionEvent.StopConfirmed>();
        if (run.Node.Settings.HardLoss is not null) await run.Until<PositionEvent.HardStopConfirmed>();
        await run.Settled(key);
        run.SetPrice(Symbol, side is Side.Long ? 1.02m : 0.98m);
        await run.Until<PositionEvent.TrailingActivated>();
        await run.Settled(key);
        run.Reduce(Symbol, side, 40m);
        await run.Until<PositionEvent>(told => told is PositionEvent.QuantityChanged { Quantity: 60m } or PositionEvent.OrderFilled { Held: 60m });
        if (run.Node.Settings.Accounts[0].Exchange is Exchange.Binance) await run.Until<PositionEvent.StopConfirmed>(stop => stop.Quantity == 60m);
        await run.Settled(key);
        await run.Node.Ask(key, new PositionInput.ClosePosition(CloseReason.Manual, "test"), "c1", TimeSpan.FromSeconds(30));
        await run.Until<PositionEvent.PositionClosed>();
        await run.Settled(key);
    }

    private static SimulatorOptions FillsAtTheMark(SimulatorOptions options) => options with { Venue = options.Venue with { SlippageMax = 0 } };

    private static string Sorted(params string[] lines) => string.Join('\n', lines.Order(StringComparer.Ordinal));

    private static void Judge(RunningNode run)
    {
        var truth = run.Exchange.With(exchange => exchange.TruthReport());
        Assert.True(truth.MaxUnprotectedMs < 3000, $"{truth.MaxUnprotectedMs} ms without a stop");
        Assert.Equal(0, truth.DuplicatePositions);
    }
}
