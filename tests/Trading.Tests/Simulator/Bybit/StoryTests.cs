using Trading.Simulator.Bybit;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;

namespace Trading.Tests.Simulator.Bybit;

/// <summary>Long stories from seeds: the same again, and never a moment without the stop that came with the entry.</summary>
public sealed class StoryTests
{
    /// <summary>Longest trigger and fill delays of the story together.</summary>
    private const long TriggerMaxMs = 160;

    [Fact]
    public void One_seed_one_story_another_seed_another_story()
    {
        Assert.Equal(Story(7), Story(7));
        Assert.NotEqual(Story(7), Story(8));
    }

    [Fact]
    public void An_entry_with_its_stop_is_covered_from_first_fill_to_flat_however_it_goes()
    {
        for (ulong seed = 1; seed <= 60; seed++) Story(seed);
    }

    private static string Story(ulong seed)
    {
        using var bench = new BybitBench(
            new BybitOptions
            {
                EventDelay = new DelayRange(1, 30), AnswerDelay = new DelayRange(1, 30), MatchDelay = new DelayRange(0, 20),
            },
            new VenueOptions
            {
                Seed = seed, SlippageMax = 0.001m, PartialFillChance = 0.5m, FillDelay = new DelayRange(0, 40),
                TriggerDelay = new DelayRange(1, 30),
            });
        var (stream, chance) = (bench.Private(), new Chance(seed));
        var price = 3000m;
        for (var i = 0; i < 60; i++)
        {
            var held = bench.Account.Find(BybitBench.Eth, PositionSide.Both)?.Quantity ?? 0m;
            var buys = held == 0m ? chance.Below(2) == 0 : held > 0m;
            var stop = price + ((buys ? -1 : 1) * (10 + chance.Below(30)));
            if (chance.Below(3) == 0)
                bench.Create(
                    $"'side':'{(buys ? "Buy" : "Sell")}','orderType':'Market','qty':'0.5','positionIdx':0,'stopLoss':'{stop}',"
                    + $"'slTriggerBy':'MarkPrice','tpslMode':'Full','orderLinkId':'e{i}'");
            else if (chance.Below(3) == 0) bench.TradingStop($"'stopLoss':'{stop}','slTriggerBy':'MarkPrice'");
            else if (chance.Below(6) == 0)
                bench.Create($"'side':'{(buys ? "Sell" : "Buy")}','orderType':'Market','qty':'0.7','positionIdx':0,'reduceOnly':true");
            price += chance.Below(21) - 10;
            bench.Market.Set(bench.Now, BybitBench.Eth, price);
            bench.Pass(1 + chance.Below(300));
            Check(bench);
        }

        bench.Pass(1000);
        return string.Join('\n', stream.Frames);
    }

    /// <summary>A firing stop is cover until its order is done; meanwhile an entry under way may bring the next one.</summary>
    private static void Check(BybitBench bench)
    {
        var account = bench.Account;
        var held = account.Find(BybitBench.Eth, PositionSide.Both)?.Quantity ?? 0m;
        var firing = account.StopHistory.Exists(s => s.Status == StopStatus.Triggering)
            || account.OpenOrders.Exists(o => o.Origin == Origin.Conditional);
        var stop = account.OpenStops.SingleOrDefault();
        if (held == 0m) Assert.Null(stop);
        else if (stop is not null) Assert.Equal((Math.Abs(held), held > 0m), (stop.Quantity, stop.Side == Side.Sell));
        else Assert.True(firing);
        var truth = bench.Exchange.TruthReport();
        Assert.InRange(truth.MaxUnprotectedMs, 0, TriggerMaxMs);
        Assert.Equal(0, truth.MaxGapMs);
        Assert.Equal(account.Wallet, bench.Exchange.Venue.Options.StartBalance + account.Trades.Sum(t => t.Realized - t.Fee));
    }
}
