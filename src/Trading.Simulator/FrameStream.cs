using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace Trading.Simulator;

/// <summary>The bytes under a WebSocket. Each write is one whole frame, so that a ping of the exchange's own, with a
/// payload of its own, stands between two others. Remembers when the client was last heard.</summary>
internal sealed class FrameStream(Stream bytes, TimeProvider time) : Stream
{
    private const byte FinalPing = 0x89;
    private readonly SemaphoreSlim writing = new(1, 1);
    private long heardUtcTicks = time.GetUtcNow().UtcTicks;

    public DateTimeOffset HeardUtc => new(Interlocked.Read(ref heardUtcTicks), TimeSpan.Zero);

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <param name="payload">At most 125 characters of ASCII.</param>
    public async Task Ping(string payload, CancellationToken cancel) =>
        await WriteAsync(new byte[] { FinalPing, (byte)payload.Length }.Concat(Encoding.ASCII.GetBytes(payload)).ToArray(), cancel);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            await bytes.WriteAsync(buffer, cancellationToken);
        }
        finally
        {
            writing.Release();
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await bytes.ReadAsync(buffer, cancellationToken);
        if (count > 0) Interlocked.Exchange(ref heardUtcTicks, time.GetUtcNow().UtcTicks);
        return count;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => bytes.FlushAsync(cancellationToken);

    public override void Flush() => bytes.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            bytes.Dispose();
            writing.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>Puts a <see cref="FrameStream"/> under the WebSocket that a request becomes.</summary>
internal sealed class FrameUpgrade(IHttpUpgradeFeature request, TimeProvider time) : IHttpUpgradeFeature
{
    public bool IsUpgradableRequest => request.IsUpgradableRequest;

    /// <summary>Null until the request has become a WebSocket.</summary>
    public FrameStream? Frames { get; private set; }

    public async Task<Stream> UpgradeAsync() => Frames = new FrameStream(await request.UpgradeAsync(), time);
}
