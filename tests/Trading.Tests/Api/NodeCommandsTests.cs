using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Node.Api;
using Trading.Tests.Node;

namespace Trading.Tests.Api;

/// <summary>The operator's orders through a whole node, over real sockets, to a simulated exchange and back.</summary>
public sealed class NodeCommandsTests
{
    private static readonly OperatorOrder Order = new("anna", "test", TimeSpan.FromSeconds(30));

    [Fact]
    public async Task A_close_is_done_when_flat_is_proven_and_refused_when_there_is_nothing_to_close()
    {
        await using var run = await RunningNode.Start(("SKLUSDT", 0.0195m));
        await run.Open("SKLUSDT", Side.Long, 308m, 0.0195m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();
        var commands = Commands(run);

        var closed = await commands.Close(RunningNode.Key("SKLUSDT"), Order);
        Assert.Equal(CommandOutcome.Done, closed.Outcome);
        await run.Until<PositionEvent.CloseIntended>(e => e is { Reason: CloseReason.Manual, By: "anna" });
        await run.Until<PositionEvent.PositionClosed>(); // the board shows it before its listeners hear of it

        var again = await commands.Close(RunningNode.Key("SKLUSDT"), Order);
        Assert.Equal((CommandOutcome.Refused, "is_flat"), (again.Outcome, again.Code));
    }

    [Fact]
    public async Task A_close_that_is_not_proven_in_time_is_unknown_and_goes_on()
    {
        await using var run = await RunningNode.Start(("SKLUSDT", 0.0195m));
        await run.Open("SKLUSDT", Side.Long, 308m, 0.0195m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();

        var late = await new NodeCommands(run.Node, new HastyTime(), () => "c").Close(RunningNode.Key("SKLUSDT"), Order);

        Assert.Equal(CommandOutcome.Unknown, late.Outcome);
        await run.Until<PositionEvent.PositionClosed>();
    }

    [Fact]
    public async Task A_flatten_that_finds_a_symbol_already_flat_counts_it_as_done()
    {
        await using var run = await RunningNode.Start(("SKLUSDT", 0.0195m));
        await run.Open("SKLUSDT", Side.Long, 308m, 0.0195m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();
        var commands = Commands(run);

        var both = await Task.WhenAll(commands.Flatten(null, Order), commands.Close(RunningNode.Key("SKLUSDT"), Order), commands.Flatten(null, Order));

        Assert.Equal((CommandOutcome.Done, CommandOutcome.Done), (both[0].Outcome, both[2].Outcome));
        Assert.Equal(CommandOutcome.Done, (await commands.Flatten(null, Order)).Outcome);
    }

    [Fact]
    public async Task Pause_and_halt_are_states_with_a_name_behind_them()
    {
        await using var run = await RunningNode.Start(("SKLUSDT", 0.0195m));
        var commands = Commands(run);
        var account = run.Node.Accounts[AccountId.Parse("binance")];

        Assert.Equal(CommandOutcome.Done, (await commands.Pause(null, Order)).Outcome);
        Assert.Equal((AccountMode.Reducing, "anna", "test"), (account.Status.Mode, account.Status.By, account.Status.Why));
        Assert.Equal(CommandOutcome.Done, (await commands.Halt(account.Settings.Id, Order)).Outcome);
        Assert.Equal(CommandOutcome.Refused, (await commands.Resume(null, Order)).Outcome);
        Assert.Equal(CommandOutcome.Done, (await commands.Unhalt(null, Order)).Outcome);
        Assert.Equal(CommandOutcome.Done, (await commands.Resume(null, Order)).Outcome);
        Assert.Equal(AccountMode.Active, account.Status.Mode);
    }

    [Fact]
    public async Task A_position_the_policy_left_alone_is_adopted_by_order_once_and_flatten_spares_what_is_not_managed()
    {
        await using var run = await RunningNode.Start(AdoptPolicy.Ignore, ("TAGUSDT", 1m), ("LSKUSDT", 2m));
        var commands = Commands(run);
        var tag = RunningNode.Key("TAGUSDT");
        Assert.Equal("is_flat", (await commands.Adopt(tag, new(AdoptPolicy.ProtectOnly), Order)).Code);

        run.Exchange.With(exchange => exchange.Venue.Hand.Open(exchange.Account("sim-key-0001"), "TAGUSDT", 100m));
        Assert.Equal(CommandOutcome.Done, (await commands.Adopt(tag, new(AdoptPolicy.ProtectOnly), Order)).Outcome);
        var stop = await run.Until<PositionEvent.StopConfirmed>();
        Assert.Equal(100m, stop.Quantity);
        Assert.Equal("already_held", (await commands.Adopt(tag, new(AdoptPolicy.Manage), Order)).Code);

        var flattened = await commands.Flatten(null, Order);
        Assert.Equal(CommandOutcome.Done, flattened.Outcome);
        Assert.Contains("left alone", flattened.Text, StringComparison.Ordinal);
        Assert.True(run.Node.Board.Find(tag)!.IsProtected);
        Assert.Equal(CommandOutcome.Done, (await commands.Close(tag, Order)).Outcome);
    }

    private static NodeCommands Commands(RunningNode run)
    {
        var count = 0;
        return new NodeCommands(run.Node, TimeProvider.System, () => $"test-{++count}");
    }

    /// <summary>A clock on which every deadline has passed at the second look.</summary>
    private sealed class HastyTime : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now += TimeSpan.FromHours(1).Ticks;
    }
}
