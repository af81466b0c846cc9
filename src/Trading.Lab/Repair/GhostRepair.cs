using System.Text.Json.Nodes;
using Npgsql;

namespace Trading.Lab.Repair;

/// <summary>What became of a request to repair.</summary>
/// <param name="RunId">Of the changes that were made or taken back; null: nothing was changed.</param>
/// <param name="Changed">Number of rows.</param>
public sealed record RepairOutcome(IReadOnlyList<GhostGroup> Groups, string? RunId, int Changed);

/// <summary>Nothing was changed; the message is one line for the operator.</summary>
public sealed class RepairRefusedException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>
/// Closes ghost rows of an existing bot's <c>monitoring.positions</c> as <c>duplicate_cleanup</c> and takes that back. The
/// tables are locked meanwhile; a copy of every row as it was stands in <c>monitoring.repair_log</c>.
/// </summary>
public sealed class GhostRepair(string connectionString, TimeProvider time)
{
    private const string Reason = "duplicate_cleanup";
    private const int QuietSeconds = 60;

    private const string Log = """
        CREATE TABLE IF NOT EXISTS monitoring.repair_log(
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, run_id text NOT NULL, action text NOT NULL,
            table_name text NOT NULL, row_id bigint NOT NULL, row_data text NOT NULL, why text NOT NULL,
            created_at timestamptz NOT NULL, undone_at timestamptz)
        """;

    /// <summary>Looks and changes nothing.</summary>
    public Task<RepairOutcome> Look() => Work(async connection => new RepairOutcome(
        GhostRules.Judge(await LegacyTables.ActiveRows(connection)), null, 0));

    /// <param name="force">Also while the bot is writing.</param>
    /// <exception cref="RepairRefusedException">The table is in use, or is not such a table.</exception>
    public Task<RepairOutcome> Apply(bool force) => Work(async connection =>
    {
        await Lock(connection, force);
        var groups = GhostRules.Judge(await LegacyTables.ActiveRows(connection));
        var ghosts = groups.SelectMany(group => group.Ghosts.Select(ghost => (Ghost: ghost, group.Keep))).ToList();
        if (ghosts.Count == 0) return new RepairOutcome(groups, null, 0);
        var run = time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        await Run(connection, Log);
        var quiet = await LegacyTables.WithoutTriggers(connection);
        foreach (var (ghost, keep) in ghosts) await Close(connection, run, ghost, keep);
        await quiet.Restore();
        return new RepairOutcome(groups, run, ghosts.Count);
    });

    /// <summary>Takes the latest repair back that was not taken back yet: every column as it was.</summary>
    /// <exception cref="RepairRefusedException">There is none, or a row has been changed since.</exception>
    public Task<RepairOutcome> Undo(bool force) => Work(async connection =>
    {
        await Lock(connection, force);
        var entries = await LatestRun(connection);
        if (entries.Count == 0) throw new RepairRefusedException("there is no repair to take back");
        var quiet = await LegacyTables.WithoutTriggers(connection);
        foreach (var entry in entries) await Restore(connection, entry.Row, entry.Before);
        await quiet.Restore();
        await Run(connection, "UPDATE monitoring.repair_log SET undone_at=clock_timestamp() WHERE run_id=$1", entries[0].Run);
        return new RepairOutcome([], entries[0].Run, entries.Count);
    });

    private static async Task Lock(NpgsqlConnection connection, bool force)
    {
        await Run(connection, "SET LOCAL lock_timeout='5s'; LOCK TABLE monitoring.positions IN SHARE ROW EXCLUSIVE MODE");
        foreach (var table in await LegacyTables.Beside(connection)) await Run(connection, $"LOCK TABLE {table} IN SHARE MODE");
        if (!force && await LegacyTables.SecondsSinceChange(connection) is < QuietSeconds and var seconds)
            throw new RepairRefusedException(
                $"monitoring.positions was changed {seconds:0} s ago: stop the bot and wait {QuietSeconds} s, or repair anyway with --force");
    }

    private static async Task Close(NpgsqlConnection connection, string run, BookedRow ghost, BookedRow keep)
    {
        await Run(
            connection,
            """
            INSERT INTO monitoring.repair_log(run_id, action, table_name, row_id, row_data, why, created_at)
            SELECT $1, 'close_ghost', 'monitoring.positions', p.id, row_to_json(p)::text, $3, clock_timestamp()
            FROM monitoring.positions p WHERE p.id=$2
            """, run, ghost.Id, $"row {keep.Id} is the same position");
        var reason = await LegacyTables.ReasonColumn(connection);
        await Run(
            connection, $"UPDATE monitoring.positions SET status='closed'{(reason is null ? "" : $", {reason}='{Reason}'")} WHERE id=$1", ghost.Id);
    }

    private static async Task Restore(NpgsqlConnection connection, long row, string before)
    {
        var now = await Scalar(connection, "SELECT row_to_json(p)::text FROM monitoring.positions p WHERE id=$1", row) as string
            ?? throw new RepairRefusedException($"row {row} is no longer there: nothing was taken back");
        var reason = await LegacyTables.ReasonColumn(connection);
        if (ChangedSince(before, now, reason) is { } column)
            throw new RepairRefusedException($"row {row} was changed since ({column}): nothing was taken back");
        var columns = string.Join(", ", await LegacyTables.WritableColumns(connection));
        await Run(
            connection,
            $"""
            UPDATE monitoring.positions p SET ({columns}) = (
                SELECT {columns} FROM json_populate_record(NULL::monitoring.positions, $1::json)) WHERE p.id=$2
            """, before, row);
    }

    /// <returns>The first column that differs beyond what the repair itself has set.</returns>
    private static string? ChangedSince(string before, string now, string? reason)
    {
        var (old, current) = (JsonNode.Parse(before)!.AsObject(), JsonNode.Parse(now)!.AsObject());
        if ((string?)current["status"] != "closed") return "status";
        if (reason is not null && (string?)current[reason] != Reason) return reason;
        return current.Select(pair => pair.Key)
            .FirstOrDefault(key => key != "status" && key != reason && !JsonNode.DeepEquals(old[key], current[key]));
    }

    private static async Task<List<LoggedRow>> LatestRun(NpgsqlConnection connection)
    {
        if (await Scalar(connection, "SELECT to_regclass('monitoring.repair_log')::text") is not string) return [];
        await using var command = new NpgsqlCommand(
            """
            SELECT row_id, row_data, run_id FROM monitoring.repair_log
            WHERE action='close_ghost' AND run_id=(
                SELECT run_id FROM monitoring.repair_log WHERE action='close_ghost' AND undone_at IS NULL ORDER BY id DESC LIMIT 1)
            ORDER BY id
            """, connection);
        await using var rows = await command.ExecuteReaderAsync();
        var entries = new List<LoggedRow>();
        while (await rows.ReadAsync()) entries.Add(new LoggedRow(rows.GetInt64(0), rows.GetString(1), rows.GetString(2)));
        return entries;
    }

    /// <summary>One transaction: all of it or nothing.</summary>
    private async Task<RepairOutcome> Work(Func<NpgsqlConnection, Task<RepairOutcome>> work)
    {
        try
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            var outcome = await work(connection);
            await transaction.CommitAsync();
            return outcome;
        }
        catch (PostgresException e)
        {
            throw new RepairRefusedException($"nothing was changed: {e.SqlState} {e.MessageText.ReplaceLineEndings(" ")}", e);
        }
    }

    private static async Task Run(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<object?> Scalar(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteScalarAsync();
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    private sealed record LoggedRow(long Row, string Before, string Run);
}
