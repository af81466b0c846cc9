using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Gateways;
using Trading.Node.Configuration;
using Trading.Node.Gateways;
using Trading.Node.Positions;
using Trading.Node.Probe;

namespace Trading.Node.Accounts;

/// <summary>Whether an account may enter a symbol now: probe, rules, leverage and margin mode; and what the symbol's market says.</summary>
public sealed class EntryReadiness
{
    public required AccountSettings Account { get; init; }
    public required SymbolBook Symbols { get; init; }
    public required ObservationsBook Observations { get; init; }
    public required PositionBoard Board { get; init; }
    public required PreparedSymbols Prepared { get; init; }
    public required PriceRouter Prices { get; init; }
    public required IOrderSender Sender { get; init; }
    public required TimeProvider Time { get; init; }

    /// <summary>Null: the venue probe has not ended yet.</summary>
    public required Func<ProbeReport?> LastProbe { get; init; }
    public required Func<bool> IsStopping { get; init; }

    /// <summary>Leverage and margin mode are made true. Must not wait.</summary>
    public required Action<Symbol> Prepare { get; init; }

    /// <summary>Why nobody may enter the symbol, as the rules read last say; the exchange is not asked.</summary>
    public Denial? Barred(Symbol symbol) => EntryRisk.Barred(
        new AccountContext(Account.Id, Time.NowUtc(), Account.Risk), symbol, Symbols.Find(symbol));

    /// <summary>
    /// Null where leverage and margin mode are true, or the key itself is held: there they are never touched, and the
    /// position says no. What holds the other side of a hedge holds them too: ours were made true before it was opened.
    /// </summary>
    public OpeningAnswer? Unready(PositionKey key)
    {
        if (Barred(key.Symbol) is { } barred) return new OpeningAnswer.Denied(barred.Reason, barred.Text);
        var probe = LastProbe();
        if (probe is { Failure: { } failure }) return new OpeningAnswer.Denied(Reasons.AccountState, $"venue probe: {failure}");
        if (IsStopping()) return new OpeningAnswer.NotYet(PositionProcess.Stopping);
        if (probe is not { Concluded: true }) return new OpeningAnswer.NotYet("the venue probe has not ended");
        if (Symbols.IsDoubted(key.Symbol)) return new OpeningAnswer.NotYet($"the rules of {key.Symbol} have changed and are being read");
        if (Prepared.Contains(key.Symbol) || IsHeld(key)) return null;
        if (Account.Risk.KeysOf(key.Account, key.Symbol).Any(IsHeld)) return UnreadyBeside(key.Symbol);
        if (Prepared.RefusalOf(key.Symbol) is { } refusal) return new OpeningAnswer.Denied(Reasons.AccountState, refusal);
        Prepare(key.Symbol);
        return new OpeningAnswer.NotYet($"leverage and margin mode of {key.Symbol} are still being set");
    }

    /// <summary>True where this node, or the exchange, says that something is held or on its way.</summary>
    public bool IsHeld(PositionKey key) =>
        Board.Find(key) is { State: not PositionState.Flat } || Observations.AmountOf(key) is not (null or 0);

    /// <summary>What the market says about a symbol: the stream's mark where it is watched, else the exchange is asked.</summary>
    public async Task<MarketView> ViewMarket(Symbol symbol, CancellationToken stop)
    {
        var rules = Symbols.Find(symbol);
        var mark = Prices.PriceOf(symbol);
        if (mark is null && rules is not null && await Sender.ReadMark(symbol, stop) is Done<decimal> read) mark = read.Value;
        return new MarketView(mark, rules, Prices.IsDeaf);
    }

    /// <summary>What may have changed since the market was looked at, and costs no question.</summary>
    public MarketView AsOfNow(Symbol symbol, MarketView seen) =>
        seen with { Rules = Symbols.Find(symbol), Leverage = Prepared.Of(symbol).Leverage };

    /// <summary>
    /// The other side of a hedge is held, and has leverage and margin mode with it. Ours were made true before it was
    /// opened; a leverage that was changed since is looked at by the liquidation check.
    /// </summary>
    private OpeningAnswer.Denied? UnreadyBeside(Symbol symbol)
    {
        var side = Account.Risk.KeysOf(Account.Id, symbol).First(IsHeld);
        if (Board.Find(side) is not { Holding.Policy: null })
            return new OpeningAnswer.Denied(Reasons.OutsidePosition, $"{side} is held from outside, with leverage and margin mode of its own");
        var margin = Prepared.Of(symbol) with { Leverage = null };
        return margin.AgreesWith(Prepared.Wanted)
            ? null
            : new OpeningAnswer.Denied(Reasons.AccountState, $"{side} is held with {margin}, which is not as configured and cannot be changed now");
    }
}
