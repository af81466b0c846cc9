namespace Trading.Simulator.Faults;

/// <summary>The scripted faults, in the order they were added. Asking for those that match uses them up.</summary>
public sealed class FaultList
{
    private readonly List<Entry> entries = [];
    private int number;

    public IEnumerable<(int Id, Fault Fault, int Used)> Active => entries.Select(e => (e.Id, e.Fault, e.Used));

    /// <summary>How many matches have been applied since the start, per fault id (used-up ones too).</summary>
    public Dictionary<int, int> Applied { get; } = [];

    /// <returns>Id for <see cref="Remove"/>.</returns>
    public int Add(Fault fault, DateTime nowUtc)
    {
        entries.Add(new Entry(++number, fault, fault.Seconds is { } s ? nowUtc.AddSeconds(s) : DateTime.MaxValue));
        return number;
    }

    public bool Remove(int id) => entries.RemoveAll(e => e.Id == id) > 0;

    public void Clear() => entries.Clear();

    public IReadOnlyList<Fault> TakeForCall(in FaultFacts facts, DateTime nowUtc) =>
        Take(facts, nowUtc, FaultAction.LoseAnswer, FaultAction.LagPositions);

    public IReadOnlyList<Fault> TakeForEvent(in FaultFacts facts, DateTime nowUtc) =>
        Take(facts, nowUtc, FaultAction.DropEvent, FaultAction.ReorderEvent);

    public IReadOnlyList<Fault> TakeForTrigger(in FaultFacts facts, DateTime nowUtc) =>
        Take(facts, nowUtc, FaultAction.RejectTrigger, FaultAction.StickTriggering);

    public IReadOnlyList<Fault> TakeForFill(in FaultFacts facts, DateTime nowUtc) =>
        Take(facts, nowUtc, FaultAction.HoldFill, FaultAction.RejectOrder);

    private IReadOnlyList<Fault> Take(in FaultFacts facts, DateTime nowUtc, FaultAction first, FaultAction last)
    {
        if (entries.Count == 0) return [];
        List<Fault>? taken = null;
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            if (entry.Fault.Do < first || entry.Fault.Do > last || !Matches(entry.Fault, facts)) continue;
            if (nowUtc >= entry.UntilUtc || entry.Seen++ < entry.Fault.Skip) continue;
            entry.Used++;
            Applied[entry.Id] = entry.Used;
            (taken ??= []).Add(entry.Fault);
        }

        entries.RemoveAll(e => nowUtc >= e.UntilUtc || e.Used >= (e.Fault.Count ?? int.MaxValue));
        return taken is null ? [] : taken;
    }

    private static bool Matches(Fault fault, in FaultFacts facts) =>
        (fault.Symbol is null || fault.Symbol == facts.Symbol)
        && (fault.Purpose is null || fault.Purpose == facts.Purpose)
        && (fault.Account is null || fault.Account == facts.Account
            || facts.Account.EndsWith("/" + fault.Account, StringComparison.Ordinal))
        && (fault.ClientId is null || facts.ClientId.StartsWith(fault.ClientId, StringComparison.Ordinal))
        && (fault.Route is null || MatchesRoute(fault.Route, facts.Route))
        && (fault.Event is null || fault.Event == facts.Event || fault.Event == facts.Kind
            || (fault.Event == Fault.OfAccount && facts.Account.Length > 0)
            || facts.Event.StartsWith(fault.Event + "/", StringComparison.Ordinal));

    private static bool MatchesRoute(string wanted, string route) =>
        wanted == route
        || (wanted.EndsWith('*') && route.StartsWith(wanted[..^1], StringComparison.Ordinal))
        || route.EndsWith(" " + wanted, StringComparison.Ordinal);

    private sealed class Entry(int id, Fault fault, DateTime untilUtc)
    {
        public int Id { get; } = id;
        public Fault Fault { get; } = fault;
        public DateTime UntilUtc { get; } = untilUtc;
        public int Seen { get; set; }
        public int Used { get; set; }
    }
}
