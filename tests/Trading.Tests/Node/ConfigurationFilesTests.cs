using System.Collections;
using Trading.Node.Configuration;
using Trading.Node.Configuration.Hocon;
using Trading.Tests.Cli;

namespace Trading.Tests.Node;

/// <summary>The files of the repository, and those that were written before they were HOCON by Akka's parser.</summary>
public sealed class ConfigurationFilesTests
{
    private static readonly Dictionary<string, string> Secrets = new(StringComparer.Ordinal)
    {
        ["TRADING__JOURNAL__PASSWORD"] = "hush",
        ["TRADING__ACCOUNTS__BINANCE__API_KEY"] = "hush",
        ["TRADING__ACCOUNTS__BINANCE__API_SECRET"] = "hush",
    };

    /// <summary>What actors run on is no file of an operator's; it stands below one's akka section.</summary>
    public static TheoryData<string> Files => [.. Directory.GetFiles(Path.Combine(Repository.Root, "hocon"), "*.conf")
        .Select(file => Path.GetFileName(file)).Where(file => file != "akka.conf").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Every_file_of_the_repository_passes_its_check(string file)
    {
        using var http = new HttpClientHandler();
        var run = await CliRun.Of(http, ["config", "check", "--config", PathOf("hocon", file)], environment: Secrets);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("Valid", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Its_earlier_form_in_JSON_still_says_the_same(string file)
    {
        var earlier = Read(PathOf("tests", "Trading.Tests", "Node", "FilesOfEarlierBuilds", file));
        Assert.Equivalent(earlier, Read(PathOf("hocon", file)), strict: true);
    }

    /// <summary>The embedded one is read without the strict pass; it holds to it all the same.</summary>
    [Fact]
    public void The_file_of_the_actors_is_written_as_strictly()
    {
        var file = PathOf("hocon", "akka.conf");
        var read = HoconFile.Read(new HoconSource(file, File.ReadAllText(file)), static _ => null);
        Assert.Equal("8192", read.Config.GetString("trading.mailbox.account.reports"));
        Assert.Equal(5, read.Keys.PlaceOf("akka.loggers")?.Line);
    }

    private static string PathOf(params string[] parts) => Path.Combine([Repository.Root, .. parts]);

    private static NodeSettings Read(string file) =>
        NodeSettingsReader.Read(SettingsLayers.Read(file, new Hashtable(Secrets), new Dictionary<string, string>(StringComparer.Ordinal)));
}
