using System.Globalization;
using System.Text.RegularExpressions;

namespace Trading.Simulator.Market;

/// <summary>One minute of one symbol.</summary>
internal readonly record struct MinuteBar(
    DateTime MinuteUtc, string Symbol, decimal Open, decimal High, decimal Low, decimal Close);

/// <summary>One zip of minute bars in the Lean layout: the entry is named DATE_symbol_minute_trade|quote[_perp].csv,
/// its rows are ms-of-day (UTC), open, high, low, close, volume, or the same twice for bid and ask.</summary>
internal sealed partial record MinuteBarFile(string Path, string Symbol, DateTime DateUtc, bool IsQuote)
{
    /// <summary>Null: the entry's name is another.</summary>
    public static MinuteBarFile? TryName(string path, string entry)
    {
        var name = NamePattern().Match(System.IO.Path.GetFileName(entry));
        if (!name.Success || !DateTime.TryParseExact(
                name.Groups["date"].Value, "yyyyMMdd", CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)) return null;
        return new MinuteBarFile(
            path, name.Groups["symbol"].Value.ToUpperInvariant(), date, name.Groups["kind"].Value == "quote");
    }

    /// <summary>Bars in the order of the file; a quote bar is the middle of bid and ask.</summary>
    public IEnumerable<MinuteBar> Read()
    {
        var row = 0;
        foreach (var line in RecordedText.Lines(Path, cut: () => throw Bad(row, "is cut off")))
        {
            row++;
            if (line.Length > 0) yield return Bar(line, row);
        }
    }

    private MinuteBar Bar(string line, int row)
    {
        var cells = line.Split(',');
        var numbers = new decimal[cells.Length];
        for (var i = 0; i < cells.Length; i++)
            if (!decimal.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]))
                throw Bad(row, $"has '{cells[i]}' in column {i + 1}");
        if (numbers.Length != (IsQuote ? 11 : 6)) throw Bad(row, $"has {numbers.Length} columns");
        if (numbers[0] is < 0m or >= 86_400_000m) throw Bad(row, $"has {numbers[0]} as ms of the day");

        var digits = numbers[1..5].Concat(numbers[^5..^1]).Max(SymbolGuess.Digits);
        var bar = new MinuteBar(
            DateUtc.AddMilliseconds((long)numbers[0]), Symbol, Price(1), Price(2), Price(3), Price(4));
        if (bar.Low <= 0m || bar.Low > Math.Min(bar.Open, bar.Close) || bar.High < Math.Max(bar.Open, bar.Close))
            throw Bad(row, $"has open {bar.Open}, high {bar.High}, low {bar.Low}, close {bar.Close}");
        return bar;

        decimal Price(int column) => IsQuote ? Middle(numbers[column], numbers[column + 5]) : numbers[column];

        // Kept on the lattice of the row's own prices.
        decimal Middle(decimal bid, decimal ask) =>
            decimal.Round((bid + ask) / 2m, digits, MidpointRounding.ToZero);
    }

    private MarketException Bad(int row, string what) =>
        new($"{Path}: row {row} {what}; expected ms-of-day,open,high,low,close,volume"
            + (IsQuote ? " of the bid, then open,high,low,close,volume of the ask." : "."));

    [GeneratedRegex(
        "^(?<date>[0-9]{8})_(?<symbol>[a-z0-9]+)_minute_(?<kind>trade|quote)(_perp)?[.]csv$",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex NamePattern();
}
