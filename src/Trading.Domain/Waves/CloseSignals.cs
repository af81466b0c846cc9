using System.Diagnostics;
using Trading.Domain.Signals;
using static Trading.Domain.Waves.WaveEffect;
using static Trading.Domain.Waves.WaveEvent;
using static Trading.Domain.Waves.WaveInput;
using static Trading.Domain.Waves.WaveState;

namespace Trading.Domain.Waves;

/// <summary>
/// Signals that want a position closed. They wait for no ranking, take no place in the cut, and of one symbol and side a
/// wave closes once: what is held is ended, what only waits to be opened is not opened.
/// </summary>
public static partial class WaveMachine
{
    /// <summary>Who asked for a close, as the position's own event tells it.</summary>
    public static string AskedBy(Signal signal) => $"signal {signal.Id} of wave {signal.Wave}";

    private static WaveDecision TakeClose(WaveContext at, WaveState state, Delivered it)
    {
        var draft = state is Absent ? Begin(at, state) : new Draft(state);
        var signal = it.Signal;
        draft.Add(new SignalReceived(signal, it.Source, at.NowUtc));
        if (Misdated(at, signal) is { } denial)
        {
            draft.Deny(signal, denial.Reason, denial.Text);
        }
        else
        {
            foreach (var open in state.Signals.Values.Where(s => s.Stage is SignalStage.Waiting && IsOfOnePosition(s.Signal, signal)))
                draft.Deny(open.Signal, Reasons.Withdrawn, $"signal '{signal.Id}' closes it");
            if (state.Signals.Values.Any(s => ClosesToo(s, signal))) draft.Skip(signal, it.Source, Reasons.DuplicatePosition);
            else draft.Then(new ClosePosition(signal));
        }

        return AdvanceIfClosed(at, draft);
    }

    /// <summary>An entry of this wave that is under way will be held or have failed in a moment: until then nothing is final.</summary>
    private static WaveDecision OnClose(WaveContext at, WaveState state, WaveSignal it, ClosingAnswer answer)
    {
        var draft = new Draft(state);
        var signal = it.Signal;
        var isOpening = state.Signals.Values.Any(s => s.Stage is SignalStage.Opening && IsOfOnePosition(s.Signal, signal));
        switch (answer)
        {
            case ClosingAnswer.Taken:
                draft.Add(new SignalClosed(signal.Id, signal.Symbol));
                break;
            case ClosingAnswer.NotYet:
            case ClosingAnswer.Denied { Reason: Reasons.NotHeld } when isOpening:
                if (TooOld(at, it) is not { } why) return Act(new AskAfter(signal.Id, at.Policy.TryAgain));
                draft.Deny(signal, Reasons.Stale, why);
                break;
            case ClosingAnswer.Denied denied when Reasons.IsDuplicate(denied.Reason):
                draft.Skip(signal, it.Source, denied.Reason);
                break;
            case ClosingAnswer.Denied denied:
                draft.Deny(signal, denied.Reason, denied.Text);
                break;
            default:
                throw new UnreachableException($"{answer}");
        }

        return AdvanceIfClosed(at, draft);
    }

    /// <summary>After a start: whether an earlier life asked is not known, and asking again is harmless.</summary>
    private static WaveDecision WithCloses(WaveState state, WaveDecision decision) =>
        decision with { Effects = [.. Closings(state), .. decision.Effects] };

    private static IEnumerable<WaveEffect> Closings(WaveState state) => state.Signals.Values
        .Where(s => s.Stage is SignalStage.Closing).OrderBy(s => s.Number).Select(s => new ClosePosition(s.Signal));

    private static bool IsClosing(WaveState state, string id) =>
        state.Signals.TryGetValue(id, out var signal) && signal.Stage is SignalStage.Closing;

    /// <summary>One that was denied closed nothing: it does not stand in the way of the next.</summary>
    private static bool ClosesToo(WaveSignal other, Signal signal) =>
        other.Signal.Intent is SignalIntent.Close && IsOfOnePosition(other.Signal, signal)
        && (other.Stage is SignalStage.Closing || other.Outcome is Outcomes.Closed);

    private static bool IsOfOnePosition(Signal one, Signal other) => (one.Symbol, one.Side) == (other.Symbol, other.Side);
}
