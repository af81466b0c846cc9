using System.Collections.Concurrent;
using System.Globalization;
using Akka.Actor;
using Trading.Node.Hosting;
using Trading.Tests.Journal;

namespace Trading.Tests.Hosting;

public sealed class RegionTests
{
    private readonly ActorBench _bench = new(idle: TimeSpan.FromSeconds(60));
    private readonly List<string> _log = [];

    [Fact]
    public void An_entity_exists_by_being_addressed()
    {
        var region = Region(_ => new(_log));
        Assert.False(region.IsLiving(7));
        region.Tell(7, "report");
        _bench.Settle();

        Assert.True(region.IsLiving(7));
        Assert.Equal(["started", "report"], _log);
    }

    [Fact]
    public void Keys_are_in_the_ordinal_order_of_their_names()
    {
        var region = Region(key => new(_log, $"member/{key}"));
        foreach (var key in new[] { 30, 4, 100, 2 }) region.Tell(key, "report");
        _bench.Settle();

        Assert.Equal([100, 2, 30, 4], region.Keys);
        Assert.Equal(["member/100", "member/2", "member/30", "member/4", "members"], _bench.System.Inspect().Select(a => a.Name));
    }

    [Fact]
    public void An_idle_entity_is_passivated_after_the_idle_time_and_the_next_message_starts_it_again()
    {
        var region = Region(key => new(_log, $"member/{key}") { Idle = true });
        region.Tell(7, "report 1");
        _bench.Pass(59);
        Assert.Equal([7], region.Keys);
        _bench.Pass(60);
        Assert.Empty(region.Keys);
        Assert.Equal("members", Assert.Single(_bench.System.Inspect()).Name);

        region.Tell(7, "report 2");
        _bench.Settle();
        Assert.Equal(["started", "report 1", "stopped", "started", "report 2"], _log);
        Assert.Equal([7], region.Keys);
    }

    [Fact]
    public void An_entity_that_has_something_to_lose_or_waits_for_something_stays()
    {
        var region = Region(key => new(_log)
        {
            Idle = key != 1,
            OnStart = self =>
            {
                if (key == 2) self.Arm("t", 7200, "due");
                if (key == 3) self.Work(_ => new TaskCompletionSource<string>().Task, static fault => fault.Message);
            },
        });
        foreach (var key in new[] { 1, 2, 3, 4 }) region.Tell(key, "report");
        _bench.Pass(3600);

        Assert.Equal([1, 2, 3], region.Keys);
    }

    [Fact]
    public void An_entity_that_left_for_good_is_made_again_by_being_addressed_and_what_it_left_is_reported()
    {
        var region = Region(_ => new(_log)
        {
            OnMessage = static (self, message) =>
            {
                if (message is "fenced") self.End("another owner");
            },
        });
        region.Tell(7, "fenced");
        region.Tell(7, "left over");
        _bench.Settle();
        region.Tell(7, "report");
        _bench.Settle();

        var starts = _log.Count(static line => line is "started");
        Assert.True(starts is 2, string.Join(' ', _log));
        Assert.Equal("report", _log[^1]);
        if (!_log.Contains("left over")) Assert.Equal("left over", Assert.Single(_bench.Failures).Message);
    }

    [Fact]
    public void At_the_farewell_every_entity_ends_and_who_asks_then_is_told()
    {
        var region = Region(_ => new(_log));
        foreach (var key in new[] { 1, 2, 3 }) region.Tell(key, "report");
        var stopping = _bench.Process.Start(() => _bench.System.StopAll(TimeSpan.FromSeconds(5)));
        _bench.Settle();
        Assert.True(stopping.IsCompletedSuccessfully);
        Assert.Equal(3, _log.Count(static line => line is "stopped"));

        var asked = region.AskWithin<int>(1, new Command("late"), TimeSpan.FromSeconds(5));
        _bench.Settle();
        Assert.IsType<ActorStoppedException>(asked.Exception?.InnerException);
        Assert.DoesNotContain("late", _log);
    }

    [Fact]
    public async Task No_message_is_lost_and_no_two_lives_meet_when_threads_race_with_passivation()
    {
        const int Keys = 8, Senders = 3, Each = 500, Rounds = 20;
        var time = new ManualTime();
        var failures = new ConcurrentQueue<ActorFailure>();
        var refusals = new ConcurrentQueue<ReportRefused>();
        await using var system = new NodeActorSystem(
            new NodeSetup
            {
                Time = time, Scheduler = TaskScheduler.Default, Failed = failures.Enqueue, Refused = refusals.Enqueue, Log = static _ => { },
                IdleTime = TimeSpan.FromMilliseconds(2),
            },
            Akka.Configuration.ConfigurationFactory.ParseString("trading.mailbox.entity.reports = 40000"));
        var counters = Enumerable.Range(0, Keys).Select(_ => new Counter()).ToArray();
        var region = system.SpawnRegion<int>("counters", NameOf, KeyOf, key => new Counting(key, counters[key]));

        for (var round = 0; round < Rounds; round++)
        {
            var senders = Enumerable.Range(0, Senders).Select(sender => new Thread(() => Send(sender))).ToArray();
            foreach (var sender in senders) sender.Start();
            foreach (var sender in senders) sender.Join();
            var told = (round + 1) * Senders * Each;
            for (var spins = 0; spins < 1_000_000 && counters.Sum(counter => counter.Received) < told; spins++) Thread.Yield();
            for (var ticks = 0; ticks < 5; ticks++) time.Advance(TimeSpan.FromMilliseconds(1)); // while they are put away the next round begins
        }

        await system.StopAll(TimeSpan.FromDays(1));

        Assert.Empty(refusals);
        Assert.Empty(failures);
        Assert.Equal(Rounds * Senders * Each, counters.Sum(counter => counter.Received));
        Assert.True(counters.Sum(counter => counter.Lives) > Keys, "nothing was passivated: the race was not run");
        Assert.All(counters, counter => Assert.Equal(0, counter.Living));

        void Send(int sender)
        {
            for (var i = 0; i < Each; i++)
            {
                var key = (i + sender) % Keys;
                var before = counters[key].Received;
                region.Tell(key, "x");
                time.Advance(TimeSpan.FromMilliseconds(1));
                for (var spins = 0; i % 4 == 0 && spins < 1_000 && counters[key].Received == before; spins++)
                    Thread.Yield(); // lets mailboxes run empty now and then
            }
        }
    }

    private static string NameOf(int key) => $"member/{key}";

    private static int KeyOf(string name) => int.Parse(name["member/".Length..], CultureInfo.InvariantCulture);

    private Region<int> Region(Func<int, Probe> make) => _bench.System.SpawnRegion("members", NameOf, KeyOf, make);

    private sealed class Counter
    {
        public volatile int Received, Lives, Living;
    }

    private sealed class Counting(int key, Counter counter) : EntityActor(NameOf(key))
    {
        protected override bool HasNothingToLose => true;

        protected override void Began()
        {
            if (Interlocked.Increment(ref counter.Living) != 1) throw new InvalidOperationException("two at once");
            counter.Lives++;
        }

        protected override void Take(object message) => counter.Received++; // unguarded on purpose: one message at a time

        protected override void Ended() => Interlocked.Decrement(ref counter.Living);
    }
}
