namespace Trading.Simulator.Market;

/// <summary>Opens recorded prices of any known kind, told by content and name: frame logs, minute-bar zips (with
/// funding files), archive CSV; an exchangeInfo or instruments-info JSON among them gives the filters.</summary>
public static class MarketFiles
{
    private const int LinesToLookAt = 50;

    private enum Kind
    {
        FrameLog,
        MinuteBars,
        ArchiveCsv,
        ExchangeInfo,
    }

    /// <summary>All price files must be of one kind.</summary>
    /// <exception cref="MarketException">A file is missing or of no known kind, or kinds are mixed.</exception>
    public static IMarket Open(params IEnumerable<string> paths)
    {
        var files = paths.Select(path => (Path: path, Kind: Recognise(path))).ToList();
        var known = new Dictionary<string, SymbolSpec>(StringComparer.Ordinal);
        foreach (var file in files.Where(f => f.Kind == Kind.ExchangeInfo))
            foreach (var (symbol, spec) in ExchangeInfo.Read(file.Path)) known[symbol] = spec;

        var data = files.Where(f => f.Kind != Kind.ExchangeInfo).ToList();
        if (data.Count == 0)
            throw new MarketException(
                "No file with prices was given; give frame logs, minute-bar zips or archive CSV.");
        if (data.FirstOrDefault(f => f.Kind != data[0].Kind) is { Path: not null } other)
            throw new MarketException(
                $"{other.Path}: is {Name(other.Kind)}, {data[0].Path} is {Name(data[0].Kind)}; "
                + "give files of one kind.");

        var names = data.Select(f => f.Path);
        return data[0].Kind switch
        {
            Kind.FrameLog => FrameLogMarket.Open(names, known),
            Kind.MinuteBars => MinuteBarMarket.Open(names, known),
            _ => ArchiveCsvMarket.Open(names, known),
        };
    }

    private static Kind Recognise(string path)
    {
        if (File.Exists(path) && RecordedText.ZipEntry(path) is { } entry
            && MinuteBarFile.TryName(path, entry) is not null) return Kind.MinuteBars;
        var lines = RecordedText.Lines(path, cut: () => { }).Take(LinesToLookAt).ToList();
        if (FundingFile.IsName(path)) return Kind.MinuteBars;
        if (lines.Any(line => FrameReader.TrySplit(line, out _, out _))) return Kind.FrameLog;
        if (lines.Count > 0 && ArchiveCsvMarket.IsHeader(lines[0])) return Kind.ArchiveCsv;
        if (lines.Count > 0 && lines[0].TrimStart().StartsWith('{')) return Kind.ExchangeInfo;
        throw new MarketException(
            $"{path}: unknown content; known are frame logs (lines `time {{json}}`), zips of Lean minute bars, "
            + "archive CSV with a header (event_ms,mark,… or …,price,…), funding-VENUE-SYMBOL.csv and exchangeInfo JSON.");
    }

    private static string Name(Kind kind) => kind switch
    {
        Kind.FrameLog => "a frame log",
        Kind.MinuteBars => "minute bars or their funding",
        _ => "archive CSV",
    };
}
