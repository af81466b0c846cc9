using Trading.Node.Configuration;

namespace Trading.Node;

/// <summary><c>--config FILE --data DIR --for 60s --port N</c>; each at most once, <c>--name=value</c> as well.</summary>
public sealed record CommandLine(string? Config, TimeSpan? For, IReadOnlyDictionary<string, string> Settings)
{
    public const string Usage = "usage: Trading.Node [--config FILE] [--data DIR] [--for 60s] [--port N]";

    private static readonly string[] Names = ["config", "data", "for", "port"];

    /// <exception cref="ConfigurationException">An argument that is not one of these, or has no value.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i++)
        {
            var parts = arguments[i].Split('=', 2);
            var name = parts[0].StartsWith("--", StringComparison.Ordinal) ? parts[0][2..] : "";
            if (!Names.Contains(name)) throw new ConfigurationException($"'{arguments[i]}' is not an argument of the node; {Usage}");
            var value = parts.Length == 2 ? parts[1] : i + 1 < arguments.Count ? arguments[++i] : "";
            if (value.Length == 0) throw new ConfigurationException($"--{name} needs a value; {Usage}");
            if (!given.TryAdd(name, value)) throw new ConfigurationException($"--{name} is given twice; {Usage}");
        }

        return new CommandLine(
            given.GetValueOrDefault("config"),
            given.TryGetValue("for", out var text) ? ReadFor(text) : null,
            given.Where(pair => pair.Key is "data" or "port").ToDictionary());
    }

    private static TimeSpan ReadFor(string text)
    {
        try
        {
            return SettingsText.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(365))(text);
        }
        catch (FormatException e)
        {
            throw new ConfigurationException($"--for {text}: {e.Message}");
        }
    }
}
