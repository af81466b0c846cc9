using System.Text.RegularExpressions;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Node;
using Trading.Simulator.Matching;
using Trading.Simulator.Truth;
using Side = Trading.Domain.Side;
using StopStatus = Trading.Simulator.Matching.StopStatus;

namespace Trading.Lab.Simulation;

/// <summary>What is judged when all is quiet, and what can only be said of the whole run.</summary>
internal sealed partial class InvariantChecker
{
    /// <summary>From the decision to close to the fill of the close.</summary>
    private static readonly TimeSpan OneClose = TimeSpan.FromSeconds(1);

    /// <summary>A stop that stands TRIGGERING is given this long before it is doubted.</summary>
    private static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(4);

    /// <summary>What a hand opened may look like a late row of the position before: it is asked for again once reads have caught up.</summary>
    private static readonly TimeSpan AdoptedWithin = PositionRow.LagsAtMost + TimeSpan.FromSeconds(1);

    /// <summary>What is still wrong while it should have settled; empty: all is quiet.</summary>
    public IReadOnlyList<string> Unsettled(TradingNode? node)
    {
        var wrong = new List<string>();
        if (node is null) return ["I8 the node is not running"];
        venue.With(exchange =>
        {
            foreach (var one in swarm.Accounts)
            {
                var account = one.In(exchange);
                foreach (var symbol in exchange.Venue.Symbols.Select(spec => spec.Symbol))
                    foreach (var key in one.KeysOf(symbol)) JudgeQuiet(key, StateOf(key), account, wrong);
                foreach (var order in account.OpenOrders.Where(order => IsOurs(order.ClientId)))
                    wrong.Add($"I8 order {order.ClientId} of {order.Symbol} is still open");
            }
        });
        foreach (var (key, state) in _fold.All)
            if (node.Board.Find(key) is { } view && Canonical(view.State) != Canonical(state))
                wrong.Add($"I9 {key}: live {JournalFold.Text(view.State)}, replayed {JournalFold.Text(state)}");
        foreach (var account in node.Accounts.Values)
            if (account.Health is StreamHealth.Suspect or StreamHealth.Connecting) wrong.Add($"I8 the user stream is {account.Health}");
        return wrong;
    }

    /// <summary>What can only be said of the whole run.</summary>
    public void JudgeRun()
    {
        foreach (var account in swarm.Accounts) ExcuseHeldCloses(account);
        var truth = venue.With(exchange => exchange.TruthReport());
        foreach (var position in truth.Positions) JudgeTruth(position, truth);
        foreach (var sent in truth.Orders.Where(order => IsEntry(order.ClientId) && order.Filled > 0).GroupBy(order => order.ClientId, StringComparer.Ordinal))
        {
            if (sent.Count() > 1) Blame($"I1 entry {sent.Key} of {sent.First().Symbol} was executed {sent.Count()} times");
            if (_failedEntries.Contains(sent.Key)) Blame($"I1 entry {sent.Key} of {sent.First().Symbol} was filled, and the journal says it failed");
        }

        foreach (var sent in truth.Orders.Where(order => IsOurs(order.ClientId) && order.Kind is not "stop").GroupBy(order => order.ClientId, StringComparer.Ordinal))
            if (_booked.GetValueOrDefault(sent.Key) is var booked && booked > sent.Sum(order => order.Filled))
                Blame($"I2 order {sent.Key} of {sent.First().Symbol} filled {Text(sent.Sum(order => order.Filled))} and is booked with {Text(booked)}");

        venue.With(exchange =>
        {
            foreach (var stop in swarm.Accounts.SelectMany(account => account.In(exchange).StopHistory))
                if (stop is { Origin: Origin.Hand, Status: StopStatus.Canceled, TakenByHand: false })
                    Blame($"foreign stop {stop.ClientId} of {stop.Symbol} was cancelled");
        });
    }

    /// <summary>From when the exchange has a close of ours until it fills it is the exchange's time.</summary>
    private void ExcuseHeldCloses(SimulatedAccount account) => venue.With(exchange =>
    {
        foreach (var close in account.In(exchange).OrderHistory.Where(order => IsOurs(order.ClientId) && order.ClientId[2] is 'x' && order.Filled > 0))
            excused.Add(
                close.CreatedUtc, close.UpdatedUtc - close.CreatedUtc, "the exchange held the fill of a close", close.Symbol, account: account.Id);
    });

    private void JudgeQuiet(PositionKey key, PositionState state, Account account, List<string> wrong)
    {
        var real = account.Find(key.Symbol.Value, SimulatedAccount.SideOf(key))?.Quantity ?? 0;
        var held = JournalFold.Held(state);
        var booked = held is null ? 0 : held.Quantity * held.Side.Sign();
        var tolerated = held is null && (swarm.Adopt is AdoptPolicy.Alert || IsHalted(key.Account));
        if (real != booked && !tolerated) wrong.Add($"I1 {key}: the exchange holds {Text(real)}, the journal {Text(booked)}");
        if (state is PositionState.Opening or PositionState.Closing) wrong.Add($"I8 {key} is still {state.GetType().Name}");
        if (held is { InDoubt: true }) wrong.Add($"I8 {key} is still in doubt");
        if (held is { Managed: true } && held.Covered < held.Quantity) wrong.Add($"I6 {key}: {Text(held.Quantity - held.Covered)} is without a stop");
        if (AccountOf(key).Exchange is Domain.Exchange.Bybit) JudgePositionStop(key, held, account, wrong);
        else JudgeStopOrders(key, state, held, account, wrong);
    }

    /// <summary>What is believed in rests, at the price that is believed; it goes with its position, so none can be too many.</summary>
    private static void JudgePositionStop(PositionKey key, Holding? held, Account account, List<string> wrong)
    {
        if (held?.LiveStop is not { } live) return;
        var side = SimulatedAccount.SideOf(key);
        var there = account.OpenStops.FindAll(stop => stop.Symbol == key.Symbol.Value && stop.PositionSide == side && stop.Protects && (live.Foreign || stop.OnPosition));
        if (!there.Exists(stop => stop.TriggerPrice == live.Trigger))
            wrong.Add($"I6 {key}: stop {live.Id} is believed in at {Text(live.Trigger)}, and what rests is at {string.Join(' ', there.Select(stop => Text(stop.TriggerPrice)))}");
    }

    private void JudgeStopOrders(PositionKey key, PositionState state, Holding? held, Account account, List<string> wrong)
    {
        if (swarm.HardLoss is not null && state is PositionState.Open && held is { Managed: true, Hard: not { Resting: true } })
            wrong.Add($"I6 {key}: the second layer is missing");
        var needed = (held?.LiveStop?.Ids ?? []).Concat(held?.Hard is { Resting: true } hard ? [hard.Id] : []).ToList();
        var side = SimulatedAccount.SideOf(key);
        foreach (var stop in account.OpenStops.Where(stop => stop.Symbol == key.Symbol.Value && stop.PositionSide == side && IsOurs(stop.ClientId)))
            if (!needed.Exists(id => id.Value == stop.ClientId)) wrong.Add($"I8 {key}: stop {stop.ClientId} of ours is an orphan");
        foreach (var id in needed)
            if (account.OpenStops.TrueForAll(stop => stop.ClientId != id.Value)) wrong.Add($"I6 {key}: stop {id} is believed in and does not exist");
    }

    private void JudgeTruth(PositionTruth position, TruthReport truth)
    {
        var key = KeyOf(position);
        if (position.OpenedBy is Origin.Client && position.DuplicateClientIds.Count > 0)
            Blame($"I1 {key}: {position.EntryClientId} was doubled by {string.Join(", ", position.DuplicateClientIds)}");
        foreach (var naked in position.Intervals)
        {
            var (fromUtc, toUtc) = (naked.FromUtc, naked.ToUtc ?? truth.AtUtc);
            var fired = naked.ToUtc == position.ClosedUtc && position.ClosedBy is Origin.Conditional && toUtc - fromUtc < OneClose; // by the stop that had come in its place
            if (naked.Kind is GapKind.Gap && !fired && HadOwnStop(key, position, fromUtc) && position.OpenedBy is Origin.Client && IsCareless(key, fromUtc))
                Blame($"I6 {key}: our own stop was taken away {(toUtc - fromUtc).TotalMilliseconds:0} ms before another stood, at {fromUtc:HH:mm:ss.fff}");
            if (naked.Kind is GapKind.First && position.OpenedBy is Origin.Client && AccountOf(key).Exchange is Domain.Exchange.Bybit)
                Blame($"I6 {key}: {position.EntryClientId} was open for {(toUtc - fromUtc).TotalMilliseconds:0} ms before its stop, which comes with the fill there");
            if (position.OpenedBy is not Origin.Client && (swarm.Adopt is AdoptPolicy.Alert || IsHalted(key.Account))) continue;
            if (position.OpenedBy is not Origin.Client && swarm.Adopt is AdoptPolicy.ProtectOnly && naked.ToUtc is not null) continue;
            var told = naked.Kind is not GapKind.First || position.OpenedBy is not Origin.Client || swarm.Has(FaultClass.PartialFills);
            var bound = protectWithin + OneClose + (naked.Kind is GapKind.Venue ? StuckAfter : TimeSpan.Zero)
                + (position.OpenedBy is not Origin.Client && (naked.Kind is GapKind.First || !IsTakenOver(key, position, fromUtc)) ? AdoptedWithin : TimeSpan.Zero);
            var unexcused = excused.Unexcused(fromUtc, toUtc, key, told);
            if (unexcused > bound)
                Blame($"I6 {key} {position.EntryClientId}: naked ({naked.Kind}) for {(toUtc - fromUtc).TotalSeconds:0.0} s from {fromUtc:HH:mm:ss.fff}, "
                    + $"of which nothing excuses {unexcused.TotalSeconds:0.0} s");
        }
    }

    /// <summary>A stop of before that still rested is swept; what this position's own was is judged as its first.</summary>
    private bool HadOwnStop(PositionKey key, PositionTruth position, DateTime fromUtc) => venue.With(exchange =>
        AccountOf(key).In(exchange).StopHistory.Exists(stop =>
            stop is { Origin: Origin.Client, IsTakeProfit: false } && stop.Symbol == position.Symbol && stop.PositionSide == position.Side
            && stop.CreatedUtc >= position.OpenedUtc && stop.CreatedUtc < fromUtc));

    private PositionKey KeyOf(PositionTruth position) =>
        swarm.Accounts.Single(account => account.TruthName == position.Account).Key(position.Symbol, position.Long ? Side.Long : Side.Short);

    /// <summary>A stop of the operator's own may cover what was opened first, and not what it grew to before it was taken over.</summary>
    private bool IsTakenOver(PositionKey key, PositionTruth position, DateTime atUtc) =>
        _takenOver.Exists(one => one.Key == key && one.AtUtc >= position.OpenedUtc && one.AtUtc <= atUtc);

    private bool IsCareless(PositionKey key, DateTime fromUtc) =>
        venue.With(exchange => _cancels.IsCareless(AccountOf(key).In(exchange), key, fromUtc, excused));

    /// <summary>Events are written without trailing zeros, which a state that never was written may carry.</summary>
    private static string Canonical(PositionState state) => TrailingZeros().Replace(JournalFold.Text(state), "${digits}").Replace(". ", " ", StringComparison.Ordinal);

    [GeneratedRegex(@"(?<digits>\.\d*?)0+(?!\d)", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex TrailingZeros();
}
