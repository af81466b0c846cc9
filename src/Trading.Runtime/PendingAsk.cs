namespace Trading.Runtime;

/// <summary>A question under way: the first of answer, failure and deadline ends it.</summary>
/// <remarks>
/// The outcome is handed over in a task of its own on the system's scheduler, so the asker never continues inside the
/// answering actor's turn. The completion source runs its continuations synchronously there on purpose: the asynchronous
/// kind leaks to the thread pool under WhenAll and WaitAsync.
/// </remarks>
internal sealed class PendingAsk<TReply>(ActorSystem system, string actor) : Delivery
{
    private readonly TaskCompletionSource<TReply> _source = new();
    private ITimer? _deadline;
    private int _ended;

    public Task<TReply> Task => _source.Task;

    public void Reply(TReply reply)
    {
        if (End()) system.Post(() => _source.TrySetResult(reply));
    }

    internal override void Failed(Exception why)
    {
        if (End()) system.Post(() => _source.TrySetException(why));
    }

    public void ArmDeadline(TimeSpan deadline)
    {
        var timer = system.Options.Time.CreateTimer(
            static ask => ((PendingAsk<TReply>)ask!).DeadlinePassed(), this, deadline, Timeout.InfiniteTimeSpan);
        Volatile.Write(ref _deadline, timer);
        if (Volatile.Read(ref _ended) != 0) timer.Dispose();
    }

    private void DeadlinePassed() => Failed(new TimeoutException(
        $"{actor} has not answered within the deadline; whether it will act on the message is unknown"));

    private bool End()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0) return false;
        Volatile.Read(ref _deadline)?.Dispose();
        return true;
    }
}
