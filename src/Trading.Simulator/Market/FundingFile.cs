using System.Globalization;
using System.Text.RegularExpressions;

namespace Trading.Simulator.Market;

/// <summary>Funding rates paid, `yyyyMMdd HH:mm:ss,rate`, in a file named funding-VENUE-SYMBOL.csv.</summary>
internal sealed partial record FundingFile(string Symbol, IReadOnlyList<(DateTime AtUtc, decimal Rate)> Rates)
{
    public static bool IsName(string path) => NamePattern().IsMatch(Path.GetFileName(path));

    public static FundingFile Read(string path)
    {
        var symbol = NamePattern().Match(Path.GetFileName(path)).Groups["symbol"].Value.ToUpperInvariant();
        var lines = RecordedText.Lines(path, cut: () => throw new MarketException($"{path}: is cut off."));
        return new FundingFile(
            symbol, [.. lines.Where(line => line.Length > 0).Select(line => Rate(path, line)).OrderBy(r => r.AtUtc)]);
    }

    /// <summary>The rate due at <paramref name="atUtc"/>: the one recorded then, else the last before.</summary>
    public decimal Due(DateTime atUtc) => Rates.LastOrDefault(r => r.AtUtc <= atUtc).Rate;

    private static (DateTime AtUtc, decimal Rate) Rate(string path, string line)
    {
        var cells = line.Split(',');
        return cells.Length == 2
            && DateTime.TryParseExact(
                cells[0], "yyyyMMdd HH:mm:ss", CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var atUtc)
            && decimal.TryParse(cells[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var rate)
                ? (atUtc, rate)
                : throw new MarketException($"{path}: '{line}' is not yyyyMMdd HH:mm:ss,rate.");
    }

    [GeneratedRegex(
        "^funding-[a-z0-9]+-(?<symbol>[a-z0-9]+)[.]csv$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex NamePattern();
}
