using Akka.Actor;
using Akka.Configuration;
using Trading.Lab.Simulation;
using Trading.Node.Hosting;

namespace Trading.Tests.Hosting;

/// <summary>Counts the whole process's thread-pool work, so nothing may run beside it.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;

/// <summary>The actors that ship, on a simulated process: one seed, one run.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed class VirtualActorsTests
{
    [Fact]
    public void Every_dispatcher_of_the_configuration_runs_on_the_simulated_process()
    {
        var bench = new ActorBench();
        var actor = bench.System.System.Settings.Config.GetConfig("akka.actor");
        var dispatchers = actor.Root.GetObject().Items
            .Where(static item => item.Key.EndsWith("-dispatcher", StringComparison.Ordinal) && item.Value.IsObject())
            .Select(static item => $"akka.actor.{item.Key}");

        Assert.Equal(VirtualActors.Dispatchers.Order(), dispatchers.Order());
    }

    [Fact]
    public void The_same_seed_gives_the_same_run_to_the_last_step()
    {
        var (first, second) = (Play(seed: 42), Play(seed: 42));

        Assert.Equal(0, first.Leaks);
        Assert.True(first is { Received: > 1_000, Failed: > 10, Born: > 60 }, $"the run does too little to prove anything: {first}");
        Assert.Equal(first, second);
    }

    [Fact]
    public void Other_seeds_give_other_runs()
    {
        var hashes = Enumerable.Range(0, 20).Select(seed => Play((ulong)seed).Hash).ToList();

        Assert.Equal(20, hashes.Distinct().Count());
    }

    [Fact]
    public void A_run_leaves_no_work_to_the_thread_pool()
    {
        // The process around a run uses the pool too: servers and connections of earlier tests end late, a few items in
        // a few hundred milliseconds. The seed is the same each time, so a leak of ours would be there each time: a run
        // without an item proves that there is none.
        var least = long.MaxValue;
        for (var attempt = 0; attempt < 500 && least > 0; attempt++)
        {
            var before = ThreadPool.CompletedWorkItemCount;
            Play(seed: 7);
            least = Math.Min(least, ThreadPool.CompletedWorkItemCount - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void A_resting_entity_costs_less_than_eight_KiB_from_its_birth_on()
    {
        const int Actors = 2_000;
        var bench = new ActorBench();
        var region = bench.System.SpawnRegion<int>("idle", NameOf, KeyOf, static key => new Probe([], NameOf(key)));
        Populate(0, 100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Populate(100, Actors);
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Actors;

        Assert.InRange(each, 1, 8192);

        void Populate(int from, int count)
        {
            foreach (var key in Enumerable.Range(from, count)) region.Tell(key, "report");
            bench.Settle();
        }
    }

    private sealed record Run(ulong Hash, long Steps, long Leaks, long Received, long Failed, long Born);

    /// <summary>Fifty actors pass messages, ask, work, fail, and are passivated, for ten minutes.</summary>
    private static Run Play(ulong seed)
    {
        var bench = new ActorBench(seed, idle: TimeSpan.FromSeconds(5));
        var (received, born) = (0L, 0L);
        Region<int>? region = null;
        region = bench.System.SpawnRegion<int>("walkers", NameOf, KeyOf, key =>
        {
            born++;
            return new Walker(key, region!, bench, text =>
            {
                received++;
                bench.World.Trace(text);
            });
        });
        for (var i = 0; i < 50; i++) region.Tell(i, new Walk(Left: 60));
        bench.Pass(600);
        _ = bench.Process.Start(() => bench.System.StopAll(TimeSpan.FromSeconds(10)));
        bench.Pass(20);
        return new(bench.World.TraceHash, bench.World.Steps, bench.World.Leaks, received, bench.Failures.Count, born - bench.Failures.Count);
    }

    private static string NameOf(int key) => $"walker/{key}";

    private static int KeyOf(string name) => int.Parse(name["walker/".Length..], System.Globalization.CultureInfo.InvariantCulture);

    private sealed record Walk(int Left);

    private sealed record Question : ICommandMessage;

    private sealed class Walker(int key, Region<int> region, ActorBench bench, Action<string> trace) : EntityActor(NameOf(key))
    {
        private PriceCell? _prices;

        protected override bool HasNothingToLose => true;

        protected override void Began() => _prices = new PriceCell(Self);

        protected override void Take(object message)
        {
            switch (message)
            {
                case Walk walk: Go(walk); break;
                case Question: Sender.Tell(key); break;
                case PricesMoved:
                    _prices!.TryTake(out var window);
                    trace($"{key} sees {window.Latest}");
                    break;
                default: Unhandled(message); break;
            }
        }

        private void Go(Walk walk)
        {
            trace($"{key} has {walk.Left}");
            if (walk.Left == 0) return;
            var (on, random) = (new Walk(walk.Left - 1), bench.World.Random);
            var next = random.Next(50);
            switch (random.Next(4))
            {
                case 0: region.Tell(next, on); break;
                case 1: StartTimer("walk", random.Between(TimeSpan.Zero, TimeSpan.FromSeconds(8)), on); break;
                case 2: Beside(stop => Ask(next, on, stop), _ => on); break;
                default:
                    region.Tell(next, on);
                    _prices!.Offer(on.Left, 0);
                    if (random.Chance(0.1)) throw new InvalidOperationException("tripped");
                    break;
            }
        }

        private async Task<Walk> Ask(int next, Walk on, CancellationToken stop)
        {
            stop.ThrowIfCancellationRequested();
            await region.AskWithin<int>(next, new Question(), TimeSpan.FromSeconds(2));
            return on;
        }
    }
}
