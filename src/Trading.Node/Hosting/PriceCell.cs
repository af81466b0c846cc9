using Akka.Actor;

namespace Trading.Node.Hosting;

/// <summary>The prices offered to an actor since it last took them: the latest, with the extremes on the way to it.</summary>
public readonly record struct PriceWindow(decimal Latest, decimal Lowest, decimal Highest, long AtUtcTicks, int Offers);

/// <summary>Says that the actor's <see cref="PriceCell"/> holds a price that matters to it. It waits after reports and before commands.</summary>
public sealed class PricesMoved
{
    public static readonly PricesMoved Message = new();

    private PricesMoved()
    {
    }
}

/// <summary>
/// A latest-value cell with extremes before an actor's mailbox: however slow its actor, it never holds more than one window,
/// and a price inside the band that the actor asked to be woken on allocates nothing and tells nothing.
/// </summary>
/// <remarks>
/// Thread-safe: the feed offers, the actor's turn takes. Offers count in the order of arrival: a frame with a wrong time must
/// not deafen the cell.
/// </remarks>
public sealed class PriceCell(IActorRef actor)
{
    private readonly Lock _gate = new();
    private decimal _latest, _lowest, _highest, _wakeAtOrBelow, _wakeAtOrAbove;
    private long _atUtcTicks;
    private int _offers;
    private bool _hasBand, _isTold;

    public void Offer(decimal price, long atUtcTicks)
    {
        lock (_gate)
        {
            if (_offers == 0 || price < _lowest) _lowest = price;
            if (_offers == 0 || price > _highest) _highest = price;
            (_latest, _atUtcTicks) = (price, atUtcTicks);
            if (_offers < int.MaxValue) _offers++;
            if (!MustTell()) return;
        }

        Tell();
    }

    /// <summary>False: nothing was offered since the last call, or only what does not matter.</summary>
    public bool TryTake(out PriceWindow window)
    {
        lock (_gate)
        {
            _isTold = false;
            window = new PriceWindow(_latest, _lowest, _highest, _atUtcTicks, _offers);
            if (!IsPending()) return false;
            _offers = 0;
            return true;
        }
    }

    /// <summary>What was offered so far is of before: the next window begins with the next price.</summary>
    public void Forget()
    {
        lock (_gate) _offers = 0;
    }

    /// <summary>
    /// Until told otherwise only a price at or beyond one of these wakes the actor; the window it then gets holds the extremes
    /// of all prices since the last. Prices already waiting count.
    /// </summary>
    public void WakeOn(decimal atOrBelow, decimal atOrAbove)
    {
        lock (_gate)
        {
            (_hasBand, _wakeAtOrBelow, _wakeAtOrAbove) = (true, atOrBelow, atOrAbove);
            if (!MustTell()) return;
        }

        Tell();
    }

    /// <summary>Every offered price wakes the actor: so it is in the beginning.</summary>
    public void WakeOnEvery()
    {
        lock (_gate)
        {
            _hasBand = false;
            if (!MustTell()) return;
        }

        Tell();
    }

    private bool MustTell()
    {
        if (_isTold || !IsPending()) return false;
        return _isTold = true;
    }

    private bool IsPending() => _offers > 0 && (!_hasBand || _lowest <= _wakeAtOrBelow || _highest >= _wakeAtOrAbove);

    private void Tell() => actor.Tell(PricesMoved.Message, ActorRefs.NoSender);
}
