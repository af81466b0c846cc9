using Trading.Domain.Positions;

namespace Trading.Node.Journal;

/// <summary>A journal that is away is waited for: what an append waits before it counts as silent, and how it is read (design §4, "Journal down").</summary>
internal static class JournalTimeouts
{
    public static readonly TimeSpan Limit = PositionProcess.Patience;

    /// <summary>At one pace for reads and appends: who backed off longer with every failure would sleep on when the journal is back.</summary>
    public static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(250);

    /// <summary>What an operator is told of an append that hangs.</summary>
    public static readonly string Exhausted = $"no answer for {Limit.TotalMilliseconds:0} ms";

    /// <summary>Reads from a journal that may be away, and asks it on at the same pace until it answers.</summary>
    /// <param name="silent">Told why it did not.</param>
    /// <param name="stop">Gives up waiting.</param>
    public static async Task<T> Read<T>(Func<Task<T>> read, Action<string> silent, TimeProvider time, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await read();
            }
            catch (IOException away)
            {
                silent(away.Message);
                await Task.Delay(AskAgain, time, stop);
            }
        }
    }
}
