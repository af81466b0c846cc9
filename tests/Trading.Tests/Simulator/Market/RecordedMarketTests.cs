using Trading.Simulator.Market;
using Xunit;

namespace Trading.Tests.Simulator.Market;

/// <summary>The captured days, as they were captured.</summary>
public sealed class RecordedMarketTests
{
    private const string Captures = "market/binance-usdm-ws";
    private static readonly DateTime Settlement = new(2023, 4, 5, 0, 0, 0, DateTimeKind.Utc);

    [SharedFact]
    public void Two_frame_logs_play_as_one_session_across_the_funding_settlement()
    {
        using var market = FrameLogMarket.Open(
            [File("btcusdt_20230405T0000-0006.log.gz"), File("btcusdt_20230404T2358-0000.log.gz")]);
        var ticks = MarketTicks.All(market);
        var marks = ticks.DistinctBy(t => t.Mark).Select(t => t.Mark).ToList();

        Assert.Equal(13_384 + 60_381, market.Frames);
        Assert.Equal(0, market.GarbageLines);
        Assert.Equal("BTCUSDT", Assert.Single(market.Symbols).Symbol);
        Assert.Equal(0.1m, market.Symbols[0].TickSize);
        Assert.Equal(Settlement.AddTicks(-98_951_707 * 10L), ticks[0].AtUtc);
        Assert.Equal((28147.27373413m, 28140.1m), (ticks[0].Mark, ticks[^1].Mark));
        Assert.Equal((28158.8m, 28138.5198373m), (marks.Max(), marks.Min()));
        Assert.InRange(marks.Max() / marks.Min() - 1m, 0.00072m, 0.00073m);
        Assert.Equal((0.00002754m, Settlement), (ticks[0].FundingRate, ticks[0].NextFundingUtc));
        Assert.Equal((0.00002846m, Settlement.AddHours(8)), (ticks[^1].FundingRate, ticks[^1].NextFundingUtc));
        MarketTicks.InOrder(ticks);
        Assert.All(ticks, t => Assert.Equal(0m, t.Last % 0.1m));
    }

    [SharedFact]
    public void The_archive_of_the_same_session_has_the_same_marks()
    {
        using var market = ArchiveCsvMarket.Open(
            [
                File("binance-usdm-BTCUSDT-markprice-20230404T2358.csv"),
                File("binance-usdm-BTCUSDT-trades-20230404T2358.csv.gz"),
            ]);
        var ticks = MarketTicks.All(market);

        Assert.Equal(514 + 12_935, market.Rows);
        Assert.Equal(0, market.GarbageLines);
        Assert.Equal(DateTime.UnixEpoch.AddMilliseconds(1_680_652_701_000), ticks[0].AtUtc);
        Assert.Equal((28147.27373413m, 28140.1m), (ticks[0].Mark, ticks[^1].Mark));
        Assert.Equal(28140.1m, ticks[^1].Last);
        Assert.InRange(ticks.Max(t => t.Mark) / ticks.Min(t => t.Mark) - 1m, 0.00072m, 0.00073m);
        MarketTicks.InOrder(ticks);
    }

    [SharedFact]
    public void Nanosecond_trades_of_two_symbols_are_merged_by_time_and_value_the_mark_too()
    {
        using var market = ArchiveCsvMarket.Open(
            [
                File("binance-usdm-BTCUSDT-trades-20240718T2357.csv.gz"),
                File("binance-usdm-ETHUSDT-trades-20240718T2357.csv.gz"),
            ]);
        var ticks = MarketTicks.All(market);

        Assert.Equal(["BTCUSDT", "ETHUSDT"], market.Symbols.Select(s => s.Symbol));
        Assert.Equal([0.1m, 0.01m], market.Symbols.Select(s => s.TickSize));
        Assert.Equal(63865.4m, ticks.Last(t => t.Symbol == "BTCUSDT").Mark);
        Assert.Equal(3418.56m, ticks.Last(t => t.Symbol == "ETHUSDT").Last);
        MarketTicks.InOrder(ticks);
    }

    [SharedFact]
    public void A_log_with_decimal_seconds_and_a_colon_is_read_and_its_first_line_counted_as_garbage()
    {
        using var market = FrameLogMarket.Open([File("cryptofeed_4sym_20210722.ws.txt.gz")]);
        var ticks = MarketTicks.All(market);

        Assert.Equal((1535L, 1L), (market.Frames, market.GarbageLines));
        Assert.Equal(["AKROUSDT", "CTKUSDT", "KEEPUSDT", "SUSHIUSDT"], market.Symbols.Select(s => s.Symbol));
        Assert.Equal(("SUSHIUSDT", 7.611m), (ticks[0].Symbol, ticks[0].Last));
        Assert.Equal(DateTime.UnixEpoch.AddTicks(16_269_927_410_621_700), ticks[0].AtUtc);
        Assert.All(ticks, t => Assert.Equal(t.Last, t.Mark));
        MarketTicks.InOrder(ticks);
    }

    [SharedFact]
    public void Exchange_information_among_the_files_gives_the_filters()
    {
        var market = MarketFiles.Open(
            File("binance-usdm-BTCUSDT-markprice-20230404T2358.csv"), File("exchangeInfo_8sym_20210721.json"));
        var spec = Assert.Single(market.Symbols);

        Assert.Equal((0.01m, 0.001m, 1000m, 5m), (spec.TickSize, spec.StepSize, spec.MaxQty, spec.MinNotional));
        Assert.Equal((0.025m, 0.012m, 1.15m), (spec.MaintMarginRate, spec.LiquidationFee, spec.PriceUp));
    }

    [SharedFact]
    public void Both_exchanges_symbol_lists_are_read()
    {
        var binance = ExchangeInfo.Read(File("exchangeInfo_8sym_20210721.json"));
        var bybit = ExchangeInfo.Read(
            SharedFolder.File("market", "bybit-v5-ws", "instruments-info_linear_8sym_20260809.json"));

        Assert.Equal(8, binance.Count);
        Assert.Equal(8, bybit.Count);
        Assert.Equal((0.0001m, 1m, 590_000m, 75), (
            bybit["ADAUSDT"].TickSize, bybit["ADAUSDT"].StepSize, bybit["ADAUSDT"].MarketMaxQty,
            bybit["ADAUSDT"].MaxLeverage));
        Assert.All(bybit.Values.Concat(binance.Values), s => Assert.Equal("PERPETUAL", s.ContractType));
        Assert.All(bybit.Values.Concat(binance.Values), s => Assert.Equal("TRADING", s.Status));
    }

    [SharedFact]
    public void Every_file_of_the_shared_market_folder_is_recognised()
    {
        foreach (var path in Directory.EnumerateFiles(SharedFolder.File("market"), "*", SearchOption.AllDirectories)
            .Where(p => p.EndsWith(".gz", StringComparison.Ordinal) || p.EndsWith(".zip", StringComparison.Ordinal)))
        {
            var market = MarketFiles.Open(path);
            Assert.NotEmpty(market.Symbols);
            Assert.NotNull(market.NextAtUtc);
            Assert.Contains(market.Symbols[0].Symbol, market.Describe(), StringComparison.Ordinal);
            (market as IDisposable)?.Dispose();
        }
    }

    private static string File(string name) => SharedFolder.File(Captures, name);
}
