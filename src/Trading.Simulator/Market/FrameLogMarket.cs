namespace Trading.Simulator.Market;

/// <summary>Replay of recorded stream frames, one `local-time json` per line, plain or compressed, at the recorder's
/// time. Mark, index and funding from mark-price frames; last from trades, kept inside the best bid and ask.</summary>
public sealed class FrameLogMarket : ReplayMarket
{
    private readonly int files;

    private FrameLogMarket(IReadOnlyList<FrameLog> logs, IReadOnlyDictionary<string, SymbolSpec> known)
        : base([.. logs.Select(log => log.Updates())], known)
    {
        files = logs.Count;
        Frames = logs.Sum(log => log.Frames);
        GarbageLines = logs.Sum(log => log.Garbage);
        if (Symbols.Count == 0)
            throw new MarketException(
                $"{logs[0].Path}: no price in {Frames} frames ({GarbageLines} unreadable lines); a frame log needs "
                + "markPrice, trade, aggTrade, bookTicker, tickers or publicTrade frames.");
    }

    /// <summary>Readable frames of all files, priced or not.</summary>
    public long Frames { get; }

    /// <summary>Lines that are no frame; they are skipped.</summary>
    public long GarbageLines { get; }

    /// <summary>Opens one or several logs; several are merged by time. Filters come from <paramref name="known"/>,
    /// for other symbols from the prices seen.</summary>
    public static FrameLogMarket Open(
        IEnumerable<string> paths, IReadOnlyDictionary<string, SymbolSpec>? known = null) =>
        new([.. paths.Select(path => new FrameLog(path))], known ?? new Dictionary<string, SymbolSpec>());

    public override string Describe() =>
        $"recorded frames of {string.Join(", ", Symbols.Select(s => s.Symbol))} from {files} file(s): {Frames} frames, "
        + $"{GarbageLines} unreadable lines skipped, played at the recorder's time";

    private sealed class FrameLog(string path)
    {
        public string Path => path;

        /// <summary>Of the last complete reading.</summary>
        public long Frames { get; private set; }

        public long Garbage { get; private set; }

        public IEnumerable<PriceUpdate> Updates()
        {
            var (frames, garbage) = (0L, 0L);
            var updates = new List<PriceUpdate>();
            foreach (var line in RecordedText.Lines(path, cut: () => garbage++))
            {
                if (line.Length == 0) continue;
                updates.Clear();
                if (!FrameReader.TrySplit(line, out var atUtc, out var json)
                    || !FrameReader.TryRead(atUtc, json, updates))
                {
                    garbage++;
                    continue;
                }

                frames++;
                foreach (var update in updates) yield return update;
            }

            (Frames, Garbage) = (frames, garbage);
        }
    }
}
