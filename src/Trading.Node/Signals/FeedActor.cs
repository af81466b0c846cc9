using Trading.Runtime;

namespace Trading.Node.Signals;

/// <summary>
/// Keeps the client of one feed running. A client that fails is started again after the runtime's back-off.
/// </summary>
public sealed class FeedActor(FeedClient client) : Actor<FeedActor.Ended>
{
    /// <param name="Why">Null when the client ended without saying why.</param>
    public sealed record Ended(Exception? Why);

    protected override ValueTask Started(CancellationToken stop)
    {
        Context.Pipe(
            async ended =>
            {
                await client.Run(ended);
                return new Ended(null);
            },
            static fault => new Ended(fault));
        return ValueTask.CompletedTask;
    }

    protected override ValueTask Receive(Ended message, CancellationToken stop) =>
        throw new InvalidOperationException("the feed client ended by itself", message.Why);
}
