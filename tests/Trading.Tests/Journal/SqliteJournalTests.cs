using Microsoft.Data.Sqlite;
using Trading.Domain;
using Trading.Journal;
using Trading.Journal.Sqlite;
using Xunit;
using static Trading.Journal.AppendResult;

namespace Trading.Tests.Journal;

public sealed class SqliteJournalTests : JournalContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ta-journal-").FullName;

    private string File => Path.Combine(_folder, "journal.db");

    [Fact]
    public async Task Whatever_waits_is_written_in_one_transaction()
    {
        var pump = new PumpScheduler();
        var clock = new CountingTime();
        await using var journal = SqliteJournal.Open(Path.Combine(_folder, "pumped.db"), clock, NewId, pump);
        var appends = Enumerable.Range(0, 100).Select(i => journal.Append(Request($"s{i}", i == 50 ? 7 : 0, "c", 1, "A"))).ToList();
        Assert.All(appends, append => Assert.False(append.IsCompleted));

        pump.RunAll();

        Assert.Equal(1, clock.Asked);
        Assert.All(appends, append => Assert.True(append.IsCompletedSuccessfully));
        var answers = await Task.WhenAll(appends);
        Assert.Equal(99, answers.OfType<Appended>().Count());
        Assert.Equal(new Conflict(0), answers[50]);
        var closing = journal.DisposeAsync().AsTask();
        pump.RunAll();
        await closing;
    }

    [Fact]
    public void A_caller_resumes_on_its_own_scheduler_also_after_WhenAny()
    {
        var writer = new PumpScheduler();
        var caller = new PumpScheduler();
        var journal = SqliteJournal.Open(Path.Combine(_folder, "resume.db"), TimeProvider.System, NewId, writer);
        TaskScheduler? resumed = null;
        Task Ask() => Task.Factory.StartNew(
            async () =>
            {
                await Task.WhenAny(journal.Append(Request("s1", 0, "c", 1, "A")), Task.Delay(Timeout.Infinite));
                resumed = TaskScheduler.Current;
            }, CancellationToken.None, TaskCreationOptions.None, caller).Unwrap();

        var asking = Ask();
        caller.RunAll();
        writer.RunAll();
        Assert.Null(resumed);
        caller.RunAll();
        Assert.Same(caller, resumed);
        Assert.True(asking.IsCompletedSuccessfully);
        Close(journal, writer);
    }

    [Fact]
    public async Task A_failed_commit_makes_its_batch_unknown_and_the_next_one_goes_on()
    {
        await Append(Tag, 0, "c1", "A");
        Sql("ALTER TABLE streams RENAME TO hidden");
        Assert.Contains("commit failed", Assert.IsType<Unknown>(await Append(Tag, 1, "c2", "B")).Why);
        await Assert.ThrowsAsync<IOException>(() => Journal.Streams(""));
        Sql("ALTER TABLE hidden RENAME TO streams");
        Assert.IsType<Appended>(await Append(Tag, 1, "c3", "C"));
        Assert.Equal(["A", "C"], (await Journal.ReadStream(Tag, 0, 10)).Select(e => e.Type));
    }

    [Fact]
    public async Task What_was_answered_is_in_a_copy_of_the_files_taken_without_closing_them()
    {
        for (var i = 0; i < 50; i++) Assert.IsType<Appended>(await Append(Tag, i, $"c{i}", "A"));
        var copy = Path.Combine(_folder, "copy");
        Directory.CreateDirectory(copy);
        foreach (var file in Directory.GetFiles(_folder, "journal.db*"))
            System.IO.File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        System.IO.File.Delete(Path.Combine(copy, "journal.db-shm"));

        await using var recovered = SqliteJournal.Open(Path.Combine(copy, "journal.db"), TimeProvider.System, NewId);
        Assert.Equal(Journal.Id, recovered.Id);
        Assert.Equal(
            (await Journal.ReadStream(Tag, 0, 100)).Select(Facts), (await recovered.ReadStream(Tag, 0, 100)).Select(Facts));
        Assert.IsType<Appended>(await recovered.Append(Request(Tag, 50, "next", 1, "B")));
    }

    [Fact]
    public async Task A_torn_end_of_the_log_loses_only_what_was_not_answered()
    {
        for (var i = 0; i < 50; i++) await Append(Tag, i, $"c{i}", "A");
        var copy = Path.Combine(_folder, "torn.db");
        System.IO.File.Copy(File, copy);
        System.IO.File.Copy($"{File}-wal", $"{copy}-wal");
        await System.IO.File.AppendAllBytesAsync($"{copy}-wal", new byte[5_000]);
        await using var recovered = SqliteJournal.Open(copy, TimeProvider.System, NewId);
        Assert.Equal(50, (await recovered.ReadStream(Tag, 0, 100)).Count);
    }

    [Fact]
    public void Durability_is_what_the_file_says_it_is() => Assert.Equal("wal", Sql("PRAGMA journal_mode"));

    [Fact]
    public async Task A_file_of_a_newer_build_is_refused_in_one_line()
    {
        await Journal.DisposeAsync();
        Sql("PRAGMA user_version=2");
        AssertRefused("schema 2");
        Sql("PRAGMA user_version=1");
    }

    [Fact]
    public void A_file_that_is_not_a_database_is_refused_in_one_line()
    {
        System.IO.File.WriteAllText(Path.Combine(_folder, "text.db"), new string('x', 5_000));
        AssertRefused("not a SQLite database", Path.Combine(_folder, "text.db"));
    }

    [Fact]
    public void A_database_of_somebody_else_is_refused_and_not_written_to()
    {
        var other = Path.Combine(_folder, "other.db");
        Sql("CREATE TABLE customers(id)", other);
        AssertRefused("customers", other);
        Assert.Equal(1L, Sql("SELECT COUNT(*) FROM sqlite_master", other));
    }

    [Fact]
    public async Task A_damaged_file_is_refused_in_one_line()
    {
        for (var i = 0; i < 300; i++) await Append(Tag, i, $"c{i}", "A");
        await Journal.DisposeAsync();
        var bytes = await System.IO.File.ReadAllBytesAsync(File);
        bytes.AsSpan(8_192, 20_000).Fill(0xA5);
        await System.IO.File.WriteAllBytesAsync(File, bytes);
        AssertRefused("damaged");
        System.IO.File.Delete(File);
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    protected override Task<IJournal> Open() => Task.FromResult<IJournal>(SqliteJournal.Open(File, TimeProvider.System, NewId));

    protected override Task<long> TakeEpoch(string stream) => ((SqliteJournal)Journal).TakeEpoch();

    protected override async Task<AppendResult> AppendWithLostAnswer(AppendRequest request)
    {
        await Journal.Append(request);
        await Reopen();
        return new Unknown("the process died before it read the answer");
    }

    private static JournalId NewId() => new(Guid.NewGuid().ToString("N"));

    private static void Close(SqliteJournal journal, PumpScheduler writer)
    {
        var closing = journal.DisposeAsync().AsTask();
        writer.RunAll();
        Assert.True(SpinWait.SpinUntil(() => closing.IsCompleted, TimeSpan.FromSeconds(10)));
    }

    private void AssertRefused(string word, string? file = null)
    {
        var refusal = Assert.Throws<JournalUnusableException>(() => SqliteJournal.Open(file ?? File, TimeProvider.System, NewId));
        Assert.Contains(word, refusal.Message);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    private object? Sql(string sql, string? file = null)
    {
        using var connection = new SqliteConnection($"Data Source={file ?? File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private sealed class CountingTime : TimeProvider
    {
        public int Asked { get; private set; }

        public override DateTimeOffset GetUtcNow()
        {
            Asked++;
            return DateTimeOffset.UnixEpoch;
        }
    }
}
