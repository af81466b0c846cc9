using System.Diagnostics;
using Akka.Actor;
using Trading.Domain.Accounts;
using Trading.Journal;
using Trading.Node.Hosting;
using static Trading.Domain.Accounts.AccountAction;

namespace Trading.Node.Accounts;

/// <summary>
/// The only writer of one account: who may enter, and when nobody may. What it does is <see cref="AccountProcess"/>; this
/// shell tells it what happens and does what it wants done.
/// </summary>
public sealed class AccountActor(AccountDependencies parts) : NodeActor($"account/{parts.Account}")
{
    private const string PatienceTimer = "patience";
    private static readonly TimeSpan ReadAgain = TimeSpan.FromMilliseconds(500);

    private readonly JournalStream<AccountEvent> _stream =
        new($"account/{parts.Account}", parts.Journal, parts.Epoch, parts.Time, parts.JournalSilent);

    private readonly AccountProcess _process = new(parts.Account, parts.NewId());
    private readonly Dictionary<long, IActorRef> _asking = [];
    private long _asked;

    protected override void Started()
    {
        Carry(_process.Start());
        HoldFor(_process.Phase);
    }

    protected override void Handle(object message)
    {
        switch (message)
        {
            case AccountMessage.Told told: Carry(_process.Tell(Now(), told.Input)); break;
            case AccountMessage.Asked asked:
                _asking.Add(++_asked, Sender);
                Carry(_process.Ask(Now(), asked.Command, _asked));
                break;
            case AccountMessage.Appended appended:
                CancelTimer(PatienceTimer);
                Carry(_process.Appended(Now(), appended.Answer));
                break;
            case AccountMessage.PatienceEnded: parts.JournalSilent(JournalTimeouts.Exhausted); break;
            case AccountMessage.JournalRead read: Carry(_process.Recovered(Now(), read.Events)); break;
            case AccountMessage.JournalUnreadable unreadable:
                parts.Alert($"account {parts.Account} takes no entries: {unreadable.Why}", true);
                Stop(unreadable.Why);
                break;
            case AccountMessage.PositionsDue: TakePositions(); break;
            case AccountMessage.PositionsTaken { Positions: { } all }:
                Carry(_process.Tell(Now(), new AccountInput.PositionsRead(all)));
                break;
            case AccountMessage.PositionsTaken: StartTimer("positions", ReadAgain, new AccountMessage.PositionsDue()); break;
            default: Unhandled(message); break;
        }

        HoldFor(_process.Phase);
    }

    private void Carry(IReadOnlyList<AccountAction> actions)
    {
        foreach (var action in actions) Do(action);
    }

    private void Do(AccountAction action)
    {
        var at = Now();
        switch (action)
        {
            case ReadJournal read: Read(read); break;
            case Write write: Append(write); break;
            case ReadPositions: TakePositions(); break;
            case Perform { Effect: AccountEffect.Announce announce }: parts.Announce(announce.Status); break;
            case Perform { Effect: AccountEffect.AlertOperator alert }: parts.Alert(alert.Text, alert.Page); break;
            case Show show:
                parts.Show(new AccountView(
                    show.State, show.Book, AccountMachine.Status(show.State, at.NowUtc), AccountMachine.DayNet(at, show.State, show.Book)));
                break;
            case Answer it:
                if (_asking.Remove(it.Caller, out var asker))
                    asker.Tell(new AccountAnswer(it.Verdict, it.Grant, it.Denial, it.Note, AccountMachine.Status(it.State, at.NowUtc)));
                break;
            case AccountAction.Leave leave: Stop(leave.Why); break;
            default: throw new UnreachableException($"{action}");
        }
    }

    private void Read(ReadJournal read) => Beside(
        async stop => new AccountMessage.JournalRead(await _stream.ReadAfter(read.AfterVersion, stop)),
        static fault => fault is UnreadableEventException
            ? new AccountMessage.JournalUnreadable(fault.Message)
            : throw new InvalidOperationException("the journal of the account could not be read", fault));

    private void Append(Write write)
    {
        StartTimer(PatienceTimer, JournalTimeouts.Limit, new AccountMessage.PatienceEnded());
        var append = _stream.Append(write.ExpectedVersion, write.CommandId, write.Events);
        Beside(
            async _ => new AccountMessage.Appended(await append),
            static fault => throw new InvalidOperationException("the journal of the account could not be written", fault));
    }

    private void TakePositions() => Beside(
        async stop => new AccountMessage.PositionsTaken(await parts.ReadPositions(stop)),
        static fault => throw new InvalidOperationException("the positions of the account could not be read", fault));

    private AccountContext Now() => new(parts.Account, parts.Time.NowUtc(), parts.Policy);
}
