using Akka.Actor;
using Trading.Node.Hosting;

namespace Trading.Tests.Hosting;

public sealed class SupervisionTests
{
    private readonly ActorBench _bench = new();
    private readonly List<string> _log = [];

    [Fact]
    public void Only_the_poison_message_is_lost()
    {
        var probe = _bench.Spawn(() => new(_log) { OnMessage = ThrowOnPoison });
        probe.Tell("report 1");
        probe.Tell("poison");
        probe.Tell("report 2");
        probe.Tell(new Command("command"));
        _bench.Pass(2);

        Assert.Equal(["started", "report 1", "poison", "started", "report 2", "command"], _log);
        var failure = Assert.Single(_bench.Failures);
        Assert.Equal(
            ("probe", "Receive", "poison", 1, TimeSpan.FromMilliseconds(100)),
            (failure.Actor, failure.During, failure.Message, failure.InARow, failure.RestartIn));
    }

    [Fact]
    public void Failures_in_a_row_back_off_longer_up_to_thirty_seconds_and_the_mail_waits()
    {
        var starts = new List<double>();
        var probe = _bench.Spawn(() => new(_log)
        {
            OnStart = _ =>
            {
                starts.Add(_bench.Seconds);
                if (starts.Count < 12) throw new InvalidOperationException("no journal");
            },
        });
        probe.Tell("report");
        _bench.Pass(200);

        Assert.Equal([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30], starts.Zip(starts.Skip(1), static (one, next) => Math.Round(next - one, 3)));
        Assert.Equal("report", _log[^1]);
        Assert.Equal(11, _bench.See().Restarts);
        Assert.All(_bench.Failures, failure => Assert.Equal(("Started", "no journal"), (failure.During, failure.Exception.Message)));
    }

    [Fact]
    public void One_that_cannot_be_made_says_why_and_is_tried_again()
    {
        var tries = 0;
        _bench.Spawn(() => ++tries < 3 ? throw new InvalidOperationException("there is no such account") : new(_log));
        _bench.Pass(1);

        Assert.Equal(["started"], _log);
        Assert.Equal([("Started", "there is no such account", 1), ("Started", "there is no such account", 2)],
            _bench.Failures.Select(static failure => (failure.During, failure.Exception.Message, failure.InARow)));
    }

    [Fact]
    public void An_actor_that_ran_well_long_enough_starts_its_back_off_anew()
    {
        var probe = _bench.Spawn(() => new(_log) { OnMessage = ThrowOnPoison });
        probe.Tell("poison");
        _bench.Pass(2);
        probe.Tell("poison");
        _bench.Pass(40);
        probe.Tell("poison");
        _bench.Pass(2);

        Assert.Equal([1, 2, 1], _bench.Failures.Select(failure => failure.InARow));
    }

    [Fact]
    public void While_it_backs_off_its_state_and_failure_are_in_view()
    {
        var probe = _bench.Spawn(() => new(_log) { OnMessage = ThrowOnPoison });
        probe.Tell("poison");
        probe.Tell("report");
        _bench.Settle();

        var seen = _bench.See();
        Assert.Equal((ActorState.BackingOff, 1), (seen.State, seen.ReportsWaiting));
        Assert.Equal("Receive: InvalidOperationException: poison", seen.LastFailure);
        Assert.Equal(_bench.World.NowUtc, seen.LastFailureUtc);
    }

    [Fact]
    public void The_asker_of_the_poison_message_gets_the_exception()
    {
        var probe = _bench.Spawn(() => new(_log) { OnMessage = ThrowOnPoison });
        var asked = _bench.Ask<int>(probe, new Command("poison"));
        _bench.Settle();

        Assert.IsType<InvalidOperationException>(asked.Exception?.InnerException);
    }

    [Fact]
    public void Timers_and_work_of_the_life_that_failed_do_not_arrive_in_the_next()
    {
        CancellationToken first = default;
        var probe = _bench.Spawn(() => new(_log)
        {
            OnMessage = (self, message) =>
            {
                if (message is "arm")
                {
                    self.Arm("deadline", 3, "deadline");
                    self.Work(
                        async stop =>
                        {
                            first = stop;
                            await Task.Delay(TimeSpan.FromSeconds(2), _bench.Process.Time, CancellationToken.None);
                            return "work";
                        },
                        static fault => fault.Message);
                }

                ThrowOnPoison(self, message);
            },
        });
        probe.Tell("arm");
        _bench.Settle();
        probe.Tell("poison");
        _bench.Pass(10);

        Assert.True(first.IsCancellationRequested);
        Assert.Equal(["started", "arm", "poison", "started"], _log);
    }

    [Fact]
    public void A_listener_that_throws_does_not_cost_the_actor_its_life()
    {
        var bench = new ActorBench(failed: _ => throw new InvalidOperationException("log disk full"));
        var probe = bench.Spawn(() => new(_log) { OnMessage = ThrowOnPoison });
        probe.Tell("poison");
        probe.Tell("report");
        bench.Pass(10);

        Assert.Equal("report", _log[^1]);
        Assert.Contains("log disk full", bench.See().LastFailure, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_throws_on_every_message_holds_up_nobody()
    {
        var others = new List<string>();
        var probe = _bench.Spawn(() => new(_log) { OnMessage = static (_, _) => throw new InvalidOperationException("always") });
        var other = _bench.Spawn(() => new(others, "other"), "other");
        for (var i = 0; i < 10; i++)
        {
            probe.Tell($"report {i}");
            other.Tell($"report {i}");
        }

        _bench.Settle();
        Assert.Equal(11, others.Count);
        _bench.Pass(600);
        Assert.Equal(10, _bench.Failures.Count);
    }

    private static void ThrowOnPoison(Probe self, string message)
    {
        if (message is "poison") throw new InvalidOperationException(message);
    }
}
