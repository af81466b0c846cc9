using System.Diagnostics;
using Akka.Actor;
using Trading.Domain.Accounts;
using Trading.Node.Hosting;
using Trading.Node.Journal;
using static Trading.Domain.Accounts.AccountAction;

namespace Trading.Node.Accounts;

/// <summary>
/// The only writer of one account: who may enter, and when nobody may. What it does is <see cref="AccountProcess"/>; this
/// shell tells it what happens and does what it wants done.
/// </summary>
public sealed class AccountActor : NodeActor
{
    private static readonly TimeSpan ReadAgain = TimeSpan.FromMilliseconds(500);

    private readonly AccountDependencies _around;
    private readonly AccountProcess _process;
    private readonly EntityJournal<AccountEvent> _journal;
    private readonly Askers _askers = new();

    public AccountActor(AccountDependencies around)
        : base($"account/{around.Account}")
    {
        _around = around;
        _process = new AccountProcess(around.Account, around.NewId());
        _journal = new EntityJournal<AccountEvent>(
            this, $"account/{around.Account}", around.Journal, around.Epoch, around.Time, around.JournalSilent);
    }

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
                Carry(_process.Ask(Now(), asked.Command, _askers.Add(Sender)));
                break;
            case JournalAppended appended:
                _journal.StopWaiting();
                Carry(_process.Appended(Now(), appended.Answer));
                break;
            case JournalWaited when _journal.WaitsAgain(): break;
            case JournalWaited: _around.JournalSilent(JournalTimeouts.Exhausted); break;
            case JournalRead<AccountEvent> read: Carry(_process.Recovered(Now(), read.Events)); break;
            case JournalUnreadable unreadable:
                _around.Alert($"account {_around.Account} takes no entries: {unreadable.Why}", true);
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
            case ReadJournal read: _journal.Read(read.AfterVersion); break;
            case Write write: _journal.Append(write.ExpectedVersion, write.CommandId, write.Events, isTimed: true); break;
            case ReadPositions: TakePositions(); break;
            case Perform { Effect: AccountEffect.Announce announce }: _around.Announce(announce.Status); break;
            case Perform { Effect: AccountEffect.AlertOperator alert }: _around.Alert(alert.Text, alert.Page); break;
            case Show show:
                _around.Show(new AccountView(
                    show.State, show.Book, AccountMachine.Status(show.State, at.NowUtc), AccountMachine.DayNet(at, show.State, show.Book)));
                break;
            case Answer it:
                _askers.Answer(it.Caller, new AccountAnswer(
                    it.Verdict, it.Grant, it.Denial, it.Note, AccountMachine.Status(it.State, at.NowUtc)));
                break;
            case AccountAction.Leave leave: Stop(leave.Why); break;
            default: throw new UnreachableException($"{action}");
        }
    }

    private void TakePositions() => Beside(
        async stop => new AccountMessage.PositionsTaken(await _around.ReadPositions(stop)),
        static fault => throw new InvalidOperationException("the positions of the account could not be read", fault));

    private AccountContext Now() => new(_around.Account, _around.Time.NowUtc(), _around.Policy);
}
