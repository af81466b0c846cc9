using System.Globalization;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>Calls per account and endpoint in a rolling second, calls per address in five, and the 403 for too many
/// (protocol page, section 4).</summary>
internal sealed class RateLimits(BybitOptions options)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FiveSeconds = TimeSpan.FromSeconds(5);
    private readonly Dictionary<string, Queue<DateTime>> calls = [];
    private readonly Dictionary<string, DateTime> bannedUntilUtc = [];
    private readonly Dictionary<string, DateTime> closedUntilUtc = [];

    /// <summary>Every call of the address is refused until the time.</summary>
    public void Ban(string address, DateTime untilUtc) => bannedUntilUtc[address] = untilUtc;

    /// <summary>Scripted: one endpoint of one account is exhausted until the time.</summary>
    public void Exhaust(string bucket, DateTime untilUtc) => closedUntilUtc[bucket] = untilUtc;

    /// <summary>True when the address may call; counts the call.</summary>
    public bool Admits(string address, DateTime nowUtc)
    {
        if (bannedUntilUtc.TryGetValue(address, out var until) && nowUtc < until) return false;
        if (Count(address, FiveSeconds, nowUtc) <= options.RequestsPerFiveSeconds) return true;
        Ban(address, nowUtc + options.BanTime);
        return false;
    }

    /// <summary>Counts a call of an account; the headers tell what is left.</summary>
    public bool Admits(
        string bucket, int perSecond, DateTime nowUtc, out IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        var used = Count(bucket, Second, nowUtc);
        var resetUtc = used >= perSecond ? calls[bucket].Peek() + Second : nowUtc;
        if (closedUntilUtc.TryGetValue(bucket, out var closed) && nowUtc < closed) (used, resetUtc) = (perSecond + 1, closed);
        headers =
        [
            new("X-Bapi-Limit", perSecond.ToString(CultureInfo.InvariantCulture)),
            new("X-Bapi-Limit-Status", Math.Max(0, perSecond - used).ToString(CultureInfo.InvariantCulture)),
            new("X-Bapi-Limit-Reset-Timestamp", JsonFields.ToMs(resetUtc).ToString(CultureInfo.InvariantCulture)),
        ];
        return used <= perSecond;
    }

    private int Count(string bucket, TimeSpan window, DateTime nowUtc)
    {
        if (!calls.TryGetValue(bucket, out var queue)) calls[bucket] = queue = new Queue<DateTime>();
        while (queue.TryPeek(out var oldest) && oldest <= nowUtc - window) queue.Dequeue();
        queue.Enqueue(nowUtc);
        return queue.Count;
    }
}
