using System.Diagnostics;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Waves;
using Trading.Journal;
using Trading.Node.Projections;
using Trading.Projections;

namespace Trading.Lab.Verify;

/// <summary>What a journal holds, and what was found against it.</summary>
/// <param name="Events">Read from the first to the last.</param>
/// <param name="SentFirst">Protective orders that left before the journal could hold their intent, and it never came.</param>
/// <param name="Notes">What was not looked at, and why.</param>
public sealed record VerifyReport(
    string Journal, long Events, int Streams, long FirstEpoch, long LastEpoch, int Positions, int Open, int SentFirst,
    IReadOnlyList<Finding> Checks, IReadOnlyList<string> Notes)
{
    public bool Passed => Checks.All(check => check.Passed);
}

/// <summary>
/// Reads a whole journal once, in its order, and judges what a journal alone can tell of the invariants I1–I5 and I9
/// (reliability §5). Writes nothing.
/// </summary>
public sealed class JournalVerifier
{
    private const int EventsPerPage = 2_000;
    private const long TellEvery = 100_000;

    private readonly IJournal _journal;
    private readonly Findings _findings = new();
    private readonly Findings.Rule _readable;
    private readonly StreamRules _streams;
    private readonly PositionRules _positions;
    private readonly CashRules _cash;
    private readonly WaveRules _waves;

    /// <param name="shardOf">Whose streams share an owner; null: all do, as in SQLite.</param>
    public JournalVerifier(IJournal journal, Func<string, int>? shardOf = null)
    {
        _journal = journal;
        _streams = new StreamRules(_findings, shardOf ?? (static _ => 0));
        _readable = _findings.Check("I9", "every event can be read by this build");
        _positions = new PositionRules(_findings, journal.Id);
        _cash = new CashRules(_findings);
        _waves = new WaveRules(_findings);
    }

    /// <param name="tables">What operators read, compared with a fresh fold; null: not compared.</param>
    /// <param name="progress">One line every 100,000 events.</param>
    /// <exception cref="IOException">The journal cannot be reached.</exception>
    public async Task<VerifyReport> Verify(MonitoringStore? tables, Action<string> progress, CancellationToken stop)
    {
        var events = 0L;
        for (var position = 0L; ;)
        {
            stop.ThrowIfCancellationRequested();
            var page = await _journal.ReadAll(position, EventsPerPage);
            foreach (var recorded in page) Follow(recorded);
            if (events / TellEvery < (events + page.Count) / TellEvery) progress($"{events + page.Count:N0} events read");
            events += page.Count;
            if (page.Count == 0) break;
            position = page[^1].Position;
        }

        _waves.Conclude();
        List<string> notes = [];
        if (tables is null) notes.Add("there are no tables: rows not compared, the node makes them at its start");
        else await new MonitoringComparison(_findings, _journal, tables, notes).Compare([.. _positions.States]);
        return new VerifyReport(
            _journal.Id.Tag, events, _streams.Streams, _streams.Epochs.First, _streams.Epochs.Last, _positions.States.Count(),
            _positions.Open, _positions.SentFirst, _findings.All, notes);
    }

    private void Follow(RecordedEvent recorded)
    {
        _streams.Follow(recorded);
        if (Read(recorded) is not { } entry) return;
        switch (entry.Happened)
        {
            case PositionEvent happened:
                var before = _positions.Follow(recorded.Stream, recorded.Version, happened);
                _cash.Follow(recorded.Stream, recorded.Version, happened);
                _waves.Follow(recorded.Stream, recorded.Version, happened, before);
                break;
            case WaveEvent happened: _waves.Follow(recorded.Stream, recorded.Version, happened); break;
            case AccountEvent happened: _cash.Follow(recorded.Stream, recorded.Version, happened); break; // each can follow any other
            default: throw new UnreachableException($"{entry.Happened}");
        }
    }

    private JournalEntry? Read(RecordedEvent recorded)
    {
        try
        {
            return EventReader.Read(recorded);
        }
        catch (UnreadableEventException e)
        {
            _readable.Broken(e.Message);
            if (recorded.Stream.StartsWith("position/", StringComparison.Ordinal)) _positions.Abandon(recorded.Stream);
            if (recorded.Stream.StartsWith(WaveKey.StreamPrefix, StringComparison.Ordinal)) _waves.Abandon(recorded.Stream);
            return null;
        }
    }
}
