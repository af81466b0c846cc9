namespace Trading.Domain.Positions;

public abstract record Trailing
{
    private Trailing()
    {
    }

    public sealed record Off : Trailing;

    public sealed record Waiting : Trailing;

    /// <param name="BestPrice">Best price at the last confirmed move; what came since is in <see cref="Observations"/>.</param>
    public sealed record Active(decimal BestPrice) : Trailing;
}
