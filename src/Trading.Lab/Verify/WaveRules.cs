using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Domain.Waves;
using static Trading.Domain.Waves.WaveEvent;

namespace Trading.Lab.Verify;

/// <summary>
/// Waves against positions: two streams written at different moments, so a position may be ahead of its wave, never
/// the other way round.
/// </summary>
internal sealed class WaveRules(Findings findings)
{
    public const string EntryHasItsSignal = "every entry belongs to a signal of its wave";

    private readonly Findings.Rule _replays = findings.Check("I9", "replaying every wave gives a state");
    private readonly Findings.Rule _oneEnd = findings.Check("I10", "a signal ends once");
    private readonly Findings.Rule _oneEntry = findings.Check("I1", "a wave enters a symbol once");
    private readonly Findings.Rule _known = findings.Check("I2", EntryHasItsSignal);
    private readonly Findings.Rule _slots = findings.Check("I1", "what a wave calls opened or failed was intended by its position");
    private readonly Findings.Rule _closed = findings.Check("I1", "what a wave calls closed was closed for it by its position");
    private readonly Findings.Rule _max = findings.Check("I1", "no wave opened more than its max-trades");
    private readonly Dictionary<string, Wave> _waves = new(StringComparer.Ordinal);
    private readonly List<Entry> _entries = [];
    private readonly HashSet<(string Key, string SignalId)> _failed = [];
    private readonly HashSet<(string Key, string By)> _closes = [];

    public void Abandon(string stream) => Of(stream).Broken = true;

    public void Follow(string stream, long version, WaveEvent happened)
    {
        var wave = Of(stream);
        if (wave.Broken) return;
        if (EndedBy(happened) is { } id && wave.State.Signals.TryGetValue(id, out var known) && known.Stage is SignalStage.Ended)
            _oneEnd.Broken($"{stream} #{version}: {id} ended as {known.Outcome} before, now {happened.GetType().Name}");
        try
        {
            wave.State = WaveMachine.Evolve(wave.State, happened);
        }
        catch (Exception impossible) when (impossible is not OutOfMemoryException)
        {
            wave.Broken = true;
            _replays.Broken($"{stream} #{version}: {happened.GetType().Name} cannot follow {wave.State.GetType().Name}: {impossible.Message}");
        }
    }

    public void Follow(string stream, long version, PositionEvent happened, PositionState before)
    {
        var key = OneWay(stream);
        if (happened is PositionEvent.EntryIntended it) _entries.Add(new Entry(key, version, it.SignalId, it.Wave));
        if (happened is PositionEvent.CloseIntended close) _closes.Add((key, close.By));
        if (happened is PositionEvent.EntryFailed && before is PositionState.Opening { Holding.SignalId: var signal }) _failed.Add((key, signal));
    }

    /// <summary>Once the whole journal was read.</summary>
    public void Conclude()
    {
        foreach (var group in _entries.GroupBy(entry => (entry.Key, entry.Wave)).Where(group => group.Count() > 1))
            _oneEntry.Broken($"{group.Key.Key}: wave {group.Key.Wave} entered at versions {string.Join(", ", group.Select(e => e.Version))}");
        foreach (var entry in _entries.Where(entry => !Knows(entry)))
            _known.Broken($"{entry.Key} #{entry.Version}: signal {entry.SignalId} is not in wave {entry.Wave}");
        var intended = _entries.Select(entry => (entry.Key, entry.SignalId)).ToHashSet();
        foreach (var (stream, wave) in _waves.Where(pair => !pair.Value.Broken)) Conclude(stream, wave.State, intended);
    }

    private void Conclude(string stream, WaveState wave, HashSet<(string Key, string SignalId)> intended)
    {
        foreach (var (id, signal) in wave.Signals)
        {
            var of = ($"{signal.Signal.Account}/{signal.Signal.Symbol}", id);
            if (signal.Outcome is Outcomes.Opened && !intended.Contains(of))
                _slots.Broken($"{stream}: signal {id} is opened, and {of.Item1} never intended it");
            if (signal.Outcome is Outcomes.EntryFailed && !_failed.Contains(of))
                _slots.Broken($"{stream}: signal {id} is failed, and no entry of {of.Item1} failed");
            if (signal.Outcome is Outcomes.Closed && !_closes.Contains((of.Item1, WaveMachine.AskedBy(signal.Signal))))
                _closed.Broken($"{stream}: signal {id} is closed, and {of.Item1} never intended it");
        }

        if (wave is WaveState.Closed closed && closed.Opened > closed.MaxTrades)
            _max.Broken($"{stream}: {closed.Opened} opened, at most {closed.MaxTrades}");
    }

    /// <summary>Account and symbol: a wave enters a symbol once, whatever the side.</summary>
    private static string OneWay(string stream) => string.Join('/', stream.Split('/')[1..3]);

    private bool Knows(Entry entry) =>
        _waves.TryGetValue($"wave/{entry.Key.Split('/')[0]}/{entry.Wave}", out var wave)
        && (wave.Broken || wave.State.Signals.ContainsKey(entry.SignalId));

    private static string? EndedBy(WaveEvent happened) => happened switch
    {
        SignalSkipped { Ends: true } it => it.SignalId,
        SignalOpened it => it.SignalId,
        SignalClosed it => it.SignalId,
        SignalFailed it => it.SignalId,
        SignalDenied it => it.SignalId,
        _ => null,
    };

    private Wave Of(string stream)
    {
        if (!_waves.TryGetValue(stream, out var wave)) _waves[stream] = wave = new Wave();
        return wave;
    }

    private sealed class Wave
    {
        public WaveState State { get; set; } = WaveState.Initial;
        public bool Broken { get; set; }
    }

    private sealed record Entry(string Key, long Version, string SignalId, string Wave);
}
