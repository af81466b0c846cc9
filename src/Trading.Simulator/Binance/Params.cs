using System.Globalization;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Parameters of a call, decoded; on duplicates the query wins over the body.</summary>
internal sealed class Params
{
    private readonly Dictionary<string, string> values = [];

    public Params(string query, string body)
    {
        Read(body);
        Read(query);
    }

    public Params(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        foreach (var (name, value) in pairs) values[name] = value;
    }

    public string Text(string name) => values.GetValueOrDefault(name, "");

    public bool Has(string name) => Text(name).Length > 0;

    public string Required(string name) => Text(name) is { Length: > 0 } value ? value : throw BinanceError.Missing(name);

    public decimal Decimal(string name) => Has(name) ? Parse(name) : 0m;

    public decimal RequiredDecimal(string name)
    {
        Required(name);
        return Parse(name);
    }

    public long Number(string name, long otherwise = 0) =>
        !Has(name) ? otherwise
        : long.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value
        : throw BinanceError.Missing(name);

    public bool Flag(string name) => string.Equals(Text(name), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>A time in ms, or null.</summary>
    public DateTime? Time(string name) => Has(name) ? JsonFields.FromMs(Number(name)) : null;

    private decimal Parse(string name) =>
        decimal.TryParse(Text(name), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new BinanceError(-1100, $"Illegal characters found in parameter '{name}'.");

    private void Read(string text)
    {
        foreach (var range in text.AsSpan().Split('&'))
        {
            var pair = text.AsSpan(range);
            var cut = pair.IndexOf('=');
            if (cut <= 0) continue;
            values[Decode(pair[..cut].ToString())] = Decode(pair[(cut + 1)..].ToString());
        }
    }

    private static string Decode(string text) =>
        text.Contains('%') || text.Contains('+') ? Uri.UnescapeDataString(text.Replace('+', ' ')) : text;
}
