namespace Trading.Domain.Positions;

/// <summary>How the open quantity is covered by a stop on the exchange.</summary>
public abstract record Protection
{
    private Protection()
    {
    }

    public abstract IEnumerable<ClientOrderId> Stops { get; }

    public sealed record Unprotected : Protection
    {
        public override IEnumerable<ClientOrderId> Stops => [];
    }

    /// <summary>A first stop is intended and not confirmed.</summary>
    public sealed record Placing(StopIntent Intent) : Protection
    {
        public override IEnumerable<ClientOrderId> Stops => Intent.Ids;
    }

    /// <summary>Confirmed by the exchange: answer with id, stream event or read-back.</summary>
    public sealed record Protected(LiveStop Stop) : Protection
    {
        public override IEnumerable<ClientOrderId> Stops => Stop.Ids;
    }

    /// <summary>The old stop rests until the new one is confirmed.</summary>
    public sealed record Moving(LiveStop Old, StopIntent Intent) : Protection
    {
        public override IEnumerable<ClientOrderId> Stops => Old.Ids.Concat(Intent.Ids);
    }
}

/// <summary>The second layer, which closes whatever is open.</summary>
/// <param name="Resting">The exchange confirmed it.</param>
public sealed record HardStop(ClientOrderId Id, decimal Trigger, bool Resting = false);
