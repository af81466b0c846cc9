using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Trading.Node.Hosting;

/// <summary>Akka's scheduler on the node's time: in a simulation no timer of it ever looks at the real clock.</summary>
/// <remarks>Akka makes it by reflection while the system is made, so the time is handed over by the making thread.</remarks>
public sealed class NodeTimers(Config config, ILoggingAdapter log) : SchedulerBase(config, log)
{
    [ThreadStatic]
    private static TimeProvider? _given;

    private readonly TimeProvider _time = _given ?? throw new InvalidOperationException("the node's time was not handed over");

    public override TimeSpan MonotonicClock => _time.GetElapsedTime(0);
    public override TimeSpan HighResMonotonicClock => MonotonicClock;
    protected override DateTimeOffset TimeNow => _time.GetUtcNow();

    internal static ActorSystem Over(TimeProvider time, Func<ActorSystem> make)
    {
        _given = time;
        try
        {
            return make();
        }
        finally
        {
            _given = null;
        }
    }

    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Start(delay, Timeout.InfiniteTimeSpan, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Start(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Start(delay, Timeout.InfiniteTimeSpan, action, cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Start(delay, Timeout.InfiniteTimeSpan, action.Run, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Start(initialDelay, interval, action, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Start(initialDelay, interval, action.Run, cancelable);

    private void Start(TimeSpan delay, TimeSpan interval, Action fire, ICancelable? cancelable)
    {
        if (cancelable is { IsCancellationRequested: true }) return;
        var due = delay < TimeSpan.Zero ? TimeSpan.Zero : delay;
        var timer = _time.CreateTimer(
            _ =>
            {
                if (cancelable is not { IsCancellationRequested: true }) fire();
            },
            null, due, interval);
        cancelable?.Token.Register(static timer => ((ITimer)timer!).Dispose(), timer);
    }
}
