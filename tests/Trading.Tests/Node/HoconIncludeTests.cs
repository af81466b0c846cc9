using Trading.Node.Configuration;

namespace Trading.Tests.Node;

/// <summary>A file takes another one in where it names it; what is written later stands above.</summary>
public sealed class HoconIncludeTests : IDisposable
{
    private readonly SettingsFolder _folder = new();

    [Fact]
    public void Settings_stand_above_what_is_included_before_them()
    {
        _folder.Write("base.conf", "{ \"port\": 1, \"data\": \"base\", \"positions\": { \"stop-loss\": \"3 %\", \"max-age\": \"1h\" } }");
        var settings = _folder.Effective("include \"base.conf\"\nport = 2\npositions.stop-loss = 4 %");
        Assert.Equal(
            [("2", "node.conf"), ("base", "base.conf"), ("4 %", "node.conf"), ("1h", "base.conf")],
            new[] { "port", "data", "positions.stop-loss", "positions.max-age" }
                .Select(name => (settings[name].Value, Path.GetFileName(settings[name].From))));
    }

    [Fact]
    public void What_is_included_later_stands_above_as_well()
    {
        _folder.Write("a.conf", "port = 1\ndata = a\nprevious-journals = [aaaaaa, bbbbbb]");
        _folder.Write("b.conf", "port = 2\nprevious-journals = [cccccc]");
        var settings = _folder.Read("data = node\ninclude \"a.conf\", include \"b.conf\"\n");
        Assert.Equal((2, "a", "cccccc"), (settings.Port, settings.Data, Assert.Single(settings.PreviousJournals)));
    }

    [Fact]
    public void A_path_begins_at_the_folder_of_the_file_that_names_it()
    {
        _folder.Write("parts/waves.conf", "include \"deeper/trades.conf\"\nbuffer = 10 %");
        _folder.Write("parts/deeper/trades.conf", "max-trades = 7");
        var settings = _folder.Read("waves {\n  include \"parts/waves.conf\"\n}");
        Assert.Equal((7, 10), (settings.Waves.MaxTrades, settings.Waves.BufferPercent));
    }

    [Fact]
    public void A_null_takes_away_what_an_included_file_says()
    {
        _folder.Write("base.conf", "port = 1\npositions { hard-loss = 9 % }");
        var settings = _folder.Read("include \"base.conf\"\nport = null\npositions = null");
        Assert.Equal((5480, null), (settings.Port, settings.HardLoss));
    }

    [Fact]
    public void A_file_that_is_missing_is_refused_and_not_passed_over() => Assert.Equal(
        $"{_folder.File}: line 2: include 'nope.conf': there is no such file; name one by its path from this file's folder",
        _folder.Refusal("port = 1\ninclude \"nope.conf\"").Message);

    [Fact]
    public void A_circle_is_refused_with_its_way()
    {
        _folder.Write("a.conf", "include \"b.conf\"");
        _folder.Write("b.conf", "port = 1\n\ninclude \"./node.conf\"");
        Assert.Equal(
            $"{_folder.PathOf("b.conf")}: line 3: include './node.conf': the file would include itself (b.conf by a.conf by node.conf); take this include away",
            _folder.Refusal("include \"a.conf\"").Message);
    }

    [Fact]
    public void An_error_in_an_included_file_names_that_file_and_its_line()
    {
        _folder.Write("base.conf", "\nport = 70000");
        Assert.StartsWith($"{_folder.PathOf("base.conf")}: line 2: port = '70000': ", _folder.Refusal("include \"base.conf\"").Message, StringComparison.Ordinal);
        _folder.Write("base.conf", "\nport = \"1");
        Assert.StartsWith($"{_folder.PathOf("base.conf")}: line 2, column 8: ", _folder.Refusal("include \"base.conf\"").Message, StringComparison.Ordinal);
        _folder.Write("base.conf", "accounts.binance.api-key = hush");
        var refused = _folder.Refusal("include \"base.conf\"");
        Assert.Contains("base.conf: line 1: accounts.binance.api-key: secrets do not belong into", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_is_a_value_or_a_section_in_all_files()
    {
        _folder.Write("base.conf", "paper = 1");
        Assert.Equal(
            $"{_folder.File}: line 2: paper is a section here and a value elsewhere ({_folder.PathOf("base.conf")}: line 1); keep one of them",
            _folder.Refusal("include \"base.conf\"\npaper { seed = 1 }").Message);
        _folder.Write("base.conf", "Port = 1");
        Assert.Equal(
            $"{_folder.File}: line 2: port is written as Port elsewhere ({_folder.PathOf("base.conf")}: line 1); write it the same way",
            _folder.Refusal("include \"base.conf\"\nport = 2").Message);
    }

    public void Dispose() => _folder.Dispose();
}
