namespace Trading.Tests.Journal;

/// <summary>Runs tasks only when told to, on the thread that tells it.</summary>
internal sealed class PumpScheduler : TaskScheduler
{
    private readonly Queue<Task> _ready = new();

    public void RunAll()
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null); // the test runner's own would catch every await
        while (_ready.TryDequeue(out var task)) TryExecuteTask(task);
        SynchronizationContext.SetSynchronizationContext(context);
    }

    protected override void QueueTask(Task task) => _ready.Enqueue(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => _ready;
}
