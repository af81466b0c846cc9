namespace Trading.Node.Operators;

/// <param name="Count">How often it was raised since <paramref name="FirstUtc"/>.</param>
/// <param name="Subject">Position key, account or part of the node.</param>
public sealed record Alert(long Id, string Kind, string Subject, string Text, DateTime FirstUtc, DateTime LastUtc, int Count)
{
    /// <summary>When the operator was told last; what is raised every second is not said every second.</summary>
    public DateTime ToldUtc { get; init; }
}

/// <summary>What the operator must see. The same thing said again counts; it does not fill the board.</summary>
public sealed class AlertBoard(TimeProvider time, Action<Alert> tell)
{
    private const int Most = 500;
    private static readonly TimeSpan SaidAgainAfter = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly LinkedList<Alert> _alerts = new();
    private long _lastId;

    /// <summary>Newest first; the oldest fall off beyond 500.</summary>
    public IReadOnlyList<Alert> Newest
    {
        get { lock (_gate) return [.. _alerts]; }
    }

    /// <summary>Told to the operator once, and again when it is still raised five minutes later.</summary>
    public void Raise(string kind, string subject, string text)
    {
        Alert alert;
        var tellIt = true;
        lock (_gate)
        {
            var now = time.NowUtc();
            if (_alerts.FirstOrDefault(a => a.Kind == kind && a.Subject == subject && a.Text == text) is { } known)
            {
                tellIt = now - known.ToldUtc > SaidAgainAfter;
                _alerts.Remove(known);
                alert = known with { LastUtc = now, Count = known.Count + 1, ToldUtc = tellIt ? now : known.ToldUtc };
            }
            else
            {
                alert = new Alert(++_lastId, kind, subject, text, now, now, 1) { ToldUtc = now };
            }

            _alerts.AddFirst(alert);
            if (_alerts.Count > Most) _alerts.RemoveLast();
        }

        if (tellIt) tell(alert);
    }
}
