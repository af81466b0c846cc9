using System.Diagnostics;
using System.Globalization;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using static Trading.Domain.Waves.WaveEffect;
using static Trading.Domain.Waves.WaveEvent;
using static Trading.Domain.Waves.WaveInput;
using static Trading.Domain.Waves.WaveState;

namespace Trading.Domain.Waves;

/// <summary>
/// The wave of one account: collects, ranks, and works the cut down until enough are opened. Two functions, no clock,
/// no chance, no I/O: <see cref="Decide"/> chooses, <see cref="Evolve"/> remembers.
/// </summary>
/// <remarks>
/// Every signal has one <see cref="SignalReceived"/> and one end. A symbol inside the cut is tried once; opened and
/// under way together never exceed max-trades.
/// </remarks>
public static partial class WaveMachine
{
    public static WaveDecision Decide(WaveContext at, WaveState state, WaveInput input) => (state, input) switch
    {
        // Deliveries. A duplicate is judged before anything else.
        (_, Delivered it) when state.Signals.TryGetValue(it.Signal.Id, out var known) => Repeat(state, known.Signal, it),
        (_, Delivered) when state.Signals.Count >= at.Policy.MaxSignals =>
            Deny(Reasons.WaveFull, $"the wave holds {at.Policy.MaxSignals} signals, its bound"),
        (_, Delivered { Signal.Intent: SignalIntent.Close } it) => TakeClose(at, state, it),
        (Absent, Delivered it) => Begin(at, state, it),
        (Collecting, Delivered it) => Collect(at, new Draft(state), it).Accept(),
        (Closed closed, Delivered it) => Late(at, closed, it),
        (_, DurableLate it) => LetGo(at, state, it),

        // The end of collecting.
        (Collecting, FeedComplete) => Close(at, state, "complete"),
        (Collecting now, CloseDue) => Close(at, state, IsScheduled(at, now.ClosesUtc) ? "scheduled" : "collected"),
        (_, FeedComplete) => Ignore(state is Absent ? "nothing of this wave is for this account" : "closed before"),
        (_, CloseDue) => Ignore("closed before"),

        // Closes of positions: beside the ranking, whatever the wave is at.
        (_, CloseAnswered it) when IsClosing(state, it.SignalId) =>
            OnClose(at, state, state.Signals[it.SignalId], it.Answer),
        (_, AskDue it) when IsClosing(state, it.SignalId) => Act(new ClosePosition(state.Signals[it.SignalId].Signal)),
        (_, CloseAnswered) => Ignore("its close has ended"),

        // Openings.
        (Closed closed, Answered it) when IsUnderWay(state, it.SignalId) =>
            On(at, closed, state.Signals[it.SignalId], it.Answer),
        (Closed, AskDue it) when IsUnderWay(state, it.SignalId) => Act(new Inquire(state.Signals[it.SignalId].Signal)),
        (_, Answered or AskDue) => Ignore("its opening has ended"),

        // Restart.
        (Absent, Recovered) => Ignore("nothing to take up"),
        (Collecting now, Recovered) => WithCloses(state, now.ClosesUtc <= at.NowUtc
            ? Close(at, state, "collected")
            : Act(new CloseAfter(now.ClosesUtc - at.NowUtc))),
        (Closed closed, Recovered) => TakeUp(at, closed),

        _ => throw new UnreachableException($"{state.GetType().Name} x {input}"),
    };

    public static WaveState Evolve(WaveState state, WaveEvent happened) => (state, happened) switch
    {
        (Absent, WaveOpened it) => new Collecting(it.ClosesUtc),
        (Closed { Completed: true } closed, SignalReceived { Signal.Intent: SignalIntent.Close } it) =>
            Received(closed with { Completed = false }, it),
        (Collecting or Closed, SignalReceived it) => Received(state, it),
        (_, SignalSkipped it) => (it.Ends ? Ended(state, it.SignalId, it.Reason) : state) with
        {
            Skipped = state.Skipped.Add((it.SignalId, it.Source)),
        },
        (Collecting, WaveClosed it) => new Closed(it.AtUtc, it.MaxTrades, it.CutSize)
        {
            Signals = state.Signals,
            Skipped = state.Skipped,
            Cut = [.. it.Cut],
        },
        (Closed closed, SignalAdmitted it) => closed with { Cut = closed.Cut.Add(it.SignalId), Completed = false },
        (Closed, SignalSelected it) => Changed(state, it.SignalId, s => s with { Stage = SignalStage.Opening }),
        (Closed, SignalOpened it) => Ended(state, it.SignalId, Outcomes.Opened),
        (Closed, SignalFailed it) => Ended(state, it.SignalId, Outcomes.EntryFailed),
        (Collecting or Closed, SignalClosed it) => Ended(state, it.SignalId, Outcomes.Closed),
        (_, SignalDenied it) => Ended(state, it.SignalId, it.Reason),
        (Closed closed, WaveCompleted) => closed with { Completed = true },
        _ => throw new UnreachableException($"{state.GetType().Name} + {happened}"),
    };

    private static WaveState Received(WaveState state, SignalReceived it)
    {
        var stage = it.Signal.Intent is SignalIntent.Close ? SignalStage.Closing : SignalStage.Waiting;
        var signal = new WaveSignal(it.Signal, it.Source, it.AtUtc, Number: state.Signals.Count + 1, stage);
        return state with { Signals = state.Signals.Add(it.Signal.Id, signal) };
    }

    private static WaveState Ended(WaveState state, string id, string outcome) =>
        Changed(state, id, s => s.Ended(outcome));

    private static WaveState Changed(WaveState state, string id, Func<WaveSignal, WaveSignal> change) =>
        state with { Signals = state.Signals.SetItem(id, change(state.Signals[id])) };

    // Deliveries

    private static WaveDecision Repeat(WaveState state, Signal known, Delivered it)
    {
        if ((known.Symbol, known.Side, known.Intent) != (it.Signal.Symbol, it.Signal.Side, it.Signal.Intent))
            return Deny(Reasons.IdTaken, IdTaken(known));
        var effects = new WaveEffect[] { new CountDuplicate(Reasons.DuplicateSignal) };
        if (state.Skipped.Contains((it.Signal.Id, it.Source)))
            return new WaveDecision([], effects, Verdict.Ignored, $"{Reasons.DuplicateSignal} {it.Signal.Id}");
        var skipped = new SignalSkipped(it.Signal.Id, it.Source, it.Signal.Symbol, Reasons.DuplicateSignal,
            Ends: false);
        return new WaveDecision([skipped], effects, Verdict.Ignored, $"{Reasons.DuplicateSignal} {it.Signal.Id}");
    }

    private static string IdTaken(Signal known) =>
        $"in this wave the id is that of another signal, {Words(known.Intent)} {known.Symbol} {known.Side.Text()}: every signal "
        + "needs an id of its own; a time alone, such as {{timenow}}, is the same for every alert of its second";

    private static string Words(SignalIntent intent) => intent is SignalIntent.Close ? "close" : "open";

    private static WaveDecision Begin(WaveContext at, WaveState state, Delivered it) =>
        Collect(at, Begin(at, state), it).Accept();

    private static Draft Begin(WaveContext at, WaveState state)
    {
        var closes = at.NowUtc + at.Policy.CollectFor;
        var scheduled = NextScheduled(at);
        if (scheduled < closes) closes = scheduled;
        var draft = new Draft(state);
        draft.Add(new WaveOpened(at.Account, at.Wave, at.NowUtc, closes));
        draft.Then(new CloseAfter(closes - at.NowUtc));
        return draft;
    }

    /// <summary>What cannot be opened takes no place in the ranking, and the exchange is asked nothing for it.</summary>
    private static Draft Collect(WaveContext at, Draft draft, Delivered it)
    {
        var isSeen = draft.State.Signals.Values.Any(s => s.Stage is SignalStage.Waiting && s.Signal.Symbol == it.Signal.Symbol);
        draft.Add(new SignalReceived(it.Signal, it.Source, at.NowUtc));
        if ((it.Barred ?? Misdated(at, it.Signal)) is { } denial) draft.Deny(it.Signal, denial.Reason, denial.Text);
        else if (!isSeen) draft.Then(new PrepareSymbol(it.Signal.Symbol));
        return draft;
    }

    private static WaveDecision Late(WaveContext at, Closed closed, Delivered it)
    {
        var draft = new Draft(closed);
        var signal = it.Signal;
        draft.Add(new SignalReceived(signal, it.Source, at.NowUtc));
        if (closed.Cut.Any(id => closed.Signals[id].Signal.Symbol == signal.Symbol))
            return draft.Skip(signal, it.Source, Reasons.DuplicatePosition).Accept();
        if ((it.Barred ?? Misdated(at, signal)) is { } denial)
            return draft.Deny(signal, denial.Reason, denial.Text).Accept();
        if (TooLate(at, closed) is { } why) return draft.Deny(signal, Reasons.Stale, why).Accept();
        if (closed.Cut.Count >= closed.CutSize || closed.Opened >= closed.MaxTrades)
            return draft.Skip(signal, it.Source, Reasons.BelowCut).Accept();
        draft.Then(new PrepareSymbol(signal.Symbol));
        draft.Add(new SignalAdmitted(signal.Id));
        return Advance(at, draft).Accept();
    }

    /// <summary>What came while the journal was away must not be traded once it is back: its price was another one.</summary>
    private static WaveDecision LetGo(WaveContext at, WaveState state, DurableLate it)
    {
        var draft = new Draft(state);
        foreach (var id in it.SignalIds.Where(id =>
            state.Signals.GetValueOrDefault(id) is { Stage: SignalStage.Waiting or SignalStage.Opening }))
            draft.Deny(state.Signals[id].Signal, Reasons.Stale, $"durable {Seconds(it.After)} s after it came, at most {Seconds(at.Policy.DurableWithin)} s");
        return draft.IsEmpty ? Ignore("all of them have ended") : AdvanceIfClosed(at, draft);
    }

    // Ranking

    private static WaveDecision Close(WaveContext at, WaveState state, string why)
    {
        var ranked = state.Signals.Values.Where(s => s.Stage is SignalStage.Waiting)
            .OrderByDescending(s => s.Signal.Score ?? decimal.MinValue).ThenBy(s => s.Number).ToList();
        var cut = ranked.Take(at.Policy.CutSize).ToList();
        var draft = new Draft(state);
        draft.Add(new WaveClosed(
            why, at.Policy.MaxTrades, at.Policy.CutSize, [.. cut.Select(s => s.Signal.Id)], at.NowUtc));

        var symbols = new HashSet<Symbol>();
        foreach (var s in cut.Where(s => !symbols.Add(s.Signal.Symbol)))
            draft.Skip(s.Signal, s.Source, Reasons.DuplicateInWave);
        foreach (var s in ranked.Skip(at.Policy.CutSize)) draft.Skip(s.Signal, s.Source, Reasons.BelowCut);
        return Advance(at, draft).Accept();
    }

    /// <summary>Fills the free openings from the cut; ends what is not needed; notices the end of the wave.</summary>
    private static Draft Advance(WaveContext at, Draft draft)
    {
        while (draft.Closed is var closed && NextInCut(closed) is { } next)
        {
            if (closed.Opened >= closed.MaxTrades) draft.Skip(next.Signal, next.Source, Reasons.BelowCut);
            else if (closed.Opened + closed.UnderWay >= closed.MaxTrades) break;
            else if ((TooLate(at, closed) ?? TooOld(at, next)) is { } why) draft.Deny(next.Signal, Reasons.Stale, why);
            else draft.Select(next.Signal, at.NowUtc);
        }

        if (!draft.Closed.Completed && draft.State.Signals.Values.All(s => s.Stage is SignalStage.Ended))
            draft.Add(Summary(draft.Closed, at.NowUtc));
        return draft;
    }

    private static WaveDecision AdvanceIfClosed(WaveContext at, Draft draft) =>
        (draft.State is Closed ? Advance(at, draft) : draft).Accept();

    private static WaveSignal? NextInCut(Closed closed) =>
        closed.Cut.Select(id => closed.Signals[id]).FirstOrDefault(s => s.Stage is SignalStage.Waiting);

    private static WaveCompleted Summary(Closed closed, DateTime nowUtc)
    {
        var ends = closed.Signals.Values.Select(s => s.Outcome).ToList();
        var opened = ends.Count(e => e == Outcomes.Opened);
        var failed = ends.Count(e => e == Outcomes.EntryFailed);
        var ended = ends.Count(e => e == Outcomes.Closed);
        var skipped = ends.Count(e => e == Reasons.BelowCut || Reasons.IsDuplicate(e!));
        return new WaveCompleted(opened, failed, ends.Count - opened - failed - skipped - ended, skipped, nowUtc, ended);
    }

    // Openings

    private static WaveDecision On(WaveContext at, Closed closed, WaveSignal it, OpeningAnswer answer)
    {
        var draft = new Draft(closed);
        var signal = it.Signal;
        switch (answer)
        {
            case OpeningAnswer.Opened:
                draft.Add(new SignalOpened(signal.Id, signal.Symbol));
                break;
            case OpeningAnswer.Failed failed:
                draft.Add(new SignalFailed(signal.Id, signal.Symbol, failed.Code, failed.Why));
                break;
            case OpeningAnswer.Denied denied when Reasons.IsDuplicate(denied.Reason):
                draft.Skip(signal, it.Source, denied.Reason);
                break;
            case OpeningAnswer.Denied denied:
                draft.Deny(signal, denied.Reason, denied.Text);
                break;
            case OpeningAnswer.NeverIntended when (TooLate(at, closed) ?? TooOld(at, it)) is { } why:
                draft.Deny(signal, Reasons.Stale, why);
                draft.Then(new ReturnSlot(signal));
                break;
            case OpeningAnswer.NeverIntended:
                return Act(new Open(signal));
            case OpeningAnswer.InDoubt:
                return Act(new AskAfter(signal.Id, at.Policy.AskAgain));
            case OpeningAnswer.NotYet:
                return Act(new AskAfter(signal.Id, at.Policy.TryAgain));
            default:
                throw new UnreachableException($"{answer}");
        }

        return Advance(at, draft).Accept();
    }

    private static WaveDecision TakeUp(WaveContext at, Closed closed)
    {
        var draft = new Draft(closed);
        foreach (var id in closed.Cut.Where(id => IsUnderWay(closed, id)))
            draft.Then(new Inquire(closed.Signals[id].Signal));
        foreach (var close in Closings(closed)) draft.Then(close);
        var advanced = Advance(at, draft);
        return advanced.IsEmpty ? Ignore("nothing to take up") : advanced.Accept();
    }

    private static bool IsUnderWay(WaveState state, string id) =>
        state.Signals.TryGetValue(id, out var signal) && signal.Stage is SignalStage.Opening;

    // Age. The wave's name is never an age. What a source dated is judged by the exchange's clock, receipt by ours.

    private static string? TooOld(WaveContext at, WaveSignal it) => TooOld(at, AgeOf(at, it.Signal) ?? at.NowUtc - it.ReceivedUtc);

    private static string? TooOld(WaveContext at, TimeSpan age) => age > at.Policy.MaxAge
        ? $"{Seconds(age)} s old, at most {Seconds(at.Policy.MaxAge)} s"
        : null;

    /// <summary>Negative: dated ahead. Null: the source did not date it.</summary>
    private static TimeSpan? AgeOf(WaveContext at, Signal signal) => at.NowUtc + at.ClockAhead - signal.CreatedUtc;

    /// <summary>Too old, or so far ahead that it would never grow old.</summary>
    private static Denial? Misdated(WaveContext at, Signal signal)
    {
        if (AgeOf(at, signal) is not { } age) return null;
        if (TooOld(at, age) is { } why) return new Denial(Reasons.Stale, why);
        return -age > at.Policy.AheadWithin
            ? new Denial(
                Reasons.FromTheFuture,
                $"dated {Seconds(-age)} s ahead of the exchange's clock, at most {Seconds(at.Policy.AheadWithin)} s; a time without an offset is read as UTC")
            : null;
    }

    private static string? TooLate(WaveContext at, Closed closed) => at.NowUtc - closed.AtUtc > at.Policy.LateWithin
        ? $"the wave closed {Seconds(at.NowUtc - closed.AtUtc)} s ago, at most {Seconds(at.Policy.LateWithin)} s"
        : null;

    private static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    private static bool IsScheduled(WaveContext at, DateTime utc) =>
        utc.Ticks % TimeSpan.TicksPerMinute == 0 && at.Policy.ScheduleMinutes.Contains(utc.Minute);

    private static DateTime NextScheduled(WaveContext at)
    {
        var minute = new DateTime(at.NowUtc.Ticks - at.NowUtc.Ticks % TimeSpan.TicksPerMinute, DateTimeKind.Utc);
        for (var i = 1; i <= 60; i++)
            if (at.Policy.ScheduleMinutes.Contains(minute.AddMinutes(i).Minute)) return minute.AddMinutes(i);
        return DateTime.MaxValue;
    }

    private static WaveDecision Act(params WaveEffect[] effects) => new([], effects, Verdict.Accepted);

    private static WaveDecision Ignore(string why) => new([], [], Verdict.Ignored, why);

    private static WaveDecision Deny(string reason, string why) => new([], [], Verdict.Denied, why, reason);

    /// <summary>A decision in the making: what was decided so far is already remembered.</summary>
    private sealed class Draft(WaveState state)
    {
        private readonly List<WaveEvent> _events = [];
        private readonly List<WaveEffect> _effects = [];

        public WaveState State { get; private set; } = state;
        public Closed Closed => (Closed)State;
        public bool IsEmpty => _events.Count == 0 && _effects.Count == 0;

        public void Add(WaveEvent happened)
        {
            _events.Add(happened);
            State = Evolve(State, happened);
        }

        public void Then(WaveEffect effect) => _effects.Add(effect);

        public Draft Skip(Signal signal, string source, string reason)
        {
            Add(new SignalSkipped(signal.Id, source, signal.Symbol, reason, Ends: true));
            if (Reasons.IsDuplicate(reason)) Then(new CountDuplicate(reason));
            return this;
        }

        public Draft Deny(Signal signal, string reason, string text)
        {
            Add(new SignalDenied(signal.Id, signal.Symbol, reason, text));
            return this;
        }

        public void Select(Signal signal, DateTime nowUtc)
        {
            Add(new SignalSelected(signal.Id, nowUtc));
            Then(new Open(signal));
        }

        public WaveDecision Accept() => new(_events, _effects, Verdict.Accepted);
    }
}
