using Trading.Domain.Signals;
using Trading.Gateways;

namespace Trading.Node.Signals;

/// <summary>Where a feed is, and how its place in it is remembered.</summary>
/// <param name="ReadSeq">Sequence number of the last frame that is durable here; 0 at first.</param>
/// <param name="WriteSeq">Losing a few is harmless: repeats are recognised. Must not wait.</param>
public sealed record FeedSettings(string Name, Uri Address, Func<long> ReadSeq, Action<long> WriteSeq);

/// <summary>
/// Client of one feed: resumes after the last frame that is in the journal, reconnects on a gap, on silence and on
/// everything else. A frame counts as taken only when its signals are durable.
/// </summary>
public sealed class FeedClient(
    FeedSettings feed, IWire wire, SignalReader reader, SignalIntake intake, TimeProvider time, Action<string> log)
{
    /// <summary>A feed pings; one that says nothing for this long is connected again.</summary>
    private static readonly TimeSpan SilentFor = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan[] BackOff =
    [
        TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5),
        TimeSpan.FromSeconds(10),
    ];

    private static readonly byte[] Pong = "{\"type\":\"pong\"}"u8.ToArray();

    private readonly Dictionary<string, long> _badFrames = new(StringComparer.Ordinal);
    private long _seq = feed.ReadSeq();

    /// <summary>Sequence number of the last frame taken.</summary>
    public long Seq => Interlocked.Read(ref _seq);

    /// <summary>Connections made, gaps found and frames that could not be read, since the start.</summary>
    public FeedCounts Counts { get; private set; } = new(0, 0, 0);

    /// <summary>Until stopped.</summary>
    public async Task Run(CancellationToken stop)
    {
        for (var failures = 0; !stop.IsCancellationRequested;)
        {
            var taken = Seq;
            try
            {
                await Listen(stop);
            }
            catch (IOException e)
            {
                log($"feed {feed.Name}: {e.Message}; connecting again after {Seq}");
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }

            failures = Seq > taken ? 0 : Math.Min(failures + 1, BackOff.Length - 1);
            await Task.Delay(BackOff[failures], time, stop);
        }
    }

    /// <exception cref="IOException">Connect again: gone, silent, gapped, or something could not be taken.</exception>
    private async Task Listen(CancellationToken stop)
    {
        await using var socket = await wire.Connect(feed.Address, stop);
        Counts = Counts with { Connections = Counts.Connections + 1 };
        await socket.Send(FeedFrame.Resume(Seq), stop);
        for (var isFirst = true; ;)
        {
            var frame = await Receive(socket, stop);
            switch (FeedFrame.Read(frame, reader, feed.Name, time.NowUtc()))
            {
                case FeedFrame.Signals signals:
                    await Take(signals, isFirst);
                    isFirst = false;
                    break;
                case FeedFrame.WaveComplete complete: intake.Complete(complete.Wave, complete.Count); break;
                case FeedFrame.Ping: await socket.Send(Pong, stop); break;
                case FeedFrame.Pong: break;
                case FeedFrame.Bad bad: Bury(bad, frame); break;
            }
        }
    }

    private async Task<ReadOnlyMemory<byte>> Receive(IWireSocket socket, CancellationToken stop)
    {
        using var silence = new CancellationTokenSource(SilentFor, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, silence.Token);
        try
        {
            return await socket.Receive(either.Token) ?? throw new IOException("the feed closed the connection");
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new IOException($"nothing heard for {SilentFor.TotalSeconds:0} s", e);
        }
    }

    /// <summary>
    /// A first frame beyond the next number means that the feed no longer has what lies between: it is taken, because
    /// asking again would bring the same. A number that goes back is a feed that numbers anew: repeats are recognised.
    /// </summary>
    private async Task Take(FeedFrame.Signals frame, bool isFirst)
    {
        if (frame.Seq > Seq + 1)
        {
            Counts = Counts with { Gaps = Counts.Gaps + 1 };
            if (!isFirst) throw new IOException($"frames {Seq + 1} to {frame.Seq - 1} are missing");
            if (Seq > 0) log($"feed {feed.Name}: frames {Seq + 1} to {frame.Seq - 1} are not to be had any more");
        }

        var answer = await intake.Take(frame.Batch, feed.Name);
        if (answer.MustRepeat) throw new IOException($"signals of frame {frame.Seq} could not be taken");
        Interlocked.Exchange(ref _seq, frame.Seq);
        feed.WriteSeq(frame.Seq);
    }

    private void Bury(FeedFrame.Bad bad, ReadOnlyMemory<byte> frame)
    {
        Counts = Counts with { BadFrames = Counts.BadFrames + 1 };
        if (_badFrames.TryAdd(bad.Kind, 0))
            log($"feed {feed.Name}: a frame could not be read ({bad.Kind}): {bad.Why}; further ones are only counted");
        _badFrames[bad.Kind]++;
        intake.Bury(feed.Name, bad.Kind, frame.Span, bad.Why);
    }
}

/// <param name="Gaps">Times a number was missing.</param>
public sealed record FeedCounts(long Connections, long Gaps, long BadFrames);
