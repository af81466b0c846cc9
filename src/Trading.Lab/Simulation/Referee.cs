using System.Globalization;
using System.Text.RegularExpressions;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Journal;
using Trading.Node;
using Trading.Node.Positions;
using Trading.Gateways;
using Trading.Simulator.Matching;
using Trading.Simulator.Truth;
using Trading.Simulator.Wire;
using Exchange = Trading.Simulator.Exchange;

namespace Trading.Lab.Simulation;

/// <summary>
/// The invariants of a run (reliability §5, I1–I10), judged on the exchange's own truth and on what is durable, never on
/// what the node says of itself. Some are judged in the moment something happens, the rest when all is quiet.
/// </summary>
internal sealed partial class Referee(SimulatedVenue venue, Swarm swarm, Hindrances hindrances, TimeSpan protectWithin, string tag)
{
    /// <summary>From the decision to close to the fill of the close.</summary>
    private static readonly TimeSpan OneClose = TimeSpan.FromSeconds(1);

    /// <summary>A stop that stands TRIGGERING is given this long before it is doubted.</summary>
    private static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(4);

    /// <summary>What a hand opened may look like a late row of the position before: it is asked for again once reads have caught up.</summary>
    private static readonly TimeSpan AdoptedWithin = PositionRow.LagsAtMost + TimeSpan.FromSeconds(1);

    private readonly JournalFold _fold = new();
    private readonly CancelWatch _cancels = new();
    private long _epoch;
    private readonly HashSet<string> _intents = new(StringComparer.Ordinal);
    private readonly HashSet<string> _failedEntries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _entriesOfSignal = new(StringComparer.Ordinal);
    private readonly HashSet<string> _acked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, decimal> _booked = new(StringComparer.Ordinal);
    private readonly List<string> _violations = [];

    /// <summary>By symbol: when the last event of its position became durable, on the exchange's clock.</summary>
    private readonly Dictionary<string, DateTime> _writtenUtc = new(StringComparer.Ordinal);

    /// <summary>When what others had opened was taken over, on the exchange's clock.</summary>
    private readonly List<(string Symbol, DateTime AtUtc)> _takenOver = [];

    public IReadOnlyList<string> Violations => _violations;

    /// <summary>At any time: nothing is adopted by an account that is halted.</summary>
    public Func<bool> IsHalted { get; set; } = static () => false;

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

    /// <summary>From now on a node of that epoch is the only one that may write and enter.</summary>
    public void TakenOver(long epoch) => _epoch = epoch;

    /// <summary>Every event in the moment it becomes durable.</summary>
    public void Written(RecordedEvent recorded)
    {
        if (recorded.Epoch < _epoch) Blame($"I4 {recorded.Stream} #{recorded.Version}: written under epoch {recorded.Epoch} while {_epoch} owns it");
        if (_fold.Follow(recorded, Blame) is not var (happened, before)) return;
        Log?.Invoke($":: {recorded.Stream["position/".Length..]} {happened}");
        _writtenUtc[recorded.Stream[(recorded.Stream.LastIndexOf('/') + 1)..]] = venue.With(static exchange => exchange.NowUtc);
        switch (happened)
        {
            case PositionEvent.EntryIntended e:
                _intents.Add(e.Order.Value);
                if ((_entriesOfSignal[e.SignalId] = _entriesOfSignal.GetValueOrDefault(e.SignalId) + 1) > 1)
                    Blame($"I2 {recorded.Stream}: signal {e.SignalId} was entered {_entriesOfSignal[e.SignalId]} times");
                break;
            case PositionEvent.HardStopIntended e: _intents.Add(e.Stop.Value); break;
            case PositionEvent.StopIntended e: _intents.Add(e.Stop.Value); break;
            case PositionEvent.CloseIntended e: _intents.Add(e.Order.Value); break;
            case PositionEvent.HardStopEnded e when swarm.Faults is FaultClass.None && before is PositionState.Open:
                Blame($"I6 {recorded.Stream}: the hard stop {e.Stop} was taken away though nothing went wrong: {e.Why}");
                break;
            case PositionEvent.EntryFailed e: _failedEntries.Add(e.Order.Value); break;
            case PositionEvent.OrderFilled { Trade: var trade }:
                _booked[trade.Order.Value] = _booked.GetValueOrDefault(trade.Order.Value) + trade.Quantity;
                break;
            case PositionEvent.PositionClosed: JudgeClosure(recorded, JournalFold.Held(before)!); break;
            case PositionEvent.PositionAdopted e: JudgeAdoption(recorded, e); break;
        }
    }

    /// <summary>Every request in the moment it leaves a node: one that was replaced enters nothing.</summary>
    public void Leaving(long epoch, WireCall call)
    {
        if (call.Method is "DELETE") WatchCancel(call);
        if (epoch >= _epoch || call.Method is not "POST") return;
        if (OurId().Match(call.Body.Length > 0 ? call.Body : call.Query) is { Success: true } match && match.Groups["id"].Value is var id && id[2] is 'e')
            Blame($"I7 entry {id} was sent by a node of epoch {epoch} while {_epoch} owns it");
    }

    private void WatchCancel(WireCall call)
    {
        if (OurId().Match(call.Body.Length > 0 ? call.Body : call.Query) is { Success: true } match)
            venue.With(exchange => _cancels.Leaving(exchange.Account(Storm.ApiKey), match.Groups["id"].Value, exchange.NowUtc));
    }

    /// <summary>Every request in the moment it reaches the exchange: what is ours was intended, durably, before.</summary>
    public void Arriving(WireCall call)
    {
        if (OurId().Match(call.Body.Length > 0 ? call.Body : call.Query) is not { Success: true } match) return;
        var id = match.Groups["id"].Value;
        Log?.Invoke($"-> {call.Method} {call.Path} {id}");
        if (call.Method is not "POST") return;
        if (id.Substring(3, 6) != tag || _intents.Contains(id) || id[2] is not 'e' && MayGoFirst(call)) return;
        Blame($"R1 order {id} reached the exchange before its intent was durable");
    }

    /// <summary>What protects something that is open goes ahead of an append that was not answered in time, and nothing else.</summary>
    private bool MayGoFirst(WireCall call) =>
        NamedSymbol().Match(call.Body.Length > 0 ? call.Body : call.Query) is { Success: true } match
        && match.Groups["symbol"].Value is var symbol && Protects(call) is var side
        && venue.With(exchange => hindrances.IsSilent(exchange.NowUtc, symbol) && (MayBeHeld(symbol, side) || WasOpenSince(exchange, symbol, side)));

    private static Domain.Side Protects(WireCall call) =>
        (call.Body.Length > 0 ? call.Body : call.Query).Contains("side=SELL", StringComparison.Ordinal) ? Domain.Side.Long : Domain.Side.Short;

    /// <summary>By the durable events: of an entry under way the node may have learned that it filled.</summary>
    private bool MayBeHeld(string symbol, Domain.Side side) =>
        _fold.All.Any(one => one.Key.Symbol.Value == symbol && one.State.Held is { } held && held.Side == side);

    /// <summary>
    /// What opened after the last event that is durable is held though no event says so; a deaf node may not know that it has
    /// closed, and has reads that lag to go by.
    /// </summary>
    private bool WasOpenSince(Exchange exchange, string symbol, Domain.Side side) => exchange.TruthReport(symbol: symbol).Positions
        .Any(position => position.Long == (side is Domain.Side.Long)
            && (position.ClosedUtc is not { } closed || closed > _writtenUtc.GetValueOrDefault(symbol)
                || hindrances.IsDeaf(closed, symbol) && exchange.NowUtc < closed + PositionRow.LagsAtMost));

    /// <summary>The feed was told what became of its signal.</summary>
    public void Answered(string signalId, PositionAnswer answer)
    {
        if (answer.Verdict is not Verdict.Accepted) return;
        if (!_acked.Add(signalId)) Blame($"I10 signal {signalId} was accepted twice");
        if (!_entriesOfSignal.ContainsKey(signalId)) Blame($"I2 signal {signalId} was accepted and is not in the journal");
    }

    /// <summary>The position as the durable events have it.</summary>
    public PositionState StateOf(PositionKey key) => _fold.StateOf(key.Stream);

    /// <summary>What is still wrong while it should have settled; empty: all is quiet.</summary>
    public IReadOnlyList<string> Unsettled(TradingNode? node)
    {
        var wrong = new List<string>();
        if (node is null) return ["I8 the node is not running"];
        venue.With(exchange =>
        {
            var account = exchange.Account(Storm.ApiKey);
            var states = _fold.All.ToDictionary(one => one.Key.Symbol.Value, one => one);
            foreach (var symbol in exchange.Venue.Symbols.Select(spec => spec.Symbol))
            {
                var real = account.Find(symbol, PositionSide.Both)?.Quantity ?? 0;
                var state = states.TryGetValue(symbol, out var known) ? known.State : PositionState.Initial;
                JudgeQuiet(symbol, real, state, account, wrong);
            }

            foreach (var order in account.OpenOrders.Where(order => IsOurs(order.ClientId)))
                wrong.Add($"I8 order {order.ClientId} of {order.Symbol} is still open");
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
        ExcuseHeldCloses();
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
            foreach (var stop in exchange.Account(Storm.ApiKey).StopHistory)
                if (stop is { Origin: Origin.Hand, Status: Trading.Simulator.Matching.StopStatus.Canceled, TakenByHand: false })
                    Blame($"foreign stop {stop.ClientId} of {stop.Symbol} was cancelled");
        });
    }

    /// <summary>From when the exchange has a close of ours until it fills it is the exchange's time.</summary>
    private void ExcuseHeldCloses() => venue.With(exchange =>
    {
        foreach (var close in exchange.Account(Storm.ApiKey).OrderHistory.Where(order => IsOurs(order.ClientId) && order.ClientId[2] is 'x' && order.Filled > 0))
            hindrances.Add(close.CreatedUtc, close.UpdatedUtc - close.CreatedUtc, "the exchange held the fill of a close", close.Symbol);
    });

    private void JudgeQuiet(string symbol, decimal real, PositionState state, Account account, List<string> wrong)
    {
        var held = JournalFold.Held(state);
        var booked = held is null ? 0 : held.Quantity * held.Side.Sign();
        var tolerated = held is null && (swarm.Adopt is AdoptPolicy.Alert || IsHalted());
        if (real != booked && !tolerated) wrong.Add($"I1 {symbol}: the exchange holds {Text(real)}, the journal {Text(booked)}");
        if (state is PositionState.Opening or PositionState.Closing) wrong.Add($"I8 {symbol} is still {state.GetType().Name}");
        if (held is { InDoubt: true }) wrong.Add($"I8 {symbol} is still in doubt");
        if (held is { Managed: true } && held.Covered < held.Quantity) wrong.Add($"I6 {symbol}: {Text(held.Quantity - held.Covered)} is without a stop");
        if (swarm.HardLoss is not null && state is PositionState.Open && held is { Managed: true, Hard: not { Resting: true } })
            wrong.Add($"I6 {symbol}: the second layer is missing");
        var needed = (held?.LiveStop?.Ids ?? []).Concat(held?.Hard is { Resting: true } hard ? [hard.Id] : []).ToList();
        foreach (var stop in account.OpenStops.Where(stop => stop.Symbol == symbol && IsOurs(stop.ClientId)))
            if (!needed.Exists(id => id.Value == stop.ClientId)) wrong.Add($"I8 {symbol}: stop {stop.ClientId} of ours is an orphan");
        foreach (var id in needed)
            if (account.OpenStops.TrueForAll(stop => stop.ClientId != id.Value)) wrong.Add($"I6 {symbol}: stop {id} is believed in and does not exist");
    }

    private void JudgeTruth(PositionTruth position, TruthReport truth)
    {
        if (position.OpenedBy is Origin.Client && position.DuplicateClientIds.Count > 0)
            Blame($"I1 {position.Symbol}: {position.EntryClientId} was doubled by {string.Join(", ", position.DuplicateClientIds)}");
        foreach (var naked in position.Intervals)
        {
            var (fromUtc, toUtc) = (naked.FromUtc, naked.ToUtc ?? truth.AtUtc);
            var fired = naked.ToUtc == position.ClosedUtc && position.ClosedBy is Origin.Conditional && toUtc - fromUtc < OneClose; // by the stop that had come in its place
            // A stop of before that still rested is swept; what this position's own was is judged as its first.
            var hadOwn = truth.Orders.Any(order => order.Kind is "stop" && order.Symbol == position.Symbol && IsOurs(order.ClientId)
                && order.CreatedUtc >= position.OpenedUtc && order.CreatedUtc < fromUtc);
            if (naked.Kind is GapKind.Gap && !fired && hadOwn && position.OpenedBy is Origin.Client && IsCareless(position.Symbol, fromUtc))
                Blame($"I6 {position.Symbol}: our own stop was taken away {(toUtc - fromUtc).TotalMilliseconds:0} ms before another stood, at {fromUtc:HH:mm:ss.fff}");
            if (position.OpenedBy is not Origin.Client && (swarm.Adopt is AdoptPolicy.Alert || IsHalted())) continue;
            if (position.OpenedBy is not Origin.Client && swarm.Adopt is AdoptPolicy.ProtectOnly && naked.ToUtc is not null) continue;
            var told = naked.Kind is not GapKind.First || position.OpenedBy is not Origin.Client || swarm.Has(FaultClass.PartialFills);
            var bound = protectWithin + OneClose + (naked.Kind is GapKind.Venue ? StuckAfter : TimeSpan.Zero)
                + (position.OpenedBy is not Origin.Client && (naked.Kind is GapKind.First || !IsTakenOver(position, fromUtc)) ? AdoptedWithin : TimeSpan.Zero);
            var unexcused = hindrances.Unexcused(fromUtc, toUtc, position.Symbol, told);
            if (unexcused > bound)
                Blame($"I6 {position.Symbol} {position.EntryClientId}: naked ({naked.Kind}) for {(toUtc - fromUtc).TotalSeconds:0.0} s from {fromUtc:HH:mm:ss.fff}, "
                    + $"of which nothing excuses {unexcused.TotalSeconds:0.0} s");
        }
    }

    /// <summary>A stop of the operator's own may cover what was opened first, and not what it grew to before it was taken over.</summary>
    private bool IsTakenOver(PositionTruth position, DateTime atUtc) =>
        _takenOver.Exists(one => one.Symbol == position.Symbol && one.AtUtc >= position.OpenedUtc && one.AtUtc <= atUtc);

    private bool IsCareless(string symbol, DateTime fromUtc) =>
        venue.With(exchange => _cancels.IsCareless(exchange.Account(Storm.ApiKey), symbol, fromUtc, hindrances));

    /// <summary>Flat is only said when the exchange was: what this position was opened by is closed there.</summary>
    private void JudgeClosure(RecordedEvent recorded, Holding held) => venue.With(exchange =>
    {
        var symbol = SymbolIn(recorded);
        if (exchange.Account(Storm.ApiKey).Find(symbol, PositionSide.Both) is null or { IsFlat: true }) return;
        foreach (var open in exchange.TruthReport(symbol: symbol).Positions.Where(position => position.ClosedUtc is null && position.Long == (held.Side is Domain.Side.Long)))
            if (open.EntryClientId == held.EntryOrder.Value || held.EntryOrder.Value is null && open.OpenedUtc <= held.BeforeUtc) // by the exchange's clock
                Blame($"I1 {symbol}: the journal says closed while the exchange holds {Text(open.Quantity)} of it");
    });

    /// <summary>
    /// Only what somebody else opened is adopted: what was open when the adopted row changed last, by the exchange's own
    /// times. When the event became durable says nothing: the journal may have been away since.
    /// </summary>
    private void JudgeAdoption(RecordedEvent recorded, PositionEvent.PositionAdopted adopted) => venue.With(exchange =>
    {
        var symbol = SymbolIn(recorded);
        _takenOver.Add((symbol, exchange.NowUtc));
        var meant = exchange.TruthReport(symbol: symbol).Positions
            .Where(position => position.Long == (adopted.Side is Domain.Side.Long) && WasOpenAt(position, adopted.ChangedUtc)).ToList();
        if (meant.TrueForAll(position => position.OpenedBy is Origin.Client))
            Blame($"I1 {symbol}: adopted at {exchange.NowUtc:HH:mm:ss.fff} what this journal had opened itself");
    });

    /// <summary>Rows state whole milliseconds.</summary>
    private static bool WasOpenAt(PositionTruth position, DateTime? atUtc) =>
        position.OpenedUtc < atUtc + TimeSpan.FromMilliseconds(1) && (position.ClosedUtc is null || position.ClosedUtc >= atUtc);

    private bool IsOurs(string clientId) => clientId.Length == 29 && clientId.StartsWith("ta", StringComparison.Ordinal) && clientId.Substring(3, 6) == tag;

    private bool IsEntry(string clientId) => IsOurs(clientId) && clientId[2] is 'e';

    private static string SymbolIn(RecordedEvent recorded) => PositionKey.Parse(recorded.Stream["position/".Length..]).Symbol.Value;

    /// <summary>Events are written without trailing zeros, which a state that never was written may carry.</summary>
    private static string Canonical(PositionState state) => TrailingZeros().Replace(JournalFold.Text(state), "${digits}").Replace(". ", " ", StringComparison.Ordinal);

    private static string Text(decimal value) => value.ToString("0.########", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<digits>\.\d*?)0+(?!\d)", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex TrailingZeros();

    [GeneratedRegex("(^|&)symbol=(?<symbol>[A-Z0-9]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex NamedSymbol();

    [GeneratedRegex("(newClientOrderId|origClientOrderId|clientAlgoId)=(?<id>ta[esx][a-z2-7]{26})", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex OurId();
}
