using System.Collections;
using Akka.Configuration;

namespace Trading.Node.Configuration;

/// <summary>Where settings come from: a file in HOCON, above it the environment, above that the command line.</summary>
public static class SettingsLayers
{
    /// <summary><c>TRADING__ACCOUNTS__BINANCE__API_KEY</c> is <c>accounts.binance.api-key</c>.</summary>
    public const string EnvironmentPrefix = "TRADING__";

    /// <param name="file">Null: none.</param>
    /// <param name="environment">Names and values; others than our own count where the file names them.</param>
    /// <param name="commandLine">Paths such as <c>port</c> and their values.</param>
    /// <exception cref="ConfigurationException">The file is missing or cannot be read.</exception>
    public static SettingsReader Read(
        string? file, IDictionary environment, IReadOnlyDictionary<string, string> commandLine)
    {
        var layers = new List<SettingsLayer>(3);
        if (file is not null) layers.Add(SettingsFile.Read(file, name => environment[name] as string));
        layers.Add(new SettingsLayer("the environment", IsFile: false, ReadEnvironment(environment)));
        layers.Add(new SettingsLayer("the command line", IsFile: false, commandLine.ToDictionary(
            pair => pair.Key, pair => (string?)pair.Value, StringComparer.OrdinalIgnoreCase)));
        return new SettingsReader(layers);
    }

    private static Dictionary<string, string?> ReadEnvironment(IDictionary environment)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in environment)
            if (entry.Key is string name && name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase))
                values[PathOf(name)] = entry.Value as string;
        return values;
    }

    /// <summary><c>accounts.binance.api-key</c> is <c>TRADING__ACCOUNTS__BINANCE__API_KEY</c>.</summary>
    internal static string VariableOf(string path) => EnvironmentPrefix
        + path.Replace(".", "__", StringComparison.Ordinal).Replace('-', '_').ToUpperInvariant();

    private static string PathOf(string name) => name[EnvironmentPrefix.Length..]
        .Replace("__", ".", StringComparison.Ordinal).Replace('_', '-').ToLowerInvariant();
}

/// <param name="IsFile">Secrets are not read from it.</param>
/// <param name="Values">
/// Paths and what is written there; an empty list is an empty text; null: nothing, but the name must be a known one.
/// </param>
public sealed record SettingsLayer(string Name, bool IsFile, IReadOnlyDictionary<string, string?> Values)
{
    /// <summary>Paths of sections that are there and hold nothing, such as <c>paper {}</c>.</summary>
    public IReadOnlyCollection<string> EmptySections { get; init; } = [];

    /// <summary>Where a path, or else the section that it stands in, is written; null: it has no line.</summary>
    public Func<string, SettingPlace?> PlaceOf { get; init; } = static _ => null;

    /// <summary>The section <c>akka</c>, under that name; null: there is none.</summary>
    public Config? Akka { get; init; }

    /// <summary>How an error about a path begins: <c>node.conf: line 3</c>, <c>the environment</c>.</summary>
    public string Naming(string path) => PlaceOf(path)?.ToString() ?? Name;
}
