using Microsoft.Data.Sqlite;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;

namespace Trading.Tests.Simulator.Book;

/// <summary>What was answered is remembered, and the market goes on while the exchange is down.</summary>
public sealed class BookTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sim-book-").FullName;

    private string FilePath => Path.Combine(folder, "exchange.db");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Positions_stops_balances_settings_and_truth_survive_a_restart()
    {
        string before;
        DateTime at;
        using (var bench = new ExchangeBench(file: FilePath))
        {
            Assert.Equal(0, bench.Code("POST", "/fapi/v1/leverage", "symbol=ETHUSDT&leverage=7"));
            bench.Open(ExchangeBench.Eth, "BUY", "1", "2900");
            Assert.Equal(0, bench.Order(
                "symbol=ETHUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=2950&newClientOrderId=rests"));
            bench.Pass(250);
            bench.Open(ExchangeBench.Tag, "SELL", "20000");
            bench.Pass(1000);
            before = State(bench);
            at = bench.Now;
        }

        using var again = new ExchangeBench(file: FilePath, at: at);

        Assert.Equal(before, State(again));
        Assert.Equal(0, again.Order("symbol=ETHUSDT&side=BUY&type=MARKET&quantity=1"));
        Assert.True(again.Account.OrderHistory[^1].Id > again.Account.OrderHistory[^2].Id);
    }

    [Fact]
    public void What_was_not_flushed_by_a_clean_stop_is_there_too_because_answers_wait_for_the_disk()
    {
        var killed = new ExchangeBench(file: FilePath);
        killed.Open(ExchangeBench.Eth, "BUY", "1", "2900");
        var copy = Path.Combine(folder, "copy.db");
        File.Copy(FilePath, copy);
        File.Copy(FilePath + "-wal", copy + "-wal");

        using var again = new ExchangeBench(file: copy, at: killed.Now);

        Assert.Equal(1m, again.Account.Find("ETHUSDT", PositionSide.Both)!.Quantity);
        Assert.Single(again.Account.OpenStops);
        killed.Dispose();
    }

    [Fact]
    public void A_stop_fires_at_its_time_while_the_exchange_is_down()
    {
        DateTime at;
        using (var bench = new ExchangeBench(file: FilePath))
        {
            bench.Open(ExchangeBench.Eth, "BUY", "1", "2900");
            at = bench.Now;
        }

        using var exchange = Trading.Simulator.Exchange.Open(FilePath, start =>
        {
            Assert.Equal(at, start.FromUtc);
            var market = new ManualMarket(new SymbolSpec(ExchangeBench.Eth, 0.01m, 0.001m));
            market.Set(at.AddMinutes(10), ExchangeBench.Eth, 2890m);
            market.Set(at.AddMinutes(20), ExchangeBench.Eth, 2990m);
            return market;
        }, at.AddMinutes(30));

        var trade = exchange.Account("sim-key-0001").Trades[^1];
        Assert.Equal((2890m, Origin.Conditional), (trade.Price, trade.Origin));
        Assert.True(trade.AtUtc >= at.AddMinutes(10) && trade.AtUtc < at.AddMinutes(11));
    }

    [Fact]
    public void The_asset_that_fees_are_paid_in_survives_a_restart()
    {
        DateTime at;
        decimal left;
        using (var bench = new ExchangeBench(file: FilePath))
        {
            Assert.True(bench.Exchange.Venue.Fees.PayIn(bench.Account, "TAG", 10_000m));
            bench.Open(ExchangeBench.Eth, "BUY", "1", "2900");
            (at, left) = (bench.Now, bench.Account.FeeWallet);
            Assert.InRange(left, 1m, 9_999m);
        }

        using var again = new ExchangeBench(file: FilePath, at: at);
        Assert.Equal(("TAG", left, "TAG"), (again.Account.FeeAsset, again.Account.FeeWallet, again.Account.Trades[0].FeeAsset));
    }

    [Fact]
    public void A_book_from_before_fees_had_an_asset_is_read_as_one_whose_fees_were_in_usdt()
    {
        string before;
        DateTime at;
        using (var bench = new ExchangeBench(file: FilePath))
        {
            bench.Open(ExchangeBench.Eth, "BUY", "1", "2900");
            (before, at) = (State(bench), bench.Now);
        }

        using (var connection = new SqliteConnection($"Data Source={FilePath};Pooling=false"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE changes SET row=json_remove(row, '$.FeeAsset', '$.FeeWallet', '$.FeeValue', '$.Asset') WHERE row LIKE '%Asset%'";
            Assert.InRange(command.ExecuteNonQuery(), 3, 100);
        }

        using var again = new ExchangeBench(file: FilePath, at: at);
        Assert.Equal(before, State(again));
        Assert.Equal(0, again.Order("symbol=ETHUSDT&side=SELL&type=MARKET&quantity=1"));
        Assert.Equal("USDT", again.Account.Trades[^1].FeeAsset);
    }

    [Fact]
    public void At_most_one_hour_of_a_longer_absence_is_played()
    {
        DateTime at;
        using (var bench = new ExchangeBench(file: FilePath)) at = bench.Now;
        var from = DateTime.MinValue;

        using var exchange = Trading.Simulator.Exchange.Open(FilePath, start =>
        {
            from = start.FromUtc;
            Assert.Equal(3000m, start.LastTicks["ETHUSDT"].Mark);
            return new ManualMarket();
        }, at.AddHours(5));

        Assert.Equal(at.AddHours(4), from);
    }

    private static string State(ExchangeBench bench)
    {
        var report = bench.Exchange.TruthReport();
        return string.Join('\n',
            bench.Signed("GET", "/fapi/v3/account").Body,
            bench.Signed("GET", "/fapi/v3/positionRisk").Body,
            bench.Signed("GET", "/fapi/v1/openOrders").Body,
            bench.Signed("GET", "/fapi/v1/openAlgoOrders").Body,
            bench.Signed("GET", "/fapi/v1/symbolConfig", "symbol=ETHUSDT").Body,
            bench.Signed("GET", "/fapi/v1/userTrades", "symbol=ETHUSDT").Body,
            bench.Signed("GET", "/fapi/v1/income").Body,
            $"{report.MaxUnprotectedMs} {report.UnprotectedNow} {report.Orders.Count}",
            string.Join('\n', report.Positions.SelectMany(p => p.Intervals)));
    }
}
