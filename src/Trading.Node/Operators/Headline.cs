using Trading.Node.Positions;

namespace Trading.Node.Operators;

/// <summary>The one line that says how things stand, the same everywhere (design §10).</summary>
/// <param name="AtRisk">Quote value lost if all stops fill at their triggers; gains that are secured do not count against it.</param>
/// <param name="TodayNet">Net realised since 00:00 UTC, in quote.</param>
/// <param name="LeftAlone">Positions whose journal could not be read: they are in no other figure, and nobody looks after them.</param>
/// <param name="NotManaged">What is held in contracts that this node does not trade: in no other figure either.</param>
public sealed record Headline(
    int Positions, int Protected, int Unprotected, decimal AtRisk, decimal TodayNet, int Drift, TimeSpan OldestUnknown, int LeftAlone,
    int NotManaged)
{
    public static Headline Of(TradingNode node, DateTime nowUtc)
    {
        var open = node.Board.Active.Where(view => view.IsOpen).ToList();
        var oldest = node.Board.Active.Select(view => view.DoubtSinceUtc).Where(since => since is not null).Min();
        return new Headline(
            open.Count,
            open.Count(view => view.IsProtected),
            open.Count(view => view.IsUnprotected),
            open.Sum(view => Math.Max(0, view.AtRisk)),
            node.Accounts.Values.Sum(account => account.TodayNet),
            node.Accounts.Values.Sum(account => account.Ledger.Drift),
            oldest is null ? TimeSpan.Zero : nowUtc - oldest.Value,
            node.Board.LeftAlone.Count,
            node.Accounts.Values.Sum(account => account.Untraded.Held.Count));
    }

    public override string ToString() => string.Create(
        Words.Invariant,
        $"{Positions} positions · {Protected} protected · {Unprotected} unprotected · at risk to stops {AtRisk:0.00} USDT · "
        + $"today {Signed(TodayNet)} net · drift {Drift} · oldest unknown {OldestUnknown.TotalSeconds:0} s{Beside}");

    /// <summary>Said only where there is some.</summary>
    private string Beside => (LeftAlone == 0 ? "" : $" · {LeftAlone} LEFT ALONE") + (NotManaged == 0 ? "" : $" · {NotManaged} not managed");

    private static string Signed(decimal value) =>
        value < 0 ? string.Create(Words.Invariant, $"−{-value:0.0}") : value.ToString("0.0", Words.Invariant);
}
