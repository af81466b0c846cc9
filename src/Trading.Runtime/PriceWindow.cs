namespace Trading.Runtime;

/// <summary>The prices offered to an actor since it last took them: the latest, with the extremes on the way to it.</summary>
public readonly record struct PriceWindow(decimal Latest, decimal Lowest, decimal Highest, long AtUtcTicks, int Offers);

/// <summary>
/// A latest-value cell with extremes: however slow its actor, it never holds more than one window.
/// </summary>
/// <remarks>Offers count in the order of arrival: a frame with a wrong time must not deafen the cell.</remarks>
internal sealed class PriceCell
{
    private decimal _latest, _lowest, _highest, _wakeAtOrBelow, _wakeAtOrAbove;
    private long _atUtcTicks;
    private int _offers;
    private bool _hasBand;

    public bool IsPending => _offers > 0 && (!_hasBand || _lowest <= _wakeAtOrBelow || _highest >= _wakeAtOrAbove);

    public void Offer(decimal price, long atUtcTicks)
    {
        if (_offers == 0 || price < _lowest) _lowest = price;
        if (_offers == 0 || price > _highest) _highest = price;
        _latest = price;
        _atUtcTicks = atUtcTicks;
        if (_offers < int.MaxValue) _offers++;
    }

    public PriceWindow Take()
    {
        var window = new PriceWindow(_latest, _lowest, _highest, _atUtcTicks, _offers);
        _offers = 0;
        return window;
    }

    public void Forget() => _offers = 0;

    public void WakeOn(decimal atOrBelow, decimal atOrAbove) =>
        (_hasBand, _wakeAtOrBelow, _wakeAtOrAbove) = (true, atOrBelow, atOrAbove);

    public void WakeOnEvery() => _hasBand = false;
}
