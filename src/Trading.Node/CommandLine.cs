using Trading.Node.Configuration;

namespace Trading.Node;

/// <summary><c>--config FILE --data DIR --for 60s --port N</c>; each at most once, <c>--name=value</c> as well.</summary>
public sealed record CommandLine(string? Config, TimeSpan? For, IReadOnlyDictionary<string, string> Settings)
{
    public const string Help = Usage + """


        Starts a trading node. Without --config: paper mode, both exchanges simulated inside the process, no real money.

          --config FILE   settings, e.g. hocon/paper.conf, hocon/testnet.conf; `trading config check --config FILE` explains them
          --data DIR      folder of journal, tables, logs and operator token (./data); one node at a time
          --for TIME      stop by itself after 60s, 15m, 3h; nothing is closed
          --port N        loopback port of API and metrics (5480); 0: any free one

        Environment: TRADING__PATH__TO__SETTING stands above the file, e.g. TRADING__POSITIONS__STOP_LOSS="3 %".
        Ctrl-C stops the node and closes nothing: it waits, at most settle-within, for what is under way; again Ctrl-C: it does not.
        Exit codes: 0 stopped, 1 a position stays without a confirmed stop, 2 usage or configuration.
        Look at a running node with ./trading status, positions, --help.
        """;

    public const string Usage = "usage: Trading.Node [--config FILE] [--data DIR] [--for 60s] [--port N]";

    private static readonly string[] Names = ["config", "data", "for", "port"];

    /// <summary>Help is asked for, whatever else is.</summary>
    public static bool AsksForHelp(IReadOnlyList<string> arguments) => arguments.Any(argument => argument is "--help" or "-h" or "-?");

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
