using Trading.Runtime;
using Xunit;

namespace Trading.Tests.Runtime;

public sealed class LaneTests
{
    private readonly ActorBench _bench = new();
    private readonly List<string> _log = [];

    [Fact]
    public void Reports_go_before_prices_and_prices_before_commands()
    {
        var probe = _bench.Spawn(() => new(_log));

        probe.TryCommand("command 1");
        probe.Offer(10, 0);
        probe.Tell("report 1");
        probe.TryCommand("command 2");
        probe.Tell("report 2");
        _bench.Settle();

        Assert.Equal(
            ["started", "report 1", "report 2", "price 10 low 10 high 10 of 1", "command 1", "command 2"], _log);
    }

    [Fact]
    public void A_report_that_comes_during_a_command_goes_before_the_next_command()
    {
        ActorRef<string>? probe = null;
        probe = _bench.Spawn(() => new(_log)
        {
            OnMessage = (_, message, _) =>
            {
                if (message is "command 1") probe!.Tell("report");
                return ValueTask.CompletedTask;
            },
        });

        probe.TryCommand("command 1");
        probe.TryCommand("command 2");
        _bench.Settle();

        Assert.Equal(["started", "command 1", "report", "command 2"], _log);
    }

    [Fact]
    public void The_next_message_is_not_taken_until_the_last_is_done()
    {
        var probe = _bench.Spawn(() => new(_log)
        {
            OnMessage = async (self, message, stop) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(1), self.Runtime.Time, stop);
                _log.Add($"{message} done");
            },
        });

        probe.TryCommand("command");
        _bench.Settle();
        probe.Tell("report");
        _bench.Pass(5);

        Assert.Equal(["started", "command", "command done", "report", "report done"], _log);
    }

    [Fact]
    public void A_full_lane_refuses_and_the_other_lane_still_takes()
    {
        var probe = _bench.Spawn(() => new(_log), new LaneBounds(Reports: 2, Commands: 1));

        Assert.True(probe.Tell("report 1"));
        Assert.True(probe.Tell("report 2"));
        Assert.False(probe.Tell("report 3"));
        Assert.True(probe.TryCommand("command 1"));
        Assert.False(probe.TryCommand("command 2"));
        _bench.Settle();
        Assert.True(probe.Tell("report 4"));
        _bench.Settle();

        Assert.Equal(["started", "report 1", "report 2", "command 1", "report 4"], _log);
    }

    [Fact]
    public void The_view_shows_depths_and_counts()
    {
        var probe = _bench.Spawn(() => new(_log));
        probe.Tell("report");
        probe.TryCommand("command 1");
        probe.TryCommand("command 2");

        var before = Assert.Single(_bench.System.Inspect());
        _bench.Settle();
        var after = Assert.Single(_bench.System.Inspect());

        Assert.Equal(
            ("probe", ActorState.Starting, 1, 2, 3, 0L),
            (before.Name, before.State, before.ReportsWaiting, before.CommandsWaiting, before.GreatestDepth, before.Processed));
        Assert.Equal(
            (ActorState.Running, 0, 0, 3, 3L),
            (after.State, after.ReportsWaiting, after.CommandsWaiting, after.GreatestDepth, after.Processed));
    }

    [Fact]
    public void The_view_shows_for_how_long_an_actor_has_been_on_one_message()
    {
        var probe = _bench.Spawn(() => new(_log)
        {
            OnMessage = async (self, _, stop) => await Task.Delay(TimeSpan.FromSeconds(20), self.Runtime.Time, stop),
        });
        _bench.Settle();
        Assert.Null(Assert.Single(_bench.System.Inspect()).BusyFor);

        probe.Tell("slow");
        _bench.Pass(15);
        Assert.Equal(TimeSpan.FromSeconds(15), Assert.Single(_bench.System.Inspect()).BusyFor);

        _bench.Pass(15);
        Assert.Null(Assert.Single(_bench.System.Inspect()).BusyFor);
    }

    [Fact]
    public void A_name_is_given_once()
    {
        _bench.Spawn(() => new(_log));

        var refused = Assert.Throws<InvalidOperationException>(() => _bench.Spawn(() => new(_log)));
        Assert.Contains("probe", refused.Message, StringComparison.Ordinal);
    }
}
