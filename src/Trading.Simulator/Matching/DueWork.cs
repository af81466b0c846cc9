namespace Trading.Simulator.Matching;

/// <summary>What is due later, in order of time, then of planning.</summary>
public sealed class DueWork
{
    private readonly PriorityQueue<Action, (DateTime At, long Number)> queue = new();
    private long number;

    public DateTime? NextAtUtc => queue.TryPeek(out _, out var due) ? due.At : null;

    public void Plan(DateTime atUtc, Action work) => queue.Enqueue(work, (atUtc, number++));

    public bool TryTake(DateTime nowUtc, out Action work)
    {
        work = static () => { };
        if (!queue.TryPeek(out _, out var due) || due.At > nowUtc) return false;
        work = queue.Dequeue();
        return true;
    }
}
