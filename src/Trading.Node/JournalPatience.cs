namespace Trading.Node;

/// <summary>How long an append is waited for before the journal counts as silent (design §4, "Journal down").</summary>
internal static class JournalPatience
{
    public static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(500);

    /// <summary>What an operator is told of an append that hangs.</summary>
    public static readonly string Exhausted = $"no answer for {Limit.TotalMilliseconds:0} ms";

    /// <returns>False: it is still under way after the limit.</returns>
    public static async Task<bool> IsAnswered(Task append, TimeProvider time)
    {
        if (append.IsCompleted) return true;
        using var answered = new CancellationTokenSource();
        await Task.WhenAny(append, Task.Delay(Limit, time, answered.Token));
        answered.Cancel();
        return append.IsCompleted;
    }
}
