using Trading.Lab.Simulation;
using Trading.Runtime;
using Xunit;

namespace Trading.Tests.Runtime;

/// <summary>Counts the whole process's thread-pool work, so nothing may run beside it.</summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;

[Collection(nameof(AloneInTheProcess))]
public sealed class DeterminismTests
{
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
    public void Other_seeds_give_other_interleavings()
    {
        var orders = Enumerable.Range(0, 20).Select(seed => Arrivals((ulong)seed)).ToList();

        Assert.True(orders.Distinct(StringComparer.Ordinal).Count() > 10, "the seed hardly changes who comes first");
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
    public void An_idle_actor_costs_less_than_two_KiB_from_its_birth_on()
    {
        const int Actors = 2_000;
        var bench = new ActorBench();
        var group = new ActorGroup<int, string>(bench.System, key => $"idle/{key}", _ => new Probe([]));
        Populate(0, 100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Populate(100, Actors);
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / Actors;

        Assert.InRange(each, 1, 2048);

        void Populate(int from, int count)
        {
            foreach (var key in Enumerable.Range(from, count)) group.Get(key).Tell("report");
            bench.Settle();
        }
    }

    private sealed record Run(ulong Hash, long Steps, long Leaks, long Received, long Failed, long Born);

    /// <summary>Fifty actors pass messages, ask, pipe, fail, and are passivated, for ten minutes.</summary>
    private static Run Play(ulong seed)
    {
        var bench = new ActorBench(seed, with: options => options with { IdleTime = TimeSpan.FromSeconds(5), MessagesPerTurn = 1 });
        var (received, born) = (0L, 0L);
        ActorGroup<int, Walk>? group = null;
        group = new(bench.System, key => $"walker/{key}", key =>
        {
            born++;
            return new Walker(key, next => group!.Get(next), bench.World.Random, text => { received++; bench.World.Trace(text); });
        });
        for (var i = 0; i < 50; i++) group.Get(i).Tell(new(Left: 200, Reply: null));
        bench.Pass(600);
        _ = bench.Node.Start(() => bench.System.StopAll(TimeSpan.FromSeconds(10)));
        bench.Pass(20);
        return new(bench.World.TraceHash, bench.World.Steps, bench.World.Leaks, received, bench.Failures.Count, born - bench.Failures.Count);
    }

    private static string Arrivals(ulong seed)
    {
        var bench = new ActorBench(seed);
        var order = new List<int>();
        for (var i = 0; i < 6; i++)
        {
            var number = i;
            bench.System.Spawn<string>($"a{i}", () => new Probe([])
            {
                OnMessage = (_, _, _) =>
                {
                    order.Add(number);
                    return ValueTask.CompletedTask;
                },
            }).Tell("go");
        }

        bench.Settle();
        return string.Join(' ', order);
    }

    private sealed record Walk(int Left, Action<int>? Reply);

    private sealed class Walker(int key, Func<int, ActorRef<Walk>> to, SeededRandom random, Action<string> trace) : Actor<Walk>
    {
        protected override bool IsIdle => true;

        protected override async ValueTask Receive(Walk message, CancellationToken stop)
        {
            trace($"{key} has {message.Left}");
            message.Reply?.Invoke(key);
            if (message.Left == 0 || message.Reply is not null) return;

            var on = message with { Left = message.Left - 1 };
            var next = to(random.Next(50));
            switch (random.Next(6))
            {
                case 0: next.Tell(on); break;
                case 1: next.TryCommand(on); break;
                case 2: Context.StartTimer("walk", random.Between(TimeSpan.Zero, TimeSpan.FromSeconds(8)), on); break;
                case 3: Context.Pipe(work => Ask(next, on, work), _ => on); break;
                case 4: await Task.Delay(random.Between(TimeSpan.Zero, TimeSpan.FromSeconds(1)), Context.Time, stop); next.Tell(on); break;
                default: next.Tell(on); next.Offer(on.Left, 0); if (random.Chance(0.1)) throw new InvalidOperationException("tripped"); break;
            }
        }

        private static async Task<Walk> Ask(ActorRef<Walk> next, Walk on, CancellationToken stop)
        {
            stop.ThrowIfCancellationRequested();
            await next.Ask<int>(reply => on with { Reply = reply }, TimeSpan.FromSeconds(2));
            return on;
        }

        protected override ValueTask Ticked(PriceWindow window, CancellationToken stop)
        {
            trace($"{key} sees {window.Latest}");
            return ValueTask.CompletedTask;
        }
    }
}
