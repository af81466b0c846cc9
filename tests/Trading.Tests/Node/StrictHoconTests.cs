using Trading.Node.Configuration;

namespace Trading.Tests.Node;

/// <summary>What Akka's parser would pass over, or read as something else, is one line with file, line and remedy.</summary>
public sealed class StrictHoconTests : IDisposable
{
    private readonly SettingsFolder _folder = new();

    [Theory]
    [InlineData("", "line 1: the file holds no setting; write {} if none is meant")]
    [InlineData("\n# nothing but this\n", "line 3: the file holds no setting; write {} if none is meant")]
    [InlineData("[]", "line 1: write the settings between braces: { port = 5480 }")]
    [InlineData("{ port = 1", "line 1, column 1: this is not HOCON: the brace that opens here is not closed; close it")]
    [InlineData("port = 1\npaper {\n  seed = 1\n", "line 2, column 7: this is not HOCON: the brace that opens here is not closed; close it")]
    [InlineData("port = 1 }\ndata = d", "line 1, column 10: this is not HOCON: this brace closes nothing; take it away, or open one before")]
    [InlineData("{ port = 1 }\ndata = d", "line 2, column 1: this is not HOCON: the braces of line 1 are closed before this; take it away, or move it into them")]
    [InlineData("previous-journals = [a, b\nport = 1", "line 2, column 6: this is not HOCON: '=' stands in a value; put the value between double quotes, or the next setting on a new line")]
    [InlineData("previous-journals = [a, b", "line 1, column 21: this is not HOCON: the bracket that opens here is not closed; close it")]
    [InlineData("{ a = [1, 2 }", "line 1, column 7: this is not HOCON: the bracket that opens here is not closed; close it")]
    [InlineData("a = [1, , 2]", "line 1, column 9: this is not HOCON: an item should stand before this comma; take the comma away")]
    [InlineData("data = \"d\nport = 1", "line 1, column 8: this is not HOCON: the quote that begins here is not closed on its line; close it")]
    [InlineData("data = \"\"\"d\nport = 1", "line 1, column 8: this is not HOCON: the three quotes that begin here are not closed; close them with three")]
    [InlineData("data = \"\\q\"", """line 1, column 9: this is not HOCON: this escape is not known; \" \\ \/ \b \f \n \r \t and \u with four hexadecimal digits are""")]
    [InlineData("data = 'd'", "line 1, column 8: this is not HOCON: text is put between double quotes, not single ones")]
    [InlineData("data = @d", "line 1, column 8: this is not HOCON: '@' has no meaning here; put the text it belongs to between double quotes")]
    [InlineData("{ \"port\": }", "line 1, column 11: this is not HOCON: port has no value; write it behind =, or take the name away")]
    [InlineData("port =", "line 1, column 7: this is not HOCON: port has no value; write it behind =, or take the name away")]
    [InlineData("port =\ndata = d", "line 2, column 1: this is not HOCON: port has no value; write it behind =, or take the name away")]
    [InlineData("port = # 5480\ndata = d", "line 2, column 1: this is not HOCON: port has no value; write it behind =, or take the name away")]
    [InlineData("paper { seed = }", "line 1, column 16: this is not HOCON: paper.seed has no value; write it behind =, or take the name away")]
    [InlineData("port", "line 1, column 1: this is not HOCON: a name stands here and no value behind it; write = and the value, or take it away")]
    [InlineData("port 5480", "line 1, column 6: this is not HOCON: one name ends here and another text begins; names with spaces take double quotes, values '=' or ':'")]
    [InlineData("a.\"b\"c = 1", "line 1, column 6: this is not HOCON: one name ends here and another text begins; names with spaces take double quotes, values '=' or ':'")]
    [InlineData("a..b = 1", "line 1, column 1: this is not HOCON: a name is empty; write one before, between and after the dots")]
    [InlineData("\"\" = 1", "line 1, column 1: this is not HOCON: a name is empty; write one before, between and after the dots")]
    [InlineData("= 1", "line 1, column 1: this is not HOCON: a setting should begin here, with its name, and not '='")]
    [InlineData("port = 1,, data = d", "line 1, column 10: this is not HOCON: a setting should stand before this comma; take the comma away")]
    [InlineData("{ paper = { seed = 1 } port = 2 }", "line 1, column 24: this is not HOCON: a comma or a new line is missing before this; write one")]
    [InlineData("data = \"d\" port = 1", "line 1, column 12: this is not HOCON: a value ends here and another text begins; write a comma or a new line between them")]
    [InlineData("previous-journals = [\"a\" \"b\"]", "line 1, column 26: this is not HOCON: a value ends here and another text begins; write a comma or a new line between them")]
    [InlineData("data = d port = 1", "line 1, column 15: this is not HOCON: '=' stands in a value; put the value between double quotes, or the next setting on a new line")]
    [InlineData("feeds.a.url = ws://x", "line 1, column 17: this is not HOCON: ':' stands in a value; put the value between double quotes, or the next setting on a new line")]
    [InlineData("data = d { }", "line 1, column 10: this is not HOCON: a section or list cannot be joined to a value; write a comma or a new line before it")]
    [InlineData("a = [1]\na += 2", "line 2, column 3: this is not HOCON: += is not taken; write the whole list behind =")]
    [InlineData("data = ./d//e", "line 1, column 11: this is not HOCON: a comment begins in the middle of a text; put a space before it, or the text between double quotes")]
    [InlineData("data = d#1", "line 1, column 9: this is not HOCON: a comment begins in the middle of a text; put a space before it, or the text between double quotes")]
    [InlineData("port = ${}", "line 1, column 8: this is not HOCON: a substitution is written ${path.of.a-setting} or ${?NAME_OF_A_VARIABLE}")]
    [InlineData("port = ${a", "line 1, column 8: this is not HOCON: a substitution is written ${path.of.a-setting} or ${?NAME_OF_A_VARIABLE}")]
    [InlineData("previous-journals = [${?NODE_NAME}]", "line 1, column 22: this is not HOCON: an item of a list cannot be optional; write ${NAME} without ?")]
    [InlineData("include file(\"x\")", "line 1, column 9: this is not HOCON: an include is written include \"file.conf\", its path beginning at this file's folder")]
    [InlineData("port = 1\n\nport = 2", "line 3: port is written twice; leave one of them (the other stands in line 1)")]
    [InlineData("paper { seed = 1 }\npaper.Seed = 2", "line 2: paper.Seed is written twice; leave one of them (the other stands in line 1)")]
    [InlineData("paper = 1\npaper { seed = 1 }", "line 2: paper is written twice; leave one of them (the other stands in line 1)")]
    [InlineData("akka = on", "line 1: akka is the section of Akka's own settings; write akka { loglevel = INFO }")]
    public void What_is_written_wrong_is_refused_with_its_line(string text, string said)
    {
        var refused = _folder.Refusal(text);
        Assert.Equal($"{_folder.File}: {said}", refused.Message);
    }

    [Theory]
    [InlineData("port = 5480 # a comment\r\n", "port", "5480")]
    [InlineData("port=5480#", "port", null)]
    [InlineData("{\n\"port\"\n:\n5480\n}", "port", "5480")]
    [InlineData("{ \"data\": \"d\"\n, \"port\": 5480\n}", "port", "5480")]
    [InlineData("positions { stop-loss = 2 %, max-age = 3h }", "positions.stop-loss", "2 %")]
    [InlineData("positions.stop-loss : 1.50 %", "positions.stop-loss", "1.50 %")]
    [InlineData("positions = { stop-loss = 1 % }\npositions { max-age = 3h }", "positions.stop-loss", "1 %")]
    [InlineData("paper {}, accounts.binance { notional = 1.0000000000000000000000000001 }", "accounts.binance.notional", "1.0000000000000000000000000001")]
    [InlineData("\"data\" = \"a \\\"b\\\" \\u00e9\" // a comment", "data", "a \"b\" é")]
    [InlineData("data = \"\"\"C:\\d \"x\"\"\"\"", "data", null)]
    [InlineData("data = \"\"\"C:\\d \"x\" \"\"\"", "data", "C:\\d \"x\"")]
    [InlineData("data = null\nport = 1", "data", "./data")]
    [InlineData("data = \"null\"", "data", "null")]
    [InlineData("previous-journals = [\n  aaaaaa # first\n  bbbbbb,\n]", "previous-journals.1", "bbbbbb")]
    [InlineData("sync-every = 5s, port = 1", "sync-every", "5s")]
    public void What_is_written_right_is_read_as_it_stands(string text, string path, string? value)
    {
        if (value is null) _folder.Refusal(text);
        else Assert.Equal(value, _folder.Effective(text)[path].Value);
    }

    /// <summary>A file of keys that is named by mistake: nothing of it is repeated.</summary>
    [Theory]
    [InlineData("s3cretS3CRET")]
    [InlineData("s3cretS3CRET==")]
    [InlineData("s3cretS3CRET=")]
    [InlineData("api-secret: s3cret:S3CRET")]
    [InlineData("api-secret: \"s3cret")]
    public void What_may_be_a_secret_is_in_no_error(string text) =>
        Assert.DoesNotContain("s3cret", _folder.Refusal(text).ToString(), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Braces_without_end_are_refused_and_do_not_end_the_process()
    {
        Assert.Contains("nested too deeply", _folder.Refusal(string.Concat(Enumerable.Repeat("a {", 100_000))).Message, StringComparison.Ordinal);
        Assert.Contains("nested too deeply", _folder.Refusal("a = " + new string('[', 100_000)).Message, StringComparison.Ordinal);
    }

    /// <summary>Cut anywhere, or with any one character changed, a file is read or refused, and nothing else happens.</summary>
    [Fact]
    public void A_damaged_file_is_read_or_refused()
    {
        var whole = File.ReadAllText(Path.Combine(Repository.Root, "hocon", "paper.conf"));
        var from = whole.IndexOf("paper {", StringComparison.Ordinal);
        for (var i = from; i < whole.Length; i += 7)
        {
            _folder.TryRead(whole[..i]);
            foreach (var other in "{}[]\"=,:.$?\n") _folder.TryRead(whole[..i] + other + whole[(i + 1)..]);
        }
    }

    /// <summary>Akka's settings stay Akka's: no name of them is judged here.</summary>
    [Fact]
    public void The_akka_section_is_kept_for_akka()
    {
        var settings = _folder.Read("akka { loglevel = DEBUG, actor.provider = cluster }\nakka.stdout-loglevel = ${akka.loglevel}");
        Assert.Equal(("DEBUG", "DEBUG", "cluster"), (
            settings.Akka!.GetString("akka.loglevel"), settings.Akka.GetString("akka.stdout-loglevel"), settings.Akka.GetString("akka.actor.provider")));
        Assert.Null(_folder.Read("port = 1").Akka);
        Assert.Contains("line 2: actor.loglevel: there is no such setting", _folder.Refusal("akka {}\nactor.loglevel = X").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("port = 1\npositions {\n  stop-los = 2 %\n}", "line 3: positions.stop-los: there is no such setting; did you mean positions.stop-loss?")]
    [InlineData("port = 1\npositions {\n  stop-loss = 2\n}", "line 3: positions.stop-loss = '2': write a percentage")]
    [InlineData("\nlive = true", "line 2: live = true: paper mode trades nothing")]
    [InlineData("paper {}\naccounts {\n  main { notional = 5 }\n}", "line 3: accounts.main.exchange is missing")]
    [InlineData("port = 1\nprevious-journals = [\n  aaaaaa\n  b\n]", "line 4: previous-journals.1 = 'b': write the six characters")]
    [InlineData("port = 1\naccounts.binance {\n  api-key = x\n}", "line 3: accounts.binance.api-key: secrets do not belong into a configuration file")]
    [InlineData("positions = 5", "line 1: positions: there is no such setting")]
    [InlineData("port {\n  x = 1\n}", "line 2: port.x: there is no such setting")]
    public void An_error_about_a_setting_names_its_line(string text, string said) =>
        Assert.StartsWith($"{_folder.File}: {said}", _folder.Refusal(text).Message, StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();
}
