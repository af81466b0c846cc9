using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Node.Probe;
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
        var setting = new RunningNodeSetting { Venue = Exchange.Bybit, Hedge = hedge, StopFirst = true, Change = FillsAtTheMark }; // has no meaning here
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
                $"{stop} stopLoss=\"{moved}\" slTriggerBy=\"MarkPrice\" slOrderType=\"Market\"", // replacement; and resize: the venue has done it, and says "not modified"
                $"{order} side=\"{against}\" orderType=\"Market\" qty=\"60\" positionIdx={index} reduceOnly=true"),
            string.Join('\n', run.Wire.Orders("/create", "/trading-stop", "/cancel", "/amend").Distinct())); // a list that lags has it set once more
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
        var sent = run.Wire.Orders("/algoOrder").ToList();
        Assert.Equal([Stop("20"), Stop("40")], sent.Where(line => line.Contains($"triggerPrice={moved}", StringComparison.Ordinal)).Distinct().Order());
        JudgeOrder(run, run.KeyOf(Symbol, side));
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

    [Theory]
    [InlineData(false, Side.Long, "SELL", "reduceOnly=true")]
    [InlineData(false, Side.Short, "BUY", "reduceOnly=true")]
    [InlineData(true, Side.Long, "SELL", "positionSide=LONG")]
    [InlineData(true, Side.Short, "BUY", "positionSide=SHORT")]
    public async Task On_Binance_with_stop_first_the_stop_rests_before_the_entry_is_sent(bool hedge, Side side, string against, string reducing)
    {
        await using var run = await RunningNode.Start(new RunningNodeSetting { Hedge = hedge, StopFirst = true, Change = FillsAtTheMark }, (Symbol, 1m));
        await run.Open(Symbol, side, 100m, 1m, "s1");
        await run.Until<PositionEvent.EntryCompleted>();
        await run.Settled(run.KeyOf(Symbol, side));

        var (with, trigger) = side is Side.Long ? ("BUY", "0.98") : ("SELL", "1.02");
        var entry = hedge ? $" {reducing}" : "";
        var sent = run.Wire.Orders("/order", "/algoOrder").Where(line => line.StartsWith("POST", StringComparison.Ordinal)).Skip(1); // after the probe's test stop
        Assert.Equal(
            [
                $"POST /fapi/v1/algoOrder algoType=CONDITIONAL symbol={Symbol} side={against} type=STOP_MARKET quantity=100 triggerPrice={trigger} workingType=MARK_PRICE {reducing} priceProtect=false",
                $"POST /fapi/v1/order symbol={Symbol} side={with} type=MARKET quantity=100{entry} newOrderRespType=RESULT",
            ],
            sent);
        Assert.Equal(0, run.Exchange.With(exchange => exchange.TruthReport()).MaxUnprotectedMs);
    }

    [Fact]
    public async Task Stop_first_is_not_used_where_the_probe_of_this_start_could_not_see_a_stop_rest()
    {
        await using var run = await RunningNode.Start(
            new RunningNodeSetting { StopFirst = true, Adopt = AdoptPolicy.Ignore, Change = FillsAtTheMark }, (Symbol, 1m));
        await run.When(() => run.Account.LastProbe is { AllowsStopFirst: true });
        run.Exchange.With(exchange => exchange.Venue.Hand.Open(exchange.Venue.Account("binance/sim-key-0001"), Symbol, 10m));
        await run.Restart();
        await run.When(() => run.Account.LastProbe is { Concluded: true }); // with no symbol flat
        run.Reduce(Symbol, Side.Long, 10m);
        for (var signal = 1; (await run.Open(Symbol, Side.Long, 100m, 1m, $"s{signal}")).Verdict is Verdict.Denied; signal++) await Task.Yield();
        await run.Until<PositionEvent.StopConfirmed>();

        var check = run.Account.LastProbe!.Checks.Single(check => check.Name == ProbeReport.StopFirstCheck);
        Assert.Equal(ProbeVerdict.Warned, check.Verdict);
        Assert.Contains("not used", check.Text, StringComparison.Ordinal);
        Assert.Equal(["/fapi/v1/order", "/fapi/v1/algoOrder"], run.Wire.Orders("/order", "/algoOrder").Select(line => line.Split(' ')[1]));
    }

    [Theory]
    [InlineData(false, Side.Long, "SELL", "reduceOnly=true", "positionSide=BOTH")]
    [InlineData(false, Side.Short, "BUY", "reduceOnly=true", "positionSide=BOTH")]
    [InlineData(true, Side.Long, "SELL", "positionSide=LONG", "positionSide=LONG")]
    [InlineData(true, Side.Short, "BUY", "positionSide=SHORT", "positionSide=SHORT")]
    public async Task On_Binance_a_remainder_is_covered_and_closed_by_closePosition(bool hedge, Side side, string against, string reducing, string closing)
    {
        await using var run = await RunningNode.Start(new RunningNodeSetting { Hedge = hedge, Change = FillsAtTheMark }, (Symbol, 1m));
        var key = run.KeyOf(Symbol, side);
        var (moved, beside, through) = side is Side.Long ? ("1.0149", "1.0198", 1.019m) : ("0.9849", "0.9802", 0.981m);
        await CoarsenAndTrail(run, side);
        await run.Until<PositionEvent.HardStopConfirmed>();
        await run.Settled(key);
        Assert.Equal(100.5m, run.Node.Board.Find(key)!.Holding!.Covered);
        await run.Node.Ask(key, new PositionInput.ClosePosition(CloseReason.Manual, "test"), "c1", TimeSpan.FromSeconds(30));
        await run.Until<PositionEvent.CloseIntended>(close => close.Quantity == 0);
        await run.When(() => run.Exchange.With(exchange => exchange.Venue.Account("binance/sim-key-0001").OpenStops.Exists(stop => stop.ClientId[2] == 'x')));
        run.SetPrice(Symbol, through);
        await run.Until<PositionEvent.PositionClosed>();
        await run.Settled(key);

        var head = $"POST /fapi/v1/algoOrder algoType=CONDITIONAL symbol={Symbol} side={against} type=STOP_MARKET";
        var sent = run.Wire.Orders("/order", "/algoOrder").Skip(2).ToList(); // after the entry and the first stop
        Assert.Contains($"{head} quantity=100 triggerPrice={moved} workingType=MARK_PRICE {reducing} priceProtect=false", sent);
        Assert.Contains($"{head} closePosition=true triggerPrice={moved} workingType=MARK_PRICE {closing} priceProtect=false", sent);
        Assert.Contains($"POST /fapi/v1/order symbol={Symbol} side={against} type=MARKET quantity=100 {reducing} newOrderRespType=RESULT", sent);
        Assert.Contains($"{head} closePosition=true triggerPrice={beside} workingType=MARK_PRICE {closing} priceProtect=false", sent);
        Judge(run);
    }

    [Theory]
    [InlineData(false, Side.Long, "Sell", 0)]
    [InlineData(false, Side.Short, "Buy", 0)]
    [InlineData(true, Side.Long, "Sell", 1)]
    [InlineData(true, Side.Short, "Buy", 2)]
    public async Task On_Bybit_a_remainder_is_closed_by_an_order_without_a_quantity(bool hedge, Side side, string against, int index)
    {
        var setting = new RunningNodeSetting { Venue = Exchange.Bybit, Hedge = hedge, Change = FillsAtTheMark };
        await using var run = await RunningNode.Start(setting, (Symbol, 1m));
        var key = run.KeyOf(Symbol, side);
        await CoarsenAndTrail(run, side);
        await run.Settled(key);
        await run.Node.Ask(key, new PositionInput.ClosePosition(CloseReason.Manual, "test"), "c1", TimeSpan.FromSeconds(30));
        await run.Until<PositionEvent.PositionClosed>();

        var order = $"POST /v5/order/create category=\"linear\" symbol=\"{Symbol}\" side=\"{against}\" orderType=\"Market\"";
        Assert.Equal(
            [
                $"{order} qty=\"100\" positionIdx={index} reduceOnly=true",
                $"{order} qty=\"0\" positionIdx={index} reduceOnly=true closeOnTrigger=true",
            ],
            run.Wire.Orders("/create").Skip(1));
        Judge(run);
    }

    /// <summary>
    /// The move that came to stand, whatever a late machine had tried before it: 40, 40 and 20, and the stop before it is
    /// cancelled after the last of them has left and is confirmed.
    /// </summary>
    private static void JudgeOrder(RunningNode run, PositionKey key)
    {
        var events = run.Events(key).ToList();
        var confirmed = events.OfType<PositionEvent.StopConfirmed>().Select(stop => stop.Stop).ToHashSet();
        var move = events.OfType<PositionEvent.StopIntended>()
            .Where(stop => stop.Cause is StopCause.Trailing && confirmed.Contains(stop.Stop)).TakeLast(3).ToList();
        Assert.Equal([40m, 40m, 20m], move.Select(part => part.Quantity));
        Assert.Single(move.Select(part => part.Replaces).Distinct());
        var gone = run.Wire.IndexOf("DELETE", move[0].Replaces!.Value.Value);
        Assert.All(move, part => Assert.InRange(run.Wire.IndexOf("POST", part.Stop.Value), 0, gone - 1));
        Assert.Equal(1 + move.Count, move.Select(part => part.Stop).Append(move[0].Replaces!.Value).Count(stop => run.Wire.IndexOf("DELETE", stop.Value) >= gone));
    }

    /// <summary>Opened with 100.5, protected; the step becomes 1, which the exchange holds everybody to; trailed once.</summary>
    private static async Task CoarsenAndTrail(RunningNode run, Side side)
    {
        var key = run.KeyOf(Symbol, side);
        await run.Open(Symbol, side, 100.5m, 1m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();
        await run.Settled(key);
        run.Exchange.With(exchange => exchange.Venue.Change(exchange.Venue.Find(Symbol)!.Spec with { StepSize = 1m, MinQty = 1m, QuantityPrecision = 1 }));
        await run.Account.ReadSymbols(CancellationToken.None);
        run.SetPrice(Symbol, side is Side.Long ? 1.02m : 0.98m);
        await run.Until<PositionEvent.TrailingActivated>();
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
