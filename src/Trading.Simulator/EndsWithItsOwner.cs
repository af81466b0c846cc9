using Microsoft.Extensions.Hosting;

namespace Trading.Simulator;

/// <summary>
/// A web server that ends when it is disposed of. The usual lifetime listens to the signals of the process by itself, and an
/// exchange that lives in the process of its client would give up what is on its way before the client has stopped.
/// </summary>
internal sealed class EndsWithItsOwner : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
