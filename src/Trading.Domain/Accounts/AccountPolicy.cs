using System.Collections.Immutable;
using Trading.Domain.Positions;

namespace Trading.Domain.Accounts;

/// <summary>The risk rules of one account. Fractions, not percent: 0.01 is 1 %. Amounts are in quote (USDT).</summary>
public sealed record AccountPolicy
{
    public static readonly AccountPolicy Default = new();

    public Exchange Exchange { get; init; } = Exchange.Binance;

    /// <summary>Both sides of a symbol can be held at once; keys carry the side.</summary>
    public bool Hedge { get; init; }

    /// <summary>Fixed size of an entry, when <see cref="EquityShare"/> is null.</summary>
    public decimal Notional { get; init; } = 200m;

    /// <summary>Share of the equity per entry; null: fixed size.</summary>
    public decimal? EquityShare { get; init; }

    /// <summary>Cap of the size of one entry; a larger one is made smaller.</summary>
    public decimal MaxPositionNotional { get; init; } = 1000m;

    /// <summary>Bound of all positions and openings together; null: none but the number of slots.</summary>
    public decimal? MaxTotalNotional { get; init; }
    public int MaxOpenPositions { get; init; } = 40;

    /// <summary>Conditional orders that each position needs: 2 with a hard stop under the moving one.</summary>
    public int StopsPerPosition { get; init; } = 1;

    /// <summary>No entries from this many open conditional orders on: Binance allows 200 per account.</summary>
    public int ConditionalLimit { get; init; } = 195;

    /// <summary>Only these symbols; empty: all.</summary>
    public ImmutableHashSet<Symbol> Allow { get; init; } = [];
    public ImmutableHashSet<Symbol> Block { get; init; } = [];

    /// <summary>After a close the key rests for one wave: waves come every 15 minutes.</summary>
    public TimeSpan CooldownAfterClose { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>After a close with net below zero.</summary>
    public TimeSpan CooldownAfterLoss { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>Positive; null: no daily rule.</summary>
    public decimal? DailyLoss { get; init; }
    public decimal MaxEntryDeviation { get; init; } = 0.01m;
    public TimeSpan DelistingWithin { get; init; } = TimeSpan.FromHours(48);
    public int Leverage { get; init; } = 1;

    /// <summary>
    /// Maintenance margin assumed when the liquidation price is estimated; on the safe side for small coins.
    /// </summary>
    public decimal MaintenanceMargin { get; init; } = 0.025m;

    /// <summary>The liquidation price must lie beyond the stop by this share of the stop's distance.</summary>
    public decimal LiquidationRoom { get; init; } = 0.2m;
    public ProtectionPlan Plan { get; init; } = new();

    /// <summary>How long a missed protection stops entries at the longest.</summary>
    public TimeSpan MissPause { get; init; } = TimeSpan.FromMinutes(15);
    public int MissesToHalt { get; init; } = 3;
    public TimeSpan MissWindow { get; init; } = TimeSpan.FromMinutes(10);

    public PositionKey KeyOf(Signals.Signal signal) => new(signal.Account, signal.Symbol, Hedge ? signal.Side : null);

    /// <summary>Every position the account can have on a symbol: they share its leverage and margin mode.</summary>
    public IReadOnlyList<PositionKey> KeysOf(AccountId account, Symbol symbol) => Hedge
        ? [new PositionKey(account, symbol, Side.Long), new PositionKey(account, symbol, Side.Short)]
        : [new PositionKey(account, symbol)];
}
