using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Journal;
using Trading.Node.Gateways;
using Trading.Node.Metrics;
using Trading.Node.Operators;
using Trading.Node.Positions;

namespace Trading.Tests.Node;

/// <summary>Decide, journal, remember, act, answer; and what becomes of that order when the journal does not answer.</summary>
public sealed class PositionWriterTests : IAsyncDisposable
{
    private static readonly PositionKey Key = PositionKey.Parse("binance/TAGUSDT");
    private static readonly SymbolRules Rules = new(Key.Symbol, 0.001m, 0.1m, 0.1m, 1_000_000m, 5m);

    private readonly ManualTime _time = new();
    private readonly List<string> _log = [];
    private readonly ScriptedJournal _journal;
    private readonly PriceRouter _prices;
    private readonly SilentSession _session = new();
    private readonly NoPrices _feed = new();
    private readonly Queue<(PositionWriter? Writer, Task Append)> _resumed = new();
    private readonly AlertBoard _alerts;
    private bool _leaseIsValid = true;
    private bool _stopFirst;
    private int _readAgain;
    private int _incarnations;

    public PositionWriterTests()
    {
        _journal = new ScriptedJournal(_log);
        _prices = new PriceRouter(_feed, _time);
        _alerts = new AlertBoard(_time, static _ => { });
    }

    [Fact]
    public async Task An_entry_is_journaled_before_it_is_sent()
    {
        var (writer, _) = await Started();
        var answer = await Take(writer, Entry("s1"));
        Assert.Equal(Verdict.Accepted, answer.Verdict);
        Assert.True(_log.IndexOf("append EntryIntended") < _log.IndexOf("do SendEntry"), string.Join(", ", _log));
        Assert.True(_log.IndexOf("do SendEntry") < _log.IndexOf("EntryIntended happened"), "nobody who only looks on delays an order");
    }

    [Fact]
    public async Task A_lost_answer_is_asked_for_again_under_the_same_command_and_written_once()
    {
        var (writer, _) = await Started();
        _journal.Next.Enqueue(ScriptedJournal.Fate.WrittenAnswerLost);
        _journal.Next.Enqueue(ScriptedJournal.Fate.NotWrittenAnswerLost);
        await Take(writer, Entry("s1"));

        Assert.Single(_journal.Commands.Distinct());
        Assert.Equal(3, _journal.Commands.Count);
        Assert.Equal(1, writer.Version);
        Assert.Single(_journal.Events);
        Assert.Single(_log, "do SendEntry");
    }

    [Fact]
    public async Task An_entry_whose_append_took_more_than_two_seconds_is_not_sent_and_ends_failed()
    {
        var (writer, _) = await Started();
        for (var i = 0; i < 9; i++) _journal.Next.Enqueue(ScriptedJournal.Fate.NotWrittenAnswerLost);
        await Take(writer, Entry("s1"));

        Assert.DoesNotContain("do SendEntry", _log);
        Assert.Equal(["EntryIntended", "EntryFailed"], _journal.Events.Select(e => e.Type));
        Assert.IsType<PositionState.Flat>(writer.State);
    }

    [Fact]
    public async Task A_first_stop_goes_out_under_its_id_when_the_journal_is_silent_for_half_a_second()
    {
        var (writer, _) = await Opening();
        for (var i = 0; i < 6; i++) _journal.Next.Enqueue(ScriptedJournal.Fate.NotWrittenAnswerLost);
        _log.Clear();

        await Take(writer, Fill());

        var sent = _log.IndexOf("do SendStop");
        Assert.True(sent >= 0 && sent < _log.IndexOf("append OrderFilled"), string.Join(", ", _log));
        Assert.Single(_log, "do SendStop");
        Assert.Contains("ahead SendStop", _log);
    }

    [Fact]
    public async Task The_deadline_runs_from_when_the_fill_was_learned_of_not_from_when_the_journal_was_given_up()
    {
        var (writer, host) = await Opening();
        for (var i = 0; i < 6; i++) _journal.Next.Enqueue(ScriptedJournal.Fate.NotWrittenAnswerLost);
        await Take(writer, Fill());
        var deadline = host.Done.OfType<PositionEffect.StartTimer>().Single(timer => timer.Timer is PositionTimer.Protect);
        Assert.InRange(deadline.Due, TimeSpan.FromSeconds(2.4), TimeSpan.FromSeconds(2.5));
    }

    [Fact]
    public async Task A_process_that_slept_has_the_whole_deadline_before_it_when_it_wakes()
    {
        var (writer, host) = await Opening();
        for (var i = 0; i < 6; i++) _journal.Next.Enqueue(ScriptedJournal.Fate.NotWrittenAnswerLost);
        var taken = writer.Take(Fill());
        _time.Advance(TimeSpan.FromSeconds(4));
        await Run(taken);
        var deadline = host.Done.OfType<PositionEffect.StartTimer>().Single(timer => timer.Timer is PositionTimer.Protect);
        Assert.Equal(TimeSpan.FromSeconds(2.5), deadline.Due);
    }

    [Fact]
    public async Task Nothing_goes_ahead_of_the_journal_without_a_valid_lease()
    {
        var (writer, _) = await Opening();
        for (var i = 0; i < 6; i++) _journal.Next.Enqueue(ScriptedJournal.Fate.NotWrittenAnswerLost);
        _leaseIsValid = false;
        _log.Clear();

        await Take(writer, Fill());

        Assert.True(_log.IndexOf("do SendStop") > _log.IndexOf("append OrderFilled"), string.Join(", ", _log));
    }

    [Fact]
    public async Task While_the_journal_hangs_everything_that_protects_leaves_under_the_ids_that_are_written_later()
    {
        var (writer, host) = await Opening();
        var back = Hang();
        _log.Clear();
        await Run(writer.Take(new PositionInput.OrderReported(
            _journal.EntryId, "1", OrderStatus.Filled, 100m, null, Now, Source.OrderAnswer)));
        Assert.DoesNotContain("do SendStop", _log);
        Assert.Contains("no answer for 500 ms", Assert.Single(_alerts.Newest).Text, StringComparison.Ordinal);

        await Run(writer.Take(Fill()));
        await Run(writer.Take(new PositionInput.Rejected(Stops(host)[0].Stop, -1000, "try again")));
        Assert.Equal(2, Stops(host).Count);
        await Run(writer.Take(new PositionInput.TimerFired(PositionTimer.Protect)));
        Assert.Single(_log, "do SendClose");
        Assert.Contains(host.Done, effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.Protect });
        Assert.DoesNotContain(_log, line => line.EndsWith("happened", StringComparison.Ordinal));

        back();
        await Pass(1);

        Assert.False(writer.IsAhead);
        var written = _journal.Events.Select(EventCodec.For<PositionEvent>().Read).ToList();
        Assert.Equal(Stops(host).Select(stop => stop.Stop), written.OfType<PositionEvent.StopIntended>().Select(e => e.Stop));
        Assert.Equal(
            host.Done.OfType<PositionEffect.SendClose>().Single().Order, written.OfType<PositionEvent.CloseIntended>().Single().Order);
        Assert.Equal(2, _log.Count(line => line == "do SendStop"));
        Assert.Equal(written.Count - 1, _log.Count(line => line.EndsWith("happened", StringComparison.Ordinal)));
        Assert.Equal(Enumerable.Range(1, written.Count), _journal.Events.Select(e => (int)e.Version));
        var (again, _) = await Started();
        Assert.Equal(Notation.Words(writer.State), Notation.Words(again.State));
    }

    [Fact]
    public async Task While_the_journal_hangs_the_old_stop_stays_until_the_new_ones_confirmation_is_durable()
    {
        var (writer, host) = await Opening();
        await Take(writer, Fill());
        await Take(writer, Live(Stops(host)[0].Stop));
        var back = Hang();

        await Run(writer.Take(new PositionInput.PositionStreamed(150m, 1m, Now.AddSeconds(1), ByOrder: true)));
        await Run(writer.Take(Live(Stops(host)[1].Stop)));
        Assert.Equal((150m, true), (Stops(host)[1].Quantity, Stops(host)[1].First));
        Assert.DoesNotContain("do CancelStop", _log);

        back();
        await Pass(1);
        Assert.Equal(Stops(host)[0].Stop, host.Done.OfType<PositionEffect.CancelStop>().Single().Stop);
    }

    [Theory]
    [InlineData(1.5, 1)]
    [InlineData(2.5, 0)]
    public async Task An_entry_waits_for_its_append_and_leaves_only_when_that_came_in_time(double awaySeconds, int sent)
    {
        var (writer, _) = await Started();
        var back = Hang();
        PositionAnswer? answer = null;
        await Run(writer.Take(Entry("s1"), "w1/s1", told => answer = told));
        Assert.Null(answer);
        await Pass(awaySeconds - 0.5);
        Assert.DoesNotContain("do SendEntry", _log);

        back();
        await Pass(0.5);

        Assert.Equal(Verdict.Accepted, answer?.Verdict);
        Assert.Equal(sent, _log.Count(line => line == "do SendEntry"));
        Assert.Equal(sent == 0, writer.State is PositionState.Flat);
    }

    [Fact]
    public async Task A_writer_that_went_ahead_of_a_journal_that_went_another_way_reads_it_again()
    {
        var (writer, host) = await Opening();
        var (other, _) = await Started();
        var fill = Fill();
        var back = Hang();
        await Run(writer.Take(fill));
        Assert.Single(Stops(host));
        _journal.Reachable = Task.CompletedTask;
        await Take(other, new PositionInput.NotSent(_journal.EntryId, "an earlier life, late"));
        Assert.True(writer.IsAhead);

        back();
        await Pass(1);

        Assert.Equal(1, _readAgain);
        Assert.False(writer.IsAhead);
        Assert.Equal(Notation.Words(other.State), Notation.Words(writer.State));
    }

    [Fact]
    public async Task A_fenced_writer_leaves_and_does_nothing()
    {
        var (writer, host) = await Started();
        _journal.Next.Enqueue(ScriptedJournal.Fate.Fenced);
        var answer = await Take(writer, Entry("s1"));

        Assert.Equal((Verdict.Denied, "not_owner"), (answer.Verdict, answer.Note));
        Assert.NotNull(host.Left);
        Assert.DoesNotContain(_log, line => line.StartsWith("do ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_somebody_else_wrote_is_read_before_the_input_is_decided_again()
    {
        var (first, _) = await Started();
        var (second, _) = await Started();
        await Take(first, Entry("s1"));
        _log.Clear();

        var answer = await Take(second, Entry("s2"));

        Assert.Equal((Verdict.Ignored, "duplicate_position"), (answer.Verdict, answer.Note));
        Assert.DoesNotContain("do SendEntry", _log);
        Assert.Equal(Notation.Words(first.State), Notation.Words(second.State));
    }

    [Fact]
    public async Task The_same_command_after_a_restart_has_no_second_effect()
    {
        var (writer, _) = await Started();
        await Take(writer, Entry("s1"), "w1/s1");
        await Take(writer, new PositionInput.NotSent(_journal.EntryId, "offline"));
        Assert.IsType<PositionState.Flat>(writer.State);
        var (again, _) = await Started();
        _log.Clear();

        var answer = await Take(again, Entry("s1"), "w1/s1");

        Assert.Equal((Verdict.Ignored, "done before"), (answer.Verdict, answer.Note));
        Assert.DoesNotContain("do SendEntry", _log);
    }

    [Fact]
    public async Task Replayed_it_is_where_it_was()
    {
        var (writer, _) = await Opening();
        await Take(writer, Fill());
        var (again, _) = await Started();
        Assert.Equal(writer.Version, again.Version);
        Assert.Equal(Notation.Words(writer.State), Notation.Words(again.State));
    }

    [Fact]
    public async Task A_stop_that_was_given_up_while_its_append_was_under_way_is_not_sent_when_it_is_durable()
    {
        _stopFirst = true;
        var (writer, host) = await Started();
        var back = Hang();
        _log.Clear();
        await Run(writer.Take(Entry("s1")));
        await Run(writer.Take(new PositionInput.TimerFired(PositionTimer.StopAnswer)));
        await Run(writer.Take(new PositionInput.StopsRead([], Now)));
        Assert.IsType<PositionState.Flat>(writer.State);

        back();
        for (var i = 0; i < 100 && writer.IsAhead; i++) await Pass(0.01);
        Assert.Equal(["EntryIntended", "StopIntended", "StopRefused", "EntryFailed"], _journal.Events.Select(e => e.Type));
        Assert.Empty(Stops(host));
        Assert.DoesNotContain("do SendEntry", _log);
    }

    /// <summary>At the pace of its appends: one that backed off longer each time would sleep on when the journal is back.</summary>
    [Fact]
    public async Task A_start_while_the_journal_is_away_asks_on_and_goes_on_as_soon_as_it_answers()
    {
        await Take((await Started()).Writer, Entry("s1"));
        _journal.ReadsThatFail = 8;
        var began = _time.GetUtcNow();
        var (again, _) = await Started();
        Assert.IsType<PositionState.Opening>(again.State);
        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2.5));
        Assert.Contains("cannot be reached", Assert.Single(_alerts.Newest).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_that_this_build_cannot_read_stops_that_position_with_an_alert()
    {
        _journal.Put(Key.Stream, "SomethingNewer", "{}");
        var alerts = new AlertBoard(_time, static _ => { });
        var host = new Host(_log, _resumed);
        var writer = host.Writer = new PositionWriter(Key, Around(alerts), host);

        Assert.False(await Run(writer.Recover(CancellationToken.None)));

        Assert.NotNull(host.Left);
        Assert.Contains("SomethingNewer", Assert.Single(alerts.Newest).Text, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        await _feed.DisposeAsync();
        await _journal.DisposeAsync();
    }

    private async Task<(PositionWriter Writer, Host Host)> Started()
    {
        var host = new Host(_log, _resumed);
        var writer = host.Writer = new PositionWriter(Key, Around(_alerts), host);
        Assert.True(await Run(writer.Recover(CancellationToken.None)));
        await Take(writer, new PositionInput.SnapshotShare(new PositionRow(0, 0, null), [], _time.GetUtcNow().UtcDateTime));
        return (writer, host);
    }

    private async Task<(PositionWriter Writer, Host Host)> Opening()
    {
        var started = await Started();
        await Take(started.Writer, Entry("s1"));
        return started;
    }

    private static PositionInput.OpenPosition Entry(string signal) => new(signal, "w1", Side.Long, 100m, 1m, new ProtectionPlan());

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    private PositionInput.StopReported Live(ClientOrderId stop) => new(stop, "2", StopStatus.Live, 0, 0, Now, Source.OrderAnswer);

    private static List<PositionEffect.SendStop> Stops(Host host) => [.. host.Done.OfType<PositionEffect.SendStop>()];

    /// <summary>From here on no append is answered, until what is given back is called.</summary>
    private Action Hang()
    {
        var back = new TaskCompletionSource();
        _journal.Reachable = back.Task;
        return back.SetResult;
    }

    private PositionInput.Traded Fill() => new(
        new Trade(
            _journal.EntryId, "1", "t1", Side.Long, 100m, 1m, 0.05m, "USDT", 0, _time.GetUtcNow().UtcDateTime, OrderOrigin.Ours),
        Source.Stream);

    /// <summary>Until it is answered, which is when it is durable and nothing waits any more.</summary>
    private async Task<PositionAnswer> Take(PositionWriter writer, PositionInput input, string? commandId = null)
    {
        PositionAnswer? answer = null;
        await Run(writer.Take(input, commandId, told => answer = told));
        for (var i = 0; i < 10_000 && (answer is null || writer.IsAhead); i++) await Pass(0.01);
        return answer ?? throw new InvalidOperationException("it is never answered");
    }

    /// <summary>Time goes by, and the host calls back what has its answer.</summary>
    private async Task Pass(double seconds)
    {
        for (var left = TimeSpan.FromSeconds(seconds); left > TimeSpan.Zero; left -= TimeSpan.FromMilliseconds(10))
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            while (_resumed.Count > 0 && _resumed.Peek().Append.IsCompleted) if (!await Run(_resumed.Dequeue().Writer!.GoOn())) _readAgain++;
        }
    }

    private async Task Run(Task work)
    {
        for (var i = 0; i < 10_000 && !work.IsCompleted; i++) _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.True(work.IsCompleted, "it waits for ever");
        await work;
    }

    private async Task<T> Run<T>(Task<T> work)
    {
        await Run((Task)work);
        return await work;
    }

    private PositionSurroundings Around(AlertBoard alerts)
    {
        var symbols = new SymbolBook();
        symbols.Replace([Rules]);
        return new PositionSurroundings
        {
            Meters = new NodeMeters(),
            Account = Key.Account,
            Time = _time,
            NewId = () => $"incarnation{++_incarnations}",
            Journal = _journal,
            Lease = new Lease(1, () => _leaseIsValid),
            Sender = new ScriptedSender(),
            Session = _session,
            Symbols = symbols,
            Sightings = new SightingsBook(),
            Prices = _prices,
            Policy = PositionPolicy.Default(_journal.Id) with { StopFirst = _stopFirst },
            Board = new PositionBoard(_time),
            Alerts = alerts,
            TellAccount = static (_, _, _) => { },
            IsHalted = static () => false,
            AllowsStopFirst = static () => true,
            MayEnter = static () => true,
            Happened = happened => _log.Add($"{happened.Event.GetType().Name} happened"),
            ProtectedAhead = (_, effect) => _log.Add($"ahead {effect.GetType().Name}"),
        };
    }

    private sealed class Host(List<string> log, Queue<(PositionWriter? Writer, Task Append)> resumed) : IPositionHost
    {
        public PositionWriter? Writer { get; set; }
        public string? Left { get; private set; }
        public List<PositionEffect> Done { get; } = [];

        public void Perform(PositionEffect effect, PositionState after)
        {
            log.Add($"do {effect.GetType().Name}");
            Done.Add(effect);
        }

        public void Resume(Task append) => resumed.Enqueue((Writer, append));

        public void Leave(string why) => Left = why;
    }

    private sealed class NoPrices : IPriceFeed
    {
        public Task Run(Action<Symbol, decimal, DateTime> deliver, Action<Symbol, bool> suspect, CancellationToken stop) => Task.CompletedTask;

        public void Subscribe(Symbol symbol)
        {
            // nobody listens
        }

        public void Unsubscribe(Symbol symbol)
        {
            // nobody listens
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
