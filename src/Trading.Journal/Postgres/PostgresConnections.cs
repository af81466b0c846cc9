using System.Globalization;
using Npgsql;

namespace Trading.Journal.Postgres;

/// <summary>How the journal connects: an operator's connection string with the session settings that its promises need.</summary>
public static class PostgresConnections
{
    internal const string JournalPurpose = "trading journal";

    private const int SessionsMax = 16;
    private const int LooksForUse = 5;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// READ COMMITTED: a fence that waited sees the new epoch instead of failing. The server gives a statement up before
    /// the client does, so that most timeouts have an answer. A session whose client has gone silent (partition, power loss)
    /// holds its locks until the server notices, which is after some 5 s instead of the two hours of a default.
    /// </summary>
    private const string Session =
        "-c default_transaction_isolation=read\\ committed -c synchronous_commit=on "
        + "-c tcp_keepalives_idle=2 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=3 "
        + "-c idle_in_transaction_session_timeout=2000 -c statement_timeout=";

    private const int StatementSeconds = 3;
    private const int PatientSeconds = 600;

    /// <param name="purpose">What the server's list of sessions calls it.</param>
    /// <param name="patient">For work on whole tables, which nobody's order waits for.</param>
    /// <exception cref="FormatException">Not a connection string; the text is not repeated, for it may hold a password.</exception>
    public static NpgsqlDataSource Open(string connectionString, string purpose, bool patient = false)
    {
        var seconds = patient ? PatientSeconds : StatementSeconds;
        var text = Read(connectionString);
        text.ApplicationName = purpose;
        text.Timeout = 2;
        text.CommandTimeout = seconds;
        text.CancellationTimeout = -1;
        text.MaxPoolSize = SessionsMax;
        text.KeepAlive = 5;
        text.MaxAutoPrepare = 50;
        text.Options = string.Create(CultureInfo.InvariantCulture, $"{text.Options} {Session}{seconds * 1000 - 500}").Trim();
        return NpgsqlDataSource.Create(text);
    }

    /// <summary>Waits a moment for sessions that are just ending.</summary>
    /// <returns>Whether a node, or another tool, has the journal of this database open.</returns>
    /// <exception cref="NpgsqlException">The server cannot be reached.</exception>
    public static async Task<bool> InUse(string connectionString, TimeProvider time)
    {
        await using var source = Open(connectionString, "trading");
        for (var look = 0; look < LooksForUse; look++)
        {
            if (look > 0) await Task.Delay(BetweenLooks, time);
            await using var command = source.CreateCommand(
                $"SELECT COUNT(*) FROM pg_stat_activity WHERE datname=current_database() AND application_name='{JournalPurpose}'");
            if (await command.ExecuteScalarAsync() is 0L) return false;
        }

        return true;
    }

    /// <summary>Where it is, for people: host, port and database, never a password.</summary>
    public static string Name(string connectionString)
    {
        var text = Read(connectionString);
        return $"{text.Host}:{text.Port}/{text.Database ?? text.Username}";
    }

    /// <exception cref="FormatException">Not a connection string; the text is not repeated, for it may hold a password.</exception>
    public static NpgsqlConnectionStringBuilder Read(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException)
        {
#pragma warning disable MA0054 // the cause repeats part of the text, which may be part of a password
            throw new FormatException("it is not a connection string such as Host=127.0.0.1;Database=trading;Username=trading");
#pragma warning restore MA0054
        }
    }
}
