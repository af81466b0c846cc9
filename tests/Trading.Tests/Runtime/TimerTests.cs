using Trading.Runtime;
using Xunit;

namespace Trading.Tests.Runtime;

public sealed class TimerTests
{
    private readonly ActorBench _bench = new();
    private readonly List<string> _log = [];

    [Fact]
    public void A_timer_arrives_once_when_it_is_due()
    {
        _bench.Spawn(() => new(_log) { OnStart = (self, _) => Arm(self, "t", 3, "due") });

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
            OnStart = async (self, _) =>
            {
                await Arm(self, "a", 1, "a first");
                await Arm(self, "a", 2, "a second");
                await Arm(self, "b", 1, "b");
            },
        });
        _bench.Pass(10);

        Assert.Equal(["started", "b", "a second"], _log);
    }

    [Fact]
    public void A_cancelled_timer_does_not_arrive_even_if_it_was_waiting()
    {
        var probe = _bench.Spawn(() => new(_log)
        {
            OnStart = (self, _) => Arm(self, "t", 1, "due"),
            OnMessage = async (self, message, stop) =>
            {
                if (message is not "cancel") return;
                await Task.Delay(TimeSpan.FromSeconds(5), self.Runtime.Time, stop);
                self.Runtime.CancelTimer("t");
            },
        });
        probe.Tell("cancel");
        _bench.Pass(4);
        Assert.Equal(1, Assert.Single(_bench.System.Inspect()).ReportsWaiting);
        _bench.Pass(10);

        Assert.Equal(["started", "cancel"], _log);
    }

    [Fact]
    public void A_deadline_is_not_refused_by_a_full_lane()
    {
        var probe = _bench.Spawn(
            () => new(_log)
            {
                OnStart = (self, _) => Arm(self, "t", 1, "due"),
                OnMessage = async (self, message, stop) =>
                {
                    if (message is "slow") await Task.Delay(TimeSpan.FromSeconds(5), self.Runtime.Time, stop);
                },
            },
            new LaneBounds(Reports: 1, Commands: 1));
        probe.Tell("slow");
        _bench.Settle();
        Assert.True(probe.Tell("fills the lane"));
        Assert.False(probe.Tell("refused"));
        _bench.Pass(10);

        Assert.Equal(["started", "slow", "fills the lane", "due"], _log);
    }

    [Fact]
    public void A_timer_may_be_armed_again_from_its_own_message()
    {
        var beats = 0;
        _bench.Spawn(() => new(_log)
        {
            OnStart = (self, _) => Arm(self, "beat", 1, "beat"),
            OnMessage = (self, _, _) => ++beats < 3 ? Arm(self, "beat", 1, "beat") : ValueTask.CompletedTask,
        });
        _bench.Pass(10);

        Assert.Equal(["started", "beat", "beat", "beat"], _log);
    }

    private static ValueTask Arm(Probe self, string name, double seconds, string message)
    {
        self.Runtime.StartTimer(name, TimeSpan.FromSeconds(seconds), message);
        return ValueTask.CompletedTask;
    }
}
