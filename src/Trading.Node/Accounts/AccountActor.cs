using System.Diagnostics;
using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Journal;
using Trading.Runtime;
using static Trading.Domain.Accounts.AccountAction;

namespace Trading.Node.Accounts;

/// <summary>
/// The only writer of one account: who may enter, and when nobody may. What it does is <see cref="AccountProcess"/>; this
/// shell tells it what happens and does what it wants done.
/// </summary>
public sealed class AccountActor(AccountParts parts) : Actor<AccountMessage>
{
    private static readonly TimeSpan ReadAgain = TimeSpan.FromMilliseconds(500);

    private readonly JournalStream<AccountEvent> _stream =
        new($"account/{parts.Account}", parts.Journal, parts.Epoch, parts.Time, parts.JournalSilent);

    private readonly AccountProcess _process = new(parts.Account, parts.NewId());
    private readonly Dictionary<long, Action<AccountAnswer>> _asking = [];
    private long _asked;

    protected override ValueTask Started(CancellationToken stop) => Carry(_process.Start(), stop);

    protected override async ValueTask Receive(AccountMessage message, CancellationToken stop)
    {
        switch (message)
        {
            case AccountMessage.Told told: await Carry(_process.Tell(Now(), told.Input), stop); break;
            case AccountMessage.Asked asked:
                _asking.Add(++_asked, asked.Reply);
                await Carry(_process.Ask(Now(), asked.Command, _asked), stop);
                break;
            case AccountMessage.PositionsDue: TakePositions(); break;
            case AccountMessage.PositionsTaken { Positions: { } all }:
                await Carry(_process.Tell(Now(), new AccountInput.PositionsRead(all)), stop);
                break;
            case AccountMessage.PositionsTaken:
                Context.StartTimer("positions", ReadAgain, new AccountMessage.PositionsDue());
                break;
            default: throw new UnreachableException($"{message}");
        }
    }

    private async ValueTask Carry(IReadOnlyList<AccountAction> actions, CancellationToken stop)
    {
        while (actions.Count > 0)
        {
            IReadOnlyList<AccountAction> next = [];
            foreach (var action in actions)
                switch (action)
                {
                    case ReadJournal read: next = await Read(read, stop); break;
                    case Write write:
                        var told = await _stream.AppendHoweverLong(
                            write.ExpectedVersion, write.CommandId, write.Events);
                        next = _process.Appended(Now(), told);
                        break;
                    default: Do(action); break;
                }

            actions = next;
        }
    }

    private async Task<IReadOnlyList<AccountAction>> Read(ReadJournal read, CancellationToken stop)
    {
        try
        {
            var events = await _stream.ReadAfter(read.AfterVersion, stop);
            return _process.Recovered(Now(), events);
        }
        catch (UnreadableEventException unreadable)
        {
            parts.Alert($"account {parts.Account} takes no entries: {unreadable.Message}", true);
            Context.Stop(unreadable.Message);
            return [];
        }
    }

    private void Do(AccountAction action)
    {
        var at = Now();
        switch (action)
        {
            case ReadPositions: TakePositions(); break;
            case Perform { Effect: AccountEffect.Announce announce }: parts.Announce(announce.Standing); break;
            case Perform { Effect: AccountEffect.AlertOperator alert }: parts.Alert(alert.Text, alert.Page); break;
            case Show show:
                parts.Show(new AccountView(
                    show.State, show.Book, AccountMachine.Standing(show.State, at.NowUtc), AccountMachine.DayNet(at, show.State, show.Book)));
                break;
            case Answer it:
                if (_asking.Remove(it.Caller, out var reply))
                    reply(new AccountAnswer(it.Verdict, it.Grant, it.Denial, it.Note, AccountMachine.Standing(it.State, at.NowUtc)));
                break;
            case Leave leave: Context.Stop(leave.Why); break;
            default: throw new UnreachableException($"{action}");
        }
    }

    private void TakePositions() => Context.Pipe(
        async stop => new AccountMessage.PositionsTaken(await parts.ReadPositions(stop)),
        static fault => throw new InvalidOperationException("the positions of the account could not be read", fault));

    private AccountContext Now() => new(parts.Account, parts.Time.NowUtc(), parts.Policy);
}
