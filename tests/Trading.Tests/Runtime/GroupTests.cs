using System.Collections.Concurrent;
using Trading.Runtime;
using Xunit;

namespace Trading.Tests.Runtime;

public sealed class GroupTests
{
    private readonly ActorBench _bench = new(with: options => options with { IdleTime = TimeSpan.FromSeconds(60) });
    private readonly List<string> _log = [];

    [Fact]
    public void An_actor_exists_by_being_addressed()
    {
        var group = Group(_ => new(_log));
        Assert.False(group.TryGet(7, out _));

        group.Get(7).Tell("report");
        _bench.Settle();

        Assert.True(group.TryGet(7, out _));
        Assert.Equal(["started", "report"], _log);
    }

    [Fact]
    public void Keys_are_in_the_ordinal_order_of_their_names()
    {
        var group = Group(_ => new(_log));
        foreach (var key in new[] { 30, 4, 100, 2 }) group.Get(key);

        Assert.Equal([100, 2, 30, 4], group.Keys);
        Assert.Equal(["member/100", "member/2", "member/30", "member/4"], _bench.System.Inspect().Select(a => a.Name));
    }

    [Fact]
    public void An_idle_member_is_passivated_after_the_idle_time_and_its_old_address_stays_good()
    {
        var group = Group(_ => new(_log) { Idle = true });
        var address = group.Get(7);
        address.Tell("report 1");
        _bench.Pass(59);
        Assert.Equal([7], group.Keys);

        _bench.Pass(60);
        Assert.Empty(group.Keys);
        Assert.Empty(_bench.System.Inspect());

        Assert.True(address.Tell("report 2"));
        Assert.True(group.Get(7).Tell("report 3"));
        _bench.Settle();
        Assert.Equal(["started", "report 1", "stopped", "started", "report 2", "report 3"], _log);
        Assert.Equal([7], group.Keys);
    }

    [Fact]
    public void A_member_that_is_not_idle_or_waits_for_something_stays()
    {
        var group = Group(key => new(_log)
        {
            Idle = key != 1,
            OnStart = (self, _) =>
            {
                if (key == 2) self.Runtime.StartTimer("t", TimeSpan.FromHours(2), "due");
                if (key == 3) self.Runtime.Pipe(_ => new TaskCompletionSource<string>().Task, e => e.Message);
                return ValueTask.CompletedTask;
            },
        });
        foreach (var key in new[] { 1, 2, 3, 4 }) group.Get(key);
        _bench.Pass(3600);

        Assert.Equal([1, 2, 3], group.Keys);
    }

    [Fact]
    public void A_price_does_not_bring_a_passivated_member_back()
    {
        var group = Group(_ => new(_log) { Idle = true });
        var address = group.Get(7);
        _bench.Pass(200);
        address.Offer(10, 0);
        _bench.Settle();

        Assert.Empty(group.Keys);
    }

    [Fact]
    public void A_message_told_during_passivation_starts_the_next_incarnation_after_the_last_has_ended()
    {
        var group = Group(_ => new(_log)
        {
            Idle = true,
            OnStop = async () =>
            {
                await Task.Delay(TimeSpan.FromSeconds(5), _bench.Node.Time);
                _log.Add("put away");
            },
        });
        var address = group.Get(7);
        Assert.True(_bench.World.RunUntil(() => _log.Contains("stopped"), TimeSpan.FromHours(1)));

        Assert.True(address.Tell("report 1"));
        Assert.True(group.Get(7).Tell("report 2"));
        _bench.Pass(6);

        Assert.Equal(["started", "stopped", "put away", "started", "report 1", "report 2"], _log);
        Assert.Equal([7], group.Keys);
    }

    [Fact]
    public void A_member_that_stopped_itself_is_made_again_by_being_addressed()
    {
        var group = Group(_ => new(_log)
        {
            OnMessage = (self, message, _) =>
            {
                if (message is "fenced") self.Runtime.Stop("another owner");
                return ValueTask.CompletedTask;
            },
        });
        var address = group.Get(7);
        address.Tell("fenced");
        address.Tell("left over");
        _bench.Settle();

        Assert.Empty(group.Keys);
        var undelivered = Assert.Single(_bench.Failures);
        Assert.Equal(("Undelivered", "left over"), (undelivered.During, undelivered.Message));

        Assert.True(address.Tell("report"));
        _bench.Settle();
        Assert.Equal(["started", "fenced", "stopped", "started", "report"], _log);
    }

    [Fact]
    public async Task No_message_is_lost_and_no_two_incarnations_meet_when_threads_race_with_passivation()
    {
        const int Keys = 8, Senders = 3, Each = 10_000;
        var time = new ManualTime();
        var failures = new ConcurrentQueue<ActorFailure>();
        await using var system = new ActorSystem(new()
        {
            Time = time,
            Scheduler = TaskScheduler.Default,
            OnFailure = failures.Enqueue,
            IdleTime = TimeSpan.FromTicks(2),
            Bounds = new(Reports: Senders * Each, Commands: 1),
        });
        var counters = Enumerable.Range(0, Keys).Select(_ => new Counter()).ToArray();
        var group = new ActorGroup<int, string>(system, key => $"counter/{key}", key => new Counting(counters[key]));
        var addresses = Enumerable.Range(0, Keys).Select(group.Get).ToArray();

        var refused = 0;
        var senders = Enumerable.Range(0, Senders).Select(sender => new Thread(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                var key = (i + sender) % Keys;
                if (!(i % 2 == 0 ? addresses[key].Tell("x") : group.Get(key).Tell("x"))) Interlocked.Increment(ref refused);
                time.Advance(TimeSpan.FromTicks(3));
                var told = counters[key].Received;
                for (var spins = 0; i % 4 == 0 && spins < 1_000 && counters[key].Received == told; spins++)
                    Thread.Yield(); // lets mailboxes run empty now and then
            }
        })).ToArray();
        foreach (var sender in senders) sender.Start();
        foreach (var sender in senders) sender.Join();
        await system.StopAll(TimeSpan.FromDays(1));

        Assert.Equal(Senders * Each, counters.Sum(counter => counter.Received));
        Assert.True(counters.Sum(counter => counter.Incarnations) > Keys, "nothing was passivated: the race was not run");
        Assert.Equal(0, refused);
        Assert.All(counters, counter => Assert.Equal(0, counter.Living));
        Assert.Empty(failures);
    }

    private ActorGroup<int, string> Group(Func<int, Probe> make) => new(_bench.System, key => $"member/{key}", make);

    private sealed class Counter
    {
        public volatile int Received, Incarnations, Living;
    }

    private sealed class Counting(Counter counter) : Actor<string>
    {
        protected override bool IsIdle => true;

        protected override ValueTask Started(CancellationToken stop)
        {
            if (Interlocked.Increment(ref counter.Living) != 1) throw new InvalidOperationException("two at once");
            counter.Incarnations++;
            return ValueTask.CompletedTask;
        }

        protected override ValueTask Receive(string message, CancellationToken stop)
        {
            counter.Received++; // unguarded on purpose: one message at a time
            return ValueTask.CompletedTask;
        }

        protected override async ValueTask Stopped()
        {
            for (var i = 0; i < 10; i++) await Task.Yield(); // room for messages told while it is put away
            Interlocked.Decrement(ref counter.Living);
        }
    }
}
