using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Journal;
using Trading.Lab.Simulation;
using Trading.Node.Projections;
using Trading.Node.Projections.Sqlite;
using Trading.Node.Signals;
using static Trading.Domain.Positions.PositionEvent;

namespace Trading.Tests.Projections;

public sealed class MonitoringTests : IDisposable
{
    private static readonly PositionKey Tag = PositionKey.Parse("binance/TAGUSDT");

    private readonly MonitoringFixture _monitoring = new();
    private readonly JournalHistory _history = new();

    [Fact]
    public async Task A_position_is_shown_with_its_money_its_orders_and_its_timeline()
    {
        await Traded();
        await Project();

        var history = _monitoring.Store.History(Tag)!;
        var row = history.Position;
        Assert.Equal(("closed", "flat", "stop_loss", "websocket_closure"), (row.Status, row.State, row.Reason, row.ClosedBy));
        Assert.Equal((1000m, 0.5m, 0.525m), (row.Quantity, row.EntryPrice, row.ExitPrice));
        Assert.Equal((-25m, 0.17m, -0.3m, -25.47m), (row.GrossPnl, row.Fees, row.Funding, row.RealizedPnl));
        Assert.Equal(("short", "both", "binance", "binance"), (row.Side, row.PositionSide, row.Exchange, row.Venue));
        Assert.Null(row.StopPrice);
        Assert.Equal(["entry", "stop"], history.Orders.Select(order => order.Purpose));
        Assert.Equal(["filled", "filled"], history.Orders.Select(order => order.Status));
        Assert.Equal([1000m, 400m, 600m], history.Trades.Select(trade => trade.Quantity));
        Assert.Equal("entry_intended", history.Timeline[0].EventType);
        Assert.Equal(row.Id * 10, history.Timeline[0].Id);
        Assert.All(history.Timeline, e => Assert.Equal(row.Id, e.PositionId));
    }

    [Fact]
    public async Task A_fill_and_funding_that_come_after_the_closing_still_belong_to_it()
    {
        await _history.Open("TAGUSDT", "1", 1000, 0.5m);
        await _history.StopOut("TAGUSDT", Side.Short, 400, 0.525m, -10);
        await Project();
        var before = _monitoring.Store.Position(Tag)!;
        await _history.Write(JournalHistory.Stream("TAGUSDT"),
            new OrderFilled(_history.Trade(_history.Order("TAGUSDT", "stop"), Side.Long, 600, 0.53m, 0.2m, -18), 0),
            new FundingBooked(0.05m, _history.NowUtc),
            new ClosureExplained(CloseReason.Liquidation));
        await Project();

        var after = _monitoring.Store.Position(Tag)!;
        Assert.Equal((before.Id, before.ClosedAt), (after.Id, after.ClosedAt));
        Assert.Equal((-28m, 0.37m, 0.05m, -28.32m), (after.GrossPnl, after.Fees, after.Funding, after.RealizedPnl));
        Assert.Equal("liquidation", after.Reason);
        Assert.Equal(0.528m, after.ExitPrice);
    }

    [Fact]
    public async Task A_fee_in_another_asset_is_shown_as_it_was_paid_and_counts_once_its_price_is_known_as_an_estimate()
    {
        await _history.Open("TAGUSDT", "1", 1000, 0.5m);
        var paid = _history.Trade(_history.Order("TAGUSDT", "stop"), Side.Long, 1000, 0.525m, 0.000305m, -25) with { FeeAsset = "BNB" };
        await _history.Write(JournalHistory.Stream("TAGUSDT"), new OrderFilled(paid, 0));
        await Project();
        var before = _monitoring.Store.History(Tag)!;
        Assert.Equal((0.08m, -25.08m, 0m, "-0.000305 BNB"), (before.Position.Fees, before.Position.RealizedPnl, before.Position.EstimatedPnl, before.Position.Unpriced));
        Assert.Equal((0.000305m, "BNB", null, true), Fee(before.Trades[1]));
        Assert.Equal((0.08m, "USDT", 0.08m, false), Fee(before.Trades[0]));

        await _history.Write(JournalHistory.Stream("TAGUSDT"), new AssetPriced("BNB", 590m, paid.AtUtc.AddSeconds(1)));
        await Project();
        var after = _monitoring.Store.History(Tag)!;
        Assert.Equal((0.25995m, -25.25995m, -0.17995m, null), (after.Position.Fees, after.Position.RealizedPnl, after.Position.EstimatedPnl, after.Position.Unpriced));
        Assert.Equal((0.000305m, "BNB", 0.17995m, true), Fee(after.Trades[1]));

        var free = _history.Trade(_history.Order("TAGUSDT", "stop"), Side.Long, 1, 0.525m, 0, 0) with { FeeAsset = "BNB" };
        await _history.Write(JournalHistory.Stream("TAGUSDT"), new OrderFilled(free, 0));
        await Project();
        Assert.Equal((0m, "BNB", 0m, false), Fee(_monitoring.Store.History(Tag)!.Trades[2]));

        static (decimal, string?, decimal?, bool) Fee(TradeView trade) => (trade.Fee, trade.FeeAsset, trade.FeeQuote, trade.FeeEstimated);
    }

    [Fact]
    public async Task The_fee_of_a_liquidation_that_comes_after_it_is_a_fee_of_what_was_closed()
    {
        await _history.Open("TAGUSDT", "1", 1000, 0.5m);
        await _history.StopOut("TAGUSDT", Side.Short, 1000, 0.525m, -25);
        await _history.Write(JournalHistory.Stream("TAGUSDT"), new LiquidationCleared(-2.625m, _history.NowUtc, "i1", "USDT"));
        await Project();
        var row = _monitoring.Store.Position(Tag)!;
        Assert.Equal((2.795m, -27.795m, 0m), (row.Fees, row.RealizedPnl, row.EstimatedPnl));
        Assert.Equal("liquidation_cleared", _monitoring.Store.History(Tag)!.Timeline[^1].EventType);
    }

    [Fact]
    public async Task Close_and_reopen_are_two_positions()
    {
        await Traded();
        await _history.Open("TAGUSDT", "2", 10, 0.4m, Side.Long);
        await Project();

        var rows = _monitoring.Store.Positions(null, 10);
        Assert.Equal(["active", "closed"], rows.Select(row => row.Status));
        Assert.Equal(("open", 10m, 0.4m, 0.408m), (rows[0].State, rows[0].Quantity, rows[0].EntryPrice, rows[0].StopPrice));
        Assert.Equal(rows[0], _monitoring.Store.Position(Tag));
        Assert.Single(_monitoring.Store.Positions("active", 10));
    }

    [Fact]
    public async Task In_hedge_mode_the_two_sides_of_a_symbol_are_two_active_rows()
    {
        foreach (var side in new[] { Side.Long, Side.Short })
            await _history.Write($"{JournalHistory.Stream("TAGUSDT")}/{side.Text()}", new PositionAdopted(
                side, 10m, 0.5m, 0.5m, AdoptPolicy.Manage, new ProtectionPlan(), _history.NowUtc));
        await Project();

        var rows = _monitoring.Store.Positions("active", 10);
        Assert.Equal(["long", "short"], rows.Select(row => row.PositionSide).Order());
        Assert.All(rows, row => Assert.Equal(("TAGUSDT", "binance", row.PositionSide), (row.Symbol, row.Exchange, row.Side)));
        Assert.Equal("short", _monitoring.Store.Position(Tag with { Hedge = Side.Short })!.PositionSide);
        Assert.Null(_monitoring.Store.Position(Tag));
    }

    [Fact]
    public async Task An_adopted_position_and_a_moved_stop_are_shown_as_they_are()
    {
        var stream = JournalHistory.Stream("KAVAUSDT");
        await _history.Write(stream, new PositionAdopted(
            Side.Long, 62.9m, 0.159m, 0.159m, AdoptPolicy.Manage, new ProtectionPlan(), _history.NowUtc));
        await _history.Write(stream,
            new StopIntended(new ClientOrderId("k1"), 62.9m, 0.1558m, null, StopCause.Initial),
            new StopConfirmed(new ClientOrderId("k1"), "9001", 62.9m, 0.1558m, Source.Stream));
        await _history.Write(stream,
            new PositionLookup(LookupMethod.WebsocketCache, 0, true, 0, 62.9m),
            new StopIntended(new ClientOrderId("k2"), 62.9m, 0.1611m, new ClientOrderId("k1"), StopCause.Trailing),
            new StopMoveRefused(new ClientOrderId("k2"), -2021, "Order would immediately trigger."));
        await Project();
        Assert.Equal(0.1558m, _monitoring.Store.Position(PositionKey.Parse("binance/KAVAUSDT"))!.StopPrice);

        await _history.Write(stream,
            new StopIntended(new ClientOrderId("k3"), 62.9m, 0.1611m, new ClientOrderId("k1"), StopCause.Trailing),
            new StopConfirmed(new ClientOrderId("k3"), "9002", 62.9m, 0.1611m, Source.Stream),
            new TrailingActivated(0.162m, 0.1611m),
            new StopCleared(new ClientOrderId("k1")));
        await Project();
        var history = _monitoring.Store.History(PositionKey.Parse("binance/KAVAUSDT"))!;
        Assert.Equal((0.1611m, "active", "open"), (history.Position.StopPrice, history.Position.TrailingState, history.Position.State));
        Assert.Equal(["canceled", "refused", "live"], history.Orders.Select(order => order.Status));
        var lookup = history.Timeline.Single(e => e.EventType == "position_lookup");
        Assert.Equal(
            """{"lookup_method":"websocket_cache","lookup_time_ms":0,"cache_hit":true,"retry_count":0,"quantity":"62.9"}""", lookup.Data);
    }

    [Fact]
    public async Task Waves_and_signals_end_with_their_outcome()
    {
        await _history.DuplicateWave(marginRefused: true);
        await Project();

        var wave = Assert.Single(_monitoring.Store.Waves(10));
        Assert.Equal(("completed", 16, 4, 1, 7), (wave.Status, wave.Signals, wave.Opened, wave.Failed, wave.CutSize));
        var signals = _monitoring.Store.Signals("2025-10-17T16:00:00Z", 100);
        Assert.Equal(16, signals.Count);
        Assert.All(signals, signal => Assert.Equal("ended", signal.Status));
        Assert.Equal(
            ["below_cut 9", "duplicate_in_wave 1", "duplicate_position 1", "entry_failed 1", "opened 4"],
            signals.GroupBy(signal => signal.Outcome).Select(group => $"{group.Key} {group.Count()}").Order());
        var tag = Assert.Single(_monitoring.Store.SignalsOf("4776923"));
        Assert.Equal(("TAGUSDT", 2, "opened", 0.98m), (tag.Symbol, tag.Rank, tag.Outcome, tag.Score));
    }

    [Fact]
    public async Task Events_are_handed_out_after_the_last_one_seen()
    {
        await _history.DuplicateWave();
        await Project();
        var first = _monitoring.Store.Events(0, 30);
        var rest = _monitoring.Store.Events(first[^1].Id, 1_000);
        Assert.Equal(first.Concat(rest).Select(e => e.Id).Distinct().Count(), first.Count + rest.Count);
        Assert.Equal(_monitoring.Store.LastEventId(), rest[^1].Id);
        Assert.Equal("VerifiedBy websocket", $"VerifiedBy {System.Text.Json.JsonDocument.Parse(
            first.Concat(rest).First(e => e.EventType == "entry_verified").Data).RootElement.GetProperty("verified_by").GetString()}");
    }

    [Fact]
    public async Task Deleted_and_rebuilt_it_has_the_same_content()
    {
        await _history.DuplicateWave(marginRefused: true);
        await Project();
        await _history.StopOut("TAGUSDT", Side.Short, 564_334, 0.00036m, -3.16m);
        await Project();
        var before = _monitoring.Dump();

        _monitoring.Delete();
        await Project();
        Assert.Equal(before, _monitoring.Dump());
    }

    [Fact]
    public async Task Stopped_after_any_event_and_started_again_it_ends_the_same()
    {
        await Traded();
        await _history.DuplicateWave(marginRefused: true);
        await Project();
        var whole = _monitoring.Dump();
        for (var events = 1; events <= _history.Database.Everything.Count; events += 3)
        {
            _monitoring.Delete();
            var part = new JournalUpTo(_history.Database.Connect(), events);
            Assert.True(await _monitoring.Project(part));
            var once = _monitoring.Dump();
            Assert.True(await _monitoring.Project(part));
            Assert.Equal(once, _monitoring.Dump());
            await Project();
            Assert.Equal(whole, _monitoring.Dump());
        }
    }

    [Fact]
    public async Task An_event_it_does_not_know_stops_it_there_and_is_told_once()
    {
        await Traded();
        await _history.Append(JournalHistory.Stream("TAGUSDT"), new NewEvent("PositionTeleported", 1, "{}"u8.ToArray()));
        await _history.Open("LSKUSDT", "2", 10, 0.4m);
        var journal = _history.Database.Connect();
        using var database = SqliteMonitoring.Open(_monitoring.File, journal.Id);
        var follower = new MonitoringFollower(journal, database, _history.Clock, MonitoringFixture.Venues, _monitoring.Failures.Add);
        Assert.False(await follower.CatchUp());
        Assert.False(await follower.CatchUp());
        Assert.Contains("PositionTeleported", Assert.Single(_monitoring.Failures));
        _history.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.True(follower.LagSeconds >= 60);
        Assert.Null(_monitoring.Store.Position(PositionKey.Parse("binance/LSKUSDT")));
    }

    [Fact]
    public async Task More_than_five_seconds_behind_is_said_and_how_far_it_is()
    {
        await Traded();
        var said = new List<string>();
        var journal = _history.Database.Connect();
        using var database = SqliteMonitoring.Open(_monitoring.File, journal.Id);
        var follower = new MonitoringFollower(
            journal, database, _history.Clock, MonitoringFixture.Venues, _monitoring.Failures.Add, said.Add);
        await follower.CatchUp();
        Assert.Empty(said);

        await _history.Open("LSKUSDT", "3", 10, 0.2m);
        _history.Clock.Advance(TimeSpan.FromSeconds(6));
        await follower.CatchUp();
        Assert.Contains("6 s behind", Assert.Single(said));
        Assert.Equal(0, follower.LagSeconds);
    }

    [Fact]
    public async Task Rows_of_another_journal_are_dropped_and_dead_letters_stay()
    {
        await Traded();
        await Project();
        var journal = _history.Database.Connect();
        using (var database = SqliteMonitoring.Open(_monitoring.File, journal.Id))
        {
            var follower = new MonitoringFollower(
                journal, database, _history.Clock, MonitoringFixture.Venues, _monitoring.Failures.Add);
            follower.Keep(new RejectedSignal(_history.NowUtc, "feed-1", "score", "{}", "not a number"));
            await follower.CatchUp();
        }

        using (SqliteMonitoring.Open(_monitoring.File, new JournalId("another")))
            Assert.Empty(_monitoring.Store.Positions(null, 10));
        Assert.Equal(1L, _monitoring.Query("SELECT COUNT(*) FROM monitoring.dead_letters")[0][0]);
    }

    [Fact]
    public async Task A_damaged_file_is_moved_aside_and_projected_anew()
    {
        await Traded();
        await Project();
        var before = _monitoring.Dump();
        await File.WriteAllTextAsync(_monitoring.File, new string('x', 9_000));
        File.Delete($"{_monitoring.File}-wal");
        await Project();
        Assert.Equal(before, _monitoring.Dump());
        Assert.True(File.Exists($"{_monitoring.File}.damaged"));
    }

    [Fact]
    public void Under_virtual_time_a_hint_makes_it_visible_at_once_and_a_lost_hint_within_its_own_look()
    {
        var world = new VirtualWorld(9);
        var database = new SimulatedDatabase(world.Environment.Time, new JournalId("virtual"), world.Random);
        var node = world.Node("n1");
        using var monitoring = SqliteMonitoring.Open(_monitoring.File, database.Id);
        var follower = new MonitoringFollower(database.Connect(), monitoring, node.Time, MonitoringFixture.Venues, _monitoring.Failures.Add);
        using var stop = new CancellationTokenSource();
        var running = node.Start(() => follower.Run(stop.Token));
        var journal = new AnnouncingJournal(database.Connect(), follower.Hint);
        world.Run(TimeSpan.FromMilliseconds(10));

        _ = node.Start(() => Adopt(journal, "TAGUSDT"));
        world.Run(TimeSpan.Zero);
        Assert.Single(_monitoring.Store.Positions("active", 10));
        _ = node.Start(() => Adopt(database.Connect(), "LSKUSDT"));
        world.Run(TimeSpan.Zero);
        Assert.Single(_monitoring.Store.Positions("active", 10));
        world.Run(TimeSpan.FromMilliseconds(250));
        Assert.Equal(2, _monitoring.Store.Positions("active", 10).Count);

        _ = node.Start(() => Adopt(database.Connect(), "HOLOUSDT"));
        world.Run(TimeSpan.Zero);
        _ = node.Start(() =>
        {
            stop.Cancel();
            return Task.CompletedTask;
        });
        world.Run(TimeSpan.FromSeconds(1));
        Assert.True(running.IsCompletedSuccessfully);
        Assert.Equal(3, _monitoring.Store.Positions("active", 10).Count);
        Assert.Equal((0L, 0), (world.Leaks, _monitoring.Failures.Count));
    }

    public void Dispose() => _monitoring.Dispose();

    private static Task<AppendResult> Adopt(IJournal journal, string symbol) => journal.Append(new AppendRequest(
        JournalHistory.Stream(symbol), 0, "c", 1,
        [EventCodec.For<PositionEvent>().Write(new PositionAdopted(
            Side.Long, 1, 1, 1, AdoptPolicy.Manage, new ProtectionPlan(), DateTime.UnixEpoch))]));

    /// <summary>TAGUSDT short 1000 at 0.5, funding paid, stopped out at 0.525 in two fills.</summary>
    private async Task Traded()
    {
        await _history.Open("TAGUSDT", "1", 1000, 0.5m);
        var stop = _history.Order("TAGUSDT", "stop");
        await _history.Write(JournalHistory.Stream("TAGUSDT"),
            new FundingBooked(-0.3m, _history.NowUtc),
            new OrderFilled(_history.Trade(stop, Side.Long, 400, 0.525m, 0, -10), 600));
        await _history.StopOut("TAGUSDT", Side.Short, 600, 0.525m, -15);
        _history.Reopening("TAGUSDT");
    }

    private async Task Project() =>
        Assert.True(await _monitoring.Project(_history.Database.Connect()), string.Join('\n', _monitoring.Failures));
}
