using System.Diagnostics;
using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Journal;
using Trading.Runtime;

namespace Trading.Node.Waves;

/// <summary>The only writer of one wave on one account. Decide, journal, remember, act, answer.</summary>
public sealed class WaveActor(WaveKey key, WaveParts parts) : Actor<WaveMessage>
{
    private const int DecisionsPerInput = 4;

    /// <summary>A mark seen when the symbol came first is good enough for selection while it is not older.</summary>
    private static readonly TimeSpan MarkWithin = TimeSpan.FromSeconds(10);

    private readonly OwnedStream<WaveEvent> _stream =
        new(key.Stream, parts.Journal, parts.Epoch, parts.NewId(), parts.Time, parts.JournalSilent);

    private readonly Dictionary<Symbol, WaveMessage.MarketSeen> _markets = [];
    private WaveState _state = WaveState.Initial;

    protected override bool IsIdle => _state is WaveState.Absent or WaveState.Closed { Completed: true };

    protected override async ValueTask Started(CancellationToken stop)
    {
        try
        {
            await Remember(stop);
        }
        catch (UnreadableEventException unreadable)
        {
            parts.Alert(key, unreadable.Message);
            Context.Stop(unreadable.Message);
            return;
        }

        await Take([new WaveInput.Recovered()], stop);
    }

    protected override async ValueTask Receive(WaveMessage message, CancellationToken stop)
    {
        switch (message)
        {
            case WaveMessage.Told told: await Take([told.Input], stop); break;
            case WaveMessage.Delivered delivered: await Deliver(delivered, stop); break;
            case WaveMessage.MarketSeen seen: _markets[seen.Symbol] = seen; break;
            case WaveMessage.Awake: break;
            default: throw new UnreachableException($"{message}");
        }
    }

    private async Task Deliver(WaveMessage.Delivered it, CancellationToken stop)
    {
        var decisions = await Take([.. it.Signals.Select(signal => new WaveInput.Delivered(signal, it.Source))], stop, it.TakenAt);
        if (decisions is not null) it.Reply(new DeliveryAnswer([.. decisions.Select(VerdictOf)]));
    }

    private static Delivery VerdictOf(WaveDecision decision) => decision.Verdict switch
    {
        Verdict.Denied => Delivery.Full,
        Verdict.Ignored => Delivery.Duplicate,
        _ => decision.Events.Any(IsDuplicate) ? Delivery.Duplicate : Delivery.Accepted,
    };

    private static bool IsDuplicate(WaveEvent happened) =>
        happened is WaveEvent.SignalSkipped { Ends: true } skip && Reasons.IsDuplicate(skip.Reason);

    /// <summary>
    /// All inputs are decided in order and journaled in one append. Null: this actor may not write any more.
    /// </summary>
    /// <param name="takenAt">When this node had the signals among them in hand; null: there are none.</param>
    private async Task<IReadOnlyList<WaveDecision>?> Take(IReadOnlyList<WaveInput> inputs, CancellationToken stop, long? takenAt = null)
    {
        for (var i = 0; i < DecisionsPerInput; i++)
        {
            var at = new WaveContext(key.Account, key.Wave, parts.Time.NowUtc(), parts.Policy);
            var decisions = new List<WaveDecision>(inputs.Count);
            var state = _state;
            foreach (var input in inputs)
            {
                decisions.Add(WaveMachine.Decide(at, state, input));
                state = decisions[^1].Events.Aggregate(state, WaveMachine.Evolve);
            }

            var events = decisions.SelectMany(decision => decision.Events).ToList();
            var outcome = events.Count == 0 ? AppendOutcome.Written : await _stream.Append(events);
            switch (outcome)
            {
                case AppendOutcome.Conflict:
                    await Remember(stop);
                    continue;
                case AppendOutcome.Fenced:
                    Context.Stop($"{key.Stream} has a newer owner");
                    return null;
            }

            _state = state;
            await Act(decisions, takenAt, stop);
            return decisions;
        }

        throw new InvalidOperationException($"{key.Stream}: somebody else keeps writing the stream");
    }

    /// <summary>A signal that became durable too late was taken while the journal was away: it is not opened.</summary>
    private async Task Act(IReadOnlyList<WaveDecision> decisions, long? takenAt, CancellationToken stop)
    {
        var after = takenAt is { } taken ? parts.Time.GetElapsedTime(taken) : TimeSpan.Zero;
        var late = after <= parts.Policy.DurableWithin ? []
            : decisions.SelectMany(decision => decision.Events).OfType<WaveEvent.SignalReceived>().Select(e => e.Signal.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var effect in decisions.SelectMany(decision => decision.Effects))
            if (effect is not WaveEffect.Open { Signal.Id: var id } || !late.Contains(id)) Perform(effect);
        if (late.Count > 0) await Take([new WaveInput.DurableLate([.. late], after)], stop);
    }

    private void Perform(WaveEffect effect)
    {
        switch (effect)
        {
            case WaveEffect.PrepareSymbol it:
                parts.Prepare(it.Symbol);
                Context.Pipe(
                    async stop => new WaveMessage.MarketSeen(
                        it.Symbol, await parts.ViewMarket(it.Symbol, stop), parts.Time.NowUtc()),
                    _ => new WaveMessage.MarketSeen(it.Symbol, null, parts.Time.NowUtc()));
                break;
            case WaveEffect.Open it:
                parts.Prepare(it.Signal.Symbol); // again where it failed before
                var market = FreshMarket(it.Signal.Symbol);
                Ask(it.Signal, stop => parts.Desk.Open(it.Signal, market, stop));
                break;
            case WaveEffect.Inquire it: Ask(it.Signal, _ => parts.Desk.Inquire(it.Signal)); break;
            case WaveEffect.ReturnSlot it: parts.Desk.ReturnSlot(it.Signal); break;
            case WaveEffect.CloseAfter it: StartTimer("close", it.Due, new WaveInput.CloseDue()); break;
            case WaveEffect.AskAfter it:
                StartTimer($"ask {it.SignalId}", it.Due, new WaveInput.AskDue(it.SignalId));
                break;
            case WaveEffect.CountDuplicate it: parts.CountDuplicate(it.Reason); break;
            default: throw new UnreachableException($"{effect}");
        }
    }

    private MarketView? FreshMarket(Symbol symbol) =>
        _markets.TryGetValue(symbol, out var seen) && parts.Time.NowUtc() - seen.AtUtc <= MarkWithin ? seen.View : null;

    /// <summary>
    /// An exception leaves open whether anything was intended: that is doubt, and doubt is asked about.
    /// </summary>
    private void Ask(Signal signal, Func<CancellationToken, Task<OpeningAnswer>> question) => Context.Pipe(
        async stop => new WaveMessage.Told(new WaveInput.Answered(signal.Id, await question(stop))),
        fault => new WaveMessage.Told(new WaveInput.Answered(signal.Id, new OpeningAnswer.InDoubt(fault.Message))));

    private void StartTimer(string name, TimeSpan due, WaveInput input) =>
        Context.StartTimer(name, due, new WaveMessage.Told(input));

    private async Task Remember(CancellationToken stop)
    {
        foreach (var happened in await _stream.ReadNew(stop)) _state = WaveMachine.Evolve(_state, happened);
    }
}
