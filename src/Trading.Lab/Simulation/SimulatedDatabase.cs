using Trading.Domain;
using Trading.Journal;

namespace Trading.Lab.Simulation;

/// <summary>
/// The journal's database of a simulated world: it outlives the processes that are connected to it. Requests and answers
/// travel on the world's clock, so a paused or killed process does not stop what it has sent.
/// </summary>
/// <param name="shardOf">Shard of a stream; null: one shard holds all of them, as on a single node.</param>
public sealed class SimulatedDatabase(TimeProvider time, JournalId id, Random chance, Func<string, int>? shardOf = null)
{
    /// <summary>What every question ends in while the database is away.</summary>
    public const string Silence = "the database does not answer";

    private readonly Lock _gate = new();
    private readonly List<RecordedEvent> _all = [];
    private readonly SortedDictionary<string, List<RecordedEvent>> _streams = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Stream, string Command), long> _done = [];
    private readonly Dictionary<int, long> _epochs = [];
    private long _positions;

    public JournalId Id => id;

    /// <summary>What goes wrong, from now on; may be changed at any time.</summary>
    public JournalFaults Faults { get; set; } = JournalFaults.None;

    /// <summary>Told of every event in the moment it becomes durable. For whoever judges the run; must not write.</summary>
    public Action<RecordedEvent> Written { get; set; } = static _ => { };

    /// <summary>Told of every append in the moment all of it is durable.</summary>
    public Action<AppendRequest> Durable { get; set; } = static _ => { };

    /// <summary>Told of every append whose fate its writer cannot know.</summary>
    public Action<AppendRequest> Hindered { get; set; } = static _ => { };

    /// <summary>Told of every stream that is asked for from its beginning, and of the beginning of names that are.</summary>
    public Action<string> Asked { get; set; } = static _ => { };

    /// <summary>Only a check of the checks switches it off: appends under an older epoch than the shard's are taken.</summary>
    public bool Fences { get; set; } = true;

    /// <summary>A process's connection.</summary>
    public SimulatedJournal Connect() => new(this);

    /// <summary>All that is durable, for whoever judges the run.</summary>
    public IReadOnlyList<RecordedEvent> Everything
    {
        get
        {
            lock (_gate) return [.. _all];
        }
    }

    /// <summary>Raises the epoch of a shard: its appends under an older one are fenced from now on.</summary>
    public long TakeEpoch(int shard)
    {
        lock (_gate) return _epochs[shard] = _epochs.GetValueOrDefault(shard) + 1;
    }

    public long EpochOf(int shard)
    {
        lock (_gate) return _epochs.GetValueOrDefault(shard);
    }

    internal void Send(AppendRequest request, Action<AppendResult> answer)
    {
        var fate = Faults.FateOf(request, chance);
        if (fate is not AppendFate.Answered) Hindered(request);
        After(Faults.Travel(chance), () =>
        {
            if (Faults.IsAway || fate is AppendFate.RequestLost) Lose(answer, "no answer");
            else if (Apply(request) is var result && fate is AppendFate.AnswerLost) Lose(answer, "no answer");
            else After(Faults.Travel(chance), () => answer(result));
        });
    }

    internal void Ask<T>(Func<T> question, Action<T> answer, Action<Exception> fail) => After(Faults.Travel(chance), () =>
    {
        if (Faults.IsAway)
        {
            After(Faults.Timeout, () => fail(new IOException(Silence)));
            return;
        }

        T found;
        lock (_gate) found = question();
        After(Faults.Travel(chance), () => answer(found));
    });

    internal IReadOnlyList<RecordedEvent> Stream(string stream, long afterVersion, int max) =>
        _streams.TryGetValue(stream, out var events) ? [.. events.Skip((int)afterVersion).Take(max)] : [];

    internal IReadOnlyList<RecordedEvent> All(long afterPosition, int max)
    {
        var (low, high) = (0, _all.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_all[middle].Position > afterPosition) high = middle;
            else low = middle + 1;
        }

        return _all.GetRange(low, Math.Min(max, _all.Count - low));
    }

    internal IReadOnlyList<string> Names(string prefix) =>
        [.. _streams.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))];

    private AppendResult Apply(AppendRequest request)
    {
        lock (_gate)
        {
            var shard = shardOf?.Invoke(request.Stream) ?? 0;
            var epoch = _epochs.GetValueOrDefault(shard);
            if (request.Epoch < epoch && Fences) return new AppendResult.Fenced(epoch);
            if (_done.TryGetValue((request.Stream, request.CommandId), out var done)) return new AppendResult.AlreadyDone(done);
            var version = _streams.TryGetValue(request.Stream, out var events) ? events.Count : 0;
            if (version == request.ExpectedVersion) return Write(request, shard);
            _positions++; // a refused append burns a position, as a sequence does: followers must bear gaps
            return new AppendResult.Conflict(version);
        }
    }

    private AppendResult.Appended Write(AppendRequest request, int shard)
    {
        if (!_streams.TryGetValue(request.Stream, out var events)) _streams[request.Stream] = events = [];
        var now = time.GetUtcNow().UtcDateTime;
        var written = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        var first = _positions + 1;
        foreach (var happened in request.Events)
        {
            var recorded = new RecordedEvent(
                ++_positions, request.Stream, events.Count + 1, request.Epoch, request.CommandId, happened.Type,
                happened.TypeVersion, happened.Json, written);
            events.Add(recorded);
            _all.Add(recorded);
            Written(recorded);
        }

        _done[(request.Stream, request.CommandId)] = first;
        _epochs[shard] = Math.Max(request.Epoch, _epochs.GetValueOrDefault(shard));
        Durable(request);
        return new AppendResult.Appended(first);
    }

    private void Lose(Action<AppendResult> answer, string why) =>
        After(Faults.Timeout, () => answer(new AppendResult.Unknown(why)));

    private void After(TimeSpan due, Action act)
    {
        if (due <= TimeSpan.Zero) act();
        else time.CreateTimer(static act => ((Action)act!)(), act, due, Timeout.InfiniteTimeSpan);
    }
}

/// <summary>What becomes of one append on its way.</summary>
public enum AppendFate
{
    Answered,

    /// <summary>Never arrives: not durable, and the caller cannot know.</summary>
    RequestLost,

    /// <summary>Durable, and the caller cannot know.</summary>
    AnswerLost,
}

/// <summary>How a simulated database misbehaves. Latency is per way, so an append takes two of them.</summary>
/// <param name="IsAway">Nothing that arrives is done; every question ends in the timeout.</param>
/// <param name="Timeout">After which a lost answer is given up as unknown.</param>
/// <param name="RequestLoss">Probability, 0 to 1.</param>
/// <param name="AnswerLoss">Probability, 0 to 1.</param>
/// <param name="Script">Decides instead of the probabilities where it returns a fate.</param>
public sealed record JournalFaults(
    TimeSpan LatencyLeast,
    TimeSpan LatencyMost,
    TimeSpan Timeout,
    bool IsAway = false,
    double RequestLoss = 0,
    double AnswerLoss = 0,
    Func<AppendRequest, AppendFate?>? Script = null)
{
    public static JournalFaults None { get; } = new(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(3));

    internal TimeSpan Travel(Random chance) =>
        LatencyMost == TimeSpan.Zero ? TimeSpan.Zero : new TimeSpan(chance.NextInt64(LatencyLeast.Ticks, LatencyMost.Ticks + 1));

    internal AppendFate FateOf(AppendRequest request, Random chance)
    {
        if (Script?.Invoke(request) is { } scripted) return scripted;
        if (RequestLoss > 0 && chance.NextDouble() < RequestLoss) return AppendFate.RequestLost;
        return AnswerLoss > 0 && chance.NextDouble() < AnswerLoss ? AppendFate.AnswerLost : AppendFate.Answered;
    }
}
