using Akka.Configuration;
using Akka.Dispatch;
using Trading.Node.Hosting;

namespace Trading.Lab.Simulation;

/// <summary>
/// The actors that ship, on one simulated process: each run of a mailbox is a task of that process, so the seed decides which
/// actor goes next, and a paused or killed process holds or drops its actors as it does everything else.
/// </summary>
public static class VirtualActors
{
    /// <summary>Every dispatcher that Akka's configuration knows (a test enumerates them).</summary>
    internal static readonly IReadOnlyList<string> Dispatchers =
    [
        "akka.actor.default-dispatcher",
        "akka.actor.internal-dispatcher",
        "akka.actor.default-blocking-io-dispatcher",
        "akka.actor.default-fork-join-dispatcher",
        "akka.actor.synchronized-dispatcher",
        "akka.actor.task-dispatcher",
    ];

    /// <summary>To stand above a node's own configuration of actors.</summary>
    public static Config Configuration { get; } = ConfigurationFactory.ParseString(string.Concat(Dispatchers.Select(static id =>
        $"{id} {{ type = \"{typeof(VirtualDispatcherConfigurator).FullName}, Trading.Lab\", throughput = 1 }}\n")));
}

/// <summary>Made by Akka from the configuration.</summary>
public sealed class VirtualDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    : MessageDispatcherConfigurator(config, prerequisites)
{
    private VirtualDispatcher? _one;

    public override MessageDispatcher Dispatcher() => _one ??= new VirtualDispatcher(this);

    private sealed class VirtualDispatcher : MessageDispatcher
    {
        private readonly TaskScheduler _process;

        public VirtualDispatcher(VirtualDispatcherConfigurator configurator)
            : base(configurator)
        {
            _process = configurator.Prerequisites.Settings.Setup.Get<NodeSetup>().Value.Scheduler;
            (Id, Throughput) = (configurator.Config.GetString("id", "virtual"), 1);
        }

        protected override void ExecuteTask(IRunnable run)
        {
            var flow = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
            try
            {
                new Task(static run => ((IRunnable)run!).Run(), run, TaskCreationOptions.DenyChildAttach).Start(_process);
            }
            finally
            {
                flow.Dispose();
            }
        }

        protected override void Shutdown()
        {
            // The process belongs to the world.
        }
    }
}
