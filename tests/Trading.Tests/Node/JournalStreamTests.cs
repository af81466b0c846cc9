using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Node.Journal;

namespace Trading.Tests.Node;

/// <summary>A stream asks a journal that is away on, and never says that it does not know.</summary>
public sealed class JournalStreamTests : IAsyncDisposable
{
    private const string Stream = "position/binance/TAGUSDT";
    private static readonly PositionEvent[] Events = [new PositionEvent.EntryFailed(new ClientOrderId("e1"), -2019, "margin")];

    private readonly ManualTime _time = new();
    private readonly ScriptedJournal _journal = new([]);
    private readonly List<string> _silent = [];
    private readonly JournalStream<PositionEvent> _stream;

    public JournalStreamTests() => _stream = new JournalStream<PositionEvent>(Stream, _journal, epoch: 1, _time, _silent.Add);

    [Fact]
    public async Task A_lost_answer_is_asked_for_again_under_the_same_command_and_written_once()
    {
        _journal.Next.Enqueue(ScriptedJournal.Fate.WrittenAnswerLost);
        _journal.Next.Enqueue(ScriptedJournal.Fate.NotWrittenAnswerLost);

        Assert.IsType<JournalAnswer.Written>(await Run(_stream.Append(0, "c1", Events)));

        Assert.Equal(["c1", "c1", "c1"], _journal.Commands);
        Assert.Single(_journal.Events);
        Assert.Equal(2, _silent.Count);
    }

    [Fact]
    public async Task A_command_that_was_done_at_another_place_of_the_stream_is_told_from_one_that_was_done_here()
    {
        await Run(_stream.Append(0, "c1", Events));
        await Run(_stream.Append(1, "c2", Events));
        Assert.IsType<JournalAnswer.Written>(await Run(_stream.Append(1, "c2", Events)));
        Assert.IsType<JournalAnswer.DoneBefore>(await Run(_stream.Append(2, "c1", Events)));
        Assert.Equal(2, _journal.Events.Count);
    }

    [Fact]
    public async Task Somebody_elses_events_are_a_conflict_and_a_newer_owner_is_named()
    {
        await Run(_stream.Append(0, "c1", Events));
        Assert.IsType<JournalAnswer.Conflict>(await Run(_stream.Append(0, "c2", Events)));
        _journal.Next.Enqueue(ScriptedJournal.Fate.Fenced);
        var fenced = Assert.IsType<JournalAnswer.Fenced>(await Run(_stream.Append(1, "c3", Events)));
        Assert.Equal($"{Stream} belongs to epoch 2, this is epoch 1", fenced.Owner);
    }

    /// <summary>At one pace: who backed off longer each time would sleep on when the journal is back.</summary>
    [Fact]
    public async Task A_start_while_the_journal_is_away_asks_on_and_goes_on_as_soon_as_it_answers()
    {
        await Run(_stream.Append(0, "c1", Events));
        _journal.ReadsThatFail = 8;
        var began = _time.GetUtcNow();
        Assert.Single(await Run(_stream.ReadAfter(0, CancellationToken.None)));
        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2.5));
        Assert.All(_silent, static why => Assert.Contains("cannot be reached", why, StringComparison.Ordinal));
    }

    public ValueTask DisposeAsync() => _journal.DisposeAsync();

    private async Task<T> Run<T>(Task<T> work)
    {
        for (var i = 0; i < 10_000 && !work.IsCompleted; i++) _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.True(work.IsCompleted, "it waits for ever");
        return await work;
    }
}
