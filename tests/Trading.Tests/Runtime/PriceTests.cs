using Xunit;

namespace Trading.Tests.Runtime;

public sealed class PriceTests
{
    private readonly ActorBench _bench = new();
    private readonly List<string> _log = [];

    [Fact]
    public void Prices_come_as_one_window_with_the_latest_and_the_extremes()
    {
        var probe = _bench.Spawn(() => new(_log));

        foreach (var price in new[] { 10m, 14m, 7m, 11m }) probe.Offer(price, 0);
        _bench.Settle();
        probe.Offer(12, 0);
        _bench.Settle();

        Assert.Equal(["started", "price 11 low 7 high 14 of 4", "price 12 low 12 high 12 of 1"], _log);
    }

    [Fact]
    public void Prices_inside_the_band_do_not_wake_and_are_in_the_window_of_the_one_that_does()
    {
        var probe = _bench.Spawn(() => new(_log) { OnStart = WakeBelow9OrAbove20 });
        _bench.Settle();
        var steps = _bench.World.Steps;

        foreach (var price in new[] { 10m, 19.9m, 9.1m }) probe.Offer(price, 0);
        _bench.Settle();
        Assert.Equal(["started"], _log);
        Assert.Equal(steps, _bench.World.Steps);

        probe.Offer(9, 0);
        probe.Offer(10, 0);
        _bench.Settle();
        Assert.Equal(["started", "price 10 low 9 high 19.9 of 5"], _log);
    }

    [Fact]
    public void A_band_set_too_late_for_a_price_that_waits_is_judged_by_that_price()
    {
        var probe = _bench.Spawn(() => new(_log) { OnStart = WakeBelow9OrAbove20 });

        probe.Offer(25, 0);
        probe.Offer(15, 0);
        _bench.Settle();

        Assert.Equal(["started", "price 15 low 15 high 25 of 2"], _log);
    }

    [Fact]
    public void What_is_forgotten_is_in_no_window()
    {
        var probe = _bench.Spawn(() => new(_log)
        {
            OnStart = WakeBelow9OrAbove20,
            OnMessage = (self, _, _) =>
            {
                self.Runtime.ForgetPrices();
                self.Runtime.WakeOnEveryPrice();
                return ValueTask.CompletedTask;
            },
        });
        probe.Offer(19, 0);
        _bench.Settle();
        probe.Tell("another life");
        _bench.Settle();
        probe.Offer(12, 0);
        _bench.Settle();

        Assert.Equal(["started", "another life", "price 12 low 12 high 12 of 1"], _log);
    }

    [Fact]
    public void An_offer_inside_the_band_allocates_nothing()
    {
        var probe = _bench.Spawn(() => new(_log) { OnStart = WakeBelow9OrAbove20 });
        _bench.Settle();
        for (var i = 0; i < 100; i++) probe.Offer(10 + i % 5, i);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++) probe.Offer(10 + i % 5, i);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Prices_offered_while_an_actor_backs_off_wait_for_it()
    {
        var probe = _bench.Spawn(() => new(_log) { OnMessage = (_, _, _) => throw new InvalidOperationException("bad") });
        probe.Tell("poison");
        _bench.Settle();

        probe.Offer(10, 0);
        probe.Offer(11, 0);
        _bench.Settle();
        Assert.Equal(["started", "poison"], _log);

        _bench.Pass(1);
        Assert.Equal(["started", "poison", "started", "price 11 low 10 high 11 of 2"], _log);
    }

    private static ValueTask WakeBelow9OrAbove20(Probe self, CancellationToken stop)
    {
        self.Runtime.WakeOnPrice(atOrBelow: 9, atOrAbove: 20);
        return ValueTask.CompletedTask;
    }
}
