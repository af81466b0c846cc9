using System.Globalization;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Journal;
using Trading.Node.Positions;
using Trading.Simulator.Matching;
using Trading.Simulator.Truth;
using Trading.Simulator.Wire;
using Exchange = Trading.Simulator.Exchange;
using PositionStops = Trading.Simulator.Matching.PositionStops;
using Side = Trading.Domain.Side;

namespace Trading.Lab.Simulation;

/// <summary>
/// The invariants of a run (reliability §5, I1–I10), judged on the exchange's own truth and on what is durable, never on
/// what the node says of itself. Some are judged in the moment something happens, the rest when all is quiet.
/// </summary>
internal sealed partial class InvariantChecker(SimulatedVenue venue, Swarm swarm, ExcusedWindows excused, TimeSpan protectWithin, string tag)
{
    private readonly JournalFold _fold = new();
    private readonly CancelWatch _cancels = new();
    private long _epoch;
    private readonly HashSet<string> _intents = new(StringComparer.Ordinal);

    /// <summary>Triggers that were intended for the position's own stop.</summary>
    private readonly HashSet<(PositionKey Key, decimal Trigger)> _triggers = [];
    /// <summary>What has rested at the exchange: stop orders by their ids, the position's own by its price.</summary>
    private readonly HashSet<string> _restedOrders = new(StringComparer.Ordinal);
    private readonly HashSet<(PositionKey Key, decimal Trigger)> _restedTriggers = [];

    /// <summary>Prices of the position's own stop that this journal has set for the position that is open, and those that a hand has set.</summary>
    private readonly HashSet<(PositionKey Key, decimal Trigger)> _setForThis = [], _setByHand = [];
    private readonly HashSet<string> _failedEntries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _entriesOfSignal = new(StringComparer.Ordinal);
    private readonly HashSet<string> _acked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, decimal> _booked = new(StringComparer.Ordinal);
    private readonly List<string> _violations = [];

    /// <summary>When the last event of a position became durable, on the exchange's clock.</summary>
    private readonly Dictionary<PositionKey, DateTime> _writtenUtc = [];

    /// <summary>When what others had opened was taken over, on the exchange's clock.</summary>
    private readonly List<(PositionKey Key, DateTime AtUtc)> _takenOver = [];

    public IReadOnlyList<string> Violations => _violations;

    /// <summary>At any time: nothing is adopted by an account that is halted.</summary>
    public Func<AccountId, bool> IsHalted { get; set; } = static _ => false;

    /// <summary>Null: nobody listens, and no line is made.</summary>
    public Action<string>? Log { get; set; }

    public void Blame(string what)
    {
        if (_violations.Contains(what)) return;
        _violations.Add(what);
        Log?.Invoke($"VIOLATION {what}");
    }

    /// <summary>A stop of no position, with which the venue probe tries whether one rests; it needs no intent.</summary>
    public void MayBeTried(ClientOrderId testStop) => _intents.Add(testStop.Value);

    /// <summary>The operator has set the position's own stop there.</summary>
    public void SetByHand(PositionKey key, decimal trigger) => _setByHand.Add((key, trigger));

    /// <summary>From now on a node of that epoch is the only one that may write and enter.</summary>
    public void TakenOver(long epoch) => _epoch = epoch;

    /// <summary>Everything in the moment it happens at the exchange.</summary>
    public void Happened(VenueEvent happened)
    {
        if (happened is not VenueEvent.StopChanged { Stop: { IsOpen: true } stop }) return;
        if (!stop.OnPosition) _restedOrders.Add(stop.ClientId);
        else if (KeyOf(stop) is { } key) _restedTriggers.Add((key, stop.TriggerPrice));
    }

    private PositionKey? KeyOf(StopOrder stop) =>
        swarm.Accounts.FirstOrDefault(account => account.TruthName == stop.Account)?.Key(stop.Symbol, stop.Side is Trading.Simulator.Matching.Side.Sell ? Side.Long : Side.Short);

    /// <summary>Every event in the moment it becomes durable.</summary>
    public void Written(RecordedEvent recorded)
    {
        if (recorded.Epoch < _epoch) Blame($"I4 {recorded.Stream} #{recorded.Version}: written under epoch {recorded.Epoch} while {_epoch} owns it");
        if (_fold.Follow(recorded, Blame) is not var (happened, before)) return;
        var key = PositionKey.Parse(recorded.Stream["position/".Length..]);
        Log?.Invoke($":: {key} {happened}");
        _writtenUtc[key] = venue.With(static exchange => exchange.NowUtc);
        switch (happened)
        {
            case PositionEvent.EntryIntended e:
                _intents.Add(e.Order.Value);
                _setForThis.RemoveWhere(set => set.Key == key);
                if ((_entriesOfSignal[e.SignalId] = _entriesOfSignal.GetValueOrDefault(e.SignalId) + 1) > 1)
                    Blame($"I2 {recorded.Stream}: signal {e.SignalId} was entered {_entriesOfSignal[e.SignalId]} times");
                break;
            case PositionEvent.HardStopIntended e: _intents.Add(e.Stop.Value); break;
            case PositionEvent.StopIntended e:
                _intents.Add(e.Stop.Value);
                _triggers.Add((key, e.Trigger));
                _setForThis.Add((key, e.Trigger));
                break;
            case PositionEvent.StopConfirmed e: JudgeConfirmation(key, e); break;
            case PositionEvent.CloseIntended e: _intents.Add(e.Order.Value); break;
            case PositionEvent.HardStopEnded e when swarm.Faults is FaultClass.None && before is PositionState.Open:
                Blame($"I6 {recorded.Stream}: the hard stop {e.Stop} was taken away though nothing went wrong: {e.Why}");
                break;
            case PositionEvent.EntryFailed e: _failedEntries.Add(e.Order.Value); break;
            case PositionEvent.OrderFilled { Trade: var trade }:
                _booked[trade.Order.Value] = _booked.GetValueOrDefault(trade.Order.Value) + trade.Quantity;
                break;
            case PositionEvent.PositionClosed: JudgeClosure(key, JournalFold.Held(before)!); break;
            case PositionEvent.PositionAdopted e:
                _setForThis.RemoveWhere(set => set.Key == key);
                JudgeAdoption(key, e);
                break;
        }
    }

    /// <summary>Every request in the moment it leaves a node: one that was replaced enters nothing.</summary>
    public void Leaving(long epoch, WireCall call)
    {
        if (JudgedCall.Of(call, swarm.Accounts) is not { } judged) return;
        WatchCancel(judged);
        if (epoch < _epoch && judged is { Places: true, IsEntry: true })
            Blame($"I7 entry {judged.OrderId} was sent by a node of epoch {epoch} while {_epoch} owns it");
    }

    private void WatchCancel(JudgedCall judged)
    {
        if (judged.Account is not { } account) return;
        if (judged.PositionStop is 0 && judged.Key is { } key)
            venue.With(exchange => _cancels.Leaving(account.In(exchange), PositionStopOf(account.In(exchange), key), exchange.NowUtc));
        else if (judged.Call.Method is "DELETE")
            venue.With(exchange => _cancels.Leaving(
                account.In(exchange), account.In(exchange).OpenStops.Find(one => one.ClientId == judged.OrderId), exchange.NowUtc));
    }

    private static StopOrder? PositionStopOf(Account account, PositionKey key) =>
        PositionStops.Find(account, key.Symbol.Value, SimulatedAccount.SideOf(key), StopType.StopMarket);

    /// <summary>Every request in the moment it reaches the exchange: what is ours was intended, durably, before.</summary>
    public void Arriving(WireCall call)
    {
        if (JudgedCall.Of(call, swarm.Accounts) is not { } judged) return;
        Log?.Invoke($"-> {call.Method} {call.Path} {judged.OrderId}{(judged.PositionStop is { } at ? $"{judged.Key} {Text(at)}" : "")}");
        if (!judged.Places || IsIntended(judged) || !judged.IsEntry && MayGoFirst(judged)) return;
        Blame(judged.OrderId is { } id
            ? $"R1 order {id} reached the exchange before its intent was durable"
            : $"R1 a stop of {judged.Key} at {Text(judged.PositionStop!.Value)} reached the exchange before its intent was durable");
    }

    /// <summary>The position's own stop bears no id: one at that price was intended.</summary>
    private bool IsIntended(JudgedCall judged) => judged.OrderId is { } id
        ? id.Substring(3, 6) != tag || _intents.Contains(id)
        : judged.Key is { } key && _triggers.Contains((key, judged.PositionStop!.Value));

    /// <summary>What protects something that is open goes ahead of an append that was not answered in time, and nothing else.</summary>
    private bool MayGoFirst(JudgedCall judged) => judged.Key is { } key && venue.With(exchange =>
        excused.IsSilent(exchange.NowUtc, key) && (MayBeHeld(key, judged.Protects) || WasOpenSince(exchange, key, judged.Protects)));

    /// <summary>By the durable events: of an entry under way the node may have learned that it filled.</summary>
    /// <param name="side">Null: either.</param>
    private bool MayBeHeld(PositionKey key, Side? side) =>
        StateOf(key).Held is { } held && (side is null || held.Side == side);

    /// <summary>
    /// What opened after the last event that is durable is held though no event says so; a deaf node may not know that it has
    /// closed, and has reads that lag to go by.
    /// </summary>
    private bool WasOpenSince(Exchange exchange, PositionKey key, Side? side) => TruthOf(exchange, key)
        .Any(position => (side is null || position.Long == (side is Side.Long))
            && (position.ClosedUtc is not { } closed || closed > _writtenUtc.GetValueOrDefault(key)
                || excused.IsDeaf(closed, key) && exchange.NowUtc < closed + PositionRow.LagsAtMost));

    /// <summary>The feed was told what became of its signal.</summary>
    public void Answered(string signalId, PositionAnswer answer)
    {
        if (answer.Verdict is not Verdict.Accepted) return;
        if (!_acked.Add(signalId)) Blame($"I10 signal {signalId} was accepted twice");
        if (!_entriesOfSignal.ContainsKey(signalId)) Blame($"I2 signal {signalId} was accepted and is not in the journal");
    }

    /// <summary>The position as the durable events have it.</summary>
    public PositionState StateOf(PositionKey key) => _fold.StateOf(key.Stream);

    /// <summary>
    /// "Protected" is a fact read from the exchange: what is confirmed has rested there. The position's own stop is ours iff its
    /// price is one that we set.
    /// </summary>
    private void JudgeConfirmation(PositionKey key, PositionEvent.StopConfirmed confirmed)
    {
        var at = (key, confirmed.Trigger);
        if (confirmed.Stop == Domain.Positions.PositionStops.At(confirmed.Trigger) && _setForThis.Contains(at) && !_setByHand.Contains(at))
            Blame($"I1 {key}: the stop at {Text(confirmed.Trigger)}, which this journal has set, is taken for the operator's");
        if (!IsOurs(confirmed.Stop.Value)) return;
        var rested = AccountOf(key).Exchange is Domain.Exchange.Bybit
            ? _restedTriggers.Contains((key, confirmed.Trigger))
            : _restedOrders.Contains(confirmed.Stop.Value);
        if (!rested) Blame($"I6 {key}: stop {confirmed.Stop} at {Text(confirmed.Trigger)} is confirmed, and the exchange never had it");
    }

    /// <summary>Flat is only said when the exchange was: what this position was opened by is closed there.</summary>
    private void JudgeClosure(PositionKey key, Holding held) => venue.With(exchange =>
    {
        if (AccountOf(key).In(exchange).Find(key.Symbol.Value, SimulatedAccount.SideOf(key)) is null or { IsFlat: true }) return;
        foreach (var open in TruthOf(exchange, key).Where(position => position.ClosedUtc is null && position.Long == (held.Side is Side.Long)))
            if (open.EntryClientId == held.EntryOrder.Value || held.EntryOrder.Value is null && open.OpenedUtc <= held.BeforeUtc) // by the exchange's clock
                Blame($"I1 {key}: the journal says closed while the exchange holds {Text(open.Quantity)} of it");
    });

    /// <summary>
    /// Only what somebody else opened is adopted: what was open when the adopted row changed last, by the exchange's own
    /// times. When the event became durable says nothing: the journal may have been away since.
    /// </summary>
    private void JudgeAdoption(PositionKey key, PositionEvent.PositionAdopted adopted) => venue.With(exchange =>
    {
        _takenOver.Add((key, exchange.NowUtc));
        var meant = TruthOf(exchange, key)
            .Where(position => position.Long == (adopted.Side is Side.Long) && WasOpenAt(position, adopted.ChangedUtc)).ToList();
        if (meant.TrueForAll(position => position.OpenedBy is Origin.Client))
            Blame($"I1 {key}: adopted at {exchange.NowUtc:HH:mm:ss.fff} what this journal had opened itself");
    });

    /// <summary>Rows state whole milliseconds.</summary>
    private static bool WasOpenAt(PositionTruth position, DateTime? atUtc) =>
        position.OpenedUtc < atUtc + TimeSpan.FromMilliseconds(1) && (position.ClosedUtc is null || position.ClosedUtc >= atUtc);

    private SimulatedAccount AccountOf(PositionKey key) => swarm.Accounts.Single(account => account.Id == key.Account);

    private IEnumerable<PositionTruth> TruthOf(Exchange exchange, PositionKey key) =>
        exchange.TruthReport(AccountOf(key).TruthName, key.Symbol.Value).Positions.Where(position => position.Side == SimulatedAccount.SideOf(key));

    private bool IsOurs(string clientId) => clientId.Length == 29 && clientId.StartsWith("ta", StringComparison.Ordinal) && clientId.Substring(3, 6) == tag;

    private bool IsEntry(string clientId) => IsOurs(clientId) && clientId[2] is 'e';

    private static string Text(decimal value) => value.ToString("0.########", CultureInfo.InvariantCulture);
}
