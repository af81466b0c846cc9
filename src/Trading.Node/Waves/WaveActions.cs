using System.Diagnostics;
using Akka.Actor;
using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Journal;
using static Trading.Domain.Waves.WaveAction;

namespace Trading.Node.Waves;

/// <summary>What a wave wants done: journal and timers, questions to account and positions, answers to whoever delivered.</summary>
public sealed partial class WaveActor
{
    /// <summary>A mark seen when the symbol came first is good enough for selection while it is not older.</summary>
    private static readonly TimeSpan MarkWithin = TimeSpan.FromSeconds(10);

    private void Carry(IReadOnlyList<WaveAction> actions)
    {
        foreach (var action in actions) Do(action);
    }

    private void Do(WaveAction action)
    {
        switch (action)
        {
            case ReadJournal read: _journal.Read(read.AfterVersion); break;
            case Write write: _journal.Append(write.ExpectedVersion, write.CommandId, write.Events, isTimed: true); break;
            case Perform perform: Perform(perform.Effect); break;
            case CountDenied denied: _around.CountDenied(denied.Source, denied.Reason); break;
            case Answer answer:
                _askers.Answer(answer.Caller, new DeliveryAnswer([.. answer.Decisions.Select(VerdictOf)]));
                break;
            case WaveAction.Leave leave: Stop(leave.Why); break;
            default: throw new UnreachableException($"{action}");
        }
    }

    private void Perform(WaveEffect effect)
    {
        switch (effect)
        {
            case WaveEffect.PrepareSymbol it:
                _around.Prepare(it.Symbol);
                Beside(
                    async stop => new WaveMessage.MarketSeen(
                        it.Symbol, await _around.ViewMarket(it.Symbol, stop), _around.Time.NowUtc()),
                    _ => new WaveMessage.MarketSeen(it.Symbol, null, _around.Time.NowUtc()));
                break;
            case WaveEffect.Open it:
                _around.Prepare(it.Signal.Symbol); // again where it failed before
                var market = FreshMarket(it.Signal.Symbol);
                Ask(it.Signal, stop => _around.Desk.Open(it.Signal, market, stop));
                break;
            case WaveEffect.Inquire it: Ask(it.Signal, _ => _around.Desk.Inquire(it.Signal)); break;
            case WaveEffect.ClosePosition it: AskToClose(it.Signal); break;
            case WaveEffect.ReturnSlot it: _around.Desk.ReturnSlot(it.Signal); break;
            case WaveEffect.CloseAfter it: StartTimer("close", it.Due, new WaveInput.CloseDue()); break;
            case WaveEffect.AskAfter it:
                StartTimer($"ask {it.SignalId}", it.Due, new WaveInput.AskDue(it.SignalId));
                break;
            case WaveEffect.CountDuplicate it: _around.CountDuplicate(it.Reason); break;
            default: throw new UnreachableException($"{effect}");
        }
    }

    private MarketView? FreshMarket(Symbol symbol) =>
        _markets.TryGetValue(symbol, out var seen) && _around.Time.NowUtc() - seen.AtUtc <= MarkWithin ? seen.View : null;

    /// <summary>
    /// An exception leaves open whether anything was intended: that is doubt, and doubt is asked about.
    /// </summary>
    private void Ask(Signal signal, Func<CancellationToken, Task<OpeningAnswer>> question) => Beside(
        async stop => new WaveMessage.Told(new WaveInput.Answered(signal.Id, await question(stop))),
        fault => new WaveMessage.Told(new WaveInput.Answered(signal.Id, new OpeningAnswer.InDoubt(fault.Message))));

    /// <summary>The position knows a request by its id: one whose answer is lost is asked again.</summary>
    private void AskToClose(Signal close) => Beside(
        async _ => new WaveMessage.Told(new WaveInput.CloseAnswered(close.Id, await _around.Closing.Close(close))),
        fault => new WaveMessage.Told(new WaveInput.CloseAnswered(close.Id, new ClosingAnswer.NotYet(fault.Message))));

    private void StartTimer(string name, TimeSpan due, WaveInput input) => StartTimer(name, due, new WaveMessage.Told(input));

    private static Delivery VerdictOf(WaveDecision decision) => decision.Verdict switch
    {
        Verdict.Denied => new Delivery(IsDuplicate: false, decision.Denial, decision.Note),
        Verdict.Ignored => Delivery.Duplicate,
        _ => decision.Events.Any(IsDuplicate) ? Delivery.Duplicate : Delivery.Accepted,
    };

    private static bool IsDuplicate(WaveEvent happened) =>
        happened is WaveEvent.SignalSkipped { Ends: true } skip && Reasons.IsDuplicate(skip.Reason);
}
