using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Simulator.Faults;
using Trading.Simulator.Market;
using Exchange = Trading.Domain.Exchange;

namespace Trading.Tests.Node;

/// <summary>
/// The exchange makes tick or lot size of a symbol coarser while the node runs, and refuses what does not fit: the rules are
/// read at once, and the same attempt goes on with them.
/// </summary>
public sealed class GrownFiltersTests
{
    private const string Link = "LINKUSDT";
    private static readonly PositionKey BinanceLink = RunningNode.Key(Link);

    [Fact]
    public async Task A_tick_that_grew_costs_the_first_stop_one_try_and_no_rollback()
    {
        await using var run = await Started(Exchange.Binance);
        Change(run, spec => spec with { TickSize = 0.01m });

        await run.Open(Link, Side.Short, 10m, 17.63m, "s1");
        var stop = await run.Until<PositionEvent.StopConfirmed>();
        await run.Settled(BinanceLink);

        Assert.Equal((10m, 0m), (stop.Quantity, stop.Trigger % 0.01m));
        Assert.Equal(-4014, Assert.Single(run.Events(Link).OfType<PositionEvent.StopRefused>()).Code);
        Assert.DoesNotContain(run.Events(Link), happened => happened is PositionEvent.CloseIntended);
        Assert.Equal(0.01m, run.Account.Symbols.Find(Symbol.Parse(Link))!.TickSize);
    }

    [Fact]
    public async Task On_Bybit_a_tick_that_grew_makes_the_entry_be_sent_once_more_under_its_own_id_with_a_stop_that_fits()
    {
        await using var run = await Started(Exchange.Bybit);
        Change(run, spec => spec with { TickSize = 0.01m });

        await run.Open(Link, Side.Short, 10m, 17.63m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();
        await run.Settled(RunningNode.Key(Link, Exchange.Bybit));

        Assert.Equal(["17.9826", "17.98"], run.Wire.Orders("/order/create").Select(order => order.Split("stopLoss=")[1].Split(' ')[0].Trim('"')));
        Assert.DoesNotContain(run.Events(Link), happened => happened is PositionEvent.EntryFailed or PositionEvent.CloseIntended);
        Assert.Single(run.Exchange.With(exchange => exchange.Venue.Account("bybit/sim-key-0001").OrderHistory));
    }

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task A_lot_size_that_grew_makes_the_entry_be_sent_once_more_under_its_own_id_for_whole_lots(Exchange venue)
    {
        await using var run = await Started(venue);
        Change(run, spec => spec with { StepSize = 1m, MinQty = 1m });

        await run.Open(Link, Side.Long, 10.5m, 17.63m, "s1");
        var stop = await run.Until<PositionEvent.StopConfirmed>();
        await run.Settled(RunningNode.Key(Link, venue));

        Assert.Equal((10m, 10m), (stop.Quantity, run.Node.Board.Find(RunningNode.Key(Link, venue))!.Quantity));
        Assert.DoesNotContain(run.Events(Link), happened => happened is PositionEvent.EntryFailed or PositionEvent.CloseIntended);
        var entry = Assert.Single(run.Exchange.With(exchange => exchange.Venue.Account($"{venue.Id()}/sim-key-0001").OrderHistory));
        Assert.Equal(run.Events(Link).OfType<PositionEvent.EntryIntended>().Single().Order.Value, entry.ClientId);
    }

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task An_entry_that_no_lot_of_the_new_size_fits_into_fails_with_the_exchanges_code(Exchange venue)
    {
        await using var run = await Started(venue);
        Change(run, spec => spec with { StepSize = 100m, MinQty = 100m });

        await run.Open(Link, Side.Long, 10.5m, 17.63m, "s1");
        var failed = await run.Until<PositionEvent.EntryFailed>();
        Assert.Equal((venue is Exchange.Bybit ? 10001 : -4004, EntryEnd.Rejected), (failed.Code, failed.How));
        Assert.Empty(run.Exchange.With(exchange => exchange.TruthReport()).Positions);
    }

    [Theory]
    [InlineData(Exchange.Binance, "GET /fapi/v1/exchangeInfo")]
    [InlineData(Exchange.Bybit, "GET /v5/market/instruments-info")]
    public async Task An_entry_does_not_wait_for_rules_that_are_not_told(Exchange venue, string route)
    {
        await using var run = await Started(venue);
        await run.When(() => run.Account.LastProbe is { Concluded: true });
        run.Exchange.With(exchange => exchange.Add(new Fault { Do = FaultAction.LoseRequest, Route = route, Count = null }));
        Change(run, spec => spec with { StepSize = 1m, MinQty = 1m });

        await run.Open(Link, Side.Long, 10.5m, 17.63m, "s1");
        var failed = await run.Until<PositionEvent.EntryFailed>();
        Assert.Equal(EntryEnd.Rejected, failed.How);
        Assert.Empty(run.Exchange.With(exchange => exchange.TruthReport()).Positions);
    }

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task A_lot_size_that_grew_while_a_position_was_held_does_not_keep_it_open(Exchange venue)
    {
        await using var run = await Started(venue);
        var key = RunningNode.Key(Link, venue);
        await run.Open(Link, Side.Long, 10.5m, 17.63m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();
        await run.Settled(key);
        Change(run, spec => spec with { StepSize = 1m, MinQty = 1m });

        await run.Node.Ask(key, new PositionInput.ClosePosition(CloseReason.Manual, "test"), "c1", TimeSpan.FromSeconds(30));
        if (venue is Exchange.Binance) // what no lot expresses goes by an order that has to trigger
        {
            await run.When(() => run.Exchange.With(exchange => exchange.Account("sim-key-0001").OpenStops.Exists(stop => stop.ClosePosition)));
            run.SetPrice(Link, 17.60m);
        }

        await run.Until<PositionEvent.PositionClosed>();
        Assert.Equal([10.5m, 10m, 0m], run.Events(Link).OfType<PositionEvent.CloseIntended>().Select(close => close.Quantity));
    }

    [Fact]
    public async Task A_stop_that_has_to_grow_is_set_where_the_grown_tick_allows_it()
    {
        await using var run = await Started(Exchange.Binance);
        await run.Open(Link, Side.Short, 10m, 17.63m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();
        await run.Settled(BinanceLink);
        Change(run, spec => spec with { TickSize = 0.01m });

        run.Exchange.With(exchange => exchange.Venue.Hand.Open(exchange.Venue.Account("binance/sim-key-0001"), Link, -5m));
        var grown = await run.Until<PositionEvent.StopConfirmed>(stop => stop.Quantity == 15m);
        await run.Settled(BinanceLink);

        Assert.Equal(17.98m, grown.Trigger); // of 17.9826: towards the market
        Assert.Single(run.Events(Link).OfType<PositionEvent.StopMoveRefused>());
        Assert.True(run.Exchange.With(exchange => exchange.TruthReport()).MaxUnprotectedMs < 3000);
    }

    /// <summary>The market stream tells of changed contracts: nothing has to be refused first.</summary>
    [Fact]
    public async Task Rules_that_the_stream_tells_to_have_changed_are_read_before_the_next_entry()
    {
        await using var run = await Started(Exchange.Binance);
        await run.When(() => run.Exchange.With(exchange => exchange.Binance.Streams.Connections.Any(one => one.Subscriptions.Contains("!contractInfo"))));
        Change(run, spec => spec with { TickSize = 0.01m, StepSize = 1m, MinQty = 1m }, tells: true);
        await run.When(() => run.Account.Symbols.Find(Symbol.Parse(Link))!.StepSize == 1m);

        await run.Open(Link, Side.Short, 10m, 17.63m, "s1");
        Assert.Equal(17.98m, (await run.Until<PositionEvent.StopConfirmed>()).Trigger);
        Assert.DoesNotContain(run.Events(Link), happened => happened is PositionEvent.StopRefused or PositionEvent.EntryFailed);
    }

    private static Task<RunningNode> Started(Exchange venue) => RunningNode.Start(
        new RunningNodeSetting { Venue = venue, Change = options => options with { Venue = options.Venue with { SlippageMax = 0 } } }, (Link, 17.63m));

    /// <param name="tells">False: the stream of contracts says nothing, as on Bybit, which has none.</param>
    private static void Change(RunningNode run, Func<SymbolSpec, SymbolSpec> change, bool tells = false) => run.Exchange.With(exchange =>
    {
        foreach (var stream in exchange.Binance.Streams.Connections.Where(one => one.Subscriptions.Contains("!contractInfo"))) stream.Silent = !tells;
        exchange.Venue.Change(change(exchange.Venue.Find(Link)!.Spec));
    });
}
