using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using static Trading.Tests.Accounts.AccountScenario;

namespace Trading.Tests.Accounts;

/// <summary>An account decides, waits for its journal however long it takes, and then acts and answers.</summary>
public sealed class AccountProcessTests
{
    private readonly AccountProcess _process = new(Account, "life");
    private readonly List<AccountEvent> _journal = [];
    private readonly List<string> _log = [];
    private readonly List<AccountAction.Answer> _answers = [];
    private AccountAction.Write? _underWay;

    [Fact]
    public void Recovered_it_reads_its_positions_before_anybody_has_a_slot()
    {
        Ask(Request("1", "TAGUSDT"), caller: 1);
        Assert.Empty(Heard());

        Start();
        Assert.Equal(["read after 0", "read positions", "do Announce", "show", "show", "answer 1 Denied"], Heard());
    }

    [Fact]
    public void What_changes_the_account_is_durable_before_it_is_announced_or_answered()
    {
        Ready();
        Ask(new AccountInput.Pause("anna", "lunch"), caller: 2);
        Assert.Equal(["write AccountPaused"], Heard());
        Assert.Equal(ProcessPhase.Writing, _process.Phase);

        Written();
        Assert.Equal(["do Announce", "show", "answer 2 Accepted"], Heard());
        Assert.Equal((ProcessPhase.Ready, 1L), (_process.Phase, _process.Version));
    }

    [Fact]
    public void What_comes_while_it_writes_waits_in_its_order()
    {
        Ready();
        Ask(new AccountInput.Pause("anna", "lunch"), caller: 1);
        Ask(Request("1", "TAGUSDT"), caller: 2);
        Ask(new AccountInput.Resume("anna", "back"), caller: 3);
        Heard();

        Written();
        Written();

        Assert.Equal([(1L, Verdict.Accepted), (2L, Verdict.Denied), (3L, Verdict.Accepted)], _answers.Select(static answer => (answer.Caller, answer.Verdict)));
    }

    [Fact]
    public void What_somebody_else_wrote_is_read_on_and_then_decided_again()
    {
        Ready();
        Ask(new AccountInput.Pause("anna", "lunch"), caller: 1);
        var theirs = _underWay!.Events;
        Heard();

        Tell(_process.Appended(Now(), new JournalAnswer.Conflict()));
        Assert.Equal(["read after 0"], Heard());
        _journal.AddRange(theirs);
        Tell(_process.Recovered(Now(), theirs));

        Assert.Equal(["show", "answer 1 Ignored"], Heard());
        Assert.Single(_journal);
    }

    [Fact]
    public void With_another_owner_it_leaves_and_denies_whoever_asked_or_waits()
    {
        Ready();
        Ask(new AccountInput.Pause("anna", "lunch"), caller: 1);
        Ask(Request("1", "TAGUSDT"), caller: 2);
        Heard();

        Tell(_process.Appended(Now(), new JournalAnswer.Fenced("account/binance belongs to epoch 2")));
        Ask(Request("2", "HNTUSDT"), caller: 3);

        Assert.Equal(["leave: account/binance belongs to epoch 2", "answer 1 Denied", "answer 2 Denied", "answer 3 Denied"], Heard());
        Assert.Equal(ProcessPhase.Left, _process.Phase);
    }

    [Fact]
    public void What_waits_is_bounded_and_reports_that_did_not_fit_have_the_positions_read_again()
    {
        Ready();
        Ask(new AccountInput.Pause("anna", "lunch"), caller: 1);
        for (var i = 0; i < 1024; i++) Tell(_process.Tell(Now(), new AccountInput.EquityRead(1000m)));
        Heard();

        Ask(Request("1", "TAGUSDT"), caller: 2);
        Tell(_process.Tell(Now(), new AccountInput.EquityRead(1000m)));
        Assert.Equal(["answer 2 Denied"], Heard());
        Assert.Equal("busy", _answers[^1].Note);

        Written();
        Assert.Contains("read positions", Heard());
    }

    private static AccountContext Now() => new(Account, Utc("10:00:00"), AccountPolicy.Default);

    private void Start()
    {
        Tell(_process.Start());
        Tell(_process.Recovered(Now(), [.. _journal]));
    }

    private void Ready()
    {
        Start();
        Tell(_process.Tell(Now(), new AccountInput.PositionsRead([])));
        Heard();
    }

    private void Ask(AccountInput command, long caller) => Tell(_process.Ask(Now(), command, caller));

    private void Written()
    {
        var write = _underWay!;
        _underWay = null;
        Assert.Equal(_journal.Count, write.ExpectedVersion);
        _journal.AddRange(write.Events);
        Tell(_process.Appended(Now(), new JournalAnswer.Written()));
    }

    private void Tell(IReadOnlyList<AccountAction> actions)
    {
        foreach (var action in actions)
        {
            if (action is AccountAction.Write write) _underWay = write;
            if (action is AccountAction.Answer answer) _answers.Add(answer);
            _log.Add(Words(action));
        }
    }

    private string[] Heard()
    {
        string[] all = [.. _log];
        _log.Clear();
        return all;
    }

    private static string Words(AccountAction action) => action switch
    {
        AccountAction.ReadJournal read => $"read after {read.AfterVersion}",
        AccountAction.Write write => $"write {string.Join(" ", write.Events.Select(static e => e.GetType().Name))}",
        AccountAction.ReadPositions => "read positions",
        AccountAction.Perform perform => $"do {perform.Effect.GetType().Name}",
        AccountAction.Show => "show",
        AccountAction.Answer answer => $"answer {answer.Caller} {answer.Verdict}",
        AccountAction.Leave leave => $"leave: {leave.Why}",
        _ => action.GetType().Name,
    };
}
