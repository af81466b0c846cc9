using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Simulator.Matching;

namespace Trading.Lab.Simulation;

/// <summary>What a seed plays under: the kinds of misfortune it knows, and the ways of the exchange and of the operator.</summary>
public sealed record Swarm(
    FaultClass Faults, OversizeStop OversizeStop, bool TrimIsKnown, AdoptPolicy Adopt, ProtectionPlan Plan, bool EventsBeforeAnswers)
{
    private const double ChanceOfPeace = 0.1;
    private const double ChanceOfClass = 0.25;
    private const double ChanceOfReplacement = 0.15;
    private const double ChanceOfPolicy = 0.15;
    private const double ChanceOfBybit = 0.4;
    private const double ChanceOfHedge = 0.25;
    private const double ChanceOfTwoAccounts = 0.25;

    /// <summary>One, or two of the same exchange, which share the weight of their address.</summary>
    public IReadOnlyList<SimulatedAccount> Accounts { get; init; } = [SimulatedAccount.Binance];

    /// <param name="chance">What was added later draws elsewhere: seeds without it go on playing what they did.</param>
    public static Swarm Draw(ulong seed, SeededRandom chance)
    {
        var later = new SeededRandom(~seed);
        var faults = FaultClass.None;
        var peace = chance.Chance(ChanceOfPeace);
        foreach (var one in Enum.GetValues<FaultClass>().Where(one => one is not FaultClass.Replacements))
            if (chance.Chance(ChanceOfClass) && !peace) faults |= one;
        if (later.Chance(ChanceOfReplacement) && !peace) faults |= FaultClass.Replacements;
        var drawn = new Swarm(
            faults,
            chance.Chance(0.5) ? OversizeStop.Trim : OversizeStop.Expire,
            TrimIsKnown: false,
            chance.Next(4) switch { 0 => AdoptPolicy.Manage, 1 => AdoptPolicy.Alert, _ => AdoptPolicy.ProtectOnly },
            new ProtectionPlan(
                StopLoss: chance.Chance(0.5) ? 0.006m : 0.02m, Activation: 0.003m, Callback: 0.0015m,
                MaxAgeSeconds: chance.Chance(0.3) ? 45 : 3 * 3600),
            EventsBeforeAnswers: chance.Chance(0.5));
        return drawn with
        {
            Accounts = AccountsOf(seed),
            StopFirst = later.Chance(ChanceOfPolicy),
            HardLoss = later.Chance(ChanceOfPolicy) ? 0.03m : null,
            Plan = drawn.Plan with
            {
                TakeProfit = later.Chance(ChanceOfPolicy) ? 0.008m : null,
                BreakEven = later.Chance(ChanceOfPolicy) ? 0.002m : null,
            },
        };
    }

    /// <summary>What a seed trades on can be known before it is played.</summary>
    public static IReadOnlyList<SimulatedAccount> AccountsOf(ulong seed)
    {
        var chance = new SeededRandom(seed ^ 0xA3C59AC2D1B5E7F1UL);
        var exchange = chance.Chance(ChanceOfBybit) ? Exchange.Bybit : Exchange.Binance;
        var first = SimulatedAccount.First(exchange, chance.Chance(ChanceOfHedge));
        return chance.Chance(ChanceOfTwoAccounts) ? [first, first.Next(chance.Chance(ChanceOfHedge))] : [first];
    }

    /// <summary>Where the venue probe has found that it may, the stop rests before the entry is sent.</summary>
    public bool StopFirst { get; init; }

    /// <summary>Distance of the second stop layer; null: one layer.</summary>
    public decimal? HardLoss { get; init; }

    public bool Has(FaultClass one) => (Faults & one) is not FaultClass.None;
}
