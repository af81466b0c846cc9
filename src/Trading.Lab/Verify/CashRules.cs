using Trading.Domain.Accounts;
using Trading.Domain.Positions;

namespace Trading.Lab.Verify;

/// <summary>Money that moved without a trade is booked once, for a position or for the account.</summary>
internal sealed class CashRules(Findings findings)
{
    private readonly Findings.Rule _once = findings.Check("I2", "every payment is booked once");
    private readonly HashSet<(string Account, string Id)> _booked = [];

    public void Follow(string stream, long version, PositionEvent happened)
    {
        if (happened is PositionEvent.FundingBooked { Id: { Length: > 0 } funding }) Book(stream, version, funding);
        if (happened is PositionEvent.LiquidationCleared { Id: var cleared }) Book(stream, version, cleared);
    }

    public void Follow(string stream, long version, AccountEvent happened)
    {
        if (happened is AccountEvent.CashNoted { Id: var noted }) Book(stream, version, noted);
    }

    private void Book(string stream, long version, string id)
    {
        if (!_booked.Add((stream.Split('/')[1], id))) _once.Broken($"{stream} #{version}: {id} is booked again");
    }
}
