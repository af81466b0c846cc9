using Trading.Domain;
using Trading.Journal;
using Trading.Lab.Simulation;
using Xunit;
using static Trading.Journal.AppendResult;

namespace Trading.Tests.Journal;

public sealed class SimulatedJournalTests : JournalContract
{
    private readonly SimulatedDatabase _database = new(TimeProvider.System, new JournalId("simulated"), new SeededRandom(1));

    [Fact]
    public void Under_virtual_time_every_answer_comes_on_the_askers_own_process()
    {
        var world = new VirtualWorld(7);
        var database = InWorld(world);
        var node = world.Node("n1");
        var done = 0;
        for (var i = 0; i < 50; i++)
        {
            var stream = $"s{i}";
            _ = node.Start(async () =>
            {
                await using var journal = database.Connect();
                var answer = journal.Append(Request(stream, 0, "c", 1, "A"));
                await Task.WhenAny(answer, Task.Delay(TimeSpan.FromSeconds(30), node.Time));
                Assert.Same(node, TaskScheduler.Current);
                if (await answer is Appended) done++;
                Assert.Single(await journal.ReadStream(stream, 0, 10));
            });
        }

        world.Run(TimeSpan.FromSeconds(60));
        Assert.Equal((50, 0L), (done, world.Leaks));
    }

    [Fact]
    public void The_same_seed_is_the_same_run()
    {
        var (first, second, other) = (Storm(11), Storm(11), Storm(12));
        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void A_lost_request_is_not_durable_and_a_lost_answer_is()
    {
        var world = new VirtualWorld(3);
        var database = InWorld(world);
        var fates = new Queue<AppendFate?>([AppendFate.RequestLost, AppendFate.AnswerLost, null]);
        database.Faults = database.Faults with { Script = _ => fates.Dequeue() };
        var answers = new List<AppendResult>();
        _ = world.Node("n1").Start(async () =>
        {
            var journal = database.Connect();
            for (var i = 0; i < 3; i++) answers.Add(await journal.Append(Request(Tag, i == 2 ? 1 : 0, $"c{i}", 1, "A")));
        });
        world.Run(TimeSpan.FromSeconds(60));

        Assert.Equal([typeof(Unknown), typeof(Unknown), typeof(Appended)], answers.Select(a => a.GetType()));
        Assert.Equal(["c1", "c2"], database.Everything.Select(e => e.CommandId));
    }

    [Fact]
    public void What_a_killed_process_has_sent_still_arrives()
    {
        var world = new VirtualWorld(5);
        var database = InWorld(world);
        var node = world.Node("n1");
        _ = node.Start(() => database.Connect().Append(Request(Tag, 0, "c", 1, "A")));
        world.Run(TimeSpan.Zero);
        node.Kill();
        Assert.Empty(database.Everything);
        world.Run(TimeSpan.FromSeconds(1));
        Assert.Single(database.Everything);
    }

    [Fact]
    public void While_the_database_is_away_nothing_is_done_and_nothing_is_believed()
    {
        var world = new VirtualWorld(5);
        var database = InWorld(world);
        database.Faults = database.Faults with { IsAway = true };
        AppendResult? answer = null;
        Exception? failure = null;
        _ = world.Node("n1").Start(async () =>
        {
            var journal = database.Connect();
            answer = await journal.Append(Request(Tag, 0, "c", 1, "A"));
            failure = await Record.ExceptionAsync(() => journal.ReadAll(0, 10));
        });
        world.Run(TimeSpan.FromSeconds(10));
        Assert.IsType<Unknown>(answer);
        Assert.IsType<IOException>(failure);
        Assert.Empty(database.Everything);
    }

    protected override Task<IJournal> Open() => Task.FromResult<IJournal>(_database.Connect());

    protected override Task<long> TakeEpoch(string stream) => Task.FromResult(_database.TakeEpoch(0));

    protected override async Task<AppendResult> AppendWithLostAnswer(AppendRequest request)
    {
        _database.Faults = JournalFaults.None with { Timeout = TimeSpan.Zero, Script = _ => AppendFate.AnswerLost };
        var answer = await Journal.Append(request);
        _database.Faults = JournalFaults.None;
        return answer;
    }

    private static SimulatedDatabase InWorld(VirtualWorld world) =>
        new(world.Environment.Time, new JournalId("simulated"), world.Random)
        {
            Faults = JournalFaults.None with
            {
                LatencyLeast = TimeSpan.FromMilliseconds(1), LatencyMost = TimeSpan.FromMilliseconds(20),
            },
        };

    private static string Storm(ulong seed)
    {
        var world = new VirtualWorld(seed);
        var database = InWorld(world);
        database.Faults = database.Faults with { AnswerLoss = 0.1, RequestLoss = 0.1 };
        foreach (var name in new[] { "n1", "n2", "n3" })
        {
            _ = world.Node(name).Start(async () =>
            {
                var journal = database.Connect();
                for (var i = 0; i < 30; i++)
                {
                    var version = (await journal.ReadStream(Tag, 0, 1_000)).Count;
                    await journal.Append(Request(Tag, version, $"{name}-{i}", 1, name));
                }
            });
        }

        world.Run(TimeSpan.FromMinutes(10));
        Assert.Equal(0, world.Leaks);
        return $"{world.TraceHash:x} {string.Join(' ', database.Everything.Select(e => $"{e.Position}:{e.CommandId}"))}";
    }
}
