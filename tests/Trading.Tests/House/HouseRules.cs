using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Trading.Tests.House;

/// <summary>The shape of the solution, held by a test: who may know whom, and which words and tools stay out.</summary>
public sealed partial class HouseRules
{
    private static readonly string Root = FindRoot();

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Trading.Domain"] = [],
        ["Trading.Journal"] = ["Trading.Domain"],
        ["Trading.Gateways"] = ["Trading.Domain"],
        ["Trading.Projections"] = ["Trading.Domain"],
        ["Trading.Simulator"] = [],
        ["Trading.Dashboard"] = [],
        ["Trading.Node"] =
        [
            "Trading.Dashboard", "Trading.Domain", "Trading.Gateways", "Trading.Journal", "Trading.Projections",
            "Trading.Simulator",
        ],
        ["Trading.Lab"] = ["Trading.Node", "Trading.Simulator"],
        ["Trading.Cli"] = ["Trading.Lab", "Trading.Projections"],
    };

    [Fact]
    public void Projects_reference_what_the_table_allows_and_nothing_else()
    {
        var found = Directory.GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file), ReferencesOf);
        Assert.Equal(Allowed.Keys.Order(), found.Keys.Order());
        foreach (var (project, references) in found) Assert.Equal((project, string.Join(' ', Allowed[project])), (project, string.Join(' ', references)));
    }

    [Fact]
    public void The_simulated_exchange_and_the_gateways_share_no_code()
    {
        Assert.DoesNotContain(AssembliesOf("Trading.Simulator"), name => name.StartsWith("Trading.", StringComparison.Ordinal));
        Assert.DoesNotContain("Trading.Simulator", AssembliesOf("Trading.Gateways"));
    }

    [Fact]
    public void The_node_knows_the_simulator_only_in_paper_mode()
    {
        var elsewhere = SourceFiles("Trading.Node")
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}Paper{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => File.ReadAllText(file).Contains("Trading.Simulator", StringComparison.Ordinal));
        Assert.Empty(elsewhere);
    }

    [Fact]
    public void The_pure_core_has_no_tasks_no_logging_and_no_chance()
    {
        string[] banned = ["async ", "await ", "ILogger", "Task<", "Random", "Stopwatch"];
        var found = from project in new[] { "Trading.Domain", "Trading.Projections" }
                    from file in SourceFiles(project)
                    from line in File.ReadLines(file)
                    where !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
                    from word in banned
                    where line.Contains(word, StringComparison.Ordinal)
                    select $"{Path.GetFileName(file)}: {line.Trim()}";
        Assert.Empty(found);
    }

    [Fact]
    public void No_binary_floating_point_near_an_order()
    {
        var found = from project in new[] { "Trading.Domain", "Trading.Gateways" }
                    from file in SourceFiles(project)
                    from line in File.ReadLines(file)
                    where line.Contains("double ", StringComparison.Ordinal) || line.Contains("float ", StringComparison.Ordinal)
                    where !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
                    where !line.Contains("Seconds", StringComparison.Ordinal) && !line.Contains("share", StringComparison.OrdinalIgnoreCase)
                    select $"{Path.GetFileName(file)}: {line.Trim()}";
        Assert.Empty(found);
    }

    [Fact]
    public void Names_say_what_a_thing_is()
    {
        string[] empty = ["Manager", "Helper", "Util", "Utils", "Common"];
        var found = from file in Directory.GetFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
                    where !IsGenerated(file)
                    from part in Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar, '.')
                    where empty.Any(word => part.EndsWith(word, StringComparison.Ordinal))
                    select file;
        Assert.Empty(found);
    }

    [Fact]
    public void Nothing_is_left_for_later_in_the_sources()
    {
        string[] marks = ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "NotImplemented" + "Exception"];
        var found = from file in Directory.GetFiles(Root, "*.cs", SearchOption.AllDirectories)
                    where !IsGenerated(file)
                    from line in File.ReadLines(file)
                    from mark in marks
                    where line.Contains(mark, StringComparison.Ordinal)
                    select $"{Path.GetFileName(file)}: {line.Trim()}";
        Assert.Empty(found);
    }

    [Fact]
    public void The_documents_name_files_that_exist()
    {
        var sources = new[] { "src", "tests" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !IsGenerated(file)).Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal);
        var found = from document in Directory.GetFiles(Path.Combine(Root, "docs"), "*.md").Append(Path.Combine(Root, "README.md"))
                    from Match named in SourceFileName().Matches(File.ReadAllText(document))
                    where !sources.Contains(named.Value)
                    select $"{Path.GetFileName(document)} names {named.Value}";
        Assert.Empty(found);
    }

    [GeneratedRegex(@"\b[A-Z]\w+\.cs\b", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex SourceFileName();

    private static IEnumerable<string> ReferencesOf(string project) => XDocument.Load(project)
        .Descendants("ProjectReference")
        .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
        .Order();

    private static List<string> AssembliesOf(string project)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"{project}.dll"));
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }

    private static IEnumerable<string> SourceFiles(string project) =>
        Directory.GetFiles(Path.Combine(Root, "src", project), "*.cs", SearchOption.AllDirectories).Where(file => !IsGenerated(file));

    private static bool IsGenerated(string file) => file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Trading.Actors.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests do not run below the solution's folder");
    }
}
