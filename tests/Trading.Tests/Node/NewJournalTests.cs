using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Npgsql;
using Trading.Domain;
using Trading.Journal;
using Trading.Node;
using Trading.Node.Configuration;
using Trading.Tests.Postgres;

namespace Trading.Tests.Node;

/// <summary>A journal that is gone is not begun anew beside what followed it: it is refused, and nothing is changed.</summary>
public sealed class NewJournalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("new-journal-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("empty", "monitoring.db")]
    [InlineData("empty", "exchange.db")]
    [InlineData("empty", "journal.db-wal")]
    [InlineData("missing", "monitoring.db")]
    [InlineData("missing", "exchange.db")]
    [InlineData("missing", "journal.db-wal")]
    [InlineData("without tables", "monitoring.db")]
    [InlineData("without tables", "exchange.db")]
    public async Task An_empty_journal_beside_a_filled_file_is_refused_and_the_file_is_left_as_it_is(string journal, string other)
    {
        if (journal is "empty") File.WriteAllBytes(PathOf("journal.db"), []);
        if (journal is "without tables") Run("journal.db", "PRAGMA journal_mode=WAL; VACUUM;");
        if (other is "journal.db-wal") File.WriteAllText(PathOf(other), "pages that were not moved into the file");
        else Run(other, $"CREATE TABLE {(other is "exchange.db" ? "changes" : "events")}(id INTEGER); INSERT INTO {(other is "exchange.db" ? "changes" : "events")} VALUES(1);");
        var before = SHA256.HashData(File.ReadAllBytes(PathOf(other)));

        var refusal = await Assert.ThrowsAsync<ConfigurationException>(Begin);

        Assert.Contains("journal.db is missing or empty", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(PathOf(other), refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.Equal(before, SHA256.HashData(File.ReadAllBytes(PathOf(other))));
        await Assert.ThrowsAsync<ConfigurationException>(Begin);
    }

    [Fact]
    public async Task What_cannot_be_read_may_tell_of_an_older_journal()
    {
        File.WriteAllText(PathOf("monitoring.db"), "rubbish");
        await Assert.ThrowsAsync<ConfigurationException>(Begin);
    }

    [Theory]
    [InlineData("")]
    [InlineData("CREATE TABLE events(id INTEGER);")]
    public async Task Beside_files_without_rows_a_journal_is_begun(string tables)
    {
        File.WriteAllBytes(PathOf("journal.db"), []);
        File.WriteAllBytes(PathOf("exchange.db"), []);
        if (tables.Length > 0) Run("monitoring.db", tables);
        await Begin();
    }

    [Fact]
    public async Task A_paper_exchange_that_lost_its_book_is_not_begun_beside_a_journal_that_knows_of_it()
    {
        var settings = new NodeSettings { Data = _folder, Port = 0, Paper = new PaperSettings { DemoFeed = false }, Accounts = [new(AccountId.Parse("binance"), Exchange.Binance)] };
        await using (var host = await NodeHost.Open(settings, TextWriter.Null, TimeProvider.System))
            await host.Journal.Append(new AppendRequest("account/binance", 0, "c", 1, [new NewEvent("Paused", 1, "{}"u8.ToArray())]));
        await using (await NodeHost.Open(settings, TextWriter.Null, TimeProvider.System))
            Assert.True(new FileInfo(PathOf("exchange.db")).Length > 0);
        foreach (var file in Directory.GetFiles(_folder, "exchange.db*")) File.Delete(file);

        var refusal = await Assert.ThrowsAsync<ConfigurationException>(() => NodeHost.Open(settings, TextWriter.Null, TimeProvider.System));

        Assert.Contains("exchange.db is missing or empty, and the journal is not", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_that_cannot_be_opened_is_not_taken_for_another_node()
    {
        if (OperatingSystem.IsWindows()) return;
        File.CreateSymbolicLink(PathOf("node.lock"), PathOf("nowhere/node.lock"));
        var refusal = Assert.Throws<ConfigurationException>(() => DataFolder.Open(_folder));
        Assert.Contains("the folder cannot be written", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("another node", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_a_node_runs_on_is_said_to_be_in_use()
    {
        using var held = DataFolder.Open(_folder);
        var refusal = Assert.Throws<ConfigurationException>(() => DataFolder.Open(_folder));
        Assert.Contains("another node is running", refusal.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task A_database_that_lost_its_journal_or_a_folder_that_still_holds_one_begins_none()
    {
        var database = new PostgresSettings(await PostgresServer.NewDatabase());
        await using var bench = NpgsqlDataSource.Create(database.ConnectionString);
        await Begin(database);
        await Do("INSERT INTO monitoring.events SELECT 1, 'x', 'INFO', NULL, NULL, NULL, NULL, NULL, '{}', NULL, now()");
        await Do("DROP TABLE ta_schema, ta_meta, ta_node, ta_shard, ta_journal CASCADE");

        Assert.Contains("its schema monitoring", (await Assert.ThrowsAsync<ConfigurationException>(() => Begin(database))).Message, StringComparison.Ordinal);

        Assert.Equal(1L, await Ask("SELECT COUNT(*) FROM monitoring.events"));
        await Do("DROP SCHEMA monitoring CASCADE");
        Run("journal.db", "CREATE TABLE events(id INTEGER); INSERT INTO events VALUES(1);");
        Assert.Contains("journal copy", (await Assert.ThrowsAsync<ConfigurationException>(() => Begin(database))).Message, StringComparison.Ordinal);
        File.Delete(PathOf("journal.db"));
        await Begin(database);

        Task Do(string sql) => bench.CreateCommand(sql).ExecuteNonQueryAsync();
        Task<object?> Ask(string sql) => bench.CreateCommand(sql).ExecuteScalarAsync();
    }

    private async Task Begin() => await Begin(null);

    private async Task Begin(PostgresSettings? database)
    {
        using var data = DataFolder.Open(_folder);
        await using var storage = await NodeStorage.Open(
            new NodeSettings { Postgres = database }, data, TimeProvider.System, static () => new JournalId("begun"));
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private void Run(string file, string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = PathOf(file), Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
