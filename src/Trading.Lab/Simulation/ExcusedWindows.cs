using System.Globalization;
using Trading.Domain;

namespace Trading.Lab.Simulation;

/// <summary>
/// When, and why, nobody could have protected a position: what the judge takes off the time it was naked. Every excuse
/// is written down with its cause; a run without faults has none.
/// </summary>
public sealed class ExcusedWindows
{
    private readonly List<ExcusedWindow> _all = [];
    private readonly List<ExcusedWindow> _silences = [];

    public IReadOnlyList<ExcusedWindow> All => _all;

    /// <param name="symbol">Null: all symbols.</param>
    /// <param name="account">Null: all accounts.</param>
    public void Add(DateTime fromUtc, TimeSpan lasts, string why, string? symbol = null, bool deaf = false, AccountId? account = null) =>
        _all.Add(new ExcusedWindow(fromUtc, fromUtc + lasts, account, symbol, why, deaf));

    /// <summary>When a position may take its append for unanswered, so that what protects goes ahead of it.</summary>
    public void Silence(DateTime fromUtc, TimeSpan lasts, string why, PositionKey? key = null) =>
        _silences.Add(new ExcusedWindow(fromUtc, fromUtc + lasts, key?.Account, key?.Symbol.Value, why, Deaf: false));

    public bool IsSilent(DateTime atUtc, PositionKey key) =>
        _silences.Exists(one => atUtc >= one.FromUtc && atUtc <= one.ToUtc && one.Concerns(key));

    /// <summary>Whether what happened outside at that time may have gone unheard.</summary>
    public bool IsDeaf(DateTime atUtc, PositionKey key) =>
        _all.Exists(one => one.Deaf && one.Concerns(key) && one.FromUtc <= atUtc && atUtc < one.ToUtc);

    /// <summary>How much of a time none of this excuses.</summary>
    /// <param name="told">Others had to tell that there was something to protect: what deafens excuses too.</param>
    public TimeSpan Unexcused(DateTime fromUtc, DateTime toUtc, PositionKey key, bool told)
    {
        var free = TimeSpan.Zero;
        var at = fromUtc;
        foreach (var one in _all.Where(one => one.Concerns(key) && (told || !one.Deaf)).OrderBy(one => one.FromUtc))
        {
            if (one.ToUtc <= at || one.FromUtc >= toUtc) continue;
            if (one.FromUtc > at) free += one.FromUtc - at;
            at = one.ToUtc;
        }

        return at < toUtc ? free + (toUtc - at) : free;
    }
}

/// <param name="Deaf">Only hides what happened outside; what the node did itself it knows by the answers.</param>
public sealed record ExcusedWindow(DateTime FromUtc, DateTime ToUtc, AccountId? Account, string? Symbol, string Why, bool Deaf)
{
    public bool Concerns(PositionKey key) =>
        (Account is null || Account == key.Account) && (Symbol is null || Symbol == key.Symbol.Value);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{FromUtc:HH:mm:ss.fff}-{ToUtc:HH:mm:ss.fff} {Account?.Value ?? "all"} {Symbol ?? "all"}: {Why}");
}
