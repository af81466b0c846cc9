using FsCheck;
using FsCheck.Fluent;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using static Trading.Domain.Waves.OpeningAnswer;
using static Trading.Domain.Waves.WaveInput;
using static Trading.Tests.Waves.WaveScenario;

namespace Trading.Tests.Waves;

/// <summary>What holds for every wave, whatever is delivered, answered, repeated and lost in whatever order.</summary>
public sealed class WaveProperties
{
    private static readonly Arbitrary<Step[]> Stories = Gen.Choose(0, int.MaxValue).Select(n => new Step(n)).ArrayOf().ToArbitrary();

    [Fact]
    public void The_journal_replayed_is_the_live_state() => Check(run =>
        Picture(run.Journal.Aggregate(WaveState.Initial, WaveMachine.Evolve)) == Picture(run.State));

    [Fact]
    public void A_delivery_repeated_from_its_source_changes_nothing_the_second_time() => Check(run =>
        run.State.Signals.Values.All(signal =>
        {
            var once = Decide(run, run.State, new Delivered(signal.Signal, "again"));
            var after = once.Events.Aggregate(run.State, WaveMachine.Evolve);
            var twice = Decide(run, after, new Delivered(signal.Signal, "again"));
            return once.Verdict is Verdict.Ignored && twice is { Verdict: Verdict.Ignored, Events.Count: 0 };
        }));

    [Fact]
    public void Every_signal_is_received_once_and_ends_once_at_most() => Check(run =>
        run.State.Signals.Keys.All(id =>
            run.Journal.OfType<WaveEvent.SignalReceived>().Count(e => e.Signal.Id == id) == 1 && Ends(run, id) <= 1));

    [Fact]
    public void Every_signal_has_its_end_when_every_opening_has_its_answer() => Check(run =>
    {
        run.Settle();
        return run.State.Signals.Keys.All(id => Ends(run, id) == 1);
    });

    [Fact]
    public void Opened_and_under_way_are_never_more_than_max_trades() => Check(run => run.MostAtOnce <= WavePolicy.Default.MaxTrades);

    [Fact]
    public void No_symbol_is_opened_twice() => Check(run =>
    {
        run.Settle();
        var opened = run.Journal.OfType<WaveEvent.SignalOpened>().Select(e => e.Symbol).ToList();
        return opened.Count == opened.Distinct().Count();
    });

    private static void Check(Func<Run, bool> holds) =>
        Prop.ForAll(Stories, story => holds(new Run(story))).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static WaveDecision Decide(Run run, WaveState state, WaveInput input) =>
        WaveMachine.Decide(new WaveContext(Account, Wave, run.NowUtc, WavePolicy.Default), state, input);

    private static int Ends(Run run, string id) => run.Journal.Count(e => e switch
    {
        WaveEvent.SignalSkipped { Ends: true } it => it.SignalId == id,
        WaveEvent.SignalOpened it => it.SignalId == id,
        WaveEvent.SignalFailed it => it.SignalId == id,
        WaveEvent.SignalClosed it => it.SignalId == id,
        WaveEvent.SignalDenied it => it.SignalId == id,
        _ => false,
    });

    private static string Picture(WaveState state) => string.Join('\n', state.Signals.Values.OrderBy(s => s.Number)
        .Select(s => $"{s.Number} {s.Signal.Id} {s.Source} {s.ReceivedUtc:O} {s.Stage} {s.Outcome}")
        .Concat(state.Skipped.Select(s => $"{s}").Order(StringComparer.Ordinal))
        .Append(state switch
        {
            WaveState.Collecting it => $"collecting {it.ClosesUtc:O}",
            WaveState.Closed it => $"closed {it.AtUtc:O} {it.MaxTrades} {it.CutSize} {it.Completed} {string.Join(',', it.Cut)}",
            _ => "absent",
        }));

    /// <summary>One number that tells what happens next; the same number is the same happening.</summary>
    internal readonly record struct Step(int Number)
    {
        public int Kind => Number % 11;
        public int Id => Number / 11 % 24;
        public int Answer => Number / 264 % 8;
        public int Wait => Number / 2112 % 30;
    }

    private sealed class Run
    {
        public Run(Step[] story)
        {
            foreach (var step in story) Play(step);
        }

        public WaveState State { get; private set; } = WaveState.Initial;
        public List<WaveEvent> Journal { get; } = [];
        public DateTime NowUtc { get; private set; } = Utc("19:21:03");
        public int MostAtOnce { get; private set; }

        public void Settle()
        {
            Take(new CloseDue());
            while (State.Signals.Values.FirstOrDefault(s => s.Stage is SignalStage.Closing) is { } closing)
                Take(new CloseAnswered(closing.Signal.Id, closing.Number % 2 == 0 ? new ClosingAnswer.Taken() : new ClosingAnswer.Denied(Reasons.Cooldown, "")));
            while (State.Signals.Values.FirstOrDefault(s => s.Stage is SignalStage.Opening) is { } opening)
                Take(new Answered(opening.Signal.Id, opening.Number % 3 == 0 ? new Failed(0, "absent") : new Opened()));
        }

        private void Play(Step step)
        {
            NowUtc = NowUtc.AddSeconds(step.Wait / 10.0);
            switch (step.Kind)
            {
                case < 6: Take(new Delivered(SignalOf(step), $"feed-{step.Answer % 3}")); break;
                case 6: Take(step.Answer == 0 ? new FeedComplete(1) : new CloseDue()); break;
                case 7: Take(new Answered($"{step.Id}", AnswerOf(step.Answer))); break;
                case 8: Take(step.Answer < 4 ? new AskDue($"{step.Id}") : new CloseAnswered($"{step.Id}", ClosingOf(step.Answer))); break;
                case 9: TakeDurableLate(SignalOf(step)); break;
                default:
                    State = Journal.Aggregate(WaveState.Initial, WaveMachine.Evolve);
                    Take(new Recovered());
                    break;
            }
        }

        /// <summary>The actor tells it right after the delivery, before anything of that was opened.</summary>
        private void TakeDurableLate(Signal signal)
        {
            var isNew = !State.Signals.ContainsKey(signal.Id);
            Take(new Delivered(signal, "feed-late"));
            if (isNew && State.Signals.ContainsKey(signal.Id)) Take(new DurableLate([signal.Id], TimeSpan.FromSeconds(3)));
        }

        private void Take(WaveInput input)
        {
            var decision = Decide(this, State, input);
            State = decision.Events.Aggregate(State, WaveMachine.Evolve);
            Journal.AddRange(decision.Events);
            if (State is WaveState.Closed closed) MostAtOnce = Math.Max(MostAtOnce, closed.Opened + closed.UnderWay);
        }

        private static Signal SignalOf(Step step) => Signal(
            $"{step.Id}", $"S{step.Id % 9}USDT", step.Id * 7 % 5, step.Id % 11 == 0 ? "19:00:00" : null) with
        {
            Intent = step.Id % 5 == 4 ? SignalIntent.Close : SignalIntent.Open,
        };

        private static ClosingAnswer ClosingOf(int n) => n switch
        {
            4 => new ClosingAnswer.NotYet(""),
            5 => new ClosingAnswer.Denied(Reasons.NotHeld, ""),
            _ => new ClosingAnswer.Taken(),
        };

        private static OpeningAnswer AnswerOf(int n) => n switch
        {
            0 or 1 => new Opened(),
            2 => new Failed(-2019, "margin"),
            3 => new Denied(Reasons.Cooldown, ""),
            4 => new Denied(Reasons.DuplicatePosition, ""),
            5 => new InDoubt(""),
            6 => new NotYet(""),
            _ => new NeverIntended(),
        };
    }
}
