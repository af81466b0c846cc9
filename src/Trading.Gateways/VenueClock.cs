namespace Trading.Gateways;

/// <summary>
/// The exchange's clock, carried forward by our monotonic clock: steps of the local wall clock do not move it. Until the
/// first measurement it is the local clock.
/// </summary>
public sealed class VenueClock(TimeProvider time)
{
    /// <summary>Questions of one measurement.</summary>
    public const int Probes = 5;

    /// <summary>More than this is no drift of a clock, nor a slow answer (Binance §2 takes timestamps that far ahead).</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<bool>? _running;
    private long _runningSince;
    private TimeSpan _ahead;
    private long _measuredSince;
    private long? _doubted;
    private int _steps;
    private bool _known;

    public DateTime UtcNow => Read().UtcNow;

    /// <summary>With the time, how often a measurement has moved the clock by more than a second.</summary>
    internal (DateTime UtcNow, int Steps) Read()
    {
        lock (_gate) return (_known ? new DateTime(Monotonic().Ticks + _ahead.Ticks, DateTimeKind.Utc) : Local(), _steps);
    }

    /// <summary>
    /// When the newest request left whose timestamp was refused, while no measurement has been begun since; else null.
    /// </summary>
    public long? DoubtedSince
    {
        get
        {
            lock (_gate) return _doubted;
        }
    }

    /// <summary>How far the exchange's clock is ahead of the local wall clock.</summary>
    public TimeSpan Offset => UtcNow - Local();

    /// <summary>
    /// Measures the offset: the median of five probes, each less half its round trip. Callers at the same time share one
    /// measurement, and one that was begun after <paramref name="since"/> serves as it is: one that was under way then
    /// may have seen the clock as it was before. False when fewer than three probes were answered: then the old offset
    /// stays.
    /// </summary>
    /// <param name="mayAsk">Waits until all probes may leave: what they wait is no part of their round trips.</param>
    /// <param name="probe">Asks the exchange for its time; null when it did not answer.</param>
    /// <param name="since">Timestamp of the time provider.</param>
    public Task<bool> Sync(Func<Task<bool>> mayAsk, Func<Task<DateTime?>> probe, long since)
    {
        lock (_gate)
        {
            if (_known && _measuredSince > since) return Task.FromResult(true);
            if (_running is { } earlier && _runningSince < since) return MeasureAfter(earlier, mayAsk, probe, since);
            if (_running is null) _runningSince = time.GetTimestamp();
            return _running ??= Measure(mayAsk, probe);
        }
    }

    /// <summary>A request that left then was refused for its timestamp.</summary>
    public void Doubt(long sentAt)
    {
        lock (_gate)
            if (!(_known && _measuredSince > sentAt)) _doubted = Math.Max(_doubted ?? sentAt, sentAt);
    }

    private async Task<bool> MeasureAfter(Task<bool> earlier, Func<Task<bool>> mayAsk, Func<Task<DateTime?>> probe, long since)
    {
        await earlier;
        return await Sync(mayAsk, probe, since);
    }

    private async Task<bool> Measure(Func<Task<bool>> mayAsk, Func<Task<DateTime?>> probe)
    {
        await Task.Yield();
        var found = new List<TimeSpan>(Probes);
        for (var i = await mayAsk() ? 0 : Probes; i < Probes; i++)
        {
            var sent = Monotonic();
            if (await probe() is not { } server) continue;
            var received = Monotonic();
            found.Add(TimeSpan.FromTicks(server.Ticks + (received - sent).Ticks / 2 - received.Ticks));
        }

        found.Sort();
        lock (_gate)
        {
            _running = null;
            if (found.Count < (Probes + 1) / 2) return false;
            var ahead = found[found.Count / 2];
            if (_known && (ahead - _ahead).Duration() > Step) _steps++;
            _ahead = ahead;
            _measuredSince = _runningSince;
            if (_doubted <= _measuredSince) _doubted = null;
            _known = true;
            return true;
        }
    }

    private TimeSpan Monotonic() => time.GetElapsedTime(0);

    private DateTime Local() => time.GetUtcNow().UtcDateTime;
}
