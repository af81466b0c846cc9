using Trading.Journal;

namespace Trading.Lab.Verify;

/// <summary>What must hold of any journal, whatever its events say: versions, epochs, command ids.</summary>
/// <param name="shardOf">Streams of one shard share an owner: there no append is older than one before it.</param>
internal sealed class StreamRules(Findings findings, Func<string, int> shardOf)
{
    private readonly Findings.Rule _gapless = findings.Check("I3", "versions of every stream count 1, 2, 3 without a gap");
    private readonly Findings.Rule _once = findings.Check("I2", "every command id is in its stream once");
    private readonly Findings.Rule _epochs = findings.Check("I5", "epochs never decrease along a stream");
    private readonly Findings.Rule _fenced = findings.Check("I4", "nothing was written under an older epoch than its shard's");
    private readonly Dictionary<int, long> _shards = [];
    private readonly Dictionary<string, Stream> _streams = new(StringComparer.Ordinal);

    public int Streams => _streams.Count;

    /// <summary>Lowest and highest epoch; 0 and 0 of an empty journal.</summary>
    public (long First, long Last) Epochs { get; private set; }

    public void Follow(RecordedEvent recorded)
    {
        if (!_streams.TryGetValue(recorded.Stream, out var stream)) _streams[recorded.Stream] = stream = new Stream();
        if (recorded.Version != stream.Version + 1)
            _gapless.Broken($"{recorded.Stream}: version {recorded.Version} follows {stream.Version}");
        if (recorded.Epoch < stream.Epoch)
            _epochs.Broken($"{recorded.Stream} #{recorded.Version}: epoch {recorded.Epoch} follows {stream.Epoch}");
        var shard = shardOf(recorded.Stream);
        if (_shards.GetValueOrDefault(shard) is var epoch && recorded.Epoch < epoch)
            _fenced.Broken($"position {recorded.Position}, {recorded.Stream} #{recorded.Version}: epoch {recorded.Epoch} after {epoch}");
        _shards[shard] = Math.Max(epoch, recorded.Epoch);
        JudgeCommand(stream, recorded);
        (stream.Version, stream.Epoch) = (recorded.Version, recorded.Epoch);
        Epochs = (Epochs.First == 0 ? recorded.Epoch : Math.Min(Epochs.First, recorded.Epoch), Math.Max(Epochs.Last, recorded.Epoch));
    }

    /// <summary>The events of one append stand together and were written in one moment; the same id later is a second time.</summary>
    private void JudgeCommand(Stream stream, RecordedEvent recorded)
    {
        var goesOn = stream.Command == recorded.CommandId && stream.WrittenUtc == recorded.WrittenUtc;
        if (!goesOn && !stream.Commands.Add(recorded.CommandId))
            _once.Broken($"{recorded.Stream} #{recorded.Version}: command {recorded.CommandId} was done before");
        (stream.Command, stream.WrittenUtc) = (recorded.CommandId, recorded.WrittenUtc);
    }

    private sealed class Stream
    {
        public long Version { get; set; }
        public long Epoch { get; set; }
        public string Command { get; set; } = "";
        public DateTime WrittenUtc { get; set; }
        public HashSet<string> Commands { get; } = new(StringComparer.Ordinal);
    }
}
