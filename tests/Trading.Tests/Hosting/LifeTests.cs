using Akka.Actor;
using Trading.Node.Hosting;

namespace Trading.Tests.Hosting;

/// <summary>Timers, work beside an actor, and its end.</summary>
public sealed class LifeTests
{
    private readonly ActorBench _bench = new();
    private readonly List<string> _log = [];

    [Fact]
    public void A_timer_arrives_once_when_it_is_due()
    {
        _bench.Spawn(() => new(_log) { OnStart = static self => self.Arm("t", 3, "due") });
        _bench.Pass(2.999);
        Assert.Equal(["started"], _log);
        _bench.Pass(60);
        Assert.Equal(["started", "due"], _log);
    }

    [Fact]
    public void The_same_name_replaces_and_another_does_not()
    {
        _bench.Spawn(() => new(_log)
        {
            OnStart = static self =>
            {
                self.Arm("a", 1, "a first");
                self.Arm("a", 2, "a second");
                self.Arm("b", 1, "b");
            },
        });
        _bench.Pass(10);

        Assert.Equal(["started", "b", "a second"], _log);
    }

    [Fact]
    public void A_cancelled_timer_does_not_arrive_even_if_it_waits_already()
    {
        _bench.Spawn(() => new(_log)
        {
            OnStart = static self => self.Arm("t", 0, "due"),
            OnMessage = static (self, message) =>
            {
                if (message is "cancel") self.Cancel("t");
            },
        }).Tell("cancel");
        _bench.Pass(10);

        Assert.True(_log is ["started", "cancel"] or ["started", "due", "cancel"], string.Join(' ', _log));
    }

    [Fact]
    public void A_deadline_is_not_refused_by_a_full_lane()
    {
        var bench = new ActorBench(reports: 1);
        var probe = bench.Spawn(() => new(_log) { OnStart = static self => self.Arm("t", 0, "due") });
        probe.Tell("fills the lane", ActorRefs.NoSender);
        probe.Tell("refused", ActorRefs.NoSender);
        bench.Pass(1);

        Assert.Equal(["due", "fills the lane", "started"], _log.Order());
        Assert.Equal("refused", Assert.Single(bench.Refusals).Report);
    }

    [Fact]
    public void What_work_beside_it_finds_out_comes_as_a_message_and_its_failure_as_the_actor_judges_it()
    {
        _bench.Spawn(() => new(_log)
        {
            OnStart = self =>
            {
                self.Work(
                    async stop =>
                    {
                        await Task.Delay(TimeSpan.FromSeconds(1), _bench.Process.Time, stop);
                        return "found";
                    },
                    static fault => fault.Message);
                self.Work<string>(static _ => throw new InvalidOperationException("no answer"), static fault => $"failed: {fault.Message}");
            },
        });
        _bench.Pass(5);

        Assert.Equal(["started", "failed: no answer", "found"], _log);
        Assert.Equal(0, _bench.World.Leaks);
    }

    [Fact]
    public void More_pieces_of_work_than_the_bound_fail_at_once()
    {
        _bench.Spawn(() => new(_log)
        {
            OnStart = static self =>
            {
                for (var i = 0; i < 257; i++)
                    self.Work(static stop => Task.Delay(Timeout.InfiniteTimeSpan, stop).ContinueWith(static _ => "never", TaskScheduler.Current), static fault => fault.GetType().Name);
            },
        });
        _bench.Settle();

        Assert.Equal(["started", nameof(MailboxFullException)], _log);
    }

    [Fact]
    public void At_the_farewell_what_waits_is_taken_and_the_actor_ends()
    {
        var probe = _bench.Spawn(() => new(_log));
        probe.Tell(new Command("command"));
        probe.Tell("report");
        var stopping = StopAll();
        _bench.Settle();

        Assert.True(stopping.IsCompletedSuccessfully);
        Assert.Equal(["started", "report", "command", "stopped"], _log);
    }

    [Fact]
    public void A_stop_of_nothing_is_done_at_once()
    {
        var stopping = StopAll();
        _bench.Settle();

        Assert.True(stopping.IsCompletedSuccessfully);
    }

    [Fact]
    public void At_the_deadline_the_busy_are_named()
    {
        var probe = _bench.Spawn(() => new(_log) { OnStart = static self => self.Lanes.Hold(commands: true, farewell: true) });
        var asked = _bench.Ask<int>(probe, new Command("waits for the journal"), seconds: 60);
        _bench.Settle();
        var stopping = StopAll();
        _bench.Pass(4.9);
        Assert.False(stopping.IsCompleted);
        _bench.Pass(1);

        Assert.Contains("probe", Assert.IsType<TimeoutException>(stopping.Exception?.InnerException).Message, StringComparison.Ordinal);
        Assert.IsType<ActorStoppedException>(asked.Exception?.InnerException);
        Assert.Equal(["started", "stopped"], _log);
    }

    [Fact]
    public void One_whose_journal_is_still_read_does_not_hold_up_the_stop_and_its_mail_is_reported()
    {
        var probe = _bench.Spawn(() => new(_log) { OnStart = static self => self.Lanes.Hold(commands: true, farewell: false) });
        var asked = _bench.Ask<int>(probe, new Command("question"), seconds: 60);
        var stopping = StopAll();
        _bench.Settle();

        Assert.True(stopping.IsCompletedSuccessfully);
        Assert.IsType<ActorStoppedException>(asked.Exception?.InnerException);
    }

    [Fact]
    public void An_actor_that_backs_off_does_not_hold_up_the_stop_and_its_mail_is_reported()
    {
        var probe = _bench.Spawn(() => new(_log) { OnStart = static _ => throw new InvalidOperationException("no journal") });
        probe.Tell("report");
        _bench.Settle();
        var stopping = StopAll();
        _bench.Settle();

        Assert.True(stopping.IsCompletedSuccessfully);
        Assert.Equal("report", Assert.Single(_bench.Failures, failure => failure.During is "Undelivered").Message);
    }

    [Fact]
    public void An_actor_that_stopped_itself_is_in_view_with_its_reason_and_its_name_is_free()
    {
        var probe = _bench.Spawn(() => new(_log) { OnMessage = static (self, _) => self.End("work is done") });
        probe.Tell("report");
        _bench.Settle();

        var seen = _bench.See();
        Assert.Equal((ActorState.Stopped, "work is done"), (seen.State, seen.StoppedBecause));
        _bench.Spawn(() => new(_log)).Tell("again");
        _bench.Settle();
        Assert.Equal(["started", "report", "stopped", "started", "again"], _log);
    }

    private Task StopAll() => _bench.Process.Start(() => _bench.System.StopAll(TimeSpan.FromSeconds(5)));
}
