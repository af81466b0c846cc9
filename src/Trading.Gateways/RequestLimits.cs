namespace Trading.Gateways;

/// <summary>What the exchange allows, and how long our queues may grow. Unless said otherwise, Binance USD-M's documented figures.</summary>
public sealed record RequestLimits
{
    /// <summary>Request weight of one address within <see cref="WeightWindow"/>.</summary>
    public int Weight { get; init; } = 2400;
    public TimeSpan WeightWindow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Orders of one account within <see cref="OrderWindow"/>, the shorter of the two windows.</summary>
    public int Orders { get; init; } = 300;
    public TimeSpan OrderWindow { get; init; } = TimeSpan.FromSeconds(10);
    public int OrdersPerMinute { get; init; } = 1200;

    /// <summary>
    /// Stop moves of one account that may be under way at once, the cancel of the old stop included: with 180 positions
    /// these are 195 of 200 conditional orders, and five are left for first stops and resizes.
    /// </summary>
    public int MovesInFlight { get; init; } = 15;

    /// <summary>Requests of one class that may wait; the next one is answered "never sent".</summary>
    public int WaitingPerClass { get; init; } = 4096;

    /// <summary>
    /// Percent of a budget that a class may fill. Questions leave the last hundredth to what protects, and to the clock
    /// that it cannot do without: with a wrong one nothing is accepted.
    /// </summary>
    public static int PercentOf(RequestClass kind) => kind switch
    {
        <= RequestClass.Resize => 100,
        RequestClass.Doubt => 99,
        RequestClass.StopMove => 80,
        _ => 60,
    };
}

/// <summary>
/// A counter over one window of the exchange's clock. What we sent is counted at once; what others on the same address
/// or account sent is learned from the exchange's headers.
/// </summary>
internal sealed class RateWindow(TimeSpan length, int limit)
{
    /// <summary>What left since the newest request to which the exchange has said what is used.</summary>
    private readonly Queue<(DateTime AtUtc, int Cost)> _since = new();
    private DateTime _toldOfUtc;
    private long _window;
    private int _own;
    private int _total;

    public int Limit { get; set; } = limit;

    /// <summary>Part of the limit, 0 to 1; others on the same address may bring it above.</summary>
    public decimal Used(DateTime now)
    {
        Roll(now);
        return (decimal)_total / Limit;
    }

    /// <summary>An entry waits also where it costs nothing: what is opened has to be asked for and protected.</summary>
    /// <param name="nodes">Nodes that share the budget: classes below 3 keep to this node's part, protective ones need not.</param>
    public bool Fits(DateTime now, int cost, RequestClass kind, int nodes)
    {
        if (cost == 0 && kind is not RequestClass.Entry) return true;
        Roll(now);
        var allowed = (long)Limit * RequestLimits.PercentOf(kind) / 100;
        return _total + cost <= allowed && (kind <= RequestClass.Doubt || _own + cost <= allowed / nodes);
    }

    public void Add(DateTime now, int cost)
    {
        Roll(now);
        _own += cost;
        _total += cost;
        if (cost > 0) _since.Enqueue((now, cost));
    }

    /// <summary>
    /// The exchange says how much of the window is used, by everybody, until it took the request. Its word on the newest
    /// request holds, with what left after that; what is said to a request of the window before may be of that one, and would
    /// block this whole window.
    /// </summary>
    public void Observe(DateTime now, DateTime askedUtc, int used)
    {
        Roll(now);
        if (askedUtc.Ticks / length.Ticks != _window || askedUtc < _toldOfUtc) return;
        _toldOfUtc = askedUtc;
        while (_since.TryPeek(out var oldest) && oldest.AtUtc <= askedUtc) _since.Dequeue();
        _total = Math.Max(_own, used + _since.Sum(sent => sent.Cost));
    }

    /// <summary>
    /// The clock has stepped, and nobody knows in which window we really are: what was counted stands until the exchange
    /// states it, or this window ends.
    /// </summary>
    public void CarryOver(DateTime now)
    {
        (_window, _own, _toldOfUtc) = (now.Ticks / length.Ticks, 0, default);
        _since.Clear();
    }

    public DateTime NextWindow(DateTime now) => new((now.Ticks / length.Ticks + 1) * length.Ticks, DateTimeKind.Utc);

    private void Roll(DateTime now)
    {
        var window = now.Ticks / length.Ticks;
        if (window == _window) return;
        (_window, _own, _total, _toldOfUtc) = (window, 0, 0, default);
        _since.Clear();
    }
}
