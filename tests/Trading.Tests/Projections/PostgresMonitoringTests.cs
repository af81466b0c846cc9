using Npgsql;
using Trading.Domain;
using Trading.Journal;
using Trading.Node.Projections;
using Trading.Node.Projections.Postgres;
using Trading.Node.Signals;
using Trading.Tests.Postgres;

namespace Trading.Tests.Projections;

public sealed class PostgresMonitoringTests : IAsyncLifetime
{
    private readonly JournalHistory _history = new();
    private readonly List<string> _failures = [];
    private string _database = "";

    public async Task InitializeAsync() => _database = PostgresServer.WhySkipped is null ? await PostgresServer.NewDatabase() : "";

    public Task DisposeAsync() => Task.CompletedTask;

    [PostgresFact]
    public async Task Both_engines_show_the_same()
    {
        await Day();
        using var sqlite = new MonitoringFixture();
        await sqlite.Project(_history.Database.Connect());
        using var postgres = await Project();
        var (expected, shown) = (sqlite.Store, MonitoringStore.Postgres(postgres));

        Assert.Equal(expected.Positions(null, 100), shown.Positions(null, 100));
        Assert.Equal(expected.Positions("active", 100), shown.Positions("active", 100));
        Assert.Equal(expected.Events(0, 1_000), shown.Events(0, 1_000));
        Assert.Equal(expected.Waves(10), shown.Waves(10));
        Assert.Equal(expected.Signals(null, 100), shown.Signals(null, 100));
        Assert.Equal(expected.SignalsOf("4776923"), shown.SignalsOf("4776923"));
        Assert.Equal(expected.LastEventId(), shown.LastEventId());
        var (one, other) = (expected.History(Key("TAGUSDT"))!, shown.History(Key("TAGUSDT"))!);
        Assert.Equal(one.Orders, other.Orders);
        Assert.Equal(one.Trades, other.Trades);
        Assert.Equal(one.Timeline, other.Timeline);
    }

    [PostgresFact]
    public async Task Deleted_and_rebuilt_it_has_the_same_content()
    {
        await Day();
        (await Project()).Dispose();
        var before = await Dump();
        await Query("DROP SCHEMA monitoring CASCADE");
        (await Project()).Dispose();
        Assert.Equal(before, await Dump());
    }

    [PostgresFact]
    public async Task Stopped_after_any_event_and_started_again_it_ends_the_same()
    {
        await Day();
        (await Project()).Dispose();
        var whole = await Dump();
        for (var events = 1; events <= _history.Database.Everything.Count; events += 29)
        {
            await Query("UPDATE monitoring.meta SET value='another' WHERE name='journal_id'");
            var part = new JournalUpTo(_history.Database.Connect(), events);
            (await Project(part)).Dispose();
            (await Project(part)).Dispose();
            (await Project()).Dispose();
            Assert.Equal(whole, await Dump());
        }
    }

    [PostgresFact]
    public async Task Of_two_followers_one_projects_and_the_other_says_so()
    {
        await Day();
        var journal = _history.Database.Connect();
        using var first = await PostgresMonitoring.Open(_database, journal.Id);
        using var second = await PostgresMonitoring.Open(_database, journal.Id);
        await first.Position();
        await second.Position();
        await first.Write([], new Dictionary<string, Trading.Projections.PositionBook>(), 5);
        await Assert.ThrowsAsync<IOException>(
            () => second.Write([], new Dictionary<string, Trading.Projections.PositionBook>(), 5));
        Assert.Equal(5, await second.Position());
    }

    [PostgresFact]
    public async Task Another_programs_schema_of_that_name_is_left_alone()
    {
        await Query("CREATE SCHEMA monitoring; CREATE TABLE monitoring.positions(id int)");
        var refusal = await Assert.ThrowsAsync<JournalUnusableException>(() => PostgresMonitoring.Open(_database, new JournalId("x")));
        Assert.Contains("belongs to another program (positions)", refusal.Message);
        Assert.Single(await Query("SELECT COUNT(*) FROM monitoring.positions"));
    }

    [PostgresFact]
    public async Task Rows_of_another_journal_are_dropped_and_dead_letters_stay()
    {
        await Day();
        using (var monitoring = await Project())
            await monitoring.Keep([new RejectedSignal(_history.NowUtc, "feed-1", "score", "{\0}", "not a number")]);
        (await PostgresMonitoring.Open(_database, new JournalId("another"))).Dispose();
        Assert.Equal([0L], Assert.Single(await Query("SELECT COUNT(*) FROM monitoring.positions")));
        Assert.Equal(["{}"], Assert.Single(await Query("SELECT payload FROM monitoring.dead_letters")));
    }

    [PostgresFact]
    public async Task The_statements_of_the_reports_run_as_they_were_written_and_find_nothing()
    {
        await _history.DuplicateWave();
        (await Project()).Dispose();
        Assert.Empty(await Query(ReportSql.FailuresOfTheDay));
        Assert.Empty(await Query(ReportSql.DuplicatesBySymbol));
        Assert.Empty(await Query(ReportSql.DuplicatesBySymbolAndExchange));
        Assert.Empty(await Query(ReportSql.Ghosts));
        Assert.Equal([6L, 6L, 0L], Assert.Single(await Query(ReportSql.UniqueAgainstTotal)));
        var positions = await Query(ReportSql.PositionsOfFourSymbols);
        Assert.Equal(["COTIUSDT", "HOLOUSDT", "LSKUSDT", "TAGUSDT"], positions.Select(row => row[1]));
        Assert.All(positions, row => Assert.Equal(("binance", "short", "active"), (row[2], row[3], row[4])));
    }

    [PostgresFact]
    public async Task One_entry_refused_for_margin_is_exactly_one_failure()
    {
        await _history.DuplicateWave(marginRefused: true);
        (await Project()).Dispose();
        var failure = Assert.Single(await Query(ReportSql.FailuresOfTheDay));
        Assert.Equal(("LQTYUSDT", "binance"), (failure[0], failure[1]));
        Assert.Equal(["4776869", "-2019"], Assert.Single(await Query(
            "SELECT signal_id, data->>'code' FROM monitoring.events WHERE event_type='signal_execution_failed'")));
    }

    [PostgresFact]
    public async Task A_second_active_row_of_one_key_cannot_exist()
    {
        await _history.DuplicateWave();
        (await Project()).Dispose();
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => Query(
            "INSERT INTO monitoring.positions SELECT (jsonb_populate_record(p, '{\"id\": 999999}')).* "
            + "FROM monitoring.positions p WHERE symbol='TAGUSDT'"));
        Assert.Equal("positions_active", refusal.ConstraintName);
    }

    private async Task Day()
    {
        await _history.DuplicateWave(marginRefused: true);
        await _history.StopOut("TAGUSDT", Side.Short, 564_334, 0.00036m, -3.16m);
        _history.Reopening("TAGUSDT");
        await _history.Open("TAGUSDT", "2", 10, 0.4m, Side.Long);
    }

    private Task<PostgresMonitoring> Project() => Project(_history.Database.Connect());

    private async Task<PostgresMonitoring> Project(IJournal journal)
    {
        var monitoring = await PostgresMonitoring.Open(_database, journal.Id);
        var follower = new MonitoringFollower(journal, monitoring, TimeProvider.System, MonitoringFixture.Venues, _failures.Add);
        Assert.True(await follower.CatchUp(), string.Join('\n', _failures));
        return monitoring;
    }

    private async Task<string> Dump()
    {
        var text = "";
        foreach (var table in new[] { "events", "positions", "orders", "trades", "estimates", "waves", "signals", "books" })
            text += string.Join('\n', (await Query($"SELECT * FROM monitoring.{table} ORDER BY 1")).Select(row => string.Join('|', row)));
        return text;
    }

    private async Task<List<object?[]>> Query(string sql)
    {
        await using var connection = new NpgsqlConnection($"{_database};Pooling=False");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add([.. row.Select(value => value is DBNull ? null : value)]);
        }

        return rows;
    }

    private static PositionKey Key(string symbol) => PositionKey.Parse($"binance/{symbol}");
}
