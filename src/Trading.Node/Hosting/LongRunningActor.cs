namespace Trading.Node.Hosting;

/// <summary>
/// Keeps one piece of work running for as long as the node lives: a price feed, a signal feed. It should not end by itself;
/// when it does, the actor fails and starts it again after its back-off.
/// </summary>
public sealed class LongRunningActor(string name, string what, Func<CancellationToken, Task> run) : NodeActor(name)
{
    protected override void Started() => Beside(
        async stop =>
        {
            await run(stop);
            return new Ended(null);
        },
        static fault => new Ended(fault));

    protected override void Handle(object message)
    {
        if (message is Ended ended) throw new InvalidOperationException($"the {what} ended by itself", ended.Why);
        Unhandled(message);
    }

    /// <param name="Why">Null when it ended without saying why.</param>
    private new sealed record Ended(Exception? Why);
}
