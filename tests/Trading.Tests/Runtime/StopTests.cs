using Trading.Runtime;
using Xunit;

namespace Trading.Tests.Runtime;

public sealed class StopTests
{
    private readonly ActorBench _bench = new();
    private readonly List<string> _log = [];

    [Fact]
    public void What_waits_is_taken_then_the_actor_ends_and_nothing_new_is_accepted()
    {
        var probe = _bench.Spawn(() => new(_log));
        probe.TryCommand("command");
        probe.Tell("report");

        var stopping = _bench.Node.Start(() => _bench.System.StopAll(TimeSpan.FromSeconds(5)));
        _bench.Settle();

        Assert.True(stopping.IsCompletedSuccessfully);
        Assert.Equal(["started", "report", "command", "stopped"], _log);
        Assert.False(probe.Tell("late"));
        Assert.False(probe.TryCommand("late"));
        Assert.False(_bench.System.Spawn<string>("another", () => new Probe(_log)).Tell("late"));
    }

    [Fact]
    public void A_stop_of_nothing_is_done_at_once()
    {
        var stopping = _bench.Node.Start(() => _bench.System.StopAll(TimeSpan.FromSeconds(5)));
        _bench.Settle();

        Assert.True(stopping.IsCompletedSuccessfully);
    }

    [Fact]
    public void At_the_deadline_the_busy_are_named_and_their_tokens_cancelled()
    {
        var probe = _bench.Spawn(() => new(_log)
        {
            OnMessage = async (self, _, stop) => await Task.Delay(Timeout.InfiniteTimeSpan, self.Runtime.Time, stop),
        });
        probe.Tell("report 1");
        probe.Tell("report 2");
        _bench.Settle();

        var stopping = _bench.Node.Start(() => _bench.System.StopAll(TimeSpan.FromSeconds(5)));
        _bench.Pass(4.9);
        Assert.False(stopping.IsCompleted);
        _bench.Pass(1);

        var timeout = Assert.IsType<TimeoutException>(stopping.Exception?.InnerException);
        Assert.Contains("probe", timeout.Message, StringComparison.Ordinal);
        Assert.Equal(["started", "report 1", "stopped"], _log);
        Assert.Equal("Undelivered", Assert.Single(_bench.Failures).During);
    }

    [Fact]
    public void Whoever_asked_the_busy_is_told_that_the_outcome_is_unknown()
    {
        var probe = _bench.Spawn(() => new(_log)
        {
            OnMessage = async (self, _, stop) => await Task.Delay(Timeout.InfiniteTimeSpan, self.Runtime.Time, stop),
        });
        var asked = probe.Ask<bool>(_ => "question", TimeSpan.FromSeconds(60));
        _bench.Settle();

        _ = _bench.Node.Start(() => _bench.System.StopAll(TimeSpan.FromSeconds(5)));
        _bench.Pass(6);

        Assert.IsType<TimeoutException>(asked.Exception?.InnerException);
        Assert.Empty(_bench.Failures);
    }

    [Fact]
    public void An_actor_that_backs_off_does_not_hold_up_the_stop_and_its_mail_is_reported()
    {
        var probe = _bench.Spawn(() => new(_log) { OnStart = (_, _) => throw new InvalidOperationException("no journal") });
        probe.Tell("report");
        _bench.Settle();

        var stopping = _bench.Node.Start(() => _bench.System.StopAll(TimeSpan.FromSeconds(5)));
        _bench.Settle();

        Assert.True(stopping.IsCompletedSuccessfully);
        Assert.Equal("report", Assert.Single(_bench.Failures, failure => failure.During is "Undelivered").Message);
    }

    [Fact]
    public void An_actor_that_is_still_starting_does_not_hold_up_the_stop_and_its_mail_is_reported()
    {
        var probe = _bench.Spawn(() => new(_log)
        {
            OnStart = async (self, stop) => await Task.Delay(Timeout.InfiniteTimeSpan, self.Runtime.Time, stop),
        });
        probe.Tell("report");
        _bench.Settle();

        var stopping = _bench.Node.Start(() => _bench.System.StopAll(TimeSpan.FromSeconds(5)));
        _bench.Settle();

        Assert.True(stopping.IsCompletedSuccessfully);
        Assert.Equal(["started"], _log);
        Assert.Equal("report", Assert.Single(_bench.Failures).Message);
    }

    [Fact]
    public void An_actor_that_stopped_itself_is_in_view_with_its_reason_and_its_name_is_free()
    {
        var probe = _bench.Spawn(() => new(_log)
        {
            OnMessage = (self, _, _) =>
            {
                self.Runtime.Stop("work is done");
                return ValueTask.CompletedTask;
            },
        });
        probe.Tell("report");
        _bench.Settle();

        var seen = Assert.Single(_bench.System.Inspect());
        Assert.Equal((ActorState.Stopped, "work is done"), (seen.State, seen.StoppedBecause));
        Assert.False(probe.Tell("late"));
        Assert.True(_bench.Spawn(() => new(_log)).Tell("again"));
    }

    [Fact]
    public async Task Disposing_ends_without_taking_what_waits()
    {
        var probe = _bench.Spawn(() => new(_log));
        _bench.Settle();
        probe.Tell("report");
        await _bench.System.DisposeAsync();
        _bench.Settle();

        Assert.Equal(["started", "stopped"], _log);
    }
}
