using Npgsql;

namespace Trading.Journal.Postgres;

/// <summary>How the journal connects: an operator's connection string with the session settings that its promises need.</summary>
public static class PostgresConnections
{
    private const int SessionsMax = 16;

    /// <summary>
    /// READ COMMITTED: a fence that waited sees the new epoch instead of failing. The server gives a statement up before
    /// the client does, so that most timeouts have an answer.
    /// </summary>
    private const string Session =
        "-c default_transaction_isolation=read\\ committed -c synchronous_commit=on "
        + "-c idle_in_transaction_session_timeout=2000 -c statement_timeout=2500";

    /// <param name="purpose">What the server's list of sessions calls it.</param>
    /// <exception cref="FormatException">Not a connection string; the text is not repeated, for it may hold a password.</exception>
    public static NpgsqlDataSource Open(string connectionString, string purpose)
    {
        var text = Read(connectionString);
        text.ApplicationName ??= purpose;
        text.Timeout = 2;
        text.CommandTimeout = 3;
        text.CancellationTimeout = -1;
        text.MaxPoolSize = SessionsMax;
        text.KeepAlive = 5;
        text.MaxAutoPrepare = 50;
        text.Options = $"{text.Options} {Session}".Trim();
        return NpgsqlDataSource.Create(text);
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
