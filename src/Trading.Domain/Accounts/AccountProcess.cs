using System.Diagnostics;
using System.Globalization;
using Trading.Domain.Positions;
using static Trading.Domain.Accounts.AccountAction;

namespace Trading.Domain.Accounts;

/// <summary>
/// The order of things of one account: decide, journal, remember, act, answer. Synchronous, like a position's; an account
/// waits for every append, because what it decides allows exposure.
/// </summary>
public sealed class AccountProcess(AccountId account, string incarnation)
{
    private readonly WantedActions<AccountAction> _wanted = new();
    private readonly WaitingLine<Waiting> _waiting = new();
    private (Waiting Input, AccountDecision Decision)? _writing;
    private bool _hasTakenUp;

    /// <summary>Reports did not fit while the journal was away: what they said of positions is read again.</summary>
    private bool _hasLost;

    public ProcessPhase Phase { get; private set; } = ProcessPhase.Recovering;

    public AccountState State { get; private set; } = AccountState.Initial;

    public AccountBook Book { get; private set; } = AccountBook.Empty;

    public long Version { get; private set; }

    public IReadOnlyList<AccountAction> Start()
    {
        Do(new ReadJournal(0));
        return _wanted.TakeAll();
    }

    /// <param name="events">All after the version that was asked for.</param>
    public IReadOnlyList<AccountAction> Recovered(AccountContext at, IReadOnlyList<AccountEvent> events)
    {
        if (Phase is not ProcessPhase.Recovering) throw new UnreachableException($"account {account}: the journal was read in phase {Phase}");
        foreach (var happened in events) Evolve(happened);
        Phase = ProcessPhase.Ready;
        if (!_hasTakenUp)
        {
            _hasTakenUp = true;
            _waiting.PutFirst(new Waiting(new AccountInput.Recovered(), null));
            Do(new ReadPositions());
        }

        return Run(at);
    }

    public IReadOnlyList<AccountAction> Tell(AccountContext at, AccountInput report) => Take(at, new Waiting(report, null));

    /// <param name="caller">Answered once what was decided is durable, or that nothing was.</param>
    public IReadOnlyList<AccountAction> Ask(AccountContext at, AccountInput command, long caller) => Take(at, new Waiting(command, caller));

    /// <summary>The journal has answered the append that is under way.</summary>
    public IReadOnlyList<AccountAction> Appended(AccountContext at, JournalAnswer answer)
    {
        if (_writing is not { } written) throw new UnreachableException($"account {account}: nothing was being written");
        _writing = null;
        switch (answer)
        {
            case JournalAnswer.Fenced fenced:
                LeaveTo(fenced, written.Input);
                break;
            case JournalAnswer.Written:
                Phase = ProcessPhase.Ready;
                foreach (var happened in written.Decision.Events) Evolve(happened);
                Settle(written.Input, written.Decision);
                if (_hasLost) Do(new ReadPositions());
                _hasLost = false;
                break;
            default: // somebody else wrote the stream: it is read on, and decided again
                Phase = ProcessPhase.Recovering;
                _waiting.PutFirst(written.Input);
                Do(new ReadJournal(Version));
                break;
        }

        return Run(at);
    }

    private IReadOnlyList<AccountAction> Take(AccountContext at, Waiting input)
    {
        if (Phase is ProcessPhase.Left) Deny(input, "not the owner");
        else if (!_waiting.IsFull) _waiting.Add(input);
        else if (input.Caller is not null) Deny(input, "busy");
        else _hasLost = true;
        return Run(at);
    }

    private IReadOnlyList<AccountAction> Run(AccountContext at)
    {
        while (Phase is ProcessPhase.Ready && _waiting.TakeNext() is { } next) Decide(at, next);
        return _wanted.TakeAll();
    }

    private void Decide(AccountContext at, Waiting next)
    {
        var decision = AccountMachine.Decide(at, State, Book, next.Input);
        if (decision.Events.Count == 0)
        {
            Settle(next, decision);
            return;
        }

        Phase = ProcessPhase.Writing;
        _writing = (next, decision);
        Do(new Write(Version, string.Create(CultureInfo.InvariantCulture, $"{incarnation}-{Version}"), decision.Events));
    }

    private void Settle(Waiting input, AccountDecision decision)
    {
        Book = decision.Book;
        foreach (var effect in decision.Effects) Do(new Perform(effect));
        Do(new Show(State, Book));
        if (input.Caller is { } caller) Do(new Answer(caller, decision.Verdict, State, decision.Grant, decision.Denial, decision.Note));
    }

    private void LeaveTo(JournalAnswer.Fenced fenced, Waiting refused)
    {
        Phase = ProcessPhase.Left;
        Do(new Leave(fenced.Owner));
        Deny(refused, "not the owner");
        while (_waiting.TakeNext() is { } next) Deny(next, "not the owner");
    }

    private void Deny(Waiting one, string note)
    {
        if (one.Caller is { } caller) Do(new Answer(caller, Verdict.Denied, State, Note: note));
    }

    private void Evolve(AccountEvent happened)
    {
        Version++;
        State = AccountMachine.Evolve(State, happened);
    }

    private void Do(AccountAction action) => _wanted.Add(action);

    /// <param name="Caller">Null: nobody waits for an answer.</param>
    private sealed record Waiting(AccountInput Input, long? Caller);
}
