namespace Trading.Node.Configuration.Hocon;

/// <summary>
/// A variable of the environment in a substitution. Akka's parser does not read the environment, and takes ${?NAME}
/// for the whole configuration: what the variable holds is put in before.
/// </summary>
internal static class HoconVariable
{
    /// <param name="substitution">With its braces.</param>
    public static bool IsOptional(string substitution) => substitution[2] == '?';

    public static string NameOf(string substitution) => substitution[(IsOptional(substitution) ? 3 : 2)..^1];

    /// <summary>Variables are written in capitals, settings in small letters.</summary>
    public static bool IsVariable(string name) =>
        name.All(static c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_');

    /// <returns>Between quotes; null: it is not set, and need not be.</returns>
    /// <exception cref="ConfigurationException">
    /// It must be set and is not; or it is one that stands above the file by itself.
    /// </exception>
    public static string? Read(string path, string substitution, Func<string, string?> environment, SettingPlace place)
    {
        var name = NameOf(substitution);
        if (name.StartsWith(SettingsLayers.EnvironmentPrefix, StringComparison.Ordinal))
            throw new ConfigurationException(
                $"{place}: {path} = '{substitution}': {SettingsLayers.EnvironmentPrefix} variables stand above the "
                + "file by themselves; take the substitution away, or name another variable");
        if (environment(name) is { } value) return HoconText.Quoted(value);
        return IsOptional(substitution)
            ? null
            : throw new ConfigurationException(
                $"{place}: {path} = '{substitution}': {name} is not set; set it, or write ${{?{name}}} for a setting "
                + "that may be left out");
    }
}
