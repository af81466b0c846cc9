using System.Text;
using Trading.Domain;
using Trading.Journal;
using Xunit;
using static Trading.Journal.AppendResult;

namespace Trading.Tests.Journal;

/// <summary>What every journal promises, whatever carries it.</summary>
public abstract class JournalContract : IAsyncLifetime
{
    protected const string Tag = "position/binance/TAGUSDT";
    protected const string Kava = "position/binance/KAVAUSDT";

    protected IJournal Journal { get; private set; } = null!;

    /// <summary>The same journal each time; the first call makes it.</summary>
    protected abstract Task<IJournal> Open();

    /// <summary>Makes the caller the owner of the stream's shard.</summary>
    protected abstract Task<long> TakeEpoch(string stream);

    /// <summary>Performs the append and loses its answer on the way back.</summary>
    protected abstract Task<AppendResult> AppendWithLostAnswer(AppendRequest request);

    public virtual async Task InitializeAsync() => Journal = await Open();

    public virtual async Task DisposeAsync() => await Journal.DisposeAsync();

    protected async Task Reopen()
    {
        await Journal.DisposeAsync();
        Journal = await Open();
    }

    [ContractFact]
    public async Task A_stream_is_read_as_it_was_written()
    {
        Assert.IsType<Appended>(await Append(Tag, 0, "c1", "EntryIntended", "StopIntended"));
        Assert.IsType<Appended>(await Append(Tag, 2, "c2", "PositionClosed"));

        var read = await Journal.ReadStream(Tag, 0, 10);
        Assert.Equal(["EntryIntended", "StopIntended", "PositionClosed"], read.Select(e => e.Type));
        Assert.Equal([1, 2, 3], read.Select(e => e.Version));
        Assert.Equal(["c1", "c1", "c2"], read.Select(e => e.CommandId));
        Assert.All(read, e => Assert.Equal((Tag, 1L, 1), (e.Stream, e.Epoch, e.TypeVersion)));
        Assert.Equal("""{"text":"Ω EntryIntended"}""", Encoding.UTF8.GetString(read[0].Json.Span));
        Assert.All(read, e => Assert.Equal(DateTimeKind.Utc, e.WrittenUtc.Kind));
        Assert.All(read, e => Assert.Equal(0, e.WrittenUtc.Ticks % TimeSpan.TicksPerMillisecond));
        Assert.Equal([2L], (await Journal.ReadStream(Tag, 1, 1)).Select(e => e.Version));
        Assert.Empty(await Journal.ReadStream(Kava, 0, 10));
    }

    [ContractFact]
    public async Task The_answer_names_the_position_of_the_first_event()
    {
        await Append(Kava, 0, "c1", "A", "B");
        var done = Assert.IsType<Appended>(await Append(Tag, 0, "c1", "C", "D"));
        Assert.Equal((await Journal.ReadStream(Tag, 0, 1)).Single().Position, done.Position);
    }

    [ContractFact]
    public async Task A_writer_that_does_not_know_the_last_event_is_told_of_the_conflict()
    {
        await Append(Tag, 0, "c1", "A", "B");
        foreach (var expected in new[] { 0, 1, 3 })
            Assert.Equal(new Conflict(2), await Append(Tag, expected, $"c2-{expected}", "C"));
        Assert.Equal(2, (await Journal.ReadStream(Tag, 0, 10)).Count);
    }

    [ContractFact]
    public async Task A_stream_that_must_exist_and_does_not_is_a_conflict() =>
        Assert.Equal(new Conflict(0), await Append(Tag, 1, "c1", "A"));

    [ContractFact]
    public async Task An_older_epoch_is_fenced_on_every_stream_of_the_shard()
    {
        var old = await TakeEpoch(Tag);
        Assert.IsType<Appended>(await Journal.Append(Request(Tag, 0, "c1", old, "A")));
        var current = await TakeEpoch(Tag);
        Assert.True(current > old);

        Assert.Equal(new Fenced(current), await Journal.Append(Request(Tag, 1, "c2", old, "B")));
        Assert.IsType<Appended>(await Journal.Append(Request(Tag, 1, "c3", current, "C")));
        Assert.Equal(["A", "C"], (await Journal.ReadStream(Tag, 0, 10)).Select(e => e.Type));
    }

    [ContractFact]
    public async Task A_fence_comes_before_every_other_answer()
    {
        await Append(Tag, 0, "c1", "A");
        var current = await TakeEpoch(Tag);
        current = Math.Max(current, await TakeEpoch(Tag));
        Assert.Equal(new Fenced(current), await Append(Tag, 0, "c1", "A"));
    }

    [ContractFact]
    public async Task An_epoch_outlives_the_process()
    {
        await TakeEpoch(Tag);
        var current = await TakeEpoch(Tag);
        await Reopen();
        Assert.Equal(new Fenced(current), await Append(Tag, 0, "c1", "A"));
        Assert.Equal(current + 1, await TakeEpoch(Tag));
    }

    [ContractFact]
    public async Task A_command_that_was_done_before_is_answered_from_the_journal()
    {
        var first = Assert.IsType<Appended>(await Append(Tag, 0, "c1", "A", "B"));
        await Append(Tag, 2, "c2", "C");
        Assert.Equal(new AlreadyDone(first.Position), await Append(Tag, 0, "c1", "A", "B"));
        Assert.Equal(new AlreadyDone(first.Position), await Append(Tag, 3, "c1", "A", "B"));
        Assert.Equal(3, (await Journal.ReadStream(Tag, 0, 10)).Count);
    }

    [ContractFact]
    public async Task A_command_id_belongs_to_its_stream()
    {
        Assert.IsType<Appended>(await Append(Tag, 0, "c1", "A"));
        Assert.IsType<Appended>(await Append(Kava, 0, "c1", "A"));
    }

    [ContractFact]
    public async Task A_lost_answer_is_unknown_and_the_second_try_finds_the_first()
    {
        Assert.IsType<Unknown>(await AppendWithLostAnswer(Request(Tag, 0, "c1", 1, "A", "B")));
        var written = await Journal.ReadStream(Tag, 0, 10);
        Assert.Equal(["c1", "c1"], written.Select(e => e.CommandId));
        Assert.Equal(new AlreadyDone(written[0].Position), await Append(Tag, 0, "c1", "A", "B"));
        Assert.Equal(2, (await Journal.ReadStream(Tag, 0, 10)).Count);
    }

    [ContractFact]
    public async Task A_conflict_among_appends_of_one_moment_answers_only_itself()
    {
        await Append(Tag, 0, "c0", "A");
        var asked = new[]
        {
            Journal.Append(Request(Kava, 0, "c1", 1, "B")),
            Journal.Append(Request(Tag, 0, "c2", 1, "C")),
            Journal.Append(Request(Tag, 1, "c0", 1, "D")),
            Journal.Append(Request("account/binance", 0, "c3", 1, "E")),
        };
        var answers = await Task.WhenAll(asked);
        Assert.Equal([typeof(Appended), typeof(Conflict), typeof(AlreadyDone), typeof(Appended)], answers.Select(a => a.GetType()));
        Assert.Equal(["A", "B", "E"], (await Journal.ReadAll(0, 10)).Select(e => e.Type));
    }

    [ContractFact]
    public async Task Of_writers_that_race_for_one_version_exactly_one_wins()
    {
        for (var round = 0; round < 20; round++)
        {
            var version = round;
            var answers = await Task.WhenAll(Enumerable.Range(0, 8)
                .Select(writer => Journal.Append(Request(Tag, version, $"r{version}w{writer}", 1, "A"))));
            Assert.Single(answers.OfType<Appended>());
            Assert.All(answers.Where(a => a is not Appended), a => Assert.Equal(new Conflict(version + 1), a));
        }

        Assert.Equal(Enumerable.Range(1, 20).Select(v => (long)v), (await Journal.ReadStream(Tag, 0, 100)).Select(e => e.Version));
    }

    [ContractFact]
    public async Task ReadAll_misses_nothing_and_keeps_every_streams_order()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(WriteStream));
        var seen = new List<RecordedEvent>();
        while (await Journal.ReadAll(seen.Count == 0 ? 0 : seen[^1].Position, 7) is { Count: > 0 } page) seen.AddRange(page);

        Assert.Equal(20 * 10, seen.Count);
        Assert.True(seen.Zip(seen.Skip(1)).All(pair => pair.First.Position < pair.Second.Position));
        Assert.All(seen.GroupBy(e => e.Stream), stream => Assert.Equal(
            Enumerable.Range(1, 10).Select(v => (long)v), stream.Select(e => e.Version)));

        async Task WriteStream(int number)
        {
            for (var version = 0; version < 10; version += 2)
                await Append($"position/binance/S{number}USDT", version, $"c{version}", "A", "B");
        }
    }

    [ContractFact]
    public async Task Refused_appends_leave_no_trace_in_the_whole_journal()
    {
        await Append(Tag, 0, "c1", "A");
        await Append(Tag, 0, "c2", "B");
        await Append(Tag, 1, "c3", "C");
        Assert.Equal(["A", "C"], (await Journal.ReadAll(0, 10)).Select(e => e.Type));
    }

    [ContractFact]
    public async Task Streams_are_listed_by_prefix_in_ordinal_order()
    {
        foreach (var stream in new[] { "position/bybit/B", "wave/x", "position/binance/Z", "position/binance/币安人生USDT", "account/binance" })
            await Append(stream, 0, "c1", "A");
        Assert.Equal(["position/binance/Z", "position/binance/币安人生USDT", "position/bybit/B"], await Journal.Streams("position/"));
        Assert.Equal(5, (await Journal.Streams("")).Count);
        Assert.Empty(await Journal.Streams("position/okx"));
    }

    [ContractFact]
    public async Task What_was_answered_is_there_after_a_restart_and_the_journal_is_the_same()
    {
        var id = Journal.Id;
        await Append(Tag, 0, "c1", "A", "B");
        await Append(Kava, 0, "c1", "C");
        var before = await Journal.ReadAll(0, 10);
        await Reopen();
        Assert.Equal(id, Journal.Id);
        Assert.Equal(before.Select(Facts), (await Journal.ReadAll(0, 10)).Select(Facts));
        var next = Assert.IsType<Appended>(await Append(Tag, 2, "c2", "D"));
        Assert.True(next.Position > before[^1].Position);
    }

    [ContractFact]
    public async Task A_hundred_thousand_events_of_two_hundred_writers_are_all_there()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(Write));
        var count = 0;
        var position = 0L;
        while (await Journal.ReadAll(position, 5_000) is { Count: > 0 } page)
        {
            count += page.Count;
            position = page[^1].Position;
        }

        Assert.Equal(100_000, count);
        Assert.Equal(500, (await Journal.ReadStream("position/binance/S7USDT", 0, 1_000))[^1].Version);

        async Task Write(int number)
        {
            for (var version = 0; version < 500; version += 5)
                Assert.IsType<Appended>(
                    await Append($"position/binance/S{number}USDT", version, $"c{version}", "A", "B", "C", "D", "E"));
        }
    }

    [ContractFact]
    public async Task An_append_without_events_is_a_mistake_of_the_caller() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Append(Tag, 0, "c1"));

    [ContractFact]
    public async Task A_closed_journal_takes_nothing_and_says_so()
    {
        await Journal.DisposeAsync();
        var answer = Assert.IsType<Unknown>(await Append(Tag, 0, "c1", "A"));
        Assert.Contains("not taken", answer.Why);
        Journal = await Open();
        Assert.Empty(await Journal.ReadStream(Tag, 0, 10));
    }

    protected Task<AppendResult> Append(string stream, long expected, string command, params string[] types) =>
        Journal.Append(Request(stream, expected, command, 1, types));

    protected static AppendRequest Request(string stream, long expected, string command, long epoch, params string[] types) =>
        new(stream, expected, command, epoch,
            [.. types.Select(type => new NewEvent(type, 1, Encoding.UTF8.GetBytes($$"""{"text":"Ω {{type}}"}""")))]);

    protected static (long, string, long, long, string, string, string, DateTime) Facts(RecordedEvent e) =>
        (e.Position, e.Stream, e.Version, e.Epoch, e.CommandId, e.Type, Encoding.UTF8.GetString(e.Json.Span), e.WrittenUtc);
}
