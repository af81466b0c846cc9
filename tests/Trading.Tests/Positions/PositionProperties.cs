using FsCheck;
using FsCheck.Fluent;
using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionInput;

namespace Trading.Tests.Positions;

/// <summary>What must hold in every reachable state, whatever is said to the machine and in whatever order.</summary>
public sealed class PositionProperties
{
    private static readonly PositionKey Key = PositionKey.Parse("binance/BTCUSDT");
    private static readonly PositionPolicy OneLayer = PositionPolicy.Default(PositionScenario.Journal);
    private static readonly PositionPolicy TwoLayers = OneLayer with { HardLoss = 0.05m };
    private static readonly PositionPolicy StopFirst = OneLayer with { StopFirst = true };
    private static readonly SymbolRules Wide = PositionScenario.Rules("BTCUSDT", 0.1m, 1m);

    /// <summary>What is held is up to three of its market orders.</summary>
    private static readonly SymbolRules Narrow = Wide with { MaxMarketQuantity = 2m };

    /// <summary>Of what is held one or two are left that no order can express.</summary>
    private static readonly SymbolRules Coarse = Wide with { StepSize = 3m, MinQuantity = 3m };
    private static readonly (PositionPolicy Policy, SymbolRules Rules)[] Settings =
    [
        .. new[] { Wide, Narrow, Coarse }.SelectMany(rules => new[] { OneLayer, TwoLayers, StopFirst }, (rules, policy) => (policy, rules)),
    ];

    private sealed record Step(
        PositionState Before, Observations SeenBefore, PositionInput Input, Decision Decision, PositionState After, long Version,
        (PositionPolicy Policy, SymbolRules Rules) Setting);

    [Fact]
    public void Replaying_the_journal_gives_the_live_state() => ForAllRuns(steps =>
    {
        var events = steps.SelectMany(step => step.Decision.Events).ToList();
        var replayed = PositionState.Initial;
        for (var i = 0; i < events.Count; i++) replayed = PositionMachine.Evolve(replayed, events[i], i + 1);
        return steps.Count == 0 || Notation.Words(replayed) == Notation.Words(steps[^1].After);
    });

    [Fact]
    public void A_trade_is_counted_once() => ForAllRuns(steps => steps
        .SelectMany(step => step.Decision.Events.OfType<PositionEvent.OrderFilled>().Select(e => (Opened(step.After), e.Trade.TradeId)))
        .GroupBy(pair => pair).All(group => group.Count() == 1));

    [Fact]
    public void A_repeated_report_changes_nothing() => ForAllRuns(steps => steps
        .Where(step => step.Input is Traded or OrderReported or StopReported or PositionStreamed && step.Decision.Events.Count > 0)
        .All(step => Again(step).Events.Count == 0 || Fail(step)));

    private static bool Fail(Step step) => throw new InvalidOperationException(
        $"{Notation.Words(step.Before)}\n{Notation.Words(step.Input)}\n{string.Join('\n', Notation.Of(step.Decision))}\nagain:\n{string.Join('\n', Notation.Of(Again(step)))}");

    [Fact]
    public void At_most_one_entry_is_intended_at_a_time() => ForAllRuns(steps => steps
        .Where(step => step.Decision.Events.Any(e => e is PositionEvent.EntryIntended))
        .All(step => step.Before is PositionState.Flat && step.SeenBefore.KnownAmount == 0));

    [Fact]
    public void What_is_open_is_covered_or_its_deadline_runs_or_it_is_being_closed() => ForAllRuns(steps => steps.All(step =>
        Held(step.After) is not { Quantity: > 0 } held
        || held.Covered >= held.Quantity
        || step.Decision.Seen.DeadlineRunning
        || step.After is PositionState.Closing
        || held is { Managed: false, ProtectionMissed: true }));

    [Fact]
    public void Protected_is_the_sum_of_the_orders_that_were_confirmed_and_none_is_larger_than_the_market_takes() => ForAllRuns(steps =>
    {
        var resting = new Dictionary<ClientOrderId, decimal>();
        foreach (var step in steps)
        {
            foreach (var happened in step.Decision.Events)
            {
                if (happened is PositionEvent.StopConfirmed e) resting[e.Stop] = e.Quantity;
                else if (happened is PositionEvent.StopChangedExternally m) resting[m.Stop] = m.Quantity;
                else if (happened is PositionEvent.StopEnded or PositionEvent.StopCleared)
                    resting.Remove(happened is PositionEvent.StopEnded ended ? ended.Stop : ((PositionEvent.StopCleared)happened).Stop);
            }

            var sent = step.Decision.Effects.OfType<PositionEffect.SendStop>().ToList();
            if (sent.Count < SymbolRules.MostParts && sent.Exists(stop => stop.Quantity > step.Setting.Rules.MaxMarketQuantity)) return false;
            if (Held(step.After)?.LiveStop is { } live && live.Parts.Any(part => resting.GetValueOrDefault(part.Id) != part.Quantity)) return false;
        }

        return true;
    });

    [Fact]
    public void A_barrier_moves_a_stop_only_in_favour_and_closes_only_what_is_managed() => ForAllRuns(steps => steps.All(step =>
        step.Decision.Events.All(happened => happened switch
        {
            PositionEvent.StopIntended { Cause: StopCause.BreakEven } e =>
                Held(step.Before) is { Managed: true, AtBreakEven: false, LiveStop: { } old } held && (e.Trigger - old.Trigger) * held.Side.Sign() > 0,
            PositionEvent.CloseIntended { Reason: CloseReason.TakeProfit } => Held(step.Before) is { Managed: true, Plan.TakeProfit: not null },
            _ => true,
        })));

    [Fact]
    public void Every_order_that_is_sent_was_journaled_in_the_same_decision() => ForAllRuns(steps => steps.All(step =>
        step.Decision.Effects.All(effect => effect switch
        {
            PositionEffect.SendEntry e => step.Decision.Events.Any(x => x is PositionEvent.EntryIntended i && i.Order == e.Order)
                || step.Before is PositionState.Opening { Entry: { AwaitsStop: true } entry } && entry.Id == e.Order && step.Decision.Events.Any(x => x is PositionEvent.StopConfirmed),
            PositionEffect.SendStop e => step.Decision.Events.Any(x => x is PositionEvent.StopIntended i && i.Stop == e.Stop || x is PositionEvent.HardStopIntended h && h.Stop == e.Stop || x is PositionEvent.CloseIntended { Quantity: 0 } c && c.Order == e.Stop),
            PositionEffect.SendClose e => step.Decision.Events.Any(x => x is PositionEvent.CloseIntended i && i.Order == e.Order),
            _ => true,
        })));

    [Fact]
    public void What_was_denied_or_ignored_leaves_no_event_and_no_effect() => ForAllRuns(steps => steps.All(step =>
        step.Decision.Verdict is Verdict.Accepted || step.Decision is { Events.Count: 0, Effects.Count: 0 }));

    [Fact]
    public void An_entry_is_never_sent_under_an_id_used_before() => ForAllRuns(steps => steps
        .SelectMany(step => step.Decision.Effects).Select(effect => effect switch
        {
            PositionEffect.SendEntry e => e.Order.Value,
            PositionEffect.SendStop e => e.Stop.Value,
            PositionEffect.SendClose e => e.Order.Value,
            _ => null,
        }).Where(id => id is not null).GroupBy(id => id).All(group => group.Count() == 1));

    private static void ForAllRuns(Func<IReadOnlyList<Step>, bool> holds) =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNegativeInt[]>(), numbers => holds(Run(numbers)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(120));

    private static List<Step> Run(NonNegativeInt[] numbers)
    {
        var steps = new List<Step>();
        var state = PositionState.Initial;
        var seen = new Observations { KnownAmount = 0 };
        long version = 0;
        for (var i = 0; i < numbers.Length; i++)
        {
            // The generator's small numbers are spread, so that every input meets every state.
            var spread = unchecked((uint)(numbers[i].Get + 31 * i) * 2_654_435_761);
            var input = PositionInputs.Of(state, (int)(spread >> 8 & 0xffff), (int)(spread >> 16 & 0xff), i);
            if (input is Recovered) seen = new Observations();
            var step = Decide(state, seen, input, i, version, Settings[numbers.Length % Settings.Length]);
            steps.Add(step);
            (state, seen, version) = (step.After, step.Decision.Seen, step.Version);
        }

        return steps;
    }

    private static Step Decide(PositionState state, Observations seen, PositionInput input, int step, long version, (PositionPolicy Policy, SymbolRules Rules) setting)
    {
        var context = new PositionContext(Key, PositionScenario.Journal, version, PositionInputs.At(step), setting.Rules, setting.Policy);
        var decision = PositionMachine.Decide(context, state, seen, input);
        var after = state;
        foreach (var happened in decision.Events) after = PositionMachine.Evolve(after, happened, ++version);
        return new Step(state, seen, input, decision, after, version, setting);
    }

    private static Decision Again(Step step) => Decide(step.After, step.Decision.Seen, step.Input, 0, step.Version, step.Setting).Decision;

    private static Holding? Held(PositionState state) => PositionInputs.HoldingOf(state);

    private static long Opened(PositionState state) =>
        Held(state)?.Opened ?? (state as PositionState.Flat)?.Last?.Opened ?? 0;
}
