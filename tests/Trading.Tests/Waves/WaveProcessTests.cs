using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using static Trading.Tests.Waves.WaveScenario;

namespace Trading.Tests.Waves;

/// <summary>A wave decides what one delivery brings, waits for its journal however long it takes, and then acts and answers.</summary>
public sealed class WaveProcessTests
{
    private readonly WaveProcess _process = new(new WaveKey(Account, Wave), "life");
    private readonly List<WaveEvent> _journal = [];
    private readonly List<string> _log = [];
    private readonly List<WaveAction.Answer> _answers = [];
    private TimeSpan _elapsed;
    private WaveAction.Write? _underWay;

    [Fact]
    public void Signals_of_one_delivery_are_durable_together_before_anything_is_done_or_answered()
    {
        Start();
        Deliver(1, Signal("1", "TAGUSDT"), Signal("2", "HNTUSDT"));
        Assert.Equal(["write WaveOpened SignalReceived SignalReceived"], Heard());

        Written();
        var lines = Heard();
        Assert.Equal(2, lines.Count(static line => line == "do PrepareSymbol"));
        Assert.Equal("answer 1: Accepted Accepted", lines[^1]);
        Assert.Equal((ProcessPhase.Ready, 3L), (_process.Phase, _process.Version));
    }

    [Fact]
    public void What_comes_before_the_journal_is_read_and_while_it_is_written_waits_in_its_order()
    {
        Deliver(1, Signal("1", "TAGUSDT"));
        Assert.Equal((ProcessPhase.Recovering, 0), (_process.Phase, Heard().Length));
        Start();
        Deliver(2, Signal("1", "TAGUSDT"));
        Tell(_process.Tell(Now(), new WaveInput.CloseDue()));
        Assert.DoesNotContain(Heard(), static line => line.StartsWith("answer", StringComparison.Ordinal));

        while (_underWay is not null) Written();

        Assert.Equal([1L, 2L], _answers.Select(static answer => answer.Caller));
        Assert.Equal(
            ["WaveOpened", "SignalReceived", "SignalSkipped", "WaveClosed"], _journal.Select(static e => e.GetType().Name).Take(4));
    }

    [Fact]
    public void Signals_that_became_durable_too_late_are_let_go_before_their_sender_is_answered()
    {
        Start();
        Deliver(1, Signal("1", "TAGUSDT"));
        _elapsed += TimeSpan.FromMinutes(2);
        Heard();

        Written();
        Assert.Contains("write SignalDenied", Heard());
        Assert.Empty(_answers);
        Written();

        Assert.Equal(Reasons.Stale, Assert.Single(_journal.OfType<WaveEvent.SignalDenied>()).Reason);
        Assert.Single(_answers);
        Assert.Contains("count feed stale", Heard());
    }

    [Fact]
    public void What_somebody_else_wrote_is_read_on_and_then_decided_again()
    {
        Start();
        Deliver(1, Signal("1", "TAGUSDT"));
        var theirs = _underWay!.Events;
        Heard();

        Tell(_process.Appended(Now(), new JournalAnswer.Conflict()));
        Assert.Equal(["read after 0"], Heard());
        _journal.AddRange(theirs);
        Tell(_process.Recovered(Now(), theirs));
        Written();

        Assert.Equal(["WaveOpened", "SignalReceived", "SignalSkipped"], _journal.Select(static e => e.GetType().Name));
        Assert.Single(_answers);
    }

    [Fact]
    public void With_another_owner_it_leaves_and_answers_nobody_who_will_reach_the_owner()
    {
        Start();
        Deliver(1, Signal("1", "TAGUSDT"));
        Deliver(2, Signal("2", "HNTUSDT"));
        Heard();

        Tell(_process.Appended(Now(), new JournalAnswer.Fenced("wave/x belongs to epoch 2")));
        Deliver(3, Signal("3", "HNTUSDT"));

        Assert.Equal(["leave: wave/x belongs to epoch 2"], Heard());
        Assert.Equal((ProcessPhase.Left, 0), (_process.Phase, _answers.Count));
    }

    [Fact]
    public void What_waits_is_bounded_and_whoever_delivers_more_is_told()
    {
        Start();
        Deliver(1, Signal("1", "TAGUSDT"));
        for (var i = 0; i < 1024; i++) Deliver(2 + i, Signal("1", "TAGUSDT"));
        Heard();

        Deliver(2000, Signal("2", "HNTUSDT"), Signal("3", "TAGUSDT"));

        Assert.Equal(["answer 2000: Denied Denied"], Heard());
        Assert.All(_answers[^1].Decisions, static decision => Assert.Equal(Reasons.WaveFull, decision.Denial));
    }

    private WaveContext Now() => new(Account, Wave, Utc("19:21:02") + _elapsed, WavePolicy.Default) { Elapsed = _elapsed };

    private void Start()
    {
        Tell(_process.Start());
        Heard();
        Tell(_process.Recovered(Now(), [.. _journal]));
    }

    private void Deliver(long caller, params Signal[] signals) =>
        Tell(_process.Deliver(Now(), [.. signals.Select(static signal => new WaveInput.Delivered(signal, "feed"))], _elapsed, caller));

    private void Written()
    {
        var write = _underWay!;
        _underWay = null;
        Assert.Equal(_journal.Count, write.ExpectedVersion);
        _journal.AddRange(write.Events);
        Tell(_process.Appended(Now(), new JournalAnswer.Written()));
    }

    private void Tell(IReadOnlyList<WaveAction> actions)
    {
        foreach (var action in actions)
        {
            if (action is WaveAction.Write write) _underWay = write;
            if (action is WaveAction.Answer answer) _answers.Add(answer);
            _log.Add(Words(action));
        }
    }

    private string[] Heard()
    {
        string[] all = [.. _log];
        _log.Clear();
        return all;
    }

    private static string Words(WaveAction action) => action switch
    {
        WaveAction.ReadJournal read => $"read after {read.AfterVersion}",
        WaveAction.Write write => $"write {string.Join(" ", write.Events.Select(static e => e.GetType().Name))}",
        WaveAction.Perform perform => $"do {perform.Effect.GetType().Name}",
        WaveAction.CountDenied denied => $"count {denied.Source} {denied.Reason}",
        WaveAction.Answer answer => $"answer {answer.Caller}: {string.Join(" ", answer.Decisions.Select(static decision => decision.Verdict))}",
        WaveAction.Leave leave => $"leave: {leave.Why}",
        _ => action.GetType().Name,
    };
}
