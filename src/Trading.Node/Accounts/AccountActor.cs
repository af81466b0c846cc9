using System.Diagnostics;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Journal;
using Trading.Runtime;

namespace Trading.Node.Accounts;

/// <summary>
/// The only writer of one account: who may enter, and when nobody may. Decide, journal, remember, act, answer.
/// </summary>
/// <remarks>
/// Slots are memory. They are read from the positions at every start, and none is handed out before that is complete.
/// </remarks>
public sealed class AccountActor(AccountParts parts) : Actor<AccountMessage>
{
    private const int DecisionsPerInput = 4;
    private static readonly TimeSpan ReadAgain = TimeSpan.FromMilliseconds(500);

    private readonly OwnedStream<AccountEvent> _stream =
        new($"account/{parts.Account}", parts.Journal, parts.Epoch, parts.NewId(), parts.Time, parts.JournalSilent);

    private AccountState _state = AccountState.Initial;
    private AccountBook _book = AccountBook.Empty;

    protected override async ValueTask Started(CancellationToken stop)
    {
        try
        {
            await Remember(stop);
        }
        catch (UnreadableEventException unreadable)
        {
            parts.Alert($"account {parts.Account} takes no entries: {unreadable.Message}", true);
            Context.Stop(unreadable.Message);
            return;
        }

        await Take(new AccountInput.Recovered(), stop);
        ReadPositions();
    }

    protected override async ValueTask Receive(AccountMessage message, CancellationToken stop)
    {
        switch (message)
        {
            case AccountMessage.Told told: await Take(told.Input, stop); break;
            case AccountMessage.Asked asked: asked.Reply(await Take(asked.Command, stop)); break;
            case AccountMessage.PositionsDue: ReadPositions(); break;
            case AccountMessage.PositionsTaken { Positions: { } all }:
                await Take(new AccountInput.PositionsRead(all), stop);
                break;
            case AccountMessage.PositionsTaken:
                Context.StartTimer("positions", ReadAgain, new AccountMessage.PositionsDue());
                break;
            default: throw new UnreachableException($"{message}");
        }
    }

    private void ReadPositions() => Context.Pipe(
        async stop => new AccountMessage.PositionsTaken(await parts.ReadPositions(stop)),
        static fault => throw new InvalidOperationException("the positions of the account could not be read", fault));

    private async Task<AccountAnswer> Take(AccountInput input, CancellationToken stop)
    {
        for (var i = 0; i < DecisionsPerInput; i++)
        {
            var at = Now();
            var decision = AccountMachine.Decide(at, _state, _book, input);
            var outcome = decision.Events.Count == 0 ? AppendOutcome.Written : await _stream.Append(decision.Events);
            switch (outcome)
            {
                case AppendOutcome.Conflict:
                    await Remember(stop);
                    continue;
                case AppendOutcome.Fenced:
                    Context.Stop($"account {parts.Account} has a newer owner");
                    return new AccountAnswer(
                        Verdict.Denied, null, null, "not the owner", AccountMachine.Standing(_state, at.NowUtc));
            }

            _state = decision.Events.Aggregate(_state, AccountMachine.Evolve);
            _book = decision.Book;
            foreach (var effect in decision.Effects) Perform(effect);
            var answer = Answer(at, decision);
            parts.Show(new AccountView(_state, _book, answer.Standing, AccountMachine.DayNet(at, _state, _book)));
            return answer;
        }

        throw new InvalidOperationException($"account/{parts.Account}: somebody else keeps writing the stream");
    }

    private AccountAnswer Answer(AccountContext at, AccountDecision decision) => new(
        decision.Verdict, decision.Grant, decision.Denial, decision.Note, AccountMachine.Standing(_state, at.NowUtc));

    private void Perform(AccountEffect effect)
    {
        switch (effect)
        {
            case AccountEffect.Announce announce: parts.Announce(announce.Standing); break;
            case AccountEffect.AlertOperator alert: parts.Alert(alert.Text, alert.Page); break;
            default: throw new UnreachableException($"{effect}");
        }
    }

    private async Task Remember(CancellationToken stop)
    {
        foreach (var happened in await _stream.ReadNew(stop)) _state = AccountMachine.Evolve(_state, happened);
    }

    private AccountContext Now() => new(parts.Account, parts.Time.NowUtc(), parts.Policy);
}
