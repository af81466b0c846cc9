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
    private bool _leaseIsValid = true;
    private int _incarnations;

    public PositionWriterTests()
    {
        _journal = new ScriptedJournal(_log);
        _prices = new PriceRouter(_feed, _time);
    }

    [Fact]
    public async Task An_entry_is_journaled_before_it_is_sent()
    {
        var (writer, _) = await Started();
        var answer = await Run(writer.Take(Entry("s1")));
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
        await Run(writer.Take(Entry("s1")));

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
        await Run(writer.Take(Entry("s1")));

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

        await Run(writer.Take(Fill()));

        var sent = _log.IndexOf("do SendStop");
        Assert.True(sent >= 0 && sent < _log.IndexOf("append OrderFilled"), string.Join(", ", _log));
        Assert.Single(_log, "do SendStop");
        Assert.Contains("ahead SendStop", _log);
    }

    [Fact]
    public async Task Nothing_goes_ahead_of_the_journal_without_a_valid_lease()
    {
        var (writer, _) = await Opening();
        for (var i = 0; i < 6; i++) _journal.Next.Enqueue(ScriptedJournal.Fate.NotWrittenAnswerLost);
        _leaseIsValid = false;
        _log.Clear();

        await Run(writer.Take(Fill()));

        Assert.True(_log.IndexOf("do SendStop") > _log.IndexOf("append OrderFilled"), string.Join(", ", _log));
    }

    [Fact]
    public async Task A_fenced_writer_leaves_and_does_nothing()
    {
        var (writer, host) = await Started();
        _journal.Next.Enqueue(ScriptedJournal.Fate.Fenced);
        var answer = await Run(writer.Take(Entry("s1")));

        Assert.Equal((Verdict.Denied, "not_owner"), (answer.Verdict, answer.Note));
        Assert.NotNull(host.Left);
        Assert.DoesNotContain(_log, line => line.StartsWith("do ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_somebody_else_wrote_is_read_before_the_input_is_decided_again()
    {
        var (first, _) = await Started();
        var (second, _) = await Started();
        await Run(first.Take(Entry("s1")));
        _log.Clear();

        var answer = await Run(second.Take(Entry("s2")));

        Assert.Equal((Verdict.Ignored, "duplicate_position"), (answer.Verdict, answer.Note));
        Assert.DoesNotContain("do SendEntry", _log);
        Assert.Equal(Notation.Words(first.State), Notation.Words(second.State));
    }

    [Fact]
    public async Task The_same_command_after_a_restart_has_no_second_effect()
    {
        var (writer, _) = await Started();
        await Run(writer.Take(Entry("s1"), "w1/s1"));
        await Run(writer.Take(new PositionInput.NotSent(_journal.EntryId, "offline")));
        Assert.IsType<PositionState.Flat>(writer.State);
        var (again, _) = await Started();
        _log.Clear();

        var answer = await Run(again.Take(Entry("s1"), "w1/s1"));

        Assert.Equal((Verdict.Ignored, "done before"), (answer.Verdict, answer.Note));
        Assert.DoesNotContain("do SendEntry", _log);
    }

    [Fact]
    public async Task Replayed_it_is_where_it_was()
    {
        var (writer, _) = await Opening();
        await Run(writer.Take(Fill()));
        var (again, _) = await Started();
        Assert.Equal(writer.Version, again.Version);
        Assert.Equal(Notation.Words(writer.State), Notation.Words(again.State));
    }

    [Fact]
    public async Task An_event_that_this_build_cannot_read_stops_that_position_with_an_alert()
    {
        _journal.Put(Key.Stream, "SomethingNewer", "{}");
        var alerts = new AlertBoard(_time, static _ => { });
        var host = new Host(_log);
        var writer = new PositionWriter(Key, Around(alerts), host);

        Assert.False(await Run(writer.Recover()));

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
        var host = new Host(_log);
        var writer = new PositionWriter(Key, Around(new AlertBoard(_time, static _ => { })), host);
        Assert.True(await Run(writer.Recover()));
        await Run(writer.Take(new PositionInput.SnapshotShare(
            new PositionRow(0, 0, null), [], _time.GetUtcNow().UtcDateTime)));
        return (writer, host);
    }

    private async Task<(PositionWriter Writer, Host Host)> Opening()
    {
        var started = await Started();
        await Run(started.Writer.Take(Entry("s1")));
        return started;
    }

    private static PositionInput.OpenPosition Entry(string signal) => new(signal, "w1", Side.Long, 100m, 1m, new ProtectionPlan());

    private PositionInput.Traded Fill() => new(
        new Trade(
            _journal.EntryId, "1", "t1", Side.Long, 100m, 1m, 0.05m, "USDT", 0, _time.GetUtcNow().UtcDateTime, OrderOrigin.Ours),
        Source.Stream);

    private async Task<T> Run<T>(Task<T> work)
    {
        for (var i = 0; i < 10_000 && !work.IsCompleted; i++) _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.True(work.IsCompleted, "it waits for ever");
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
            Policy = PositionPolicy.Default(_journal.Id),
            Board = new PositionBoard(_time),
            Alerts = alerts,
            TellAccount = static (_, _, _) => { },
            IsHalted = static () => false,
            MayEnter = static () => true,
            Happened = happened => _log.Add($"{happened.Event.GetType().Name} happened"),
            ProtectedAhead = (_, effect) => _log.Add($"ahead {effect.GetType().Name}"),
        };
    }

    private sealed class Host(List<string> log) : IPositionHost
    {
        public string? Left { get; private set; }

        public void Perform(PositionEffect effect) => log.Add($"do {effect.GetType().Name}");

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
