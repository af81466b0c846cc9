using Microsoft.Data.Sqlite;

namespace Trading.Scenarios.Processes;

/// <summary>Client order ids in <c>monitoring.orders</c> of a node that has ended.</summary>
internal static class BookedOrders
{
    public static HashSet<string> Of(string file)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT client_order_id FROM orders";
        using var rows = command.ExecuteReader();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        while (rows.Read()) ids.Add(rows.GetString(0));
        return ids;
    }
}
