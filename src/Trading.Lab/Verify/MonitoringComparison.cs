using System.Data.Common;
using System.Globalization;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Journal;
using Trading.Lab.Rebuild;
using Trading.Node.Projections;
using Trading.Node.Projections.Sqlite;

namespace Trading.Lab.Verify;

/// <summary>The tables that operators read against a fold of the journal made anew, and that fold against the machine.</summary>
internal sealed class MonitoringComparison(Findings findings, IJournal journal, MonitoringStore tables, List<string> notes)
{
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
        using var there = tables.Connect();
        using var fresh = SqliteMonitoring.Open(freshFile, journal.Id);
        using var made = MonitoringStore.Sqlite(freshFile).Connect();
        var follower = new MonitoringFollower(upTo, fresh, TimeProvider.System, Venues(there), _folds.Broken);
        if (tables.FollowedTo(journal.Id) is { } position)
        {
            upTo.Last = position;
            if (!await follower.CatchUp()) return;
            foreach (var table in MonitoringRows.Tables) CompareRows(table, MonitoringRows.Of(there, table), MonitoringRows.Of(made, table));
        }
        else
        {
            notes.Add("the tables are of another journal or build: rows not compared, the node makes them anew");
        }

        upTo.Last = long.MaxValue;
        if (await follower.CatchUp()) CompareActive(made, states);
    }

    /// <summary>Both come by id.</summary>
    private void CompareRows(string table, IEnumerable<(long Id, string Text)> theirs, IEnumerable<(long Id, string Text)> ours)
    {
        using var left = theirs.GetEnumerator();
        using var right = ours.GetEnumerator();
        var (isLeft, isRight) = (left.MoveNext(), right.MoveNext());
        while (isLeft || isRight)
        {
            var order = !isRight ? -1 : !isLeft ? 1 : left.Current.Id.CompareTo(right.Current.Id);
            if (order > 0) _rows.Broken($"{table} {right.Current.Id}: is missing");
            else if (order < 0 || left.Current.Text != right.Current.Text)
                _rows.Broken($"{table} {left.Current.Id}: is there, and a fresh fold gives {(order < 0 ? "none" : "another")}");
            if (order <= 0) isLeft = left.MoveNext();
            if (order >= 0) isRight = right.MoveNext();
        }
    }

    private void CompareActive(DbConnection made, IReadOnlyList<(PositionKey Key, PositionState State)> states)
    {
        var rows = Rows(
            made,
            """
            SELECT exchange || '/' || symbol || CASE position_side WHEN 'both' THEN '' ELSE '/' || position_side END || ' '
            || state || ' ' || quantity FROM monitoring.positions WHERE status='active'
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
    private static Dictionary<AccountId, Exchange> Venues(DbConnection there)
    {
        var venues = new Dictionary<AccountId, Exchange>();
        foreach (var row in Rows(there, "SELECT DISTINCT account || ' ' || exchange FROM monitoring.events WHERE account IS NOT NULL"))
            if (row.Split(' ') is [var account, var venue] && ExchangeNames.TryParse(venue, out var exchange))
                venues[AccountId.Parse(account)] = exchange;
        return venues;
    }

    private static List<string> Rows(DbConnection connection, string sql)
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
