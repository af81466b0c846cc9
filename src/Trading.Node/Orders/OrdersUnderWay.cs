using System.Diagnostics.CodeAnalysis;

namespace Trading.Node.Orders;

/// <summary>
/// Stops, closes and cancels from the decision that wants them to their answer. Their events are durable: they are seen
/// through, also when the actor that wanted them has ended with its node. Entries are not among them.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "a token source without timer or link holds nothing to dispose of")]
public sealed class OrdersUnderWay(TimeProvider time)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _given = new();
    private int _count;

    /// <summary>Cancelled when nobody waits for them any more.</summary>
    public CancellationToken Abandoned => _given.Token;

    public int Count => Volatile.Read(ref _count);

    /// <summary>To be called in the turn that decided it; <see cref="End"/> follows.</summary>
    public void Begin() => Interlocked.Increment(ref _count);

    public void End() => Interlocked.Decrement(ref _count);

    /// <returns>False: some are still without an answer.</returns>
    public async Task<bool> AllAnswered(TimeSpan within)
    {
        var began = time.GetTimestamp();
        while (Count > 0 && time.GetElapsedTime(began) < within) await Task.Delay(Glance, time);
        return Count == 0;
    }

    public void Abandon() => _given.Cancel();
}
