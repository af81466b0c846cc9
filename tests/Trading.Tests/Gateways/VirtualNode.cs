using Trading.Tests.Journal;

namespace Trading.Tests.Gateways;

/// <summary>One single-threaded process under virtual time: nothing runs and no time passes but by its verbs.</summary>
internal sealed class VirtualNode
{
    private readonly PumpScheduler _scheduler = new();

    public ManualTime Time { get; } = new(new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero));

    public DateTime UtcNow => Time.GetUtcNow().UtcDateTime;

    /// <summary>Starts work and lets it go as far as it can without time passing.</summary>
    public Task<T> Start<T>(Func<Task<T>> work)
    {
        var task = Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler).Unwrap();
        Settle();
        return task;
    }

    public Task Start(Func<Task> work) => Start(async () =>
    {
        await work();
        return true;
    });

    public void Settle() => _scheduler.RunAll();

    /// <summary>Lets time pass in steps of 10 ms, so that what one timer causes is done before the next.</summary>
    public void Pass(TimeSpan time)
    {
        Settle();
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromMilliseconds(10))
        {
            Time.Advance(TimeSpan.FromMilliseconds(10));
            Settle();
        }
    }

    /// <summary>Runs work to its end within a virtual minute.</summary>
    public T Run<T>(Func<Task<T>> work)
    {
        var task = Start(work);
        for (var waited = 0; waited < 6000 && !task.IsCompleted; waited++) Pass(TimeSpan.FromMilliseconds(10));
        Assert.True(task.IsCompleted, "the work did not end within a virtual minute");
#pragma warning disable VSTHRD002 // it has completed
        return task.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
    }
}
