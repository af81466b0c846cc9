using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Tests.Positions;

/// <summary>Every state meets every input. A pair nobody thought of fails here, not on the exchange.</summary>
public sealed class PositionTable
{
    private static readonly ClientOrderId Entry = OrderIds.For(PositionScenario.Journal, "position/binance/BTCUSDT", 1, OrderPurpose.Entry);
    private static readonly ClientOrderId Stop = OrderIds.For(PositionScenario.Journal, "position/binance/BTCUSDT", 2, OrderPurpose.Stop);
    private static readonly ClientOrderId NewStop = OrderIds.For(PositionScenario.Journal, "position/binance/BTCUSDT", 3, OrderPurpose.Stop);
    private static readonly ClientOrderId Close = OrderIds.For(PositionScenario.Journal, "position/binance/BTCUSDT", 4, OrderPurpose.Close);
    private static readonly ClientOrderId Second = OrderIds.For(PositionScenario.Journal, "position/binance/BTCUSDT", 5, OrderPurpose.Stop);
    private static readonly ClientOrderId NewSecond = OrderIds.For(PositionScenario.Journal, "position/binance/BTCUSDT", 6, OrderPurpose.Stop);
    private static readonly LiveStop Live = new(Stop, "7", 4, 98);
    private static readonly LiveStop LiveInParts = new([new StopPart(Stop, 3, "7"), new StopPart(Second, 1, "8")], 98);
    private static readonly StopIntent Intent = new(NewStop, 4, 99, StopCause.Trailing);
    private static readonly StopIntent HalfConfirmed = new([new StopPart(NewStop, 3, "9"), new StopPart(NewSecond, 1)], 99, StopCause.Trailing);

    private static readonly Holding Held = new(1, Side.Long, new ProtectionPlan(), null)
    {
        EntryOrder = Entry, Quantity = 4, EntryPrice = 100, StopBase = 100, EntryFilled = 4, Cost = 400, ReferencePrice = 100, OpenedUtc = PositionInputs.At(0),
    };

    private static readonly Protection[] Protections =
    [
        new Protection.Unprotected(), new Protection.Placing(Intent), new Protection.Protected(Live), new Protection.Moving(Live, Intent),
        new Protection.Placing(HalfConfirmed), new Protection.Protected(LiveInParts), new Protection.Moving(LiveInParts, HalfConfirmed),
    ];

    private static readonly AdoptPolicy?[] Policies = [null, AdoptPolicy.ProtectOnly, AdoptPolicy.Manage];

    private static IEnumerable<PositionState> States()
    {
        yield return new PositionState.Flat();
        yield return new PositionState.Flat(Held with { Quantity = 0 }) { RedundantStops = [Stop] };
        yield return new PositionState.Opening(
            Held with { Quantity = 0, EntryFilled = 0, Cost = 0, Protection = new Protection.Placing(Intent with { Cause = StopCause.Initial }) },
            new EntryOrder(Entry, 4, AwaitsStop: true));
        foreach (var protection in Protections)
        foreach (var policy in Policies)
        {
            var held = Held with { Protection = protection, Policy = policy };
            yield return new PositionState.Opening(held with { Quantity = 0, EntryFilled = 0, Cost = 0 }, new EntryOrder(Entry, 4));
            yield return new PositionState.Opening(held, new EntryOrder(Entry, 4, InDoubt: true, Verified: true, VerifiedQuantity: 4, VerifiedPrice: 100));
            yield return new PositionState.Open(held);
            yield return new PositionState.Open(held with { Plan = PositionInputs.Barriers });
            yield return new PositionState.Open(held with { Plan = PositionInputs.Barriers, AtBreakEven = true, Trailing = new Trailing.Active(101) });
            yield return new PositionState.Open(held with { InDoubt = true, Trailing = new Trailing.Active(101) });
            yield return new PositionState.Open(held with { Quantity = 0 });
            yield return new PositionState.Closing(held, new CloseAttempt(Close, 4, CloseReason.Manual, 1));
            yield return new PositionState.Closing(held with { LeavesQuantity = 2 }, new CloseAttempt(Close, 4, CloseReason.Manual, 1));
            yield return new PositionState.Closing(held, new CloseAttempt(Close, 4, CloseReason.Manual, 3, Working: false));
        }
    }

    [Fact]
    public void No_state_and_no_input_is_missing_from_the_table()
    {
        Assert.Equal(CasesOf<PositionState>(), States().Select(state => state.GetType().Name).Distinct().Order());
        Assert.Equal(CasesOf<Protection>(), Protections.Select(protection => protection.GetType().Name).Distinct().Order());
        Assert.Equal(CasesOf<PositionInput>(), Inputs(new PositionState.Open(Held)).Select(input => input.GetType().Name).Distinct().Order());
        Assert.Equal(
            Enum.GetValues<PositionTimer>(),
            Inputs(new PositionState.Flat()).OfType<PositionInput.TimerFired>().Select(fired => fired.Timer).Distinct().Order());
    }

    [Fact]
    public void Every_pair_is_decided_and_every_event_can_be_remembered()
    {
        var pairs = 0;
        foreach (var state in States())
        foreach (var seen in Observations())
        foreach (var input in Inputs(state))
        {
            var decision = PositionMachine.Decide(Context(), state, seen, input);
            _ = decision.Events.Aggregate((state, version: 10L), (at, happened) => (PositionMachine.Evolve(at.state, happened, at.version + 1), at.version + 1));
            pairs++;
        }

        Assert.True(pairs > 100_000, $"only {pairs} pairs were tried");
    }

    [Fact]
    public void Entries_are_only_sent_from_proven_flat()
    {
        foreach (var state in States())
        foreach (var seen in Observations())
        foreach (var input in Inputs(state).OfType<PositionInput.OpenPosition>())
        {
            var sends = PositionMachine.Decide(Context(), state, seen, input).Effects.Any(effect => effect is PositionEffect.SendEntry);
            Assert.Equal(state is PositionState.Flat { RedundantStops.IsEmpty: true } && seen is { KnownAmount: 0, Checking: false } && seen.CloseMayArriveUntilUtc <= Context().NowUtc, sends);
        }
    }

    private static IEnumerable<Observations> Observations() =>
    [
        new(),
        new() { KnownAmount = 0, Mark = 100, BestPrice = 103, StreamAmount = 4, StreamAtUtc = PositionInputs.At(0) },
        new() { KnownAmount = 0, CloseMayArriveUntilUtc = PositionInputs.At(9) },
        new() { KnownAmount = 2, Mark = 97, Checking = true, StopProgress = StopStatus.Triggering, AwaitsMark = 99, LookingUp = true, IsAged = true, DeadlineRunning = true },
    ];

    private static IEnumerable<PositionInput> Inputs(PositionState state) =>
        from choice in Enumerable.Range(0, 30)
        from amount in Enumerable.Range(0, choice == 29 ? 30 : 24)
        select PositionInputs.Of(state, choice, amount, step: 4);

    private static PositionContext Context() => new(
        PositionKey.Parse("binance/BTCUSDT"), PositionScenario.Journal, 10, PositionInputs.At(8), PositionScenario.Rules("BTCUSDT", 0.1m, 1m),
        PositionPolicy.Default(PositionScenario.Journal));

    private static IEnumerable<string> CasesOf<T>() =>
        typeof(T).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(T))).Select(type => type.Name).Order();
}
