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

    private const string PatienceTimer = "patience";

    private void Carry(IReadOnlyList<WaveAction> actions)
    {
        foreach (var action in actions) Do(action);
    }

    private void Do(WaveAction action)
    {
        switch (action)
        {
            case ReadJournal read: Read(read); break;
            case Write write: Append(write); break;
            case Perform perform: Perform(perform.Effect); break;
            case CountDenied denied: parts.CountDenied(denied.Source, denied.Reason); break;
            case Answer answer:
                if (_asking.Remove(answer.Caller, out var asker)) asker.Tell(new DeliveryAnswer([.. answer.Decisions.Select(VerdictOf)]));
                break;
            case WaveAction.Leave leave: Stop(leave.Why); break;
            default: throw new UnreachableException($"{action}");
        }
    }

    private void Read(ReadJournal read) => Beside(
        async stop => new WaveMessage.JournalRead(await _stream.ReadAfter(read.AfterVersion, stop)),
        static fault => fault is UnreadableEventException
            ? new WaveMessage.JournalUnreadable(fault.Message)
            : throw new InvalidOperationException("the journal of the wave could not be read", fault));

    private void Append(Write write)
    {
        StartTimer(PatienceTimer, JournalTimeouts.Limit, new WaveMessage.PatienceEnded());
        var append = _stream.Append(write.ExpectedVersion, write.CommandId, write.Events);
        Beside(
            async _ => new WaveMessage.Appended(await append),
            static fault => throw new InvalidOperationException("the journal of the wave could not be written", fault));
    }

    private void Perform(WaveEffect effect)
    {
        switch (effect)
        {
            case WaveEffect.PrepareSymbol it:
                parts.Prepare(it.Symbol);
                Beside(
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
            case WaveEffect.ClosePosition it: AskToClose(it.Signal); break;
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
    private void Ask(Signal signal, Func<CancellationToken, Task<OpeningAnswer>> question) => Beside(
        async stop => new WaveMessage.Told(new WaveInput.Answered(signal.Id, await question(stop))),
        fault => new WaveMessage.Told(new WaveInput.Answered(signal.Id, new OpeningAnswer.InDoubt(fault.Message))));

    /// <summary>The position knows a request by its id: one whose answer is lost is asked again.</summary>
    private void AskToClose(Signal close) => Beside(
        async _ => new WaveMessage.Told(new WaveInput.CloseAnswered(close.Id, await parts.Closing.Close(close))),
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
