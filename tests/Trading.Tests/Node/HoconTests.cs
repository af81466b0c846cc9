using System.Collections;
using Trading.Node.Configuration;

namespace Trading.Tests.Node;

/// <summary>Configuration files are HOCON; what Akka's parser would pass over in silence is refused with its line.</summary>
public sealed class HoconTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hocon").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("""{ "port": 6000, "accounts": { "binance": { "block": ["TAGUSDT", "LSKUSDT"] } }, "paper": {}, }""")]
    [InlineData("port = 6000, accounts.binance.block = [TAGUSDT, LSKUSDT], paper {}")]
    [InlineData("port : 6000 // a comment\npaper { } # another\naccounts {\n  binance {\n    block = [\n      TAGUSDT\n      LSKUSDT\n    ]\n  }\n}\n")]
    [InlineData("\uFEFF\r\n{\r\n  port=6000\r\n  paper{}\r\n  \"accounts\" : { binance.block : [ \"TAGUSDT\",\r\n \"LSKUSDT\" ] }\r\n}\r\n")]
    public void One_meaning_has_many_spellings(string text)
    {
        var settings = Settings(text);
        Assert.Equal(6000, settings.Port);
        Assert.Equal(["LSKUSDT", "TAGUSDT"], Assert.Single(settings.Accounts).Risk.Block.Select(symbol => symbol.Value).Order());
    }

    [Theory]
    [InlineData("port = 1\nport = 2", "line 2: port is written twice; leave one of them")]
    [InlineData("waves { buffer = 1 % }\nwaves.Buffer = 2 %", "line 2: waves.Buffer is written twice")]
    [InlineData("port = ", "line 1: port has no value; write one, or take the name away")]
    [InlineData("live\nport = 1", "line 1: live has no value; write live = value")]
    [InlineData("waves {\n  max-trades = 3\n", "line 3: the brace of line 1 is never closed; write }")]
    [InlineData("{ port = 1 } more", "line 1: there is text behind the last brace; take it away")]
    [InlineData("port = 1 }", "line 1: '}' is not expected here")]
    [InlineData("previous-journals = [\n\"abcdef\"", "line 2: the bracket of line 1 is never closed; write ]")]
    [InlineData("data = \"./d\nport = 1", "line 1: a quote is never closed")]
    [InlineData("data = \"./a\" b", "line 1: 'b' is not expected here; begin a new line, or write a comma")]
    [InlineData("previous-journals += abcdef", "line 1: previous-journals: += is not taken; write the whole list")]
    [InlineData("accounts.binance.exchange-url = http://127.0.0.1:5490", "cannot stand in a value without quotes; write the value between quotes")]
    [InlineData("data = ${?HOME}", "line 1: data: write a substitution as ${name}")]
    [InlineData("data = ${nowhere}", "this is not HOCON: Unresolved substitution: nowhere")]
    [InlineData("data = \"\"\"x\"\"\"", "line 1: text between three quotes is not taken")]
    [InlineData("= 3", "line 1: '=' begins no name of a setting; write name = value")]
    [InlineData("waves {\n\n  bufer = 1 %\n}", "node.conf: line 3: waves.bufer: there is no such setting; did you mean waves.buffer?")]
    [InlineData("# sizes\nport = 70000", "node.conf: line 2: port = '70000': write a whole number from 0 to 65535")]
    [InlineData("\naccounts.binance.api-key = abc", "node.conf: line 2: accounts.binance.api-key: secrets do not belong into a configuration file")]
    [InlineData("port = 1\ninclude \"other.conf\"", "line 2: an include stands before the settings, which stand above it; move it up")]
    [InlineData("include \"other.conf\"", "include \"other.conf\": there is no file")]
    [InlineData("include \"node.conf\"", "include \"node.conf\": the files include each other")]
    public void What_is_wrong_is_said_with_its_line(string text, string error) => Assert.Contains(
        error, Assert.Throws<ConfigurationException>(() => Settings(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_included_file_stands_where_it_is_included_and_what_follows_stands_above_it()
    {
        File.WriteAllText(Path.Combine(_folder, "base.conf"), "port = 6000\nwaves { max-trades = 7, buffer = 10 % }\npaper {}");
        var settings = Settings("include \"base.conf\"\nwaves.max-trades = 3");
        Assert.Equal((6000, 3, 10), (settings.Port, settings.Waves.MaxTrades, settings.Waves.BufferPercent));
    }

    [Fact]
    public void A_fault_in_an_included_file_names_that_file()
    {
        File.WriteAllText(Path.Combine(_folder, "base.conf"), "paper {}\n\nport = abc");
        var refused = Assert.Throws<ConfigurationException>(() => Settings("include \"base.conf\""));
        Assert.Contains("base.conf: line 3: port = 'abc'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_substitution_takes_the_value_of_another_setting()
    {
        var settings = Settings("paper {}\naccounts.binance.notional = 25\naccounts.bybit.notional = ${accounts.binance.notional}");
        Assert.Equal([25m, 25m], settings.Accounts.Select(account => account.Risk.Notional));
    }

    [Fact]
    public void What_is_null_is_as_if_it_were_left_out() => Assert.Equal(5480, Settings("""{ "port": null, "paper": {} }""").Port);

    [Fact]
    public void The_actors_settings_are_left_to_akka()
    {
        var settings = Settings("paper {}\nakka { loglevel = ERROR, actor { default-dispatcher { throughput = 5 } } }");
        Assert.Equal(("ERROR", 5), (settings.Actors!.GetString("akka.loglevel"), settings.Actors.GetInt("akka.actor.default-dispatcher.throughput")));
        Assert.Null(Settings("paper {}").Actors);
    }

    [Fact]
    public void Every_file_that_is_delivered_is_read_without_a_fault()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "hocon"), "*.conf"))
            Assert.NotEmpty(HoconText.KeysOf(file, File.ReadAllText(file)));
    }

    private NodeSettings Settings(string text)
    {
        var file = Path.Combine(_folder, "node.conf");
        File.WriteAllText(file, text);
        return NodeSettingsReader.Read(SettingsLayers.Read(file, new Hashtable(), new Dictionary<string, string>()));
    }
}
