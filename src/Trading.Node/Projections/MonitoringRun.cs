namespace Trading.Node.Projections;

/// <summary>The follower at work from here until this is disposed; then it has caught up with what the journal holds.</summary>
public sealed class MonitoringRun : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    public MonitoringRun(MonitoringFollower follower) => _run = Task.Factory.StartNew(
        () => follower.Run(_stop.Token), CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Default).Unwrap();

    public async ValueTask DisposeAsync()
    {
        _stop.Cancel();
        await _run;
        _stop.Dispose();
    }
}
