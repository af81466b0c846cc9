using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Journal;
using Trading.Node.Hosting;

namespace Trading.Node.Waves;

/// <summary>
/// Finds the waves of this node: for those who deliver signals, and for positions that have news of one.
/// </summary>
public sealed class WaveDirectory(Region<WaveKey> waves, IJournal journal)
{
    /// <summary>
    /// Waves named by their time, and as many of other names, that are looked at after a start, newest first; older ones are
    /// long stale.
    /// </summary>
    private const int TakenUp = 32;

    /// <summary>A wave named for a time further ahead is no newer than others: its sender's clock, or its sender, is wrong.</summary>
    private static readonly TimeSpan NamedAhead = TimeSpan.FromDays(1);

    /// <exception cref="TimeoutException">Whether the signals were taken is unknown; delivering them again is
    /// harmless.</exception>
    /// <exception cref="MailboxFullException">They were not taken.</exception>
    public Task<DeliveryAnswer> Deliver(
        WaveKey key, IReadOnlyList<Signal> signals, string source, long takenAt, TimeSpan deadline) =>
        waves.AskWithin<DeliveryAnswer>(key, new WaveMessage.Delivered(signals, source, takenAt), deadline);

    /// <summary>A feed has sent the whole wave; accounts that have nothing of it are not bothered.</summary>
    public void Complete(WaveName wave, int count)
    {
        foreach (var key in waves.Keys.Where(key => key.Wave == wave))
            waves.Tell(key, new WaveMessage.Told(new WaveInput.FeedComplete(count)));
    }

    /// <summary>
    /// Tells a wave that waits for an opening how it ended. A wave that is not awake asks for itself when it wakes.
    /// </summary>
    /// <param name="before">State of the position before the event.</param>
    public void On(PositionKey position, PositionEvent happened, PositionState before)
    {
        if (before is not PositionState.Opening { Holding: var holding }
            || OpeningOutcome.Ends(happened) is not { } answer)
            return;
        if (!WaveName.TryParse(holding.Wave, out var wave)) return;
        var key = new WaveKey(position.Account, wave);
        if (waves.IsLiving(key)) waves.Tell(key, new WaveMessage.Told(new WaveInput.Answered(holding.SignalId, answer)));
    }

    /// <summary>After a start: waves that a crash may have cut, and that go on from their journal once they are awake.</summary>
    /// <exception cref="IOException">The journal is away.</exception>
    public async Task<IReadOnlyList<WaveKey>> Newest(AccountId account, DateTime nowUtc)
    {
        bool IsTimed(WaveKey key) => SourceTime.TryIso(key.Wave.Value, out var named) && named - nowUtc < NamedAhead;
        var streams = await journal.Streams($"{WaveKey.StreamPrefix}{account}/");
        var keys = streams.Select(s => WaveKey.TryParseStream(s, out var key) ? key : default)
            .Where(key => key != default).ToList();
        var others = new List<(DateTime BegunUtc, WaveKey Key)>();
        foreach (var key in keys.Where(key => !IsTimed(key)))
            if (await journal.ReadStream(key.Stream, 0, 1) is [var first, ..]) others.Add((first.WrittenUtc, key));
        return
        [
            .. keys.Where(IsTimed).OrderByDescending(key => key.Wave).Take(TakenUp),
            .. others.OrderByDescending(wave => wave.BegunUtc).Select(wave => wave.Key).Take(TakenUp),
        ];
    }

    public void Wake(WaveKey key) => waves.Tell(key, new WaveMessage.Awake());
}
