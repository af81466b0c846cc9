using Trading.Lab.Simulation;
using Xunit;

namespace Trading.Tests.Simulation;

public sealed class VirtualWorldTests
{
    private readonly VirtualWorld _world = new(seed: 1);
    private readonly List<string> _log = [];

    [Fact]
    public void Time_passes_only_as_the_run_says()
    {
        var node = _world.Node("n1");
        var start = _world.NowUtc;
        _ = node.Start(async () =>
        {
            await Task.Delay(TimeSpan.FromHours(5), node.Time);
            _log.Add($"{(node.Time.GetUtcNow() - start).TotalHours}");
        });

        _world.Run(TimeSpan.FromHours(4));
        Assert.Empty(_log);
        _world.Run(TimeSpan.FromHours(4));
        Assert.Equal(["5"], _log);
        Assert.Equal(start + TimeSpan.FromHours(8), _world.NowUtc);
    }

    [Fact]
    public void A_paused_process_does_nothing_until_it_is_resumed_and_then_finds_one_beat_waiting()
    {
        var node = _world.Node("n1");
        using var beat = node.Time.CreateTimer(
            _ => _log.Add("beat"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        _world.Run(TimeSpan.FromSeconds(2));
        node.Pause();
        _world.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(["beat", "beat"], _log);

        node.Resume();
        _world.Run(TimeSpan.Zero);
        Assert.Equal(["beat", "beat", "beat"], _log);
    }

    [Fact]
    public void A_killed_process_never_does_anything_again_and_the_others_go_on()
    {
        var (killed, other) = (_world.Node("n1"), _world.Node("n2"));
        foreach (var node in new[] { killed, other })
            _ = node.Start(async () =>
            {
                for (var i = 0; i < 3; i++)
                {
                    await Task.Delay(TimeSpan.FromSeconds(1), node.Time);
                    _log.Add(node.Name);
                }
            });
        _world.After(TimeSpan.FromSeconds(1.5), killed.Kill);
        _world.Run(TimeSpan.FromMinutes(1));

        Assert.Equal(1, _log.Count(name => name is "n1"));
        Assert.Equal(3, _log.Count(name => name is "n2"));
    }

    [Fact]
    public void Skew_moves_the_wall_clock_and_no_timer()
    {
        var node = _world.Node("n1");
        node.Skew = TimeSpan.FromMinutes(-3);
        var started = node.Time.GetTimestamp();
        TimeSpan elapsed = default;
        _ = node.Start(async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), node.Time);
            elapsed = node.Time.GetElapsedTime(started);
        });
        _world.Run(TimeSpan.FromSeconds(2));

        Assert.Equal(_world.NowUtc - TimeSpan.FromMinutes(3), node.Time.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(1), elapsed);
    }

    [Fact]
    public void A_run_ends_when_its_condition_holds_and_says_when_it_did_not()
    {
        _world.After(TimeSpan.FromSeconds(3), () => _log.Add("three"));

        Assert.False(_world.RunUntil(() => _log.Count > 0, TimeSpan.FromSeconds(2)));
        Assert.True(_world.RunUntil(() => _log.Count > 0, TimeSpan.FromSeconds(2)));
        Assert.Equal(3, (_world.NowUtc - new VirtualWorld(1).NowUtc).TotalSeconds);
    }

    [Fact]
    public void What_comes_from_another_thread_is_counted_and_not_run()
    {
        var node = _world.Node("n1");
        OnAnotherThread(() => _ = node.Start(() => Task.CompletedTask));

        Assert.Equal(1, _world.Leaks);
        Assert.NotNull(_world.FirstLeak);
        Assert.Equal(0, _world.Steps);
    }

    [Fact]
    public void Work_that_leaves_for_the_thread_pool_is_counted_when_it_comes_back()
    {
        var node = _world.Node("n1");
        var source = new TaskCompletionSource();
        _ = node.Start(async () => await source.Task);
        _world.Run(TimeSpan.Zero);
        OnAnotherThread(source.SetResult);

        Assert.Equal(1, _world.Leaks);
    }

    [Fact]
    public void Work_that_fails_is_kept_even_if_nobody_looks_at_its_task()
    {
        _ = _world.Node("n1").Start(() => throw new InvalidOperationException("lost"));
        _world.Run(TimeSpan.Zero);

        var (node, exception) = Assert.Single(_world.Failures);
        Assert.Equal(("n1", "lost"), (node, exception.Message));
    }

    [Fact]
    public void Without_shuffle_tasks_and_timers_keep_their_order()
    {
        var world = new VirtualWorld(seed: 9, shuffle: false);
        var node = world.Node("n1");
        for (var i = 0; i < 20; i++)
        {
            var number = i;
            _ = node.Start(async () =>
            {
                await Task.Delay(TimeSpan.FromSeconds(1), node.Time);
                _log.Add($"{number}");
            });
        }

        world.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), _log);
    }

    [Fact]
    public void Seeded_chance_stays_in_its_bounds_and_repeats_itself()
    {
        var (first, second) = (new SeededRandom(7), new SeededRandom(7));
        for (var i = 0; i < 10_000; i++)
        {
            var drawn = first.Next(-3, 4);
            Assert.InRange(drawn, -3, 3);
            Assert.Equal(drawn, second.Next(-3, 4));
            Assert.InRange(first.NextDouble(), 0, 0.9999999999999999);
            _ = second.NextDouble();
        }
    }

    private static void OnAnotherThread(ThreadStart act)
    {
        var thread = new Thread(act);
        thread.Start();
        thread.Join();
    }
}
