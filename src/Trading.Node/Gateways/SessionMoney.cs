using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Gateways;
using static Trading.Node.Gateways.SessionMessage;

namespace Trading.Node.Gateways;

/// <summary>Equity, marks and payments: what the account judges its risk by.</summary>
public sealed partial class AccountSessionActor
{
    private static readonly TimeSpan EquityEvery = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EquityAfterChange = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MarksEvery = TimeSpan.FromSeconds(5);

    /// <summary>Null: nothing is known to have been paid of which nobody was told.</summary>
    private DateTime? _cashMissedUtc;

    private void ReadEquity() => Beside(
        async stop => new EquityTaken(await account.Session.ReadBalance(stop)),
        static fault => new EquityTaken(new Unknown<AccountBalance>(fault.Message)));

    private void LearnEquity(Outcome<AccountBalance> outcome)
    {
        StartTimer("equity", EquityEvery, new EquityWanted());
        if (outcome is Done<AccountBalance> done) account.TellAccount(new AccountInput.EquityRead(done.Value.EquityUsdt));
    }

    /// <summary>The account judges its open loss by them.</summary>
    private void TellMarks()
    {
        var marks = account.Board.Active.Where(view => view.Key.Account == account.Id)
            .DistinctBy(view => view.Key.Symbol)
            .Select(view => (view.Key.Symbol, Mark: account.Prices.PriceOf(view.Key.Symbol) * (view.Holding!.QuotePrice ?? 1)))
            .Where(pair => pair.Mark is not null)
            .ToDictionary(pair => pair.Symbol, pair => pair.Mark!.Value);
        if (marks.Count > 0) account.TellAccount(new AccountInput.Marked(marks));
        StartTimer("marks", MarksEvery, new MarksDue());
    }

    private void MissCash(DateTime sinceUtc, TimeSpan after)
    {
        _cashMissedUtc = sinceUtc < _cashMissedUtc ? sinceUtc : _cashMissedUtc ?? sinceUtc;
        StartTimer("cash", after, new CashWanted());
    }

    private void ReadCash()
    {
        var now = account.Time.NowUtc();
        StartTimer("cash", CashClock.UntilNext(now), new CashWanted());
        var held = account.Board.All.Where(view => view.Key.Account == account.Id).Select(view => view.State);
        if (CashClock.Since(_cashMissedUtc, held, now) is not { } since) return;
        _cashMissedUtc = null;
        Beside(
            async stop => new CashTaken(await account.Session.ReadCash(since, stop), since),
            fault => new CashTaken(new Unknown<IReadOnlyList<CashReport>>(fault.Message), since));
    }

    private void LearnCash(CashTaken taken)
    {
        if (taken.Outcome is Done<IReadOnlyList<CashReport>> done)
            foreach (var report in done.Value) Assign(report);
        else
            MissCash(taken.SinceUtc, CashClock.AfterFailure);
    }
}
