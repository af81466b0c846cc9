using Trading.Simulator;
using Trading.Simulator.Bybit;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;
using Exchange = Trading.Simulator.Exchange;

namespace Trading.Lab.Simulation;

/// <summary>The exchange of a simulated world: it belongs to no process, and plays what is due on the world's own clock.</summary>
public sealed class SimulatedVenue : IDisposable
{
    private readonly VirtualWorld _world;
    private readonly Exchange _exchange;
    private readonly ITimer _due;

    public SimulatedVenue(VirtualWorld world, IMarket market, VenueOptions? venue = null, BybitOptions? bybit = null)
    {
        _world = world;
        _exchange = Exchange.InMemory(market, world.NowUtc.UtcDateTime, venue, bybit: bybit);
        _due = world.Environment.Time.CreateTimer(
            _ => With(static _ => 0), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        With(static _ => 0);
    }

    /// <summary>Does something to the exchange now, after everything that is due has been played.</summary>
    public T With<T>(Func<Exchange, T> act)
    {
        _exchange.Advance(_world.NowUtc.UtcDateTime);
        var result = act(_exchange);
        if (_exchange.NextDueUtc is { } next) _due.Change(next - _world.NowUtc.UtcDateTime, Timeout.InfiniteTimeSpan);
        return result;
    }

    public void With(Action<Exchange> act) => With(exchange =>
    {
        act(exchange);
        return 0;
    });

    /// <summary>Told of everything that happens there; must not act.</summary>
    public void Listen(Action<VenueEvent> listener) => _exchange.Venue.Listen(listener);

    public void Dispose()
    {
        _due.Dispose();
        _exchange.Dispose();
    }
}
