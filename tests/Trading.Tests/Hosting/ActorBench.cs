using Akka.Actor;
using Akka.Configuration;
using Trading.Lab.Simulation;
using Trading.Node.Hosting;

namespace Trading.Tests.Hosting;

/// <summary>The actor system of a node in a virtual world, with what went wrong in it.</summary>
public sealed class ActorBench
{
    private const string Small = "trading.mailbox.small";

    public ActorBench(ulong seed = 1, bool shuffle = true, TimeSpan? idle = null, int reports = 100, int commands = 100, Action<ActorFailure>? failed = null)
    {
        World = new(seed, shuffle);
        Process = World.Node("n1");
        var lanes = ConfigurationFactory.ParseString(
            $"{Small} {{ mailbox-type = \"Trading.Node.Hosting.LanesMailbox, Trading.Node\", reports = {reports}, commands = {commands} }}");
        System = new(
            new NodeSetup
            {
                Time = Process.Time,
                Scheduler = Process,
                Failed = failed ?? Failures.Add,
                Refused = Refusals.Add,
                Log = Log.Add,
                IdleTime = idle ?? Timeout.InfiniteTimeSpan,
            },
            lanes.WithFallback(VirtualActors.Configuration));
    }

    public VirtualWorld World { get; }
    public VirtualNode Process { get; }
    public NodeActorSystem System { get; }
    public List<ActorFailure> Failures { get; } = [];
    public List<ReportRefused> Refusals { get; } = [];
    public List<string> Log { get; } = [];
    public double Seconds => (World.NowUtc - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalSeconds;

    public IActorRef Spawn(Func<Probe> make, string name = "probe") => System.Spawn(name, make, Small);

    public ActorInspection See(string name = "probe") => System.Inspect().Single(actor => actor.Name == name);

    public Task<T> Ask<T>(IActorRef actor, object message, double seconds = 5) =>
        System.AskWithin<T>(actor, message, TimeSpan.FromSeconds(seconds));

    /// <summary>Everything that can happen now, happens.</summary>
    public void Settle() => World.Run(TimeSpan.Zero);

    public void Pass(double seconds) => World.Run(TimeSpan.FromSeconds(seconds));
}

/// <summary>Somebody wants something of a probe.</summary>
public sealed record Command(string Text) : ICommandMessage;

/// <summary>Writes down what it is given and does what the test says.</summary>
public sealed class Probe(List<string> log, string name = "probe") : EntityActor(name)
{
    public Action<Probe>? OnStart { get; init; }
    public Action<Probe, string>? OnMessage { get; init; }
    public Action<Probe>? OnPrices { get; init; }
    public bool Idle { get; init; }
    public IActorRef Me => Self;
    public IActorRef From => Sender;
    public Lanes Lanes => Mailbox!;

    protected override bool HasNothingToLose => Idle;

    public void Arm(string timer, double seconds, object message) => StartTimer(timer, TimeSpan.FromSeconds(seconds), message);

    public void Cancel(string timer) => CancelTimer(timer);

    public void Work<T>(Func<CancellationToken, Task<T>> work, Func<Exception, object> onFailure)
        where T : notnull => Beside(work, onFailure);

    public void End(string why) => Stop(why);

    protected override void Began()
    {
        log.Add("started");
        OnStart?.Invoke(this);
    }

    protected override void Take(object message)
    {
        switch (message)
        {
            case string report: Note(report); break;
            case Command command: Note(command.Text); break;
            case PricesMoved: OnPrices?.Invoke(this); break;
            default: Unhandled(message); break;
        }
    }

    protected override void Ended() => log.Add("stopped");

    private void Note(string text)
    {
        log.Add(text);
        OnMessage?.Invoke(this, text);
    }
}
