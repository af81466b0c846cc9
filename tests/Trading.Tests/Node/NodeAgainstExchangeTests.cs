using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Domain.Waves;
using Trading.Simulator.Faults;

namespace Trading.Tests.Node;

/// <summary>The way of a position through a whole node and back over the wire.</summary>
public sealed class NodeAgainstExchangeTests
{
    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task A_position_is_opened_protected_and_closed_and_the_exchange_never_saw_it_naked_for_long(Exchange venue)
    {
        await using var run = await RunningNode.Start(AdoptPolicy.ProtectOnly, venue, ("SKLUSDT", 0.0195m));
        var answer = await run.Open("SKLUSDT", Side.Long, 308m, 0.0195m, "s1");
        Assert.Equal(Verdict.Accepted, answer.Verdict);
        var stop = await run.Until<PositionEvent.StopConfirmed>();
        Assert.Equal(308m, stop.Quantity);

        await run.Node.Ask(
            RunningNode.Key("SKLUSDT", venue), new PositionInput.ClosePosition(CloseReason.Manual, "test"), "c1", TimeSpan.FromSeconds(30));
        var closed = await run.Until<PositionEvent.PositionClosed>();

        Assert.Equal(CloseReason.Manual, closed.Reason);
        var truth = run.Exchange.With(exchange => exchange.TruthReport());
        Assert.Single(truth.Positions);
        Assert.True(truth.MaxUnprotectedMs < 3000, $"{truth.MaxUnprotectedMs} ms without a stop");
        Assert.Equal(0, truth.DuplicatePositions);
    }

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task In_hedge_mode_both_sides_of_a_symbol_are_positions_of_their_own(Exchange venue)
    {
        await using var run = await RunningNode.Start(new RunningNodeSetting { Venue = venue, Hedge = true }, ("TAGUSDT", 1m));
        var (up, down) = (run.KeyOf("TAGUSDT", Side.Long), run.KeyOf("TAGUSDT", Side.Short));
        Assert.Equal($"{venue.Id()}/TAGUSDT/long", up.ToString());
        Assert.Equal(Verdict.Accepted, (await run.Open("TAGUSDT", Side.Long, 100m, 1m, "s1")).Verdict);
        Assert.Equal(Verdict.Accepted, (await run.Open("TAGUSDT", Side.Short, 50m, 1m, "s2")).Verdict);
        await run.Until<PositionEvent.StopConfirmed>(stop => stop.Quantity == 100m);
        await run.Until<PositionEvent.StopConfirmed>(stop => stop.Quantity == 50m);

        run.SetPrice("TAGUSDT", 0.975m); // beyond the stop of the long one
        var closed = await run.Until<PositionEvent.PositionClosed>();
        Assert.Equal(CloseReason.StopLoss, closed.Reason);
        Assert.DoesNotContain(run.Events(down), happened => happened is PositionEvent.PositionClosed);

        await run.Restart();
        Assert.IsType<PositionState.Flat>(run.Node.Board.Find(up)!.State);
        var view = run.Node.Board.Find(down)!;
        Assert.Equal((true, 50m), (view.IsProtected, view.Quantity));
        await run.Node.Ask(down, new PositionInput.ClosePosition(CloseReason.Manual, "test"), "c1", TimeSpan.FromSeconds(30));
        await run.Until<PositionEvent.PositionClosed>(ended => ended.Reason is CloseReason.Manual);
        var truth = run.Exchange.With(exchange => exchange.TruthReport());
        Assert.Equal((2, 0), (truth.Positions.Count, truth.DuplicatePositions));
        Assert.True(truth.MaxUnprotectedMs < 3000, $"{truth.MaxUnprotectedMs} ms without a stop");
    }

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task In_hedge_mode_a_side_is_not_opened_beside_one_that_somebody_else_holds(Exchange venue)
    {
        await using var run = await RunningNode.Start(
            new RunningNodeSetting { Venue = venue, Hedge = true }, ("TAGUSDT", 1m), ("HNTUSDT", 2m));
        await run.Open("HNTUSDT", Side.Long, 50m, 2m, "s1");
        await run.Until<PositionEvent.StopConfirmed>(stop => stop.Quantity == 50m);
        run.Exchange.With(exchange => exchange.Venue.Hand.Open(exchange.Venue.Account($"{venue.Id()}/sim-key-0001"), "TAGUSDT", 100m));
        await run.Until<PositionEvent.StopConfirmed>(stop => stop.Quantity == 100m); // adopted and protected, and its leverage left alone

        await run.Restart(); // what the process had prepared is forgotten; what our own side was opened with is not
        await run.When(() => run.Account.LastProbe is { Concluded: true });
        Assert.Null(run.Account.Readiness.Unready(run.KeyOf("HNTUSDT", Side.Short)));
        var denied = Assert.IsType<OpeningAnswer.Denied>(run.Account.Readiness.Unready(run.KeyOf("TAGUSDT", Side.Short)));
        Assert.Equal("outside_position", denied.Reason);
    }

    [Fact]
    public async Task A_symbol_whose_first_read_failed_is_asked_for_again()
    {
        await using var run = await RunningNode.Start(AdoptPolicy.ProtectOnly, Exchange.Bybit, ("TAGUSDT", 1m));
        var key = run.KeyOf("TAGUSDT", Side.Long);
        await run.When(() => run.Account.LastProbe is { Concluded: true });
        Assert.False(run.Account.Observations.Names(key)); // the snapshot of this exchange does not list what is flat
        var fault = run.Exchange.With(x => x.Venue.Faults.Add(
            new Fault { Do = FaultAction.Unavailable, Purpose = "positions", Symbol = "TAGUSDT", Count = 1 }, x.Venue.NowUtc));
        run.Account.Prepare(key.Symbol);
        await run.When(() => run.Exchange.With(x => x.Venue.Faults.Applied.GetValueOrDefault(fault)) == 1);

        Assert.IsType<OpeningAnswer.NotYet>(run.Account.Readiness.Unready(key));
        await run.When(() => run.Account.Readiness.Unready(key) is null); // each look asks for it again
        Assert.True(run.Account.Observations.Names(key));
    }

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task A_stop_that_fires_closes_the_position_and_the_same_signal_again_is_a_duplicate_until_then(Exchange venue)
    {
        await using var run = await RunningNode.Start(AdoptPolicy.ProtectOnly, venue, ("TAGUSDT", 1m));
        await run.Open("TAGUSDT", Side.Short, 100m, 1m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();
        var again = await run.Open("TAGUSDT", Side.Short, 100m, 1m, "s2");
        Assert.Equal((Verdict.Ignored, "duplicate_position"), (again.Verdict, again.Note));

        run.SetPrice("TAGUSDT", 1.03m);

        var closed = await run.Until<PositionEvent.PositionClosed>();
        Assert.Equal(CloseReason.StopLoss, closed.Reason);
    }

    [Theory]
    [InlineData(Exchange.Binance, 2)]
    [InlineData(Exchange.Bybit, 1)] // its stop has no client id
    public async Task What_is_open_at_a_restart_is_taken_up_again_without_a_second_entry_or_stop(Exchange venue, int orders)
    {
        await using var run = await RunningNode.Start(AdoptPolicy.ProtectOnly, venue, ("LSKUSDT", 2m));
        await run.Open("LSKUSDT", Side.Long, 50m, 2m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();

        await run.Restart();

        var view = run.Node.Board.Find(RunningNode.Key("LSKUSDT", venue));
        Assert.True(view!.IsProtected);
        run.SetPrice("LSKUSDT", 1.95m); // no further: nobody has set the leverage of what was opened past the waves
        var closed = await run.Until<PositionEvent.PositionClosed>();
        Assert.Equal(CloseReason.StopLoss, closed.Reason);
        var truth = run.Exchange.With(exchange => exchange.TruthReport());
        var ours = truth.Orders.Select(order => order.ClientId).Where(id => id.StartsWith("ta", StringComparison.Ordinal));
        Assert.Equal(orders, ours.Distinct(StringComparer.Ordinal).Count()); // the entry and its stop
    }
}
