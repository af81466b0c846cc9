using Trading.Simulator.Market;
using Xunit;

namespace Trading.Tests.Simulator.Market;

public sealed class MarketFilesTests
{
    [Fact]
    public void Unknown_content_is_refused_with_the_file_and_the_known_kinds()
    {
        using var folder = new TempFolder();
        var path = folder.Text("notes.txt", "hello\n");

        var error = Assert.Throws<MarketException>(() => MarketFiles.Open(path));
        Assert.StartsWith($"{path}: unknown content; known are frame logs", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_a_folder_and_nothing_at_all_are_told_apart()
    {
        using var folder = new TempFolder();
        var path = folder.Text("a.log", "");

        Assert.Contains("no such file", Refusal(path + "x"), StringComparison.Ordinal);
        Assert.Contains("is a folder", Refusal(Path.GetDirectoryName(path)!), StringComparison.Ordinal);
        Assert.Contains("No file with prices", Refusal(), StringComparison.Ordinal);
        Assert.Contains("unknown content", Refusal(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Kinds_are_not_mixed()
    {
        using var folder = new TempFolder();
        var log = folder.Text("a.log", """1680652700000000 {"e":"trade","s":"XUSDT","p":"9"}""");
        var csv = folder.Text("XUSDT-trades-1.csv", "id,price,qty,time\n1,9,1,1680652700000\n");

        Assert.Contains("give files of one kind", Refusal(log, csv), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_kind_opens_its_market()
    {
        using var folder = new TempFolder();
        var log = folder.Text("a.log", """1680652700000000 {"e":"trade","s":"XUSDT","p":"9"}""");
        var csv = folder.Text("XUSDT-trades-1.csv", "id,price,qty,time\n1,9,1,1680652700000\n");
        var bars = folder.Bars("20221213_xusdt_minute_trade.csv", "0,9,9,9,9,1\n");

        Assert.IsType<FrameLogMarket>(MarketFiles.Open(log));
        Assert.IsType<ArchiveCsvMarket>(MarketFiles.Open(csv));
        Assert.IsType<MinuteBarMarket>(MarketFiles.Open(bars));
    }

    [Fact]
    public void A_frame_log_without_prices_is_refused()
    {
        using var folder = new TempFolder();
        Assert.Contains(
            "no price in 1 frames",
            Refusal(folder.Text("a.log", """1680652700000000 {"e":"depthUpdate","s":"XUSDT"}""")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_zip_is_refused_by_name()
    {
        using var folder = new TempFolder();
        Assert.Contains(
            "is a damaged zip", Refusal(folder.Text("bars.zip", "PK nothing else")), StringComparison.Ordinal);
    }

    private static string Refusal(params string[] paths) =>
        Assert.Throws<MarketException>(() => MarketFiles.Open(paths)).Message;
}
