using System.Diagnostics;
using System.Globalization;
using static Trading.Domain.Positions.PositionAction;

namespace Trading.Domain.Positions;

/// <summary>
/// The order of things of one position, and nothing else: decide, journal, remember, act, answer. Synchronous: it is told
/// something and says what is to be done; whoever runs it does that, and tells it what came of it.
/// </summary>
/// <remarks>
/// It never retries an order. While the journal is away the position goes on deciding (<see cref="UnwrittenDecisions"/>):
/// what protects is sent at once, under the id its append will have; what adds exposure waits for its append (design §4).
/// </remarks>
public sealed partial class PositionProcess(PositionKey key, JournalId journal, string incarnation, Decide decide)
{
    /// <summary>The note of an entry that is denied because its node stops: its signal is not ended by it, the next life takes it up.</summary>
    public const string Stopping = "the node is stopping";

    /// <summary>The note of what was asked while <see cref="MostWaiting"/> waited.</summary>
    public const string Busy = "busy";

    /// <summary>Reports and commands that may wait for the journal.</summary>
    public const int MostWaiting = WaitingLine<Waiting>.Most;

    /// <summary>What an append may take before the position goes on ahead of it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private const int DecisionsPerInput = 4;

    private readonly WantedActions<PositionAction> _wanted = new();
    private readonly UnwrittenDecisions _unwritten = new();
    private UnwrittenDecision? _writing;

    /// <summary>What is decided anew once the stream has been read on; null: what is under way is taken up.</summary>
    private Waiting? _again;

    /// <summary>Callers whose decisions were forgotten because the journal went another way.</summary>
    private List<long>? _forgotten;

    public ProcessPhase Phase { get; private set; } = ProcessPhase.Recovering;

    /// <summary>What was decided so far, also where the journal has not answered yet.</summary>
    public PositionState State { get; private set; } = PositionState.Initial;

    public Observations Seen { get; private set; } = new();

    /// <summary>Of the last event decided.</summary>
    public long Version { get; private set; }

    public bool HasNothingToLose => Phase is ProcessPhase.Ready && _waiting.Count == 0
        && State is PositionState.Flat { RedundantStops.IsEmpty: true, Last: null or { WantsPrices: false } };

    public IReadOnlyList<PositionAction> Start()
    {
        Do(new ReadJournal(0));
        return _wanted.TakeAll();
    }

    /// <summary>The journal was read; what the exchange said meanwhile comes first of what waits.</summary>
    /// <param name="events">All after the version that was asked for.</param>
    public IReadOnlyList<PositionAction> Recovered(PositionMoment at, IReadOnlyList<PositionEvent> events, IReadOnlyList<PositionInput> meanwhile)
    {
        if (Phase is not ProcessPhase.Recovering) throw new UnreachableException($"{key}: the journal was read in phase {Phase}");
        foreach (var happened in events) Evolve(happened);
        Phase = ProcessPhase.Ready;
        if (_again is { } again)
        {
            _again = null;
            _waiting.PutFirst(again);
            return Run(at);
        }

        Do(new Show(Version, State));
        foreach (var caller in _forgotten ?? []) Do(new Answer(caller, Verdict.Denied, "conflict", State));
        _forgotten = null;
        _waiting.PutFirst([new Waiting.ToDecide(new PositionInput.Recovered()), .. meanwhile.Select(static input => new Waiting.ToDecide(input))]);
        return Run(at);
    }

    /// <param name="caller">Answered once what was decided is durable, or that nothing was; never while the journal is away.</param>
    public IReadOnlyList<PositionAction> Ask(PositionMoment at, PositionInput command, string commandId, long caller)
    {
        Take(new Waiting.ToDecide(command, CommandId: commandId, Caller: caller));
        return Run(at);
    }

    /// <param name="byMark">They were not led to by a price, and may need the latest one.</param>
    public IReadOnlyList<PositionAction> Tell(PositionMoment at, IReadOnlyList<PositionInput> reports, bool byMark = false)
    {
        foreach (var report in reports)
        {
            Take(new Waiting.ToDecide(report, byMark));
            byMark = false;
        }

        return Run(at);
    }

    /// <summary>A position that is ahead of its journal moves no stop for a price and closes nothing for it.</summary>
    public IReadOnlyList<PositionAction> Tick(PositionMoment at, PositionInput.MarkMoved mark)
    {
        if (Phase is not ProcessPhase.Ahead) TakeMark(mark);
        return Run(at);
    }

    /// <summary>The journal has answered the append that is under way.</summary>
    public IReadOnlyList<PositionAction> Appended(PositionMoment at, JournalAnswer answer)
    {
        if (Phase is ProcessPhase.Writing) AppendedInTime(at, answer);
        else if (Phase is ProcessPhase.Ahead) AppendedLate(at, answer);
        return Run(at);
    }

    /// <summary>The append that is under way has had <see cref="Patience"/>; one that was answered meanwhile has none.</summary>
    public IReadOnlyList<PositionAction> PatienceEnded(PositionMoment at)
    {
        if (Phase is not ProcessPhase.Writing) return _wanted.TakeAll();
        var one = _writing!;
        _writing = null;
        Phase = ProcessPhase.Ahead;
        Do(new JournalIsSilent());
        GoAhead(at, one);
        return Run(at);
    }

    private void Do(PositionAction action) => _wanted.Add(action);

    private IReadOnlyList<PositionAction> Run(PositionMoment at)
    {
        while (Phase is ProcessPhase.Ready or ProcessPhase.Ahead && TakeNext() is { } next) Step(at, next);
        return _wanted.TakeAll();
    }

    private void Step(PositionMoment at, Waiting next)
    {
        switch (next)
        {
            case Waiting.ToAnswer answer:
                Do(new Answer(answer.Caller, answer.Verdict, answer.Note, State));
                break;
            case Waiting.ToDecide { ByMark: true } one when at.Mark is { } mark && State is not PositionState.Flat && Phase is not ProcessPhase.Ahead:
                _waiting.PutFirst([one with { ByMark = false }]);
                Decide(at, new Waiting.ToDecide(new PositionInput.MarkMoved(mark, mark, mark, at.NowUtc)));
                break;
            case Waiting.ToDecide one:
                Decide(at, one);
                break;
            default: throw new UnreachableException($"{next}");
        }
    }

    private void Decide(PositionMoment at, Waiting.ToDecide next)
    {
        var context = new PositionContext(key, journal, Version, at.NowUtc, at.Rules, at.Policy);
        var decision = decide(context, State, Seen, next.Input);
        if (decision.Events.Count > 0)
        {
            Commit(at, next, decision);
            return;
        }

        Seen = decision.Seen;
        List<Waiting>? notSent = null;
        foreach (var effect in _unwritten.Hold(decision.Effects))
            if (UnwrittenDecisions.WhyNotSent(effect, TimeSpan.Zero, at.IsStopping) is { } why)
                (notSent ??= []).Add(new Waiting.ToDecide(why));
            else
                Do(new Perform(effect, State));
        _waiting.PutFirst(notSent ?? []);
        if (next.Caller is { } caller) Do(new Answer(caller, decision.Verdict, decision.Note, State));
    }

    private void Commit(PositionMoment at, Waiting.ToDecide input, Decision decision)
    {
        var one = new UnwrittenDecision(
            decision, input.Input, Version, input.CommandId ?? string.Create(CultureInfo.InvariantCulture, $"{incarnation}-{Version}"),
            at.Elapsed, input.Caller);
        if (Phase is ProcessPhase.Ahead)
        {
            GoAhead(at, one);
            return;
        }

        Phase = ProcessPhase.Writing;
        (_writing, _writingInput) = (one, input);
        Do(new Write(one.Version, one.CommandId, decision.Events, HasPatience: true));
    }

    private void Remember(UnwrittenDecision one)
    {
        Seen = one.Decision.Seen;
        foreach (var happened in one.Decision.Events)
        {
            var before = State;
            Evolve(happened);
            one.Happened.Add(new PositionHappened(key, Version, happened, before, State, one.Input));
        }

        Do(new Show(Version, State));
    }

    private void Evolve(PositionEvent happened)
    {
        Version++;
        State = PositionMachine.Evolve(State, happened, Version);
    }
}
