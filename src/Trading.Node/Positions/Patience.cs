namespace Trading.Node.Positions;

/// <summary>Calls <paramref name="overdue"/> once, unless it is disposed of within that time.</summary>
internal sealed class Patience : IDisposable
{
    private readonly ITimer _timer;

    public Patience(TimeProvider time, TimeSpan within, Action overdue) =>
        _timer = time.CreateTimer(static overdue => ((Action)overdue!)(), overdue, within, Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer.Dispose();
}
