using Trading.Lab.Simulation;
using Trading.Runtime;

namespace Trading.Tests.Runtime;

/// <summary>An actor system in a virtual world, with what went wrong in it.</summary>
public sealed class ActorBench
{
    public ActorBench(ulong seed = 1, bool shuffle = true, Func<ActorSystemOptions, ActorSystemOptions>? with = null)
    {
        World = new(seed, shuffle);
        Node = World.Node("n1");
        var options = new ActorSystemOptions
        {
            Time = Node.Time,
            Scheduler = Node,
            OnFailure = Failures.Add,
        };
        System = new(with is null ? options : with(options));
    }

    public VirtualWorld World { get; }

    public VirtualNode Node { get; }

    public ActorSystem System { get; }

    public List<ActorFailure> Failures { get; } = [];

    public ActorRef<string> Spawn(Func<Probe> make, LaneBounds? bounds = null) =>
        System.Spawn<string>("probe", make, bounds);

    /// <summary>Everything that can happen now, happens.</summary>
    public void Settle() => World.Run(TimeSpan.Zero);

    public void Pass(double seconds) => World.Run(TimeSpan.FromSeconds(seconds));

    public double Seconds => (World.NowUtc - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalSeconds;
}

/// <summary>Writes down what it is given and does what the test says.</summary>
public sealed class Probe(List<string> log) : Actor<string>
{
    public Func<Probe, string, CancellationToken, ValueTask>? OnMessage { get; init; }

    public Func<Probe, CancellationToken, ValueTask>? OnStart { get; init; }

    public Action<Probe, PriceWindow>? OnPrices { get; init; }

    public Func<ValueTask>? OnStop { get; init; }

    public bool Idle { get; init; }

    public ActorContext<string> Runtime => Context;

    protected override bool IsIdle => Idle;

    protected override ValueTask Started(CancellationToken stop)
    {
        log.Add("started");
        return OnStart?.Invoke(this, stop) ?? ValueTask.CompletedTask;
    }

    protected override ValueTask Receive(string message, CancellationToken stop)
    {
        log.Add(message);
        return OnMessage?.Invoke(this, message, stop) ?? ValueTask.CompletedTask;
    }

    protected override ValueTask Ticked(PriceWindow window, CancellationToken stop)
    {
        log.Add($"price {window.Latest} low {window.Lowest} high {window.Highest} of {window.Offers}");
        OnPrices?.Invoke(this, window);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask Stopped()
    {
        log.Add("stopped");
        return OnStop?.Invoke() ?? ValueTask.CompletedTask;
    }
}
