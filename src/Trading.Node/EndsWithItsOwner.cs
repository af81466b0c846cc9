using Microsoft.Extensions.Hosting;

namespace Trading.Node;

/// <summary>
/// A web server that ends when it is disposed of. The usual lifetime listens to the signals of the process by itself: it
/// would end event streams in the middle of a stop, and keep the third signal from ending the process.
/// </summary>
internal sealed class EndsWithItsOwner : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
