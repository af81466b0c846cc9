using Trading.Simulator;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;

namespace Trading.Tests.Simulator;

/// <summary>The same seed and the same calls give the same exchange, frame by frame.</summary>
public sealed class DeterminismTests
{
    [Fact]
    public void One_seed_one_story_another_seed_another_story()
    {
        Assert.Equal(Story(7), Story(7));
        Assert.NotEqual(Story(7), Story(8));
    }

    private static string Story(ulong seed)
    {
        using var bench = new ExchangeBench(
            new VenueOptions
            {
                Seed = seed, SlippageMax = 0.01m, PartialFillChance = 0.5m, FillDelay = new DelayRange(0, 40),
            },
            new() { EventDelay = new DelayRange(1, 30), AnswerDelay = new DelayRange(1, 30) });
        var stream = bench.UserStream();
        for (var i = 0; i < 20; i++)
        {
            bench.Open(ExchangeBench.Eth, i % 2 == 0 ? "BUY" : "SELL", "0.5", id: $"e{i}");
            bench.Price(ExchangeBench.Eth, 3000m + i);
            bench.Pass(37);
        }

        bench.Pass(1000);
        return string.Join('\n', stream.Frames);
    }

    [Fact]
    public void A_slow_venue_never_fills_less_or_more_than_was_asked()
    {
        for (ulong seed = 1; seed <= 50; seed++)
        {
            var options = new VenueOptions
            {
                Seed = seed, PartialFillChance = 0.7m, FillDelay = new DelayRange(0, 20), SlippageMax = 0.001m,
            };
            var market = new SyntheticMarket(SyntheticOptions.Lively with { Seed = seed }, ExchangeBench.Start);
            using var exchange = Exchange.InMemory(market, ExchangeBench.Start, options);
            exchange.Advance(ExchangeBench.Start.AddSeconds(1));
            var account = exchange.Account("sim-key-0001");
            var placed = exchange.Venue.Orders.Place(
                account, new OrderRequest("ETHUSDT", Side.Buy, OrderType.Market, 0.777m));
            exchange.Advance(ExchangeBench.Start.AddSeconds(3));

            Assert.Equal(0.777m, placed.Order!.Filled);
            Assert.Equal(0.777m, account.Trades.Sum(t => t.Quantity));
            Assert.Equal(
                account.Wallet, exchange.Venue.Options.StartBalance + account.Trades.Sum(t => t.Realized - t.Fee));
        }
    }
}
