using System.Globalization;
using System.Text.RegularExpressions;

namespace Trading.Simulator.Market;

/// <summary>Replay of archive CSV files with a header, one symbol per file named `…SYMBOL-markprice…`,
/// `…SYMBOL-trades…` or `…SYMBOL-aggTrades…`, plain or compressed, at the exchange's event time.</summary>
public sealed partial class ArchiveCsvMarket : ReplayMarket
{
    private static readonly string[] TimeColumns = ["event_ms", "transact_time", "time"];
    private readonly int files;

    private ArchiveCsvMarket(IReadOnlyList<Archive> archives, IReadOnlyDictionary<string, SymbolSpec> known)
        : base([.. archives.Select(archive => archive.Updates())], known)
    {
        files = archives.Count;
        Rows = archives.Sum(archive => archive.Rows);
        GarbageLines = archives.Sum(archive => archive.Garbage);
        if (Symbols.Count == 0)
            throw new MarketException($"{archives[0].Path}: no row with a price; give a file with data.");
    }

    /// <summary>Readable rows of all files.</summary>
    public long Rows { get; }

    /// <summary>Rows that could not be read; they are skipped.</summary>
    public long GarbageLines { get; }

    public static ArchiveCsvMarket Open(
        IEnumerable<string> paths, IReadOnlyDictionary<string, SymbolSpec>? known = null) =>
        new([.. paths.Select(path => new Archive(path))], known ?? new Dictionary<string, SymbolSpec>());

    /// <summary>True for a header this market can read.</summary>
    public static bool IsHeader(string line)
    {
        var columns = line.Split(',');
        return TimeColumns.Any(columns.Contains) && (columns.Contains("mark") || columns.Contains("price"));
    }

    public override string Describe() =>
        $"archived prices of {string.Join(", ", Symbols.Select(s => s.Symbol))} from {files} file(s): {Rows} rows, "
        + $"{GarbageLines} unreadable skipped, played at the exchange's time";

    [GeneratedRegex("(?<symbol>[A-Z0-9]{2,30})-(markprice|trades|aggTrades)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamePattern();

    private sealed class Archive(string path)
    {
        private readonly string symbol = NamePattern().Match(System.IO.Path.GetFileName(path)) is { Success: true } name
            ? name.Groups["symbol"].Value
            : throw new MarketException($"{path}: the name tells no symbol; name it like BTCUSDT-markprice-DATE.csv.");

        public string Path => path;

        /// <summary>Of the last complete reading.</summary>
        public long Rows { get; private set; }

        public long Garbage { get; private set; }

        public IEnumerable<PriceUpdate> Updates()
        {
            var (rows, garbage) = (0L, 0L);
            string[]? columns = null;
            foreach (var line in RecordedText.Lines(path, cut: () => garbage++))
            {
                if (columns is null)
                {
                    columns = line.Split(',');
                    continue;
                }

                if (Read(columns, line.Split(',')) is not { } update)
                {
                    garbage++;
                    continue;
                }

                rows++;
                if (update.Mark > 0m || update.Last > 0m) yield return update;
            }

            (Rows, Garbage) = (rows, garbage);
        }

        private PriceUpdate? Read(string[] columns, string[] cells)
        {
            if (cells.Length != columns.Length) return null;
            var time = TimeColumns.Select(name => Cell(name)).First(cell => cell is not null);
            if (!RecordedTime.TryParse(time, out var atUtc) || (Number("mark") ?? Number("price")) is null) return null;
            // Fills of the insurance fund are not trades of the book.
            var traded = Cell("order_type") is null or "MARKET";
            return new PriceUpdate(atUtc, symbol)
            {
                Mark = Number("mark"),
                Index = Number("index"),
                FundingRate = Number("funding_rate"),
                NextFundingUtc = RecordedTime.TryParse(Cell("next_funding_ms"), out var next) ? next : null,
                Last = traded ? Number("price") : null,
            };

            string? Cell(string name) => Array.IndexOf(columns, name) is >= 0 and var at ? cells[at] : null;

            decimal? Number(string name) =>
                decimal.TryParse(Cell(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                    ? value
                    : null;
        }
    }
}
