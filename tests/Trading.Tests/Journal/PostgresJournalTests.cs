using Npgsql;
using Trading.Domain;
using Trading.Journal;
using Trading.Journal.Postgres;
using Trading.Tests.Postgres;
using static Trading.Journal.AppendResult;

namespace Trading.Tests.Journal;

public sealed class PostgresJournalTests : JournalContract, INeedPostgres
{
    private string _database = "";

    public override async Task InitializeAsync()
    {
        _database = await PostgresServer.NewDatabase();
        await base.InitializeAsync();
    }

    [PostgresFact]
    public async Task Of_two_processes_that_race_exactly_one_wins_each_version()
    {
        await using var other = await Open();
        for (var round = 0; round < 50; round++)
        {
            var version = round;
            var answers = await Task.WhenAll(
                Journal.Append(Request(Tag, version, $"a{version}", 1, "A")), other.Append(Request(Tag, version, $"b{version}", 1, "B")));
            Assert.Single(answers.OfType<Appended>());
            Assert.Equal(new Conflict(version + 1), Assert.Single(answers.OfType<Conflict>()));
        }
    }

    [PostgresFact]
    public async Task The_second_process_to_try_a_command_is_answered_from_the_journal()
    {
        await using var other = await Open();
        for (var round = 0; round < 50; round++)
        {
            var answers = await Task.WhenAll(
                Journal.Append(Request($"s{round}", 0, "same", 1, "A")), other.Append(Request($"s{round}", 0, "same", 1, "A")));
            var position = Assert.Single(answers.OfType<Appended>()).Position;
            Assert.Equal(new AlreadyDone(position), Assert.Single(answers.OfType<AlreadyDone>()));
        }
    }

    [PostgresFact]
    public async Task A_follower_skips_nothing_while_several_processes_write()
    {
        var writers = new List<IJournal> { Journal };
        for (var i = 0; i < 3; i++) writers.Add(await Open());
        var writing = Task.WhenAll(writers.Select((journal, w) => Task.WhenAll(Enumerable.Range(0, 25).Select(async s =>
        {
            for (var version = 0; version < 20; version += 2)
                Assert.IsType<Appended>(await journal.Append(Request($"w{w}s{s}", version, $"c{version}", 1, "A", "B")));
        }))));
        var followed = new List<long>();
        while (true)
        {
            var ended = writing.IsCompleted;
            var page = await Journal.ReadAll(followed.Count == 0 ? 0 : followed[^1], 500);
            followed.AddRange(page.Select(e => e.Position));
            if (ended && page.Count == 0) break;
        }

        await writing;
        Assert.Equal(4 * 25 * 20, followed.Count);
        foreach (var other in writers.Skip(1)) await other.DisposeAsync();
    }

    [PostgresFact]
    public async Task Epochs_given_out_at_one_moment_are_different()
    {
        await using var other = await Open();
        var given = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => TakeEpoch(i % 2 == 0 ? Journal : other)));
        Assert.Equal(given.Length, given.Distinct().Count());
    }

    [PostgresFact]
    public async Task An_append_waits_for_a_change_of_epoch_that_has_begun_and_is_fenced_by_it()
    {
        await using var connection = new NpgsqlConnection($"{_database};Pooling=False");
        await connection.OpenAsync();
        await using var change = await connection.BeginTransactionAsync();
        await Sql(connection, "UPDATE ta_shard SET epoch=epoch+1");
        var late = Append(Tag, 0, "c1", "A");
        await Waiting();
        Assert.False(late.IsCompleted);
        await change.CommitAsync();
        Assert.Equal(new Fenced(2), await late);
        Assert.Empty(await Journal.ReadAll(0, 10));
    }

    [PostgresFact]
    public async Task An_epoch_that_the_database_does_not_know_is_fenced_too() =>
        Assert.Equal(new Fenced(1), await Journal.Append(Request(Tag, 0, "c1", 7, "A")));

    [PostgresFact]
    public async Task Text_that_is_no_JSON_is_refused_alone()
    {
        var broken = new AppendRequest(Kava, 0, "c1", 1, [new NewEvent("A", 1, "{"u8.ToArray())]);
        var answers = await Task.WhenAll(Append(Tag, 0, "c1", "A"), Journal.Append(broken), Append("s", 0, "c1", "B"));
        Assert.Equal([typeof(Appended), typeof(Unknown), typeof(Appended)], answers.Select(answer => answer.GetType()));
        Assert.Contains("not taken", ((Unknown)answers[1]).Why);
    }

    [PostgresFact]
    public async Task A_cut_connection_makes_its_batch_unknown_and_the_next_one_goes_on()
    {
        await Append(Tag, 0, "c1", "A");
        await Cut();
        Assert.IsType<Unknown>(await Append(Tag, 1, "c2", "B"));
        Assert.IsType<Appended>(await Append(Tag, 1, "c3", "C"));
        Assert.Equal(["A", "C"], (await Journal.ReadStream(Tag, 0, 10)).Select(e => e.Type));
    }

    [PostgresFact]
    public async Task A_caller_resumes_on_its_own_scheduler_also_after_WhenAny()
    {
        var caller = new PumpScheduler();
        TaskScheduler? resumed = null;
        var asking = Task.Factory.StartNew(
            async () =>
            {
                var answer = Journal.Append(Request("s1", 0, "c", 1, "A"));
                await Task.WhenAny(answer, Task.Delay(Timeout.Infinite));
                await Journal.ReadStream("s1", 0, 1);
                resumed = TaskScheduler.Current;
            }, CancellationToken.None, TaskCreationOptions.None, caller).Unwrap();
        while (!asking.IsCompleted)
        {
            caller.RunAll();
            await Task.Yield();
        }

        await asking;
        Assert.Same(caller, resumed);
    }

    [PostgresFact]
    public async Task A_database_of_a_newer_build_is_refused_in_one_line()
    {
        await Sql("INSERT INTO ta_schema VALUES(99, 'later', clock_timestamp())");
        var refusal = await Assert.ThrowsAsync<JournalUnusableException>(Open);
        Assert.Contains("schema 99", refusal.Message);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [PostgresFact]
    public async Task A_server_that_is_not_there_is_named_without_its_password()
    {
        var refusal = await Assert.ThrowsAsync<JournalUnusableException>(() => PostgresJournal.Open(
            "Host=127.0.0.1;Port=1;Database=trading;Username=trading;Password=hush-hush", TimeProvider.System, NewId));
        Assert.Contains("127.0.0.1:1/trading", refusal.Message);
        Assert.DoesNotContain("hush", refusal.ToString());
    }

    [PostgresFact]
    public async Task Processes_that_start_together_make_one_journal()
    {
        var database = await PostgresServer.NewDatabase();
        var opened = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => PostgresJournal.Open(database, TimeProvider.System, NewId)));
        Assert.Single(opened.Select(journal => journal.Id).Distinct());
        foreach (var journal in opened) await journal.DisposeAsync();
    }

    protected override async Task<IJournal> Open() => await PostgresJournal.Open(_database, TimeProvider.System, NewId);

    protected override Task<long> TakeEpoch(string stream) => TakeEpoch(Journal);

    protected override async Task<AppendResult> AppendWithLostAnswer(AppendRequest request)
    {
        await Journal.Append(request);
        await Reopen();
        return new Unknown("the process died before it read the answer");
    }

    private static Task<long> TakeEpoch(IJournal journal) => ((PostgresJournal)journal).TakeEpoch();

    private static JournalId NewId() => new(Guid.NewGuid().ToString("N"));

    private Task Cut() => Sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname=current_database() AND pid<>pg_backend_pid()");

    /// <summary>Until the append is seen waiting for a lock.</summary>
    private async Task Waiting()
    {
        while (await Sql("SELECT COUNT(*) FROM pg_stat_activity WHERE datname=current_database() AND wait_event_type='Lock'") is 0L)
            await Task.Yield();
    }

    private async Task<object?> Sql(string sql)
    {
        await using var connection = new NpgsqlConnection($"{_database};Pooling=False");
        await connection.OpenAsync();
        return await Sql(connection, sql);
    }

    private static async Task<object?> Sql(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
