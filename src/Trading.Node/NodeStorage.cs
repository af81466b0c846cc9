using Microsoft.Data.Sqlite;
using Trading.Domain;
using Trading.Journal;
using Trading.Journal.Postgres;
using Trading.Journal.Sqlite;
using Trading.Node.Configuration;
using Trading.Node.Projections;
using Trading.Node.Projections.Postgres;
using Trading.Node.Projections.Sqlite;

namespace Trading.Node;

/// <summary>The journal and the rows projected from it, on the engine that the settings name.</summary>
/// <param name="Engine">sqlite or postgres.</param>
/// <param name="TakeEpoch">Makes this process the only writer.</param>
/// <param name="Monitoring">For the follower, which is its one writer.</param>
/// <param name="Store">For whoever reads.</param>
public sealed record NodeStorage(
    string Engine, IJournal Journal, Func<Task<long>> TakeEpoch, IMonitoringDatabase Monitoring, MonitoringStore Store) : IAsyncDisposable
{
    /// <exception cref="ConfigurationException">One line that says what is wrong and what to do.</exception>
    /// <exception cref="Exception">A full disk is behind it, which is not the configuration's fault: <see cref="FullDisk"/>.</exception>
    public static async Task<NodeStorage> Open(NodeSettings settings, DataFolder data, TimeProvider time, Func<JournalId> newId)
    {
        try
        {
            return settings.Postgres is { } postgres ? await OpenPostgres(postgres, data, time, newId) : await OpenSqlite(data, time, newId);
        }
        catch (JournalUnusableException e) when (!FullDisk.IsBehind(e))
        {
            throw new ConfigurationException(e.Message);
        }
        catch (IOException e) when (!FullDisk.IsBehind(e))
        {
            throw new ConfigurationException($"{data.JournalFile}: {e.Message}");
        }
        catch (SqliteException e) when (!FullDisk.IsBehind(e))
        {
            throw new ConfigurationException(
                $"{data.MonitoringFile} cannot be opened: {e.Message.ReplaceLineEndings(" ")}; check its owner and mode, or move it away: it is made again from the journal");
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            Monitoring.Dispose();
        }
        finally
        {
            await Journal.DisposeAsync();
        }
    }

    private static async Task<NodeStorage> OpenSqlite(DataFolder data, TimeProvider time, Func<JournalId> newId)
    {
        if (NewJournal.IsEmpty(data.JournalFile)) NewJournal.RefuseBesideOthers(data);
        var journal = SqliteJournal.Open(data.JournalFile, time, Begun);
        try
        {
            var monitoring = SqliteMonitoring.Open(data.MonitoringFile, journal.Id);
            return new NodeStorage("sqlite", journal, journal.TakeEpoch, monitoring, MonitoringStore.Sqlite(data.MonitoringFile));
        }
        catch (SqliteException)
        {
            await journal.DisposeAsync();
            throw;
        }

        JournalId Begun()
        {
            NewJournal.RefuseBesideOthers(data);
            return newId();
        }
    }

    private static async Task<NodeStorage> OpenPostgres(PostgresSettings settings, DataFolder data, TimeProvider time, Func<JournalId> newId)
    {
        var journal = await PostgresJournal.Open(settings.ConnectionString, time, Begun);
        try
        {
            var monitoring = await PostgresMonitoring.Open(settings.ConnectionString, journal.Id);
            return new NodeStorage("postgres", journal, journal.TakeEpoch, monitoring, MonitoringStore.Postgres(monitoring));
        }
        catch (JournalUnusableException)
        {
            await journal.DisposeAsync();
            throw;
        }

        JournalId Begun()
        {
            NewJournal.RefuseBesideOthers(data, settings);
            return newId();
        }
    }
}
