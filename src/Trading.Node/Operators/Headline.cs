using Trading.Node.Positions;

namespace Trading.Node.Operators;

/// <summary>The one line that says how things stand, the same everywhere (design §10).</summary>
/// <param name="AtRisk">Quote value lost if all stops fill at their triggers; gains that are secured do not count against it.</param>
/// <param name="TodayNet">Net realised since 00:00 UTC, in quote.</param>
public sealed record Headline(
    int Positions, int Protected, int Unprotected, decimal AtRisk, decimal TodayNet, int Drift, TimeSpan OldestUnknown)
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
            oldest is null ? TimeSpan.Zero : nowUtc - oldest.Value);
    }

    public override string ToString() => string.Create(
        Words.Invariant,
        $"{Positions} positions · {Protected} protected · {Unprotected} unprotected · at risk to stops {AtRisk:0.00} USDT · "
        + $"today {Signed(TodayNet)} net · drift {Drift} · oldest unknown {OldestUnknown.TotalSeconds:0} s");

    private static string Signed(decimal value) =>
        value < 0 ? string.Create(Words.Invariant, $"−{-value:0.0}") : value.ToString("0.0", Words.Invariant);
}
