namespace Trading.Node.Configuration.Hocon;

/// <summary>The text of one configuration file, and how an error names a place in it.</summary>
/// <param name="file">As it was named; an included one beside the file that includes it.</param>
internal sealed class HoconSource(string file, string text)
{
    public string File => file;

    public string Text => text;

    /// <summary>What this file is included by, nearest first; the outermost is given on the command line.</summary>
    public IReadOnlyList<HoconSource> IncludedBy { get; init; } = [];

    public SettingPlace PlaceOf(HoconToken at) => new(file, at.Line);

    /// <param name="why">With the remedy, and without any value of the file: it may be a secret.</param>
    public ConfigurationException Refusal(int line, int column, string why) =>
        new($"{file}: line {line}, column {column}: this is not HOCON: {why}");

    /// <inheritdoc cref="Refusal(int, int, string)"/>
    public ConfigurationException Refusal(HoconToken at, string why) => Refusal(at.Line, at.Column, why);
}
