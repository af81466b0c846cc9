using Npgsql;

namespace Trading.Lab.Repair;

/// <summary>
/// Open positions as an existing bot's <c>monitoring.positions</c> has them: what might be taken over, if the exchange
/// holds it. Reads in a read-only transaction.
/// </summary>
public static class BotPositions
{
    /// <returns>One group per symbol and exchange; its kept row stands for the position, ghosts do not count.</returns>
    /// <exception cref="RepairRefusedException">There is no such table.</exception>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public static async Task<IReadOnlyList<GhostGroup>> Read(string connectionString)
    {
        try
        {
            await using var connection = new NpgsqlConnection($"{connectionString};Options=-c default_transaction_read_only=on");
            await connection.OpenAsync();
            return GhostRules.Positions(await LegacyTables.ActiveRows(connection));
        }
        catch (PostgresException e)
        {
            throw new RepairRefusedException($"the bot's table cannot be read: {e.SqlState} {e.MessageText.ReplaceLineEndings(" ")}", e);
        }
    }
}
