using System.Collections;
using Microsoft.Data.Sqlite;
using Npgsql;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Journal;
using Trading.Journal.Postgres;
using Trading.Journal.Sqlite;
using Trading.Lab.Databases;
using Trading.Lab.Verify;
using Trading.Node.Projections;
using Trading.Node.Projections.Postgres;
using Trading.Node.Projections.Sqlite;
using Trading.Tests.Postgres;
using Trading.Tests.Projections;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Waves.WaveEvent;
using static Trading.Tests.Verify.SoundJournal;

namespace Trading.Tests.Verify;

/// <summary>Each kind of defect planted once: verify finds it, and finds nothing where nothing is.</summary>
public sealed class VerifyTests : IDisposable
{
    private static readonly Dictionary<string, Action<SoundJournal>> Defects = new()
    {
        ["I3 versions of every stream count"] = it => it.Remove(it.Last(Kava, nameof(TrailingActivated))),
        ["I2 every command id is in its stream once"] = it => it.Put(it.Last(Tag, nameof(PositionClosed)) with { CommandId = "c1" }),
        ["I5 epochs never decrease along a stream"] = it => it.Put(it.Last(Tag, nameof(PositionClosed)) with { Epoch = 2 }),
        ["I4 nothing was written under an older epoch"] = it => it.Put(it.Last(Wave, nameof(WaveCompleted)) with { Epoch = 2 }),
        ["I9 every event can be read"] = it => it.Put(it.Last(Kava, nameof(StopCleared)) with { Type = "StopForgotten" }),
        ["I9 replaying every position"] = it => it.Add(Tag, new StopEnded(it.Next(Tag, OrderPurpose.Stop), StopStatus.Canceled, "")),
        ["I1 a key has at most one open position"] = it => it.Open(Kava, "2"),
        ["R1 every intent carries the id of its own event"] = it => it.Put(With(
            it.Last(Kava, nameof(HardStopIntended)), new HardStopIntended(OrderIds.For(it.Id, Kava, 1, OrderPurpose.Stop), 1.8m))),
        ["R1 every order of ours was intended"] = it => it.Add(
            Kava, new StopEnded(OrderIds.For(it.Id, "position/binance/OTHERUSDT", 1, OrderPurpose.Stop), StopStatus.Canceled, "")),
        ["I2 every trade is counted once"] = it => it.Repeat(Kava, nameof(OrderFilled)),
        ["I2 every payment is booked once"] = it => it.Repeat(Tag, nameof(FundingBooked)),
        ["I9 replaying every wave"] = it => it.Add(Wave, new SignalSelected("77", DateTime.UnixEpoch)),
        ["I10 a signal ends once"] = it => it.Add(Wave, new SignalDenied("1", Symbol.Parse("TAGUSDT"), Reasons.Cooldown, "")),
        ["I1 a wave enters a symbol once"] = it => it.Open(Tag, "1"),
        ["I2 every entry belongs to a signal of its wave"] = it => it.Open(Tag, "77"),
        ["I1 what a wave calls opened or failed"] = it => it.Reword(Wave, nameof(SignalReceived), "KAVAUSDT", "BANDUSDT"),
        ["I1 what a wave calls closed"] = it => it.CloseBySignal("3", intended: false),
        ["I1 no wave opened more than its max-trades"] = it => it.Reword(Wave, nameof(WaveClosed), "\"max_trades\":2", "\"max_trades\":1"),
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("ta-verify-").FullName;

    public static TheoryData<string> Names => [.. Defects.Keys];

    [Fact]
    public async Task Of_a_sound_journal_everything_holds()
    {
        var report = await new JournalVerifier(new SoundJournal()).Verify(tables: null, static _ => { }, CancellationToken.None);

        Assert.Equal([], Broken(report));
        Assert.Equal((2, 1, 0), (report.Positions, report.Open, report.SentFirst));
        Assert.Equal(Defects.Keys.Count, report.Checks.Count);
    }

    [Fact]
    public async Task A_close_by_a_signal_that_its_position_intended_is_sound()
    {
        var journal = new SoundJournal();
        journal.CloseBySignal("3", intended: true);
        Assert.Equal([], Broken(await new JournalVerifier(journal).Verify(tables: null, static _ => { }, CancellationToken.None)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_planted_defect_is_found_by_the_check_that_is_there_for_it(string name)
    {
        var journal = new SoundJournal();
        Defects[name](journal);

        var report = await new JournalVerifier(journal).Verify(tables: null, static _ => { }, CancellationToken.None);

        Assert.False(report.Passed);
        Assert.Contains(Broken(report), check => check.StartsWith(name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Epochs_of_different_shards_are_different_owners()
    {
        var journal = new SoundJournal();
        foreach (var recorded in journal.Events.Where(e => e.Stream == Kava).ToList()) journal.Put(recorded with { Epoch = 2 });
        Assert.True((await new JournalVerifier(journal, stream => stream == Kava ? 1 : 0).Verify(tables: null, static _ => { }, CancellationToken.None)).Passed);
        Assert.False((await new JournalVerifier(journal).Verify(tables: null, static _ => { }, CancellationToken.None)).Passed);
    }

    [Theory]
    [InlineData("UPDATE positions SET quantity=1 WHERE symbol='KAVAUSDT'", "fresh fold gives another")]
    [InlineData("DELETE FROM orders WHERE id=(SELECT MIN(id) FROM orders)", "is missing")]
    [InlineData("UPDATE trades SET id=id+999", "fresh fold gives none")]
    public async Task A_row_that_does_not_follow_from_the_journal_is_found(string sql, string said)
    {
        await MakeSqlite(new SoundJournal());
        Assert.Equal((0, ""), await Verify(new Hashtable()));
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "monitoring.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }

        var (code, text) = await Verify(new Hashtable());
        Assert.Equal(1, code);
        Assert.Contains(said, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(StopEnded), Tag, "every event has its rows")]
    [InlineData(nameof(EntryVerified), Kava, "active rows are the positions that replay gives")]
    public async Task An_event_that_rows_and_machine_cannot_both_follow_is_found(string type, string stream, string said)
    {
        var journal = new SoundJournal();
        journal.Repeat(stream, type);
        await MakeSqlite(journal);
        var (code, text) = await Verify(new Hashtable());
        Assert.Equal(1, code);
        Assert.Contains(text.Split('\n'), line => line.Contains("FAILED", StringComparison.Ordinal) && line.Contains(said, StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task A_journal_in_PostgreSQL_is_verified_the_same_way()
    {
        var database = await PostgresServer.NewDatabase();
        var place = new Hashtable { ["TRADING__JOURNAL__POSTGRES"] = database };
        await PostgresImport.Run(database, new SoundJournal(), static _ => { });
        Assert.Equal((0, ""), await Verify(place, "postgres"));
        await using (var journal = await PostgresJournal.Open(database, TimeProvider.System, Never))
        {
            using var monitoring = await PostgresMonitoring.Open(database, journal.Id);
            Assert.True(await new MonitoringFollower(journal, monitoring, TimeProvider.System, MonitoringFixture.Venues, Assert.Fail).CatchUp());
            var (busy, refusal) = await Verify(place, "postgres");
            Assert.Equal(2, busy);
            Assert.Contains("stop the node first", refusal, StringComparison.Ordinal);
        }

        Assert.Equal((0, ""), await Verify(place, "postgres"));
        Assert.Equal((0, ""), await Verify(new Hashtable(), database));
        await using (var connection = new NpgsqlConnection($"{database};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("UPDATE monitoring.positions SET quantity=1 WHERE symbol='KAVAUSDT'", connection);
            await command.ExecuteNonQueryAsync();
        }

        var (code, text) = await Verify(place, "postgres");
        Assert.Equal(1, code);
        Assert.Contains("fresh fold gives another", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres", "journal.postgres is not set")]
    [InlineData("oracle", "--db 'oracle' is not known")]
    [InlineData("Host=127.0.0.1;Port=1;Database=x;Username=x", "cannot be reached")]
    [InlineData("sqlite", "there is no journal.db in it")]
    public async Task What_cannot_be_verified_ends_with_one_line_and_exit_code_two(string db, string said)
    {
        var (code, text) = await Verify(new Hashtable(), db);
        Assert.Equal(2, code);
        Assert.Contains(said, Assert.Single(text.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task MakeSqlite(SoundJournal journal)
    {
        await SqliteImport.Run(Path.Combine(_folder, "journal.db"), journal, static _ => { });
        using var monitoring = SqliteMonitoring.Open(Path.Combine(_folder, "monitoring.db"), journal.Id);
        await new MonitoringFollower(journal, monitoring, TimeProvider.System, MonitoringFixture.Venues, static _ => { }).CatchUp();
    }

    /// <returns>Exit code, and what was said where it is not 0.</returns>
    private async Task<(int Code, string Said)> Verify(IDictionary environment, string? db = null)
    {
        var text = new StringWriter();
        var code = await VerifyCommand.Run(
            new NodePlace(Config: null, _folder, db, environment), json: false, text, text, TimeProvider.System, CancellationToken.None);
        return (code, code == 0 ? "" : text.ToString());
    }

    private static IEnumerable<string> Broken(VerifyReport report) =>
        report.Checks.Where(check => !check.Passed).Select(check => $"{check.Invariant} {check.Name}");

    private static JournalId Never() => throw new InvalidOperationException("the journal is there");
}
