using System.Text.RegularExpressions;

namespace Trading.Clients;

/// <summary>What docs/simulator.md lists as not served.</summary>
internal static partial class NotServed
{
    private static readonly Lazy<IReadOnlyList<string>> Paths = new(Read);

    /// <param name="route">Method and path.</param>
    public static bool Lists(string route)
    {
        var path = route[(route.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        return Paths.Value.Any(p => p.EndsWith('*') ? path.StartsWith(p[..^1], StringComparison.Ordinal) : path == p);
    }

    private static List<string> Read()
    {
        var text = File.ReadAllText(Path.Combine(Node.Folder, "..", "..", "..", "docs", "simulator.md"));
        return [.. Section().Matches(text).SelectMany(section => Quoted().Matches(section.Value)).Select(path => path.Groups["path"].Value)];
    }

    [GeneratedRegex(@"(?<=### Not served\n).*?(?=\n##)", RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Section();

    [GeneratedRegex(@"`(?<path>/[^`]+)`", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();
}
