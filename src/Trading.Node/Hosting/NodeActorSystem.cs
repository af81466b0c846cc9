using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;

namespace Trading.Node.Hosting;

/// <summary>The actor system of one node: makes actors, knows them by name, and stops them together.</summary>
public sealed class NodeActorSystem : IAsyncDisposable
{
    public const string EntityMailbox = "trading.mailbox.entity";
    public const string RegionMailbox = "trading.mailbox.region";
    public const string AccountMailbox = "trading.mailbox.account";
    public const string SessionMailbox = "trading.mailbox.session";

    private static readonly Config Embedded = ConfigurationFactory.FromResource<NodeActorSystem>("Trading.Node.akka.conf");
    private readonly List<IActorRef> _top = [];

    /// <param name="above">Stands above the configuration of this build: dispatchers of a simulation, an operator's settings.</param>
    public NodeActorSystem(NodeSetup setup, Config? above = null)
    {
        Setup = setup;
        var config = (above is null ? Embedded : above.WithFallback(Embedded)).WithFallback(ConfigurationFactory.Default());
        System = NodeTimers.Over(
            setup.Time, () => ActorSystem.Create("trading", ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config), setup)));
        new AkkaLog(System, setup.Log).Listen();
    }

    public ActorSystem System { get; }

    public NodeSetup Setup { get; }

    /// <summary>Starts an actor that lives until it stops itself or the system stops.</summary>
    /// <param name="name">Unique among the actors at the top.</param>
    public IActorRef Spawn(string name, Func<ActorBase> make, string mailbox = EntityMailbox)
    {
        var actor = System.ActorOf(PropsOf(make, mailbox), Uri.EscapeDataString(name));
        lock (_top) _top.Add(actor);
        return actor;
    }

    /// <inheritdoc cref="Region{TKey}(NodeActorSystem, string, Func{TKey, string}, Func{string, TKey}, Func{TKey, ActorBase})"/>
    public Region<TKey> SpawnRegion<TKey>(string name, Func<TKey, string> nameOf, Func<string, TKey> keyOf, Func<TKey, ActorBase> make)
        where TKey : notnull => new(this, name, nameOf, keyOf, make);

    /// <inheritdoc cref="Questions.AskWithin{TReply}"/>
    public Task<TReply> AskWithin<TReply>(IActorRef actor, object message, TimeSpan deadline) =>
        actor.AskWithin<TReply>(message, Setup.Roster.NameOf(actor), deadline, Setup);

    public IReadOnlyList<ActorInspection> Inspect() => Setup.Roster.Inspect();

    /// <summary>
    /// Each actor takes what waits and ends. Work beside them is cancelled with its actor; one that is backing off ends at
    /// once and its messages are reported as undelivered.
    /// </summary>
    /// <exception cref="TimeoutException">At the deadline the actors it names were busy.</exception>
    public Task StopAll(TimeSpan deadline)
    {
        var ended = new TaskCompletionSource(); // completed in a task of the node's scheduler only
        IReadOnlyList<IActorRef> all;
        lock (_top) all = [.. _top];
        System.ActorOf(PropsOf(() => new FarewellActor(all, deadline, outcome => Setup.Post(() => outcome(ended))), RegionMailbox), "farewell");
        return ended.Task;
    }

    /// <summary>Ends what <see cref="StopAll"/> has not ended: as after a crash, what is waiting is not received.</summary>
    public async ValueTask DisposeAsync() => await System.Terminate();

    internal static Props PropsOf(Func<ActorBase> make, string mailbox) => Props.CreateBy(new Producer(make)).WithMailbox(mailbox);

    private sealed class Producer(Func<ActorBase> make) : IIndirectActorProducer
    {
        public Type ActorType => typeof(NodeActor);

        public ActorBase Produce() => make();

        [SuppressMessage("Performance", "CA1822", Justification = "the interface's")]
        public void Release(ActorBase actor)
        {
            // Actors hold nothing to be released.
        }
    }
}
