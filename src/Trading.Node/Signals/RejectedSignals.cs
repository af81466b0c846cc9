using System.Text;
using Trading.Domain.Signals;

namespace Trading.Node.Signals;

/// <summary>An input that was not taken as a signal, kept so that its sender's mistake can be found.</summary>
/// <param name="Kind">Field or kind of frame that was wrong.</param>
/// <param name="Payload">What came, shortened, without secrets.</param>
public sealed record RejectedSignal(DateTime AtUtc, string Source, string Kind, string Payload, string Reason)
{
    private const int LongestPayload = 4096;

    public static string Shortened(ReadOnlySpan<byte> payload) =>
        SecretFields.Masked(Encoding.UTF8.GetString(payload[..Math.Min(payload.Length, LongestPayload)]));
}

/// <summary>The latest dead letters in memory; each is handed on, for the table, as it comes.</summary>
/// <param name="keep">Must not wait.</param>
public sealed class RejectedSignals(Action<RejectedSignal> keep)
{
    private const int Most = 1000;
    private readonly Lock _gate = new();
    private readonly Queue<RejectedSignal> _latest = new();

    /// <summary>Of this process, those that fell off included.</summary>
    public long Count { get; private set; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<RejectedSignal> Latest
    {
        get { lock (_gate) return [.. _latest]; }
    }

    public void Add(RejectedSignal letter)
    {
        lock (_gate)
        {
            Count++;
            _latest.Enqueue(letter);
            if (_latest.Count > Most) _latest.Dequeue();
        }

        keep(letter);
    }
}
