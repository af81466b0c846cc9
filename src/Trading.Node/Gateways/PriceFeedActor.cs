using Trading.Runtime;

namespace Trading.Node.Gateways;

/// <summary>Keeps the price feed of one exchange running. A feed that fails is started again after the runtime's back-off.</summary>
public sealed class PriceFeedActor(PriceRouter prices) : Actor<PriceFeedActor.Ended>
{
    /// <param name="Why">Null when the feed ended without saying why.</param>
    public sealed record Ended(Exception? Why);

    protected override ValueTask Started(CancellationToken stop)
    {
        Context.Pipe(
            async ended =>
            {
                await prices.Run(ended);
                return new Ended(null);
            },
            static fault => new Ended(fault));
        return ValueTask.CompletedTask;
    }

    protected override ValueTask Receive(Ended message, CancellationToken stop) =>
        throw new InvalidOperationException("the price feed ended by itself", message.Why);
}
