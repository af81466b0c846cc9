using System.Text;
using Trading.Domain;
using Trading.Journal;
using Trading.Journal.Postgres;
using Trading.Journal.Sqlite;
using Trading.Lab.Journals;

namespace Trading.Tests.Postgres;

public sealed class JournalCopyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ta-copy-").FullName;

    private string Original => Path.Combine(_folder, "journal.db");

    [PostgresFact]
    public async Task To_PostgreSQL_and_back_it_is_the_same_journal_and_a_node_goes_on_with_it()
    {
        var id = await Write();
        var database = await PostgresServer.NewDatabase();
        var there = await JournalCopy.Run(Original, database, static _ => { });
        var back = await JournalCopy.Run(database, Path.Combine(_folder, "back", "journal.db"), static _ => { });
        Assert.Equal((id, 60L), (there.Id, there.Events));
        Assert.Equal(there, back);

        await using var journal = await PostgresJournal.Open(database, TimeProvider.System, NewId);
        var read = await journal.ReadStream("s7", 0, 10);
        Assert.Equal([1, 2, 3], read.Select(e => e.Version));
        Assert.Equal(new AppendResult.AlreadyDone(read[0].Position), await journal.Append(Request("s7", 0, "c", await journal.TakeEpoch(), "A")));
        var epoch = await journal.TakeEpoch();
        Assert.IsType<AppendResult.Fenced>(await journal.Append(Request("s7", 3, "late", 1, "D")));
        var next = Assert.IsType<AppendResult.Appended>(await journal.Append(Request("s7", 3, "next", epoch, "D")));
        Assert.True(next.Position > (await journal.ReadAll(0, 1_000))[^2].Position);
    }

    [PostgresFact]
    public async Task A_journal_with_events_or_another_id_is_not_written_to()
    {
        await Write();
        var database = await PostgresServer.NewDatabase();
        await JournalCopy.Run(Original, database, static _ => { });
        Assert.Contains("events already", (await Assert.ThrowsAsync<JournalUnusableException>(
            () => JournalCopy.Run(Original, database, static _ => { }))).Message);

        var other = Path.Combine(_folder, "other.db");
        await using (SqliteJournal.Open(other, TimeProvider.System, NewId))
        {
        }

        Assert.Contains("another journal", (await Assert.ThrowsAsync<JournalUnusableException>(
            () => JournalCopy.Run(other, database, static _ => { }))).Message);
        Assert.Contains("another journal", (await Assert.ThrowsAsync<JournalUnusableException>(
            () => JournalCopy.Run(database, other, static _ => { }))).Message);
    }

    [Fact]
    public async Task A_folder_that_a_node_holds_is_not_copied_from()
    {
        await Write();
        await using var node = new FileStream(Path.Combine(_folder, "node.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        Assert.Contains("stop it first", (await Assert.ThrowsAsync<IOException>(
            () => JournalCopy.Run(Original, "Host=127.0.0.1;Port=1;Database=x;Username=x", static _ => { }))).Message);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<JournalId> Write()
    {
        await using var journal = SqliteJournal.Open(Original, TimeProvider.System, NewId);
        var epoch = await journal.TakeEpoch();
        for (var s = 0; s < 20; s++)
        {
            await journal.Append(Request($"s{s}", 0, "c", epoch, "A", "B"));
            await journal.Append(Request($"s{s}", 0, "lost", epoch, "X"));
            await journal.Append(Request($"s{s}", 2, "d", epoch, "C"));
        }

        return journal.Id;
    }

    private static AppendRequest Request(string stream, long expected, string command, long epoch, params string[] types) => new(
        stream, expected, command, epoch,
        [.. types.Select(type => new NewEvent(type, 1, Encoding.UTF8.GetBytes($$"""{"text": "Ω\n{{type}}"}""")))]);

    private static JournalId NewId() => new(Guid.NewGuid().ToString("N"));
}
