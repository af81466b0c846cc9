using Akka.Actor;
using Trading.Node.Hosting;

namespace Trading.Tests.Hosting;

public sealed class PriceCellTests
{
    private readonly ActorBench _bench = new();
    private readonly List<string> _log = [];
    private PriceCell? _cell;

    [Fact]
    public void Prices_come_as_one_window_with_the_latest_and_the_extremes()
    {
        var cell = Cell();
        foreach (var price in new[] { 10m, 14m, 7m, 11m }) cell.Offer(price, 0);
        _bench.Settle();
        cell.Offer(12, 0);
        _bench.Settle();

        Assert.Equal(["started", "price 11 low 7 high 14 of 4", "price 12 low 12 high 12 of 1"], _log);
    }

    [Fact]
    public void Prices_inside_the_band_do_not_wake_and_are_in_the_window_of_the_one_that_does()
    {
        var cell = Cell();
        cell.WakeOn(atOrBelow: 9, atOrAbove: 20);
        var steps = _bench.World.Steps;

        foreach (var price in new[] { 10m, 19.9m, 9.1m }) cell.Offer(price, 0);
        _bench.Settle();
        Assert.Equal(["started"], _log);
        Assert.Equal(steps, _bench.World.Steps);

        cell.Offer(9, 0);
        cell.Offer(10, 0);
        _bench.Settle();
        Assert.Equal(["started", "price 10 low 9 high 19.9 of 5"], _log);
    }

    [Fact]
    public void A_band_set_later_is_judged_by_the_prices_that_wait()
    {
        var cell = Cell();
        cell.WakeOn(atOrBelow: 1, atOrAbove: 100);
        cell.Offer(25, 0);
        cell.Offer(15, 0);
        _bench.Settle();
        Assert.Equal(["started"], _log);

        cell.WakeOn(atOrBelow: 9, atOrAbove: 20);
        _bench.Settle();
        Assert.Equal(["started", "price 15 low 15 high 25 of 2"], _log);
    }

    [Fact]
    public void What_is_forgotten_is_in_no_window()
    {
        var cell = Cell();
        cell.WakeOn(atOrBelow: 9, atOrAbove: 20);
        cell.Offer(19, 0);
        cell.Forget();
        cell.WakeOnEvery();
        cell.Offer(12, 0);
        _bench.Settle();

        Assert.Equal(["started", "price 12 low 12 high 12 of 1"], _log);
    }

    [Fact]
    public void A_window_that_a_new_band_makes_unimportant_is_kept_and_the_next_price_beyond_it_wakes_again()
    {
        var cell = Cell();
        cell.Offer(12, 0); // told
        cell.WakeOn(atOrBelow: 9, atOrAbove: 20);
        _bench.Settle();
        Assert.Equal(["started"], _log);

        cell.Offer(21, 0);
        _bench.Settle();
        Assert.Equal(["started", "price 21 low 12 high 21 of 2"], _log);
    }

    [Fact]
    public void An_offer_inside_the_band_allocates_nothing()
    {
        var cell = Cell();
        cell.WakeOn(atOrBelow: 9, atOrAbove: 20);
        for (var i = 0; i < 100; i++) cell.Offer(10 + i % 5, i);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++) cell.Offer(10 + i % 5, i);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private PriceCell Cell()
    {
        _bench.Spawn(() => new(_log)
        {
            OnStart = self => _cell = new PriceCell(self.Me),
            OnPrices = _ =>
            {
                if (_cell!.TryTake(out var window)) _log.Add($"price {window.Latest} low {window.Lowest} high {window.Highest} of {window.Offers}");
            },
        });
        _bench.Settle();
        return _cell!;
    }
}
