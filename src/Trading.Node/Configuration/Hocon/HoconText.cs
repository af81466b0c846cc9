using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Trading.Node.Configuration.Hocon;

/// <summary>Text between double quotes, to and fro.</summary>
internal static partial class HoconText
{
    /// <summary>What Akka's parser reads back as exactly that text.</summary>
    public static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c is '"' or '\\') quoted.Append('\\').Append(c);
            else if (char.IsControl(c)) quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }

    /// <param name="quoted">With its quotes; its escapes are known ones.</param>
    public static string Unquoted(string quoted) => Escape().Replace(quoted[1..^1], static it => it.Value[1] switch
    {
        'b' => "\b",
        'f' => "\f",
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        'u' => ((char)ushort.Parse(it.ValueSpan[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString(),
        var itself => itself.ToString(),
    });

    [GeneratedRegex(@"\\(u[0-9a-fA-F]{4}|.)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Escape();
}
