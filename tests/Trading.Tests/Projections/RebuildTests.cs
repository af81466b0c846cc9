using System.Collections;
using Npgsql;
using Trading.Domain;
using Trading.Journal;
using Trading.Journal.Postgres;
using Trading.Journal.Sqlite;
using Trading.Lab.Databases;
using Trading.Lab.Rebuild;
using Trading.Node.Projections;
using Trading.Node.Projections.Postgres;
using Trading.Tests.Postgres;

namespace Trading.Tests.Projections;

/// <summary>Rows dropped and projected anew: the same content, on both engines; the long run is a benchmark.</summary>
public sealed class RebuildTests : IDisposable
{
    private const int Events = 8_000;
    private readonly string _folder = Directory.CreateTempSubdirectory("ta-rebuild-").FullName;

    [Fact]
    public async Task On_SQLite_the_verb_tells_time_and_hash_and_that_nothing_has_changed()
    {
        await MakeSqlite();
        var (code, first) = await Rebuild(new Hashtable());
        Assert.Equal(0, code);
        Assert.Contains("nothing to compare with", first, StringComparison.Ordinal);
        Assert.Contains("8,000 events projected anew in", first, StringComparison.Ordinal);

        var (again, second) = await Rebuild(new Hashtable());
        Assert.Equal(0, again);
        Assert.EndsWith("as it was before", second.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(HashIn(first), HashIn(second));
    }

    [PostgresFact]
    public async Task Both_engines_hold_the_same_content_by_its_hash()
    {
        await MakeSqlite();
        var database = await PostgresServer.NewDatabase();
        await PostgresImport.Run(database, new MadeUpHistory(Events), static _ => { });
        var (_, sqlite) = await Rebuild(new Hashtable());
        var (code, postgres) = await Rebuild(new Hashtable { ["TRADING__JOURNAL__POSTGRES"] = database });
        Assert.Equal(0, code);
        Assert.Equal(HashIn(sqlite), HashIn(postgres));
    }

    [PostgresFact]
    public async Task A_rebuild_goes_on_after_the_server_has_cut_it_off()
    {
        var database = await PostgresServer.NewDatabase();
        await PostgresImport.Run(database, new MadeUpHistory(Events), static _ => { });
        await using var journal = await PostgresJournal.Open(database, TimeProvider.System, Never);
        using var monitoring = await PostgresMonitoring.Open(database, journal.Id);
        var store = MonitoringStore.Postgres(monitoring);
        var said = new List<string>();
        var work = new MonitoringRebuild(journal, monitoring, store, MadeUpHistory.Venues, TimeProvider.System, said.Add).Run(CancellationToken.None);
        while (store.FollowedTo(journal.Id) is not (> 0 and < Events)) Assert.False(work.IsCompleted);
        await Cut(database);

        var report = await work;
        Assert.Equal(Events, report.Events);
        Assert.Contains(said, line => line.StartsWith("projections stand still", StringComparison.Ordinal));
        Assert.Equal(report.After, (await new MonitoringRebuild(journal, monitoring, store, MadeUpHistory.Venues, TimeProvider.System, said.Add)
            .Run(CancellationToken.None)).After);
    }

    [Fact]
    public async Task Rows_that_were_not_what_the_journal_gives_are_said_so_and_mended()
    {
        await MakeSqlite();
        await Rebuild(new Hashtable());
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_folder, "monitoring.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE trades SET fee='1' WHERE id=(SELECT MIN(id) FROM trades)";
            command.ExecuteNonQuery();
        }

        var (code, said) = await Rebuild(new Hashtable());
        Assert.Equal(1, code);
        Assert.Contains("NOT what it was before", said, StringComparison.Ordinal);
        Assert.Equal(0, (await Rebuild(new Hashtable())).Code);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<long> MakeSqlite() => SqliteImport.Run(Path.Combine(_folder, "journal.db"), new MadeUpHistory(Events), static _ => { });

    private async Task<(int Code, string Said)> Rebuild(IDictionary environment)
    {
        var text = new StringWriter();
        var code = await RebuildCommand.Run(
            new NodePlace(Config: null, _folder, Db: null, environment), json: false, text, text, TimeProvider.System, CancellationToken.None);
        return (code, text.ToString());
    }

    private static string HashIn(string said) => said.Split("sha256 ")[1].Split('…')[0];

    private static async Task Cut(string database)
    {
        await using var connection = new NpgsqlConnection($"{database};Pooling=False");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname=current_database() AND application_name='trading monitoring'", connection);
        await command.ExecuteNonQueryAsync();
    }

    private static JournalId Never() => throw new InvalidOperationException("the journal is there");
}
