using System.Data.Common;
using System.Threading.Channels;
using Trading.Domain;
using Trading.Journal;
using Trading.Node.Signals;
using Trading.Projections;

namespace Trading.Node.Projections;

/// <summary>
/// Follows the journal into <c>monitoring</c>. It never shares a transaction with the journal and never skips: an event it
/// cannot read stops it there, and its lag grows and alerts. Rows and its own position are one transaction, so it may be
/// killed anywhere, and its database deleted at any time.
/// </summary>
/// <param name="venues">Exchange of each configured account.</param>
/// <param name="failed">Told once of each new trouble, in one line; the follower tries again by itself.</param>
/// <param name="behind">Told when it is more than 5 s behind the journal, and every 100,000 events until it has caught up.</param>
public sealed class MonitoringFollower(
    IJournal journal, IMonitoringDatabase database, TimeProvider time, IReadOnlyDictionary<AccountId, Exchange> venues,
    Action<string> failed, Action<string>? behind = null)
{
    /// <summary>Bounds one transaction, and so the time a reader sees nothing new during a rebuild.</summary>
    private const int EventsPerBatch = 500;

    /// <summary>A flood of unreadable input drops its oldest and costs no memory.</summary>
    private const int LettersWaitingMax = 1_000;
    private const int EventsBetweenWords = 100_000;
    private const double BehindSeconds = 5;

    /// <summary>Looks by itself this often, for a hint may be lost with the process that owed it.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LastWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _hints = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Channel<RejectedSignal> _letters = Channel.CreateBounded<RejectedSignal>(
        new BoundedChannelOptions(LettersWaitingMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private long? _position;
    private long _pendingSinceTicks;
    private long _caughtUp;
    private long _lastWord;

    /// <summary>Journal position of the last event whose rows can be read; null before the first look.</summary>
    public long? Position => _position;

    /// <summary>Events projected since this follower began.</summary>
    public long Projected { get; private set; }

    /// <summary>Why it stands still; null while it goes on.</summary>
    public string? Failure { get; private set; }

    /// <summary>Age of the oldest event that was seen and is not projected yet, in seconds; 0 when there is none.</summary>
    public double LagSeconds => Interlocked.Read(ref _pendingSinceTicks) is var since and > 0
        ? Math.Max(0, (time.GetUtcNow().UtcTicks - since) / (double)TimeSpan.TicksPerSecond)
        : 0;

    /// <summary>There is something new in the journal. Cheap, from any thread; many hints before the next look are one.</summary>
    public void Hint() => _hints.Writer.TryWrite(true);

    /// <summary>Takes what an intake could not read; it is in the table after the next look. Does not wait.</summary>
    public void Keep(RejectedSignal letter) => _letters.Writer.TryWrite(letter);

    /// <summary>Runs until stopped, then catches up once more with what is there; the rest of a long rebuild is for the next start.</summary>
    public async Task Run(CancellationToken stop)
    {
        Hint();
        await using var look = time.CreateTimer(static me => ((MonitoringFollower)me!).Hint(), this, LookEvery, LookEvery);
        await using var end = stop.Register(() => _hints.Writer.TryComplete());
        while (await _hints.Reader.WaitToReadAsync(CancellationToken.None))
        {
            _hints.Reader.TryRead(out _);
            if (!await CatchUp(stop)) await Task.Delay(AfterFailure, time, CancellationToken.None);
        }

        using var soon = new CancellationTokenSource(LastWithin, time);
        await CatchUp(soon.Token);
    }

    /// <summary>Projects all that is in the journal now.</summary>
    /// <param name="stop">Ends it after the batch it is at.</param>
    /// <returns>False: stopped by <see cref="Failure"/>.</returns>
    public async Task<bool> CatchUp(CancellationToken stop = default)
    {
        try
        {
            await KeepLetters();
            while (!stop.IsCancellationRequested && await Step())
            {
            }

            Failure = null;
            return true;
        }
        catch (Exception e) when (e is IOException or DbException or UnreadableEventException or ProjectionException
                                      or JournalUnusableException)
        {
            _position = null;
            if (Failure != e.Message) failed($"projections stand still: {e.Message}");
            Failure = e.Message;
            return false;
        }
    }

    private async Task KeepLetters()
    {
        var letters = new List<RejectedSignal>();
        while (letters.Count < LettersWaitingMax && _letters.Reader.TryRead(out var letter)) letters.Add(letter);
        if (letters.Count > 0) await database.Keep(letters);
    }

    private async Task<bool> Step()
    {
        var position = _position ??= await database.Position();
        var page = await journal.ReadAll(position, EventsPerBatch);
        Interlocked.Exchange(ref _pendingSinceTicks, page.Count == 0 ? 0 : page[0].WrittenUtc.Ticks);
        if (page.Count == 0)
        {
            (_caughtUp, _lastWord) = (0, 0);
            return false;
        }

        SayHowFar(position);
        await Project(page);
        _position = page[^1].Position;
        _caughtUp += page.Count;
        Projected += page.Count;
        return true;
    }

    private void SayHowFar(long position)
    {
        if (LagSeconds <= BehindSeconds || (_lastWord > 0 && _caughtUp - _lastWord < EventsBetweenWords)) return;
        _lastWord = Math.Max(1, _caughtUp);
        behind?.Invoke(string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"projections are {LagSeconds:0} s behind the journal: at position {position}, {_caughtUp} events projected since"));
    }

    private async Task Project(IReadOnlyList<RecordedEvent> page)
    {
        var streams = page.Select(recorded => recorded.Stream).ToHashSet(StringComparer.Ordinal);
        var books = new Dictionary<string, PositionBook>(await database.Books(streams), StringComparer.Ordinal);
        var changes = new List<RowChange>(page.Count * 4);
        foreach (var recorded in page)
        {
            var folded = MonitoringFold.Fold(books.GetValueOrDefault(recorded.Stream), EventReader.Read(recorded), venues);
            changes.AddRange(folded.Changes);
            if (folded.Book is { } book) books[recorded.Stream] = book;
        }

        await database.Write(changes, books, page[^1].Position);
    }
}
