using System.Collections;
using Npgsql;
using Trading.Domain;
using Trading.Journal;
using Trading.Journal.Postgres;
using Trading.Journal.Sqlite;
using Trading.Node;
using Trading.Node.Configuration;
using Trading.Node.Projections;
using Trading.Node.Projections.Postgres;
using Trading.Node.Projections.Sqlite;

namespace Trading.Lab.Databases;

/// <summary>Whose journal: what the operator said on the command line.</summary>
/// <param name="Config">The node's configuration file; null: the defaults and the environment.</param>
/// <param name="Data">Its data folder; null: as configured.</param>
/// <param name="Db">sqlite, postgres, or a connection string; null: as configured.</param>
public sealed record NodePlace(string? Config, string? Data, string? Db, IDictionary Environment);

/// <summary>The journal and the tables of a node that does not run, held so that none starts on them meanwhile.</summary>
public sealed class StoppedNode : IAsyncDisposable
{
    private readonly DataFolder? _folder;
    private NpgsqlDataSource? _reading;
    private readonly TimeProvider _time;

    private StoppedNode(NodeSettings settings, DataFolder? folder, TimeProvider time) =>
        (Settings, _folder, _time) = (settings, folder, time);

    public NodeSettings Settings { get; }

    /// <exception cref="ConfigurationException">One line: what is wrong, and the remedy.</exception>
    public static async Task<StoppedNode> Open(NodePlace place, TimeProvider time)
    {
        var settings = SettingsOf(place);
        if (settings.Postgres is not { } postgres)
        {
            if (!File.Exists(Path.Combine(settings.Data, "journal.db")))
                throw new ConfigurationException($"data = '{settings.Data}': there is no journal.db in it; name a node's folder with --data");
            return new StoppedNode(settings, DataFolder.Open(settings.Data), time);
        }

        await RefuseInUse(postgres.ConnectionString, time);
        return new StoppedNode(settings, Directory.Exists(settings.Data) ? DataFolder.Open(settings.Data) : null, time);
    }

    /// <exception cref="ConfigurationException">A node has the journal open, or the server cannot be reached.</exception>
    public static async Task RefuseInUse(string connectionString, TimeProvider time)
    {
        var name = PostgresConnections.Name(connectionString);
        try
        {
            if (await PostgresConnections.InUse(connectionString, time))
                throw new ConfigurationException($"the journal in {name} is open: stop the node first");
        }
        catch (NpgsqlException e)
        {
            throw new ConfigurationException($"the database {name} cannot be reached: {e.Message}");
        }
    }

    /// <exception cref="JournalUnusableException">There is none, or this build cannot read it.</exception>
    public async Task<IJournal> Journal() => Settings.Postgres is { } postgres
        ? await PostgresJournal.Open(postgres.ConnectionString, _time, Never)
        : SqliteJournal.Open(_folder!.JournalFile, _time, Never);

    /// <summary>Whose streams share an owner: null: all, as in SQLite.</summary>
    public static Func<string, int>? ShardsOf(IJournal journal) => journal is PostgresJournal postgres ? postgres.ShardOf : null;

    /// <summary>The tables as they stand: nothing is made or changed. Null: there are none.</summary>
    public async Task<MonitoringStore?> Tables()
    {
        if (Settings.Postgres is not { } postgres)
            return File.Exists(_folder!.MonitoringFile) ? MonitoringStore.Sqlite(_folder.MonitoringFile) : null;
        _reading ??= PostgresConnections.Open(postgres.ConnectionString, "trading verify", patient: true);
        await using var command = _reading.CreateCommand("SELECT to_regclass('monitoring.meta')::text");
        return await command.ExecuteScalarAsync() is string ? MonitoringStore.Postgres(_reading) : null;
    }

    /// <summary>The tables for a follower, which makes them where they are missing or of another build.</summary>
    public async Task<(IMonitoringDatabase Database, MonitoringStore Store)> Monitoring(JournalId journal)
    {
        if (Settings.Postgres is { } postgres)
        {
            var there = await PostgresMonitoring.Open(postgres.ConnectionString, journal);
            return (there, MonitoringStore.Postgres(there));
        }

        return (SqliteMonitoring.Open(_folder!.MonitoringFile, journal), MonitoringStore.Sqlite(_folder.MonitoringFile));
    }

    public async ValueTask DisposeAsync()
    {
        if (_reading is not null) await _reading.DisposeAsync();
        _folder?.Dispose();
    }

    private static JournalId Never() => throw new JournalUnusableException("there is no journal: start a node first, or name another place");

    private static NodeSettings SettingsOf(NodePlace place)
    {
        var given = place.Data is null ? [] : new Dictionary<string, string>(StringComparer.Ordinal) { ["data"] = place.Data };
        var settings = NodeSettingsReader.Read(SettingsLayers.Read(place.Config, place.Environment, given));
        return place.Db switch
        {
            null => settings,
            "sqlite" => settings with { Postgres = null },
            "postgres" when settings.Postgres is not null => settings,
            "postgres" => throw new ConfigurationException(
                "--db postgres: journal.postgres is not set; name the node's file with --config, or give --db \"Host=…;Database=…;Username=…\""),
            var text when text.Contains("host=", StringComparison.OrdinalIgnoreCase) => settings with { Postgres = Named(text) },
            var text => throw new ConfigurationException($"--db '{text}' is not known; sqlite, postgres and a connection string are"),
        };
    }

    private static PostgresSettings Named(string connectionString)
    {
        try
        {
            PostgresConnections.Read(connectionString);
        }
        catch (FormatException e)
        {
            throw new ConfigurationException($"--db: {e.Message}");
        }

        return new PostgresSettings(connectionString);
    }
}
