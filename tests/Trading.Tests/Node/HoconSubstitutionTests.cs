using Trading.Node.Configuration;

namespace Trading.Tests.Node;

/// <summary>Values taken from other settings and from the environment.</summary>
public sealed class HoconSubstitutionTests : IDisposable
{
    private readonly SettingsFolder _folder = new();

    [Fact]
    public void A_setting_takes_the_value_of_another_wherever_that_stands()
    {
        _folder.Write("base.conf", "paper.wave-every = 30s");
        var settings = _folder.Effective("""
            include "base.conf"
            accounts {
              binance { notional = ${accounts.bybit.notional}, cooldown-after-close = ${paper.wave-every} }
              bybit { notional = 150 }
            }
            """);
        Assert.Equal(("150", "30s"), (settings["accounts.binance.notional"].Value, settings["accounts.binance.cooldown-after-close"].Value));
    }

    [Fact]
    public void Lists_and_whole_sections_are_taken_too()
    {
        var settings = _folder.Read("""
            accounts { main { exchange = bybit, notional = 150, block = [AAAUSDT, BBBUSDT] }, second = ${accounts.main} }
            accounts.third { exchange = bybit, notional = 75, block = ${accounts.main.block} }
            paper {}
            """);
        Assert.Equal(
            ["main 150 2", "second 150 2", "third 75 2"],
            settings.Accounts.Select(account => $"{account.Id} {account.Risk.Notional} {account.Risk.Block.Count}"));
    }

    [Fact]
    public void A_variable_that_is_set_replaces_the_value_before_it()
    {
        const string file = "port = 5480\nport = ${?NODE_PORT}\ndata = \"/var/\"${?NODE_NAME}\"/data\"";
        var unset = _folder.Read(file);
        Assert.Equal((5480, "/var//data"), (unset.Port, unset.Data));
        (_folder.Environment["NODE_PORT"], _folder.Environment["NODE_NAME"]) = ("7", "a \"b\" \\ ${c} \n#");
        var set = _folder.Read(file);
        Assert.Equal((7, "/var/a \"b\" \\ ${c} \n#/data"), (set.Port, set.Data));
    }

    /// <summary>Three quotes in a row would be read as the beginning of another kind of text.</summary>
    [Theory]
    [InlineData("\"\"${NODE_NAME}\"/d\"", "x", "x/d")]
    [InlineData("\"\"${NODE_NAME}\"/d\"", "", "/d")]
    [InlineData("${NODE_NAME}${?NODE_PORT}\"\"", "x", "x")]
    [InlineData("./${NODE_NAME}/d", "a b", "./a b/d")]
    [InlineData("./d ${NODE_NAME}", "\"\"\"", "./d \"\"\"")]
    [InlineData("\"\"\"./d\"\"\"${NODE_NAME}", "x", "./dx")]
    public void A_text_and_a_variable_are_joined_as_they_stand(string written, string variable, string value)
    {
        _folder.Environment["NODE_NAME"] = variable;
        Assert.Equal(value, _folder.Read($"data = {written}").Data);
    }

    [Fact]
    public void The_environment_of_the_node_still_stands_above()
    {
        (_folder.Environment["NODE_PORT"], _folder.Environment["TRADING__PORT"]) = ("7", "8");
        Assert.Equal(8, _folder.Read("port = ${NODE_PORT}").Port);
    }

    [Theory]
    [InlineData("port = ${?NODE_PORT}", "port = '': write a whole number")]
    [InlineData("port = ${NODE_NAME}", "port = '${NODE_NAME}': NODE_NAME is not set; set it, or write ${?NODE_NAME} for a setting that may be left out")]
    [InlineData("port = ${sync-every}", "port = '${sync-every}': no such setting is written, counted from the top of all files; write it, or the value itself")]
    [InlineData("port = ${?sync-every}", "port = '${?sync-every}': only a variable of the environment, such as ${?NAME}, can be optional; write ${sync-every}")]
    [InlineData("port = ${port}", "port = '${port}': the value leads back to itself; write the value itself")]
    [InlineData("port = ${paper.seed}\npaper.seed = ${port}", "port = '${paper.seed}': the value leads back to itself; write the value itself")]
    [InlineData("paper { seed = ${paper} }", "paper.seed = '${paper}': the value leads back to itself; write the value itself")]
    [InlineData("data = x${paper}\npaper {}", "data = '${paper}': a section or list cannot be part of a text; name a single value")]
    [InlineData("data = x${sync-every}\nsync-every = ${paper}\npaper {}", "data = '${sync-every}': a section or list cannot be part of a text")]
    [InlineData("data = ${TRADING__JOURNAL__PASSWORD}", "data = '${TRADING__JOURNAL__PASSWORD}': TRADING__ variables stand above the file by themselves; take the substitution away, or name another variable")]
    [InlineData("accounts.binance.api-key = ${?NODE_NAME}", "accounts.binance.api-key: secrets do not belong into a configuration file")]
    [InlineData("accounts.binance.api-key = ${?NODE_PORT}", "accounts.binance.api-key: secrets do not belong into a configuration file")]
    [InlineData("prt = ${?NODE_NAME}", "prt: there is no such setting; did you mean port?")]
    public void What_cannot_be_put_in_is_refused(string text, string said)
    {
        (_folder.Environment["NODE_PORT"], _folder.Environment["TRADING__JOURNAL__PASSWORD"]) = ("", "hush");
        var refused = _folder.Refusal(text).Message;
        Assert.StartsWith($"{_folder.File}: line 1: {said}", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void A_circle_that_another_setting_leads_into_is_refused() => Assert.Contains(
        "the value leads back to itself", _folder.Refusal("data = ${port}\nport = ${paper.seed}\npaper.seed = ${port}").Message, StringComparison.Ordinal);

    [Fact]
    public void A_password_by_way_of_a_variable_is_refused_as_one_in_the_file_is()
    {
        _folder.Environment["PG_PASSWORD"] = "hush";
        var refused = _folder.Refusal("journal.postgres = \"Host=x;Database=y;Password=\"${PG_PASSWORD}");
        Assert.StartsWith($"{_folder.File}: line 1: journal.postgres: a password does not belong here", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", refused.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
