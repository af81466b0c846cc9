using System.Text;

namespace Trading.Node.Configuration.Hocon;

/// <summary>The name before a value: <c>port</c>, <c>positions.stop-loss</c>, <c>"a name with spaces"</c>.</summary>
/// <param name="Path">From the top, without quotes.</param>
/// <param name="Sections">Paths of the sections that it opens by its dots, outermost first.</param>
/// <param name="Text">As Akka's parser is to read it.</param>
internal sealed record HoconKey(string Path, IReadOnlyList<string> Sections, string Text, HoconToken First)
{
    private const int LongestName = 60;

    /// <summary>
    /// For errors before it is known whether this is a configuration file at all: a file of keys that was named by
    /// mistake is not repeated.
    /// </summary>
    public string Name => Path.Length <= LongestName && Path.All(IsUsual) ? Path : "the key";

    /// <param name="section">The path of the section it stands in; empty at the top.</param>
    /// <exception cref="ConfigurationException">An empty name, or one with spaces and no quotes.</exception>
    public static HoconKey Read(HoconCursor at, HoconSource source, string section)
    {
        var first = at.Next;
        if (first.Kind is not (HoconTokenKind.Text or HoconTokenKind.Quoted))
            throw source.Refusal(first, $"a setting should begin here, with its name, and not '{first.Text[..1]}'");
        var parts = new List<string> { "" };
        var raw = new StringBuilder();
        HoconToken? previous = null;
        while (at.Next is { Kind: HoconTokenKind.Text or HoconTokenKind.Quoted } next)
        {
            if (next.Kind is HoconTokenKind.Text && next.Text[^1] == '+')
                throw source.Refusal(next, "+= is not taken; write the whole list behind =");
            if (previous is { } before && (before.End != next.Start || !Touch(before, next)))
                throw source.Refusal(
                    next,
                    "one name ends here and another text begins; "
                    + "names with spaces take double quotes, values '=' or ':'");
            raw.Append(next.Text);
            Append(parts, next);
            previous = at.Take();
        }

        if (parts.Contains(""))
            throw source.Refusal(first, "a name is empty; write one before, between and after the dots");
        var paths = parts.Select((_, i) => Join(section, string.Join('.', parts.Take(i + 1)))).ToList();
        return new HoconKey(paths[^1], paths[..^1], raw.ToString(), first);
    }

    public static string Join(string section, string name) => section.Length == 0 ? name : $"{section}.{name}";

    /// <summary>A quoted name goes on with a dot only.</summary>
    private static bool Touch(HoconToken before, HoconToken next) => before.Kind is HoconTokenKind.Text
        ? before.Text[^1] == '.' && next.Kind is HoconTokenKind.Quoted
        : next.Text[0] == '.';

    private static bool IsUsual(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.';

    private static void Append(List<string> parts, HoconToken next)
    {
        if (next.Kind is HoconTokenKind.Quoted)
        {
            parts[^1] = HoconText.Unquoted(next.Text);
            return;
        }

        var names = next.Text.Split('.');
        parts[^1] += names[0];
        parts.AddRange(names[1..]);
    }
}
