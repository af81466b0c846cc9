using Akka.Actor;
using Trading.Node.Hosting;

namespace Trading.Tests.Hosting;

public sealed class LaneTests
{
    private readonly ActorBench _bench = new(reports: 2, commands: 1);
    private readonly List<string> _log = [];

    [Fact]
    public void Reports_go_before_prices_and_prices_before_commands()
    {
        var bench = new ActorBench();
        var probe = bench.Spawn(() => new(_log) { OnPrices = _ => _log.Add("prices") });

        probe.Tell(new Command("command 1"));
        probe.Tell(PricesMoved.Message);
        probe.Tell("report 1");
        probe.Tell(new Command("command 2"));
        probe.Tell("report 2");
        bench.Settle();

        Assert.Equal(["started", "report 1", "report 2", "prices", "command 1", "command 2"], _log);
    }

    [Fact]
    public void A_report_that_comes_during_a_command_goes_before_the_next_command()
    {
        var bench = new ActorBench();
        var probe = bench.Spawn(() => new(_log)
        {
            OnMessage = static (self, message) =>
            {
                if (message is "command 1") self.Me.Tell("report");
            },
        });

        probe.Tell(new Command("command 1"));
        probe.Tell(new Command("command 2"));
        bench.Settle();

        Assert.Equal(["started", "command 1", "report", "command 2"], _log);
    }

    [Fact]
    public void A_full_lane_refuses_and_the_other_lane_still_takes()
    {
        var probe = _bench.Spawn(() => new(_log));

        probe.Tell("report 1", ActorRefs.NoSender);
        probe.Tell("report 2", ActorRefs.NoSender);
        probe.Tell("report 3", ActorRefs.NoSender);
        _ = _bench.Ask<string>(probe, new Command("command 1"));
        var refused = _bench.Ask<string>(probe, new Command("command 2"));
        _bench.Settle();

        Assert.IsType<MailboxFullException>(refused.Exception?.InnerException);
        Assert.Equal("report 3", Assert.Single(_bench.Refusals).Report);
        Assert.Equal(["started", "report 1", "report 2", "command 1"], _log);
    }

    [Fact]
    public void Whoever_sent_a_report_that_does_not_fit_is_told()
    {
        var heard = new List<string>();
        var probe = _bench.Spawn(() => new(_log));
        _bench.Spawn(
            () => new Probe(heard, "sender")
            {
                OnStart = self =>
                {
                    for (var i = 1; i <= 3; i++) probe.Tell($"report {i}", self.Me);
                },
            },
            "sender");
        _bench.World.Run(TimeSpan.Zero);

        Assert.True(_bench.Failures is [] or [{ During: "Unhandled", Message: ReportRefused }], "the refusal reaches the sender as a message");
        Assert.Empty(_bench.Refusals);
    }

    [Fact]
    public void Commands_wait_while_they_are_held_and_reports_and_prices_do_not()
    {
        var bench = new ActorBench();
        var probe = bench.Spawn(() => new(_log)
        {
            OnStart = static self => self.Lanes.Hold(commands: true, farewell: true),
            OnMessage = static (self, message) =>
            {
                if (message is "written") self.Lanes.Hold(commands: false, farewell: false);
            },
            OnPrices = _ => _log.Add("prices"),
        });
        probe.Tell(new Command("command"));
        probe.Tell(PricesMoved.Message);
        probe.Tell("report");
        bench.Pass(5);
        Assert.Equal(["prices", "report", "started"], _log.Order());
        Assert.Equal(1, bench.See().CommandsWaiting);

        probe.Tell("written");
        bench.Settle();
        Assert.Equal(["written", "command"], _log[^2..]);
    }

    [Fact]
    public void The_view_shows_depths_and_counts()
    {
        var bench = new ActorBench();
        var probe = bench.Spawn(() => new(_log) { OnStart = static self => self.Lanes.Hold(commands: true, farewell: false) });
        bench.Settle();
        probe.Tell(new Command("command 1"));
        probe.Tell(new Command("command 2"));
        bench.Settle();

        var seen = bench.See();
        Assert.Equal((ActorState.Running, 0, 2, 2, 0L), (seen.State, seen.ReportsWaiting, seen.CommandsWaiting, seen.GreatestDepth, seen.Processed));
        Assert.Null(seen.BusyFor);
    }

    [Fact]
    public void A_message_that_nobody_handles_is_told_and_the_actor_goes_on()
    {
        var probe = _bench.Spawn(() => new(_log));
        probe.Tell(42);
        probe.Tell("report");
        _bench.Settle();

        Assert.Equal(("Unhandled", 42), (Assert.Single(_bench.Failures).During, _bench.Failures[0].Message));
        Assert.Equal(["started", "report"], _log);
    }
}
