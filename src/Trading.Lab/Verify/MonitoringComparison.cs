using System.Globalization;
using Microsoft.Data.Sqlite;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Journal;
using Trading.Node.Projections;
using Trading.Node.Projections.Sqlite;
using Trading.Projections;

namespace Trading.Lab.Verify;

/// <summary>The tables that operators read against a fold of the journal made anew, and that fold against the machine.</summary>
internal sealed class MonitoringComparison(Findings findings, IJournal journal, string file, List<string> notes)
{
    private static readonly string[] Tables =
    [
        MonitoringTables.Events, MonitoringTables.Positions, MonitoringTables.Orders, MonitoringTables.Trades,
        MonitoringTables.Signals, MonitoringTables.Waves,
    ];

    private readonly Findings.Rule _folds = findings.Check("I9", "every event has its rows");
    private readonly Findings.Rule _rows = findings.Check("I9", "monitoring holds what a fresh fold of the journal gives");
    private readonly Findings.Rule _active = findings.Check("I1", "active rows are the positions that replay gives");

    public async Task Compare(IReadOnlyList<(PositionKey Key, PositionState State)> states)
    {
        var folder = Directory.CreateTempSubdirectory("trading-verify-").FullName;
        try
        {
            await Compare(Path.Combine(folder, "fresh.db"), states);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task Compare(string freshFile, IReadOnlyList<(PositionKey Key, PositionState State)> states)
    {
        var upTo = new JournalUpTo(journal);
        using (var fresh = SqliteMonitoring.Open(freshFile, journal.Id))
        {
            using var tables = Attach(freshFile);
            var follower = new MonitoringFollower(upTo, fresh, TimeProvider.System, Venues(tables), _folds.Broken);
            if (Usable(tables) is { } position)
            {
                upTo.Last = position;
                if (!await follower.CatchUp()) return;
                foreach (var table in Tables) CompareRows(tables, table);
            }

            upTo.Last = long.MaxValue;
            if (await follower.CatchUp()) CompareActive(tables, states);
        }
    }

    /// <returns>How far the node's tables had followed; null: they are not this journal's, and will be made anew.</returns>
    private long? Usable(SqliteConnection tables)
    {
        var theirs = Rows(tables, "SELECT value FROM node.meta WHERE name IN ('schema','journal_id') ORDER BY name");
        var ours = Rows(tables, "SELECT value FROM fresh.meta WHERE name IN ('schema','journal_id') ORDER BY name");
        if (theirs.SequenceEqual(ours, StringComparer.Ordinal))
            return long.Parse(Rows(tables, "SELECT value FROM node.meta WHERE name='position'")[0], CultureInfo.InvariantCulture);
        notes.Add($"{Path.GetFileName(file)} is of another journal or schema: rows not compared, the node makes them anew");
        return null;
    }

    private void CompareRows(SqliteConnection tables, string table)
    {
        foreach (var id in Rows(tables, $"SELECT id FROM (SELECT * FROM node.{table} EXCEPT SELECT * FROM fresh.{table})"))
            _rows.Broken($"{table} {id}: is there, and a fresh fold gives another row or none");
        foreach (var id in Rows(tables, $"SELECT id FROM fresh.{table} WHERE id NOT IN (SELECT id FROM node.{table})"))
            _rows.Broken($"{table} {id}: is missing");
    }

    private void CompareActive(SqliteConnection tables, IReadOnlyList<(PositionKey Key, PositionState State)> states)
    {
        var rows = Rows(
            tables,
            """
            SELECT exchange || '/' || symbol || CASE position_side WHEN 'both' THEN '' ELSE '/' || position_side END || ' '
            || state || ' ' || quantity FROM fresh.positions WHERE status='active'
            """).ToHashSet(StringComparer.Ordinal);
        var replayed = states.Where(it => it.State is not PositionState.Flat).Select(it => Text(it.Key, it.State)).ToHashSet(StringComparer.Ordinal);
        foreach (var row in rows.Except(replayed)) _active.Broken($"{row}: a row that replay does not give");
        foreach (var position in replayed.Except(rows)) _active.Broken($"{position}: has no row");
    }

    private static string Text(PositionKey key, PositionState state) => state switch
    {
        PositionState.Opening it => $"{key} opening {CanonicalText.Of(it.Holding.Quantity)}",
        PositionState.Open it => $"{key} open {CanonicalText.Of(it.Holding.Quantity)}",
        PositionState.Closing it => $"{key} closing {CanonicalText.Of(it.Holding.Quantity)}",
        _ => $"{key} flat 0",
    };

    /// <summary>The exchange of each account stands in the rows: no configuration is asked.</summary>
    private static Dictionary<AccountId, Exchange> Venues(SqliteConnection tables)
    {
        var venues = new Dictionary<AccountId, Exchange>();
        foreach (var row in Rows(tables, "SELECT DISTINCT account || ' ' || exchange FROM node.events WHERE account IS NOT NULL"))
            if (row.Split(' ') is [var account, var venue] && ExchangeNames.TryParse(venue, out var exchange))
                venues[AccountId.Parse(account)] = exchange;
        return venues;
    }

    private SqliteConnection Attach(string freshFile)
    {
        var name = new SqliteConnectionStringBuilder { DataSource = ":memory:", Pooling = false, DefaultTimeout = 5 };
        var connection = new SqliteConnection(name.ToString());
        connection.Open();
        foreach (var (path, schema) in new[] { (file, "node"), (freshFile, "fresh") })
        {
            using var attach = connection.CreateCommand();
            attach.CommandText = $"ATTACH DATABASE $file AS {schema}";
            attach.Parameters.AddWithValue("$file", path);
            attach.ExecuteNonQuery();
        }

        return connection;
    }

    private static List<string> Rows(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read()) rows.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture) ?? "");
        return rows;
    }

    /// <summary>The journal as far as the node's tables had followed it.</summary>
    private sealed class JournalUpTo(IJournal journal) : IJournal
    {
        public long Last { get; set; }

        public JournalId Id => journal.Id;

        public Task<AppendResult> Append(AppendRequest request) => throw new NotSupportedException("verify writes nothing");

        public Task<IReadOnlyList<RecordedEvent>> ReadStream(string stream, long afterVersion, int max) =>
            journal.ReadStream(stream, afterVersion, max);

        public async Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int max) =>
            [.. (await journal.ReadAll(afterPosition, max)).Where(recorded => recorded.Position <= Last)];

        public Task<IReadOnlyList<string>> Streams(string prefix) => journal.Streams(prefix);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
