using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using Trading.Node.Hosting;

namespace Trading.Benchmarks;

/// <summary>
/// A message told and taken through a mailbox of lanes, against the same actor on Akka's own mailbox; a price inside its band;
/// and what an entity at rest keeps in memory.
/// </summary>
internal static class ActorBenchmark
{
    /// <summary>A third of Akka's own mailbox: the lanes lock, count and refuse, and the roster notes what an actor is on.</summary>
    private const double Budget = 0.3;

    /// <returns>Gross breaches.</returns>
    public static async Task<IReadOnlyList<string>> Run(bool shortly)
    {
        var messages = shortly ? 50_000 : 500_000;
        await using var system = new NodeActorSystem(
            new NodeSetup
            {
                Time = TimeProvider.System, Scheduler = TaskScheduler.Default, IdleTime = Timeout.InfiniteTimeSpan,
                Failed = failure => Console.Error.WriteLine(failure), Refused = refused => Console.Error.WriteLine(refused), Log = Console.Error.WriteLine,
            },
            ConfigurationFactory.ParseString("trading.mailbox { entity.reports = 2000000, region.reports = 2000000 }"));
        var (own, akka, region) = (new Counter(), new Counter(), new Counter());
        var counting = system.Spawn("counting", () => new Counting("counting", own));
        var bare = system.System.ActorOf(Props.CreateBy(new Bare(akka)), "bare");
        var entities = system.SpawnRegion<int>(
            "entities", static key => $"entity/{key}", static name => int.Parse(name["entity/".Length..], CultureInfo.InvariantCulture),
            key => new Counting($"entity/{key}", region));
        var cell = new PriceCell(counting);
        cell.WakeOn(9, 20);

        var (lanes, plain, routed, bytes, price, priceBytes) = (new Rounds(), new Rounds(), new Rounds(), new Rounds(), new Rounds(), new Rounds());
        for (var round = 0; round < Rounds.Count; round++)
        {
            plain.Add(PerSecond(messages, akka, () => bare.Tell("x", ActorRefs.NoSender)));
            var before = GC.GetAllocatedBytesForCurrentThread();
            lanes.Add(PerSecond(messages, own, () => counting.Tell("x", ActorRefs.NoSender)));
            bytes.Add((double)(GC.GetAllocatedBytesForCurrentThread() - before) / messages);
            routed.Add(PerSecond(messages, region, () => entities.Tell(7, "x")));
            before = GC.GetAllocatedBytesForCurrentThread();
            price.Add(PerSecond(messages, counter: null, () => cell.Offer(10, 1)));
            priceBytes.Add((double)(GC.GetAllocatedBytesForCurrentThread() - before) / messages);
        }

        Console.WriteLine($"told and taken per second       {lanes}");
        Console.WriteLine($"the same on Akka's mailbox      {plain}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio                           {lanes.Median / plain.Median:0.00}"));
        Console.WriteLine($"through a region per second     {routed}");
        Console.WriteLine($"bytes allocated per tell        {bytes}");
        Console.WriteLine($"prices in the band per second   {price}");
        Console.WriteLine($"bytes allocated per price       {priceBytes}");
        Console.WriteLine($"bytes kept per entity at rest   {KeptBy(entities, region, shortly ? 2_000 : 100_000):n0}");
        return
        [
            .. Rounds.Gross("told and taken", lanes.Median / plain.Median, Budget),
            .. priceBytes.Median < 1 ? [] : new[] { $"a price inside the band allocates {priceBytes.Median:n0} bytes" },
        ];
    }

    /// <param name="counter">What the receiver counts; null: nobody receives.</param>
    private static double PerSecond(int messages, Counter? counter, Action once)
    {
        var until = counter?.Taken + messages;
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < messages; i++) once();
        while (counter?.Taken < until) Thread.Yield();
        return messages / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static long KeptBy(Region<int> entities, Counter counter, int count)
    {
        var (before, until) = (GC.GetTotalMemory(forceFullCollection: true), counter.Taken + count);
        for (var key = 1_000; key < 1_000 + count; key++) entities.Tell(key, "x");
        while (counter.Taken < until) Thread.Yield();
        return (GC.GetTotalMemory(forceFullCollection: true) - before) / count;
    }

    private sealed class Counter
    {
        private int _taken;

        public int Taken => Volatile.Read(ref _taken);

        public void Take() => Interlocked.Increment(ref _taken);
    }

    private sealed class Counting(string name, Counter counter) : EntityActor(name)
    {
        protected override bool HasNothingToLose => true;

        protected override void Began()
        {
            // It only counts.
        }

        protected override void Take(object message) => counter.Take();
    }

    private sealed class Bare(Counter counter) : IIndirectActorProducer
    {
        public Type ActorType => typeof(BareActor);

        public ActorBase Produce() => new BareActor(counter);

        public void Release(ActorBase actor)
        {
            // It holds nothing.
        }
    }

    private sealed class BareActor(Counter counter) : UntypedActor
    {
        protected override void OnReceive(object message) => counter.Take();
    }
}
