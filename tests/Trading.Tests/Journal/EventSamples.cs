using System.Text.Json.Nodes;
using Trading.Journal;
using Xunit;

namespace Trading.Tests.Journal;

/// <summary>What was stored once is read for ever. See tests/fixtures/journal/README.md.</summary>
public sealed class Event_samples
{
    private const string Remedy =
        "run: TRADING_WRITE_SAMPLES=1 dotnet test tests/Trading.Tests --filter Event_samples, and commit what it writes";

    private static readonly string Folder = Path.Combine(Repository.Fixtures, "journal");

    [Fact]
    public void Every_event_type_has_a_sample_that_carries_all_its_fields()
    {
        var missing = new List<string>();
        foreach (var family in EventFamily.All)
            foreach (var type in family.Types)
                if (!FilesOf(type).Any(file => Rewritten(family, type, file) == Stored(file)))
                    missing.Add(WriteIfAsked(family, type));
        Assert.True(missing.Count == 0 || Asked, $"no complete sample of {string.Join(", ", missing)}; {Remedy}");
    }

    [Fact]
    public void Every_sample_is_read_and_written_again_with_the_same_fields_and_values()
    {
        foreach (var family in EventFamily.All)
            foreach (var type in family.Types)
                foreach (var file in FilesOf(type))
                    Assert.Equal(Stored(file), Without(JsonNode.Parse(Rewritten(family, type, file))!, JsonNode.Parse(Stored(file))!));
    }

    [Fact]
    public void Every_sample_belongs_to_an_event_type()
    {
        var types = EventFamily.All.SelectMany(family => family.Types).Select(type => type.Name).ToHashSet();
        Assert.All(Directory.GetFiles(Folder, "*.json"), file => Assert.Contains(Path.GetFileName(file).Split('.')[0], types));
    }

    [Fact]
    public void No_two_families_use_one_name()
    {
        var names = EventFamily.All.SelectMany(family => family.Types).Select(type => type.Name).ToList();
        Assert.Equal(names.Distinct(), names);
    }

    private static bool Asked => Environment.GetEnvironmentVariable("TRADING_WRITE_SAMPLES") == "1";

    private static IEnumerable<string> FilesOf(Type type) =>
        Directory.GetFiles(Folder, $"{type.Name}.v*.json").Order(StringComparer.Ordinal);

    private static string Stored(string file) => File.ReadAllText(file).TrimEnd('\n');

    private static string Rewritten(EventFamily family, Type type, string file)
    {
        var json = family.Write(family.Read(type.Name, Stored(file))).Json;
        return System.Text.Encoding.UTF8.GetString(json.Span);
    }

    /// <summary>The rewritten event without the fields that the stored one did not have yet: those came with a default.</summary>
    private static string Without(JsonNode rewritten, JsonNode stored)
    {
        if (rewritten is JsonObject fields && stored is JsonObject known)
            foreach (var name in fields.Select(field => field.Key).ToList())
                if (!known.ContainsKey(name)) fields.Remove(name);
                else if (fields[name] is { } inner && known[name] is { } knownInner) Without(inner, knownInner);
        return rewritten.ToJsonString(EventJson.Options);
    }

    private static string WriteIfAsked(EventFamily family, Type type)
    {
        if (!Asked) return type.Name;
        var count = FilesOf(type).Count();
        var file = Path.Combine(Folder, $"{type.Name}.v1{(count == 0 ? "" : $"+{count}")}.json");
        var json = family.Write(new SampleValues().Make(type)).Json;
        File.WriteAllText(file, $"{System.Text.Encoding.UTF8.GetString(json.Span)}\n");
        return type.Name;
    }
}
