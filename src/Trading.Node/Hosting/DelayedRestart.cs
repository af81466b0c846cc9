using Akka.Actor;
using Akka.Actor.Internal;

namespace Trading.Node.Hosting;

/// <summary>
/// An actor that fails is made anew after a back-off of 100 ms that doubles up to 30 s, and begins again at 100 ms once a life
/// has lasted 30 s. It stays suspended meanwhile, with the messages that wait. There is no limit: an actor that nobody runs
/// leaves its position alone.
/// </summary>
public sealed class DelayedRestart() : OneForOneStrategy(-1, -1, static _ => Directive.Restart, loggingEnabled: false)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(30);

    public override void ProcessFailure(
        IActorContext context, bool restart, IActorRef child, Exception cause, ChildRestartStats stats,
        IReadOnlyCollection<ChildRestartStats> children)
    {
        var setup = NodeSetup.Of(context.System);
        var (during, fault) = cause is ActorInitializationException { InnerException: { } inner }
            ? ("Started", WhyNotMade(inner))
            : ("Receive", cause);

        // One that could not be made at all has not entered itself.
        var record = setup.Roster.Find(child) ?? setup.Roster.Enter(child, child.Path.Name, mailbox: null, setup.Time);
        var (message, inARow) = record.Fail(during, fault, Most);
        var wait = BackOff(inARow);
        setup.Tell(record, new ActorFailure(record.Name, during, fault, message, inARow, wait));
        context.System.Scheduler.Advanced.ScheduleOnce(wait, () => RestartChild(child, cause, suspendFirst: false));
    }

    /// <summary>What a constructor throws Akka wraps in a text that says nothing of it.</summary>
    private static Exception WhyNotMade(Exception thrown) =>
        thrown is TypeLoadException { InnerException: { } why } ? why : thrown;

    private static TimeSpan BackOff(int failures)
    {
        var wait = First;
        for (var i = 1; i < failures && wait < Most; i++) wait += wait;
        return wait < Most ? wait : Most;
    }
}

/// <summary>The same for the actors at the top.</summary>
public sealed class NodeGuardianStrategy : SupervisorStrategyConfigurator
{
    public override SupervisorStrategy Create() => new DelayedRestart();
}
