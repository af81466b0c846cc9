using System.Collections;
using Trading.Domain.Positions;
using Trading.Node;
using Trading.Node.Configuration;

namespace Trading.Tests.Node;

/// <summary>A setting that is wrong is one line that names place, field, value and remedy.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("settings-").FullName;

    [Fact]
    public void Without_any_configuration_it_is_paper_mode_on_both_exchanges()
    {
        var settings = Read("{}");
        Assert.NotNull(settings.Paper);
        Assert.Equal(["binance", "bybit"], settings.Accounts.Select(account => account.Id.Value));
        Assert.Equal(0.003m, settings.Accounts[0].Risk.Plan.Activation);
    }

    [Fact]
    public void The_paper_file_of_the_repository_says_what_is_so_without_it()
    {
        var written = NodeSettingsReader.Read(SettingsLayers.Read(
            Path.Combine(Repository.Root, "hocon", "paper.conf"), new Hashtable(), new Dictionary<string, string>()));
        var without = Read("{}");
        Assert.Equal(without.Accounts.Select(Said), written.Accounts.Select(Said));
        Assert.Equal(without.Paper, written.Paper);
        Assert.Equal(without.Waves.MaxTrades, written.Waves.MaxTrades);
        Assert.Equal((without.Port, without.SyncEvery, without.ProtectWithin), (written.Port, written.SyncEvery, written.ProtectWithin));
    }

    [Fact]
    public void The_live_file_of_the_repository_asks_for_keys_and_probes_with_orders()
    {
        var file = Path.Combine(Repository.Root, "hocon", "live.conf");
        var keys = new Hashtable { ["TRADING__ACCOUNTS__BINANCE__API_KEY"] = "k", ["TRADING__ACCOUNTS__BINANCE__API_SECRET"] = "s" };
        var settings = NodeSettingsReader.Read(SettingsLayers.Read(file, keys, new Dictionary<string, string>()));
        Assert.Equal((true, true, null), (settings.Live, settings.ProbeOrders, settings.Paper));
        Assert.Equal(2m, Assert.Single(settings.Accounts).WorstLoss); // 5 × 20 USDT × 2 %
        Assert.Contains(
            "live.conf: line 17: accounts.binance: keys are missing",
            Assert.Throws<ConfigurationException>(() => NodeSettingsReader.Read(
                SettingsLayers.Read(file, new Hashtable(), new Dictionary<string, string>()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Live_and_paper_exclude_each_other() => Assert.Contains(
        "node.conf: line 1: live = true: paper mode trades nothing", Assert.Throws<ConfigurationException>(() => Read("""{ "live": true }""")).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("bybit", "https://api.bybit.com", false)]
    [InlineData("bybit", "https://api.bytick.com", false)]
    [InlineData("bybit", "https://api.bybit.nl", false)]
    [InlineData("bybit", "https://api.bybit.eu", false)]
    [InlineData("bybit", "https://api.bybitgeorgia.ge", false)]
    [InlineData("bybit", "https://api.manepa.jp", false)]
    [InlineData("bybit", "https://api-testnet.bybit.com", true)]
    [InlineData("bybit", "https://api-demo.bybit.com", true)]
    [InlineData("bybit", "http://127.0.0.1:5491", true)]
    [InlineData("binance", "https://fapi.binance.com", false)]
    [InlineData("binance", "https://FAPI.binance.com.", false)]
    [InlineData("binance", "https://demo-fapi.binance.com", true)]
    public void Real_money_needs_live_wherever_its_address_is(string exchange, string url, bool play)
    {
        var file = $$"""{ "accounts": { "a": { "exchange": "{{exchange}}", "exchange-url": "{{url}}" } } }""";
        var keys = new Hashtable { ["TRADING__ACCOUNTS__A__API_KEY"] = "k", ["TRADING__ACCOUNTS__A__API_SECRET"] = "s" };
        if (play) Assert.Equal(new Uri(url), Assert.Single(Read(file, keys).Accounts).Url);
        else
            Assert.Contains(
                "this is the exchange of real money", Assert.Throws<ConfigurationException>(() => Read(file, keys)).Message, StringComparison.Ordinal);
        keys["TRADING__LIVE"] = "true";
        Assert.True(Read(file, keys).Live);
    }

    [Fact]
    public void Barriers_are_off_unless_an_account_sets_them()
    {
        var settings = Read(
            """{ "accounts": { "a": { "exchange": "binance", "take-profit": "4 %", "break-even": "0.8 %" }, "b": { "exchange": "binance" } }, "paper": {"seed": 1} }""");
        Assert.Equal([(0.04m, 0.008m), (null, null)], settings.Accounts.Select(account => (account.Risk.Plan.TakeProfit, account.Risk.Plan.BreakEven)));
    }

    [Fact]
    public void Position_mode_is_one_way_unless_an_account_says_hedge()
    {
        var settings = Read("""{ "accounts": { "a": { "exchange": "binance", "position-mode": "hedge" }, "b": { "exchange": "binance" } }, "paper": {"seed": 1} }""");
        Assert.Equal([true, false], settings.Accounts.Select(account => account.Risk.Hedge));
    }

    [Fact]
    public void Accounts_of_one_exchange_share_its_address()
    {
        const string file = """
            { "accounts": { "a": { "exchange": "binance", "exchange-url": "http://127.0.0.1:1" },
                            "b": { "exchange": "binance", "exchange-url": "http://127.0.0.1:2" } } }
            """;
        var keys = new Hashtable();
        foreach (var name in new[] { "A", "B" })
            (keys[$"TRADING__ACCOUNTS__{name}__API_KEY"], keys[$"TRADING__ACCOUNTS__{name}__API_SECRET"]) = ("k", "s");
        var refused = Assert.Throws<ConfigurationException>(() => Read(file, keys));
        Assert.Contains("node.conf: line 2: accounts.b.exchange-url = 'http://127.0.0.1:2/'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_route_names_an_account_that_exists_and_manual_stops_are_restored_or_respected()
    {
        var settings = Read("""{ "positions": { "on-manual-stop": "respect" }, "routing": { "1": { "symbol": "BTCUSDT", "account": "binance" } } }""");
        Assert.Equal((ManualStopPolicy.Respect, "BTCUSDT"), (settings.OnManualStop, Assert.Single(settings.Routes).Symbol!.Value.Value));
        Assert.Contains(
            "node.conf: line 1: routing.1.account = 'nope'",
            Assert.Throws<ConfigurationException>(() => Read("""{ "routing": { "1": { "account": "nope" } } }""")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_stands_above_the_file_and_the_command_line_above_both()
    {
        var file = """{ "port": 1000, "data": "a", "positions": { "stop-loss": "3 %" } } // a comment""";
        var environment = new Hashtable { ["TRADING__PORT"] = "2000", ["TRADING__POSITIONS__STOP_LOSS"] = "4%", ["PATH"] = "/bin" };
        var settings = Read(file, environment, new() { ["port"] = "3000" });
        Assert.Equal((3000, "a", 0.04m), (settings.Port, settings.Data, settings.Accounts[0].Risk.Plan.StopLoss));
    }

    [Fact]
    public void The_postgres_file_of_the_repository_asks_for_its_password_elsewhere()
    {
        var file = Path.Combine(Repository.Root, "hocon", "postgres.conf");
        var settings = NodeSettingsReader.Read(SettingsLayers.Read(
            file, new Hashtable { ["TRADING__JOURNAL__PASSWORD"] = "hush" }, new Dictionary<string, string>()));
        Assert.Contains("Password=hush", settings.Postgres!.ConnectionString);
        Assert.Equal("127.0.0.1:5432/trading", settings.Postgres.ToString());
    }

    [Theory]
    [InlineData("Host=x;Database=y;Password=hush", "a password does not belong here; set TRADING__JOURNAL__PASSWORD")]
    [InlineData("hush;Host", "it is not a connection string such as")]
    public void A_connection_string_that_is_refused_is_not_repeated(string text, string error)
    {
        var refused = Assert.Throws<ConfigurationException>(() => Read($$"""{ "journal": { "postgres": "{{text}}" } }"""));
        Assert.Contains(error, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "positions": { "stop-los": "2 %" } }""", "positions.stop-los: there is no such setting; did you mean positions.stop-loss?")]
    [InlineData("""{ "positions": { "stop-loss": 2 } }""", "positions.stop-loss = '2': write a percentage from 0.05 % to 50 %")]
    [InlineData("""{ "sync-every": "2 minutes" }""", "sync-every = '2 minutes': write a time from 5s to 1h")]
    [InlineData("""{ "accounts": { "binance": { "adopt": "all" } }, "paper": {"seed": 1} }""", "accounts.binance.adopt = 'all': write ignore, protect-only, manage or alert")]
    [InlineData("""{ "accounts": { "binance": { "api-secret": "abc" } } }""", "secrets do not belong into a configuration file; set TRADING__ACCOUNTS__BINANCE__API_SECRET")]
    [InlineData("""{ "accounts": { "main": { "notional": 100 } } }""", "accounts.main.exchange is missing: write binance or bybit")]
    [InlineData("""{ "accounts": { "binance": { "notional": 100 } } }""", "accounts.binance: keys are missing")]
    [InlineData("""{ "accounts": { "binance": { "position-mode": "both" } }, "paper": {"seed": 1} }""", "accounts.binance.position-mode = 'both': write one-way or hedge")]
    [InlineData("""{ "port": 70000 }""", "port = '70000': write a whole number from 0 to 65535")]
    [InlineData("""{ "previous-journals": ["abc"] }""", "previous-journals.0 = 'abc': write the six characters")]
    [InlineData("""{ "port": }""", "line 1, column 11: this is not HOCON: port has no value")]
    [InlineData("{\n  \"port\": 5480,\n  \"data\": \"./d\", \n  \"live\" false }", "line 4, column 10: this is not HOCON")]
    [InlineData("[]", "line 1: write the settings between braces")]
    [InlineData("""{ "port": 1, "port": 2 }""", "port is written twice")]
    [InlineData("""{ "data": "" }""", "data = '': write the path of a folder")]
    [InlineData("""{ "accounts": { "binance": { "allow": [] } }, "paper": {} }""", "accounts.binance.allow is an empty list, which would allow no symbol")]
    [InlineData("""{ "accounts": { "binance": { "notional": 79000000000000000000000000000 } }, "paper": {} }""", "accounts.binance.notional = '79000000000000000000000000000': write a number of USDT from 1 to 1000000000000")]
    [InlineData("""{ "accounts": { "binance": { "notional": 7.9e28 } }, "paper": {} }""", "accounts.binance.notional = '7.9e28': write a number of USDT")]
    [InlineData("""{ "webhooks": { "tv": {} } }""", "webhooks.tv: the secret is missing; set TRADING__WEBHOOKS__TV__SECRET")]
    [InlineData("""{ "feeds": { "a": {} } }""", "feeds.a.url is missing")]
    [InlineData("""{ "acounts": {} }""", "acounts: there is no such setting; did you mean")]
    public void What_is_wrong_is_named_with_its_remedy(string file, string error)
    {
        var refused = Assert.Throws<ConfigurationException>(() => Read(file));
        Assert.Contains(error, refused.Message, StringComparison.Ordinal);
        Assert.Contains("node.conf: line ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void An_empty_paper_section_beside_accounts_is_paper_mode_with_those_accounts()
    {
        var settings = Read("""{ "paper": {}, "accounts": { "main": { "exchange": "bybit" } } }""");
        Assert.Equal((new PaperSettings(), "main"), (settings.Paper, Assert.Single(settings.Accounts).Id.Value));
    }

    [Theory]
    [InlineData("https://signals.example/feed?token=s3cret")]
    [InlineData("https://signals.example/s3cret")]
    [InlineData("https://user:s3cret@signals.example")]
    [InlineData("https://exa mple/s3cret")]
    public void An_address_that_is_refused_is_named_without_the_token_in_it(string url)
    {
        var refused = Assert.Throws<ConfigurationException>(() => Read($$"""{ "feeds": { "a": { "url": "{{url}}" } } }"""));
        Assert.Contains("feeds.a.url = 'https://", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A variable that a script wanted to fill and could not: no secret is the empty one.</summary>
    [Theory]
    [InlineData("TRADING__WEBHOOKS__TV__SECRET", "webhooks.tv.secret")]
    [InlineData("TRADING__ACCOUNTS__BINANCE__API_KEY", "accounts.binance.api-key")]
    [InlineData("TRADING__ACCOUNTS__BINANCE__API_SECRET", "accounts.binance.api-secret")]
    [InlineData("TRADING__JOURNAL__PASSWORD", "journal.password")]
    public void An_empty_secret_of_the_environment_is_refused_by_name(string variable, string path)
    {
        const string file = """{ "webhooks": { "tv": {} }, "accounts": { "binance": { "exchange-url": "http://127.0.0.1:5490" } } }""";
        foreach (var empty in (string[])["", "  "])
        {
            var refused = Assert.Throws<ConfigurationException>(() => Read(file, Environment(variable, empty)));
            Assert.Contains($"{path} is set and empty; give it its value", refused.Message, StringComparison.Ordinal);
        }
    }

    private static Hashtable Environment(string variable, string value) => new()
    {
        ["TRADING__WEBHOOKS__TV__SECRET"] = "a secret", ["TRADING__ACCOUNTS__BINANCE__API_KEY"] = "key",
        ["TRADING__ACCOUNTS__BINANCE__API_SECRET"] = "secret", [variable] = value,
    };

    [Fact]
    public void A_secret_is_read_from_a_file_that_only_its_owner_can_read()
    {
        if (OperatingSystem.IsWindows()) return;
        var secret = Path.Combine(_folder, "secret");
        File.WriteAllText(secret, "s3cret\n");
        var environment = new Hashtable { ["TRADING__ACCOUNTS__BINANCE__API_KEY"] = "key" };
        var file = $$"""
            { "accounts": { "binance": { "exchange-url": "http://127.0.0.1:5490", "api-secret-file": "{{secret}}" } } }
            """;

        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var refused = Assert.Throws<ConfigurationException>(() => Read(file, environment));
        Assert.Contains("chmod 600", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", refused.Message, StringComparison.Ordinal);

        File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var account = Assert.Single(Read(file, environment).Accounts);
        Assert.Equal(("key", "s3cret"), (account.ApiKey, account.ApiSecret));
        Assert.DoesNotContain("s3cret", account.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Real_money_is_not_reached_by_leaving_out_an_address()
    {
        var environment = new Hashtable
        {
            ["TRADING__ACCOUNTS__BINANCE__API_KEY"] = "key", ["TRADING__ACCOUNTS__BINANCE__API_SECRET"] = "secret",
        };
        foreach (var file in new[] { "{}", """{ "accounts": { "binance": { "exchange-url": "https://fapi.binance.com" } } }""" })
        {
            var refused = Assert.Throws<ConfigurationException>(() => Read(file, environment));
            Assert.Contains("the exchange of real money", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--prot", "'--prot' is not an argument of the node")]
    [InlineData("--port", "--port needs a value")]
    [InlineData("--for 3", "--for 3: write a time from 1s")]
    [InlineData("--data a --data b", "--data is given twice")]
    public void Arguments_are_read_strictly(string line, string error) => Assert.Contains(
        error, Assert.Throws<ConfigurationException>(() => CommandLine.Parse(line.Split(' '))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("--help"), InlineData("-h"), InlineData("--port 1 --help")]
    public void Help_is_given_to_whoever_asks_for_it(string line)
    {
        Assert.True(CommandLine.AsksForHelp(line.Split(' ')));
        foreach (var argument in new[] { "--config", "--data", "--for", "--port", "TRADING__", "Exit codes" })
            Assert.Contains(argument, CommandLine.Help, StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_folder_has_one_node()
    {
        using var first = DataFolder.Open(_folder);
        var refused = Assert.Throws<ConfigurationException>(() => DataFolder.Open(_folder));
        Assert.Contains("another node is running on this folder", refused.Message, StringComparison.Ordinal);
        first.Dispose();
        DataFolder.Open(_folder).Dispose();
    }

    [Fact]
    public void Adoption_is_protect_only_unless_said_otherwise() =>
        Assert.Equal(AdoptPolicy.ProtectOnly, Read("{}").Accounts[0].Adopt);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static object Said(AccountSettings account) => (
        account.Id, account.Exchange, account.Isolated, account.Adopt, account.Risk.Plan, account.Risk.Notional,
        account.Risk.MaxOpenPositions, account.Risk.Leverage, account.Risk.CooldownAfterClose, account.Risk.CooldownAfterLoss);

    private NodeSettings Read(string file, IDictionary? environment = null, Dictionary<string, string>? line = null)
    {
        var path = Path.Combine(_folder, "node.conf");
        File.WriteAllText(path, file);
        return NodeSettingsReader.Read(SettingsLayers.Read(path, environment ?? new Hashtable(), line ?? []));
    }
}
