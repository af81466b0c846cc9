using System.Collections.Immutable;

namespace Trading.Domain.Positions;

/// <summary>One order of a stop.</summary>
/// <param name="ExchangeId">Null until the exchange has confirmed that it rests.</param>
public sealed record StopPart(ClientOrderId Id, decimal Quantity, string? ExchangeId = null)
{
    public bool Rests => ExchangeId is not null;
}

/// <summary>
/// A stop is one order, or several at one trigger where the market takes none so large (design §4: "protected" is the
/// sum). It is named by its first order, it rests once all of them do, and one that is refused gives up all of it.
/// </summary>
public abstract record StopOrders(ImmutableList<StopPart> Parts, decimal Trigger)
{
    public ClientOrderId Id => Parts[0].Id;

    /// <summary>Base quantity of all its orders.</summary>
    public decimal Quantity => Parts.Sum(part => part.Quantity);

    public IEnumerable<ClientOrderId> Ids => Parts.Select(part => part.Id);

    /// <summary>Null: no order of this stop.</summary>
    public StopPart? Part(ClientOrderId id) => Parts.Find(part => part.Id == id);

    public bool Has(ClientOrderId id) => Part(id) is not null;
}

/// <summary>A stop that was asked for and is not confirmed in all its orders: it covers nothing yet.</summary>
public sealed record StopIntent(ImmutableList<StopPart> Parts, decimal Trigger, StopCause Cause) : StopOrders(Parts, Trigger)
{
    public StopIntent(ClientOrderId id, decimal quantity, decimal trigger, StopCause cause)
        : this([new StopPart(id, quantity)], trigger, cause)
    {
    }

    public bool Rests => Parts.TrueForAll(part => part.Rests);

    public StopIntent With(StopPart part) =>
        this with { Parts = Part(part.Id) is { } known ? Parts.Replace(known, part) : Parts.Add(part) };
}

/// <param name="Foreign">The operator's own stop that covers everything: counts, is never touched.</param>
public sealed record LiveStop(ImmutableList<StopPart> Parts, decimal Trigger, bool Foreign = false) : StopOrders(Parts, Trigger)
{
    public LiveStop(ClientOrderId id, string exchangeId, decimal quantity, decimal trigger, bool foreign = false)
        : this([new StopPart(id, quantity, exchangeId)], trigger, foreign)
    {
    }

    public string ExchangeId => Parts[0].ExchangeId ?? "";

    /// <summary>What is left of it without one of its orders; null: nothing.</summary>
    public LiveStop? Without(ClientOrderId id) =>
        Parts.RemoveAll(part => part.Id == id) is { IsEmpty: false } left ? this with { Parts = left } : null;
}
