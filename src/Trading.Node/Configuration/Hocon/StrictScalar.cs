using System.Text;

namespace Trading.Node.Configuration.Hocon;

/// <summary>
/// Reads a value that is neither section nor list: text, number, switch, substitution, or several of them on one line.
/// </summary>
internal sealed class StrictScalar(HoconCursor at, HoconSource source, HoconReading reading)
{
    private const string Empty = "\"\"";

    /// <param name="path">The setting, or the item of a list, that has this value.</param>
    /// <param name="writtenAt">Its line is the setting's.</param>
    /// <returns>The value for Akka's parser; null: there is none, because an optional variable is not set.</returns>
    public string? Read(string path, HoconToken writtenAt)
    {
        var parts = ReadParts();
        var place = source.PlaceOf(writtenAt);
        var isWhole = parts.Count == 1;
        var text = isWhole ? Written(path, parts[0], isWhole, place) : Joined(path, parts, place);
        var kind = text is null ? WrittenKind.Unset
            : isWhole && parts[0] is { Kind: HoconTokenKind.Text, Text: "null" } ? WrittenKind.Null : WrittenKind.Value;
        var isOptional = isWhole
            && parts[0].Kind is HoconTokenKind.Substitution && HoconVariable.IsOptional(parts[0].Text);
        reading.Keys.Add(new WrittenKey(path, kind, place, source), isOptional);
        return text;
    }

    /// <summary>What is empty or not set is left out: beside other quotes its own would make three in a row.</summary>
    private string Joined(string path, List<HoconToken> parts, SettingPlace place)
    {
        var text = new StringBuilder();
        for (var i = 0; i < parts.Count; i++)
        {
            if (i > 0) text.Append(' ', parts[i].Start - parts[i - 1].End);
            if (Written(path, parts[i], isWhole: false, place) is { } written && written != Empty) text.Append(written);
        }

        return text.Length > 0 ? text.ToString() : Empty;
    }

    private List<HoconToken> ReadParts()
    {
        var parts = new List<HoconToken>();
        while (at.Next.IsScalar)
        {
            if (parts.Count > 0 && AreTwoValues(parts[^1], at.Next))
                throw source.Refusal(
                    at.Next, "a value ends here and another text begins; write a comma or a new line between them");
            parts.Add(at.Take());
        }

        return at.Next.Kind switch
        {
            HoconTokenKind.Assign => throw source.Refusal(
                at.Next,
                $"'{at.Next.Text}' stands in a value; put the value between double quotes, "
                + "or the next setting on a new line"),
            HoconTokenKind.SectionStart or HoconTokenKind.ListStart => throw source.Refusal(
                at.Next, "a section or list cannot be joined to a value; write a comma or a new line before it"),
            _ => parts,
        };
    }

    /// <summary>Words without quotes are one text (2 %); one in quotes is joined to substitutions only.</summary>
    private static bool AreTwoValues(HoconToken before, HoconToken next) =>
        (IsQuoted(before) || IsQuoted(next))
        && before.Kind is not HoconTokenKind.Substitution && next.Kind is not HoconTokenKind.Substitution;

    private static bool IsQuoted(HoconToken token) =>
        token.Kind is HoconTokenKind.Quoted or HoconTokenKind.TripleQuoted;

    private string? Written(string path, HoconToken part, bool isWhole, SettingPlace place)
    {
        if (part.Kind is not HoconTokenKind.Substitution) return part.Text;
        var name = HoconVariable.NameOf(part.Text);
        if (HoconVariable.IsVariable(name)) return HoconVariable.Read(path, part.Text, reading.Environment, place);
        if (HoconVariable.IsOptional(part.Text))
            throw new ConfigurationException(
                $"{place}: {path} = '{part.Text}': only a variable of the environment, such as ${{?NAME}}, "
                + $"can be optional; write ${{{name}}}");
        reading.Substitutions.Add(new WrittenSubstitution(path, name, isWhole, place));
        return part.Text;
    }
}
