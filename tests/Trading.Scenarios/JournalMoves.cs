using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using Trading.Domain;
using Trading.Lab.Databases;
using Trading.Lab.Journals;
using Trading.Lab.Replay;
using Trading.Lab.Verify;
using Trading.Tests.Projections;
using Xunit;

namespace Trading.Scenarios;

/// <summary>What the operators' pages say of copies, backups and SQL, done with a whole node and open positions.</summary>
public sealed class JournalMoves
{
    private const string AskedForWithoutAWave = "every entry belongs to a signal of its wave";
    private const string Tag = "TAGUSDT";
    private const string Kava = "KAVAUSDT";
    private const string Lsk = "LSKUSDT";
    private static readonly ScenarioSetting Setting = new() { Prices = [(Tag, 0.5m), (Kava, 0.16m), (Lsk, 0.2m)] };

    [PostgresFact]
    public async Task Copied_to_PostgreSQL_and_back_the_node_goes_on_with_its_positions_and_its_id()
    {
        await using var server = await ThrowAwayPostgres.Start("fsync=off");
        await using var run = await ScenarioRun.Start(Setting, TimeProvider.System);
        await run.OpenProtected(Tag, Side.Long);
        await run.StopNode();

        var database = await server.CreateDatabase();
        var there = await JournalCopy.Run(Path.Combine(run.DataFolder, "journal.db"), database, static _ => { });
        run.MoveTo(database);
        await run.StartNode();
        await run.UntilProtected(Tag);
        await run.OpenProtected(Kava, Side.Short);
        await run.StopNode();

        foreach (var file in Directory.GetFiles(run.DataFolder, "*.db*")) File.Delete(file);
        var back = await JournalCopy.Run(database, Path.Combine(run.DataFolder, "journal.db"), static _ => { });
        run.MoveTo(database: null);
        await run.StartNode();
        await run.UntilProtected(Tag);
        await run.UntilProtected(Kava);
        Assert.Equal(there.Id, back.Id);
        Assert.True(back.Events > there.Events, $"{there.Events} there, {back.Events} back");
        Assert.Equal(1, Entries(run, Tag));
        Assert.Equal(1, Entries(run, Kava));
        await Sound(run);
    }

    [PostgresFact]
    public async Task From_a_dump_taken_while_it_ran_the_node_goes_on_and_what_was_opened_since_is_an_outside_position()
    {
        await using var server = await ThrowAwayPostgres.Start("fsync=off");
        var database = await server.CreateDatabase();
        await using var run = await ScenarioRun.Start(Setting, TimeProvider.System, database);
        await run.OpenProtected(Tag, Side.Long);
        var dump = Path.Combine(run.DataFolder, "trading.dump");
        await server.Run("pg_dump", "-Fc", "--exclude-schema=monitoring", "-f", dump, NameOf(database));
        await run.OpenProtected(Lsk, Side.Long);
        await run.StopNode();

        var restored = await server.CreateDatabase();
        await server.Run("pg_restore", "--exit-on-error", "-d", NameOf(restored), dump);
        run.MoveTo(restored);
        await run.StartNode();
        await run.UntilProtected(Tag);
        await run.UntilProtected(Lsk);
        var again = await run.Open(Lsk, Side.Long);
        Assert.Equal("outside_position", again.Note);
        Assert.Equal(1, Entries(run, Lsk));
        await Sound(run);
    }

    [Fact]
    public async Task From_a_copy_of_the_file_taken_while_it_ran_the_node_goes_on()
    {
        await using var run = await ScenarioRun.Start(Setting, TimeProvider.System);
        await run.OpenProtected(Tag, Side.Long);
        var (journal, copy) = (Path.Combine(run.DataFolder, "journal.db"), Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
        using (var from = new SqliteConnection($"Data Source={journal};Mode=ReadOnly;Pooling=False"))
        using (var to = new SqliteConnection($"Data Source={copy};Pooling=False"))
        {
            from.Open();
            to.Open();
            from.BackupDatabase(to); // what sqlite3's .backup does
        }

        await run.KillNode();
        foreach (var file in Directory.GetFiles(run.DataFolder, "*.db*")) File.Delete(file);
        File.Move(copy, journal);
        await run.StartNode();
        await run.UntilProtected(Tag);
        await run.OpenProtected(Kava, Side.Short);
        Assert.Equal(1, Entries(run, Tag));
        await Sound(run);
    }

    [PostgresFact]
    public async Task After_the_wave_of_the_report_its_six_statements_return_what_a_healthy_system_must()
    {
        await using var server = await ThrowAwayPostgres.Start("fsync=off");
        var database = await server.CreateDatabase();
        var result = await ScenarioPlayer.Play(Catalog.Find("duplicate-wave")!, TimeProvider.System, database);
        Assert.True(result.Passed, string.Join("; ", result.Failed.Select(check => $"{check.Name}: {check.Detail}")));

        Assert.Empty(await Rows(database, ReportSql.FailuresOfTheDay));
        Assert.Empty(await Rows(database, ReportSql.DuplicatesBySymbol));
        Assert.Empty(await Rows(database, ReportSql.DuplicatesBySymbolAndExchange));
        Assert.Empty(await Rows(database, ReportSql.Ghosts));
        Assert.Equal("6|6|0", Assert.Single(await Rows(database, ReportSql.UniqueAgainstTotal)));
        var positions = await Rows(database, ReportSql.PositionsOfFourSymbols);
        Assert.Equal(
            ["COTIUSDT|binance|short|active", "HOLOUSDT|binance|short|active", "LSKUSDT|binance|short|active", "TAGUSDT|binance|short|active"],
            positions.Select(row => string.Join('|', row.Split('|')[1..5])));
    }

    /// <summary>No double, nothing naked, and verify finds nothing against the journal.</summary>
    private static async Task Sound(ScenarioRun run)
    {
        var truth = run.Exchange.Truth();
        Assert.Equal((0, 0), (truth.DuplicatePositions, truth.UnprotectedNow));
        Assert.InRange(truth.MaxUnprotectedMs, 0, 3000);
        await run.StopNode();
        await using var journal = await run.OpenJournal();
        var report = await new JournalVerifier(journal, StoppedNode.ShardsOf(journal)).Verify(tables: null, static _ => { }, CancellationToken.None);
        Assert.All(report.Checks.Where(check => check.Name != AskedForWithoutAWave), check => Assert.Equal((check.Name, 0), (check.Name, check.Count)));
    }

    private static int Entries(ScenarioRun run, string symbol) =>
        run.Exchange.Orders(symbol).Count(order => order.ClientId.StartsWith("tae", StringComparison.Ordinal));

    private static string NameOf(string database) => new NpgsqlConnectionStringBuilder(database).Database!;

    private static async Task<List<string>> Rows(string database, string sql)
    {
        await using var connection = new NpgsqlConnection($"{database};Pooling=False");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        return rows;
    }
}
