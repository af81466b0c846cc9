using Trading.Runtime;
using Xunit;

namespace Trading.Tests.Runtime;

public sealed class SupervisionTests
{
    private readonly ActorBench _bench = new(with: options => options with
    {
        RestartFirst = TimeSpan.FromSeconds(1),
        RestartMost = TimeSpan.FromSeconds(5),
    });

    private readonly List<string> _log = [];

    [Fact]
    public void Only_the_poison_message_is_lost()
    {
        var probe = _bench.Spawn(() => new(_log) { OnMessage = ThrowOnPoison });

        probe.Tell("report 1");
        probe.Tell("poison");
        probe.Tell("report 2");
        probe.TryCommand("command");
        _bench.Pass(2);

        Assert.Equal(["started", "report 1", "poison", "started", "report 2", "command"], _log);
        var failure = Assert.Single(_bench.Failures);
        Assert.Equal(
            ("probe", "Receive", "poison", 1, TimeSpan.FromSeconds(1)),
            (failure.Actor, failure.During, failure.Message, failure.InARow, failure.RestartIn));
    }

    [Fact]
    public void Failures_in_a_row_back_off_longer_up_to_the_most_and_the_mail_waits()
    {
        var starts = new List<double>();
        var probe = _bench.Spawn(() => new(_log)
        {
            OnStart = (_, _) =>
            {
                starts.Add(_bench.Seconds);
                return starts.Count < 6 ? throw new InvalidOperationException("no journal") : ValueTask.CompletedTask;
            },
        });

        probe.Tell("report");
        _bench.Pass(60);

        Assert.Equal([0, 1, 3, 7, 12, 17], starts);
        Assert.Equal("report", _log[^1]);
        Assert.Equal(5, Assert.Single(_bench.System.Inspect()).Restarts);
    }

    [Fact]
    public void An_actor_that_ran_well_long_enough_starts_its_back_off_anew()
    {
        var probe = _bench.Spawn(() => new(_log) { OnMessage = ThrowOnPoison });
        probe.Tell("poison");
        _bench.Pass(2);
        probe.Tell("poison");
        _bench.Pass(20);
        probe.Tell("poison");
        _bench.Pass(20);

        Assert.Equal([1, 2, 1], _bench.Failures.Select(failure => failure.InARow));
    }

    [Fact]
    public void While_it_backs_off_its_state_and_failure_are_in_view()
    {
        var probe = _bench.Spawn(() => new(_log) { OnMessage = ThrowOnPoison });
        probe.Tell("poison");
        probe.Tell("report");
        _bench.Settle();

        var seen = Assert.Single(_bench.System.Inspect());
        Assert.Equal((ActorState.BackingOff, 1), (seen.State, seen.ReportsWaiting));
        Assert.Equal("Receive: InvalidOperationException: poison", seen.LastFailure);
        Assert.Equal(_bench.World.NowUtc, seen.LastFailureUtc);
    }

    [Fact]
    public void The_asker_of_the_poison_message_gets_the_exception()
    {
        var probe = _bench.Spawn(() => new(_log) { OnMessage = ThrowOnPoison });

        var ask = probe.Ask<int>(_ => "poison", TimeSpan.FromSeconds(9));
        _bench.Settle();

        Assert.IsType<InvalidOperationException>(ask.Exception?.InnerException);
    }

    [Fact]
    public void Timers_of_the_incarnation_that_failed_do_not_arrive_in_the_next()
    {
        var probe = _bench.Spawn(() => new(_log)
        {
            OnMessage = (self, message, stop) =>
            {
                if (message is "arm") self.Runtime.StartTimer("deadline", TimeSpan.FromSeconds(3), "deadline");
                return ThrowOnPoison(self, message, stop);
            },
        });
        probe.Tell("arm");
        probe.Tell("poison");
        _bench.Pass(10);

        Assert.Equal(["started", "arm", "poison", "started"], _log);
    }

    [Fact]
    public void The_token_of_the_incarnation_that_failed_is_cancelled()
    {
        CancellationToken first = default;
        var probe = _bench.Spawn(() => new(_log)
        {
            OnMessage = (self, message, stop) =>
            {
                first = stop;
                return ThrowOnPoison(self, message, stop);
            },
        });
        probe.Tell("poison");
        _bench.Pass(10);

        Assert.True(first.IsCancellationRequested);
    }

    [Fact]
    public void A_failing_price_is_a_failure_like_any_other()
    {
        var probe = _bench.Spawn(() => new(_log)
        {
            OnPrices = (_, window) => ArgumentOutOfRangeException.ThrowIfEqual(window.Latest, 13),
        });
        probe.Offer(13, 0);
        _bench.Pass(2);
        probe.Offer(14, 0);
        _bench.Pass(2);

        Assert.Equal("Ticked", Assert.Single(_bench.Failures).During);
        Assert.Equal("price 14 low 14 high 14 of 1", _log[^1]);
    }

    [Fact]
    public void A_listener_that_throws_does_not_cost_the_actor_its_life()
    {
        var bench = new ActorBench(with: options => options with
        {
            OnFailure = _ => throw new InvalidOperationException("log disk full"),
        });
        var probe = bench.Spawn(() => new(_log) { OnMessage = ThrowOnPoison });
        probe.Tell("poison");
        probe.Tell("report");
        bench.Pass(10);

        Assert.Equal("report", _log[^1]);
        Assert.Contains("log disk full", Assert.Single(bench.System.Inspect()).LastFailure, StringComparison.Ordinal);
    }

    private static ValueTask ThrowOnPoison(Probe self, string message, CancellationToken stop) =>
        message is "poison" ? throw new InvalidOperationException(message) : ValueTask.CompletedTask;
}
