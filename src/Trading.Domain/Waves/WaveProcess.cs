using System.Diagnostics;
using System.Globalization;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using static Trading.Domain.Waves.WaveAction;

namespace Trading.Domain.Waves;

/// <summary>
/// The order of things of one wave: decide, journal, remember, act, answer. Synchronous, like a position's; a wave waits for
/// every append, because a signal that is not durable is not traded.
/// </summary>
public sealed class WaveProcess(WaveKey key, string incarnation)
{
    private static readonly WaveDecision Full = new(
        [], [], Verdict.Denied, "more signals wait for the journal than the wave can keep", Reasons.WaveFull);

    private readonly WantedActions<WaveAction> _wanted = new();
    private readonly WaitingLine<Waiting> _waiting = new();
    private (Waiting.ToDecide Input, IReadOnlyList<WaveDecision> Decisions, WaveState After)? _writing;
    private bool _hasTakenUp;

    public ProcessPhase Phase { get; private set; } = ProcessPhase.Recovering;

    public WaveState State { get; private set; } = WaveState.Initial;

    public long Version { get; private set; }

    public bool HasNothingToLose => Phase is ProcessPhase.Ready && _waiting.Count == 0
        && State is WaveState.Absent or WaveState.Closed { Completed: true };

    public IReadOnlyList<WaveAction> Start()
    {
        Do(new ReadJournal(0));
        return _wanted.TakeAll();
    }

    /// <param name="events">All after the version that was asked for.</param>
    public IReadOnlyList<WaveAction> Recovered(WaveContext at, IReadOnlyList<WaveEvent> events)
    {
        if (Phase is not ProcessPhase.Recovering) throw new UnreachableException($"{key}: the journal was read in phase {Phase}");
        State = events.Aggregate(State, WaveMachine.Evolve);
        Version += events.Count;
        Phase = ProcessPhase.Ready;
        if (!_hasTakenUp) _waiting.PutFirst(new Waiting.ToDecide([new WaveInput.Recovered()]));
        _hasTakenUp = true;
        return Run(at);
    }

    public IReadOnlyList<WaveAction> Tell(WaveContext at, WaveInput report) => Take(at, new Waiting.ToDecide([report]));

    /// <summary>Signals of one source, in its order: they are decided one after the other, and durable together or not at all.</summary>
    /// <param name="taken">When this node had them in hand, as <see cref="WaveContext.Elapsed"/> counts.</param>
    /// <param name="caller">Answered once they are durable; never while the journal is away.</param>
    public IReadOnlyList<WaveAction> Deliver(WaveContext at, IReadOnlyList<WaveInput> signals, TimeSpan taken, long caller) =>
        Take(at, new Waiting.ToDecide(signals, taken, caller));

    /// <summary>The journal has answered the append that is under way.</summary>
    public IReadOnlyList<WaveAction> Appended(WaveContext at, JournalAnswer answer)
    {
        if (_writing is not { } written) throw new UnreachableException($"{key}: nothing was being written");
        _writing = null;
        switch (answer)
        {
            case JournalAnswer.Fenced fenced:
                Phase = ProcessPhase.Left;
                while (_waiting.TakeNext() is not null)
                {
                    // Nobody is answered: whoever delivered asks again, and reaches the owner.
                }

                Do(new Leave(fenced.Owner));
                break;
            case JournalAnswer.Written:
                Phase = ProcessPhase.Ready;
                Version += written.Decisions.Sum(static decision => decision.Events.Count);
                Settle(at, written.Input, written.Decisions, written.After);
                break;
            default: // somebody else wrote the stream: it is read on, and decided again
                Phase = ProcessPhase.Recovering;
                _waiting.PutFirst(written.Input);
                Do(new ReadJournal(Version));
                break;
        }

        return Run(at);
    }

    private IReadOnlyList<WaveAction> Take(WaveContext at, Waiting.ToDecide one)
    {
        if (Phase is ProcessPhase.Left) return _wanted.TakeAll();
        if (!_waiting.IsFull || one.Caller is null) _waiting.Add(one); // reports are answers to what it asked, and timers: bounded by its signals
        else Do(new Answer(one.Caller.Value, [.. one.Inputs.Select(static _ => Full)]));
        return Run(at);
    }

    private IReadOnlyList<WaveAction> Run(WaveContext at)
    {
        while (Phase is ProcessPhase.Ready && _waiting.TakeNext() is { } next)
            if (next is Waiting.ToAnswer answer) Do(new Answer(answer.Caller, answer.Decisions));
            else Decide(at, (Waiting.ToDecide)next);
        return _wanted.TakeAll();
    }

    private void Decide(WaveContext at, Waiting.ToDecide next)
    {
        var (decisions, state) = (new List<WaveDecision>(next.Inputs.Count), State);
        foreach (var input in next.Inputs)
        {
            decisions.Add(WaveMachine.Decide(at, state, input));
            state = decisions[^1].Events.Aggregate(state, WaveMachine.Evolve);
        }

        List<WaveEvent> events = [.. decisions.SelectMany(static decision => decision.Events)];
        if (events.Count == 0)
        {
            Settle(at, next, decisions, state);
            return;
        }

        Phase = ProcessPhase.Writing;
        _writing = (next, decisions, state);
        Do(new Write(Version, string.Create(CultureInfo.InvariantCulture, $"{incarnation}-{Version}"), events));
    }

    /// <summary>A signal that became durable too late was taken while the journal was away: it is not opened.</summary>
    private void Settle(WaveContext at, Waiting.ToDecide input, IReadOnlyList<WaveDecision> decisions, WaveState after)
    {
        State = after;
        var took = input.Taken is { } taken ? at.Elapsed - taken : TimeSpan.Zero;
        var late = took <= at.Policy.DurableWithin ? []
            : decisions.SelectMany(static decision => decision.Events).OfType<WaveEvent.SignalReceived>()
                .Select(static e => e.Signal.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var denied in decisions.SelectMany(static decision => decision.Events).OfType<WaveEvent.SignalDenied>())
            Do(new CountDenied(State.Signals[denied.SignalId].Source, denied.Reason));
        foreach (var effect in decisions.SelectMany(static decision => decision.Effects))
            if (effect is not WaveEffect.Open { Signal.Id: var id } || !late.Contains(id)) Do(new Perform(effect));
        if (input.Caller is { } caller) _waiting.PutFirst(new Waiting.ToAnswer(caller, decisions));
        if (late.Count > 0) _waiting.PutFirst(new Waiting.ToDecide([new WaveInput.DurableLate([.. late], took)]));
    }

    private void Do(WaveAction action) => _wanted.Add(action);

    private abstract record Waiting
    {
        /// <param name="Taken">Null: there are no signals among them.</param>
        /// <param name="Caller">Null: nobody waits for an answer.</param>
        public sealed record ToDecide(IReadOnlyList<WaveInput> Inputs, TimeSpan? Taken = null, long? Caller = null) : Waiting;

        public sealed record ToAnswer(long Caller, IReadOnlyList<WaveDecision> Decisions) : Waiting;
    }
}
