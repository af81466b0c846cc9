namespace Trading.Gateways;

/// <summary>
/// The exchange's clock, carried forward by our monotonic clock: steps of the local wall clock do not move it. Until the
/// first measurement it is the local clock.
/// </summary>
public sealed class VenueClock(TimeProvider time)
{
    private const int Probes = 5;

    private readonly Lock _gate = new();
    private Task<bool>? _running;
    private long _runningSince;
    private TimeSpan _ahead;
    private long _measuredSince;
    private bool _known;

    public DateTime UtcNow
    {
        get
        {
            lock (_gate) return _known ? new DateTime(Monotonic().Ticks + _ahead.Ticks, DateTimeKind.Utc) : Local();
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
    /// <param name="probe">Asks the exchange for its time; null when it did not answer.</param>
    /// <param name="since">Timestamp of the time provider.</param>
    public Task<bool> Sync(Func<Task<DateTime?>> probe, long since)
    {
        lock (_gate)
        {
            if (_known && _measuredSince > since) return Task.FromResult(true);
            if (_running is { } earlier && _runningSince < since) return MeasureAfter(earlier, probe, since);
            if (_running is null) _runningSince = time.GetTimestamp();
            return _running ??= Measure(probe);
        }
    }

    private async Task<bool> MeasureAfter(Task<bool> earlier, Func<Task<DateTime?>> probe, long since)
    {
        await earlier;
        return await Sync(probe, since);
    }

    private async Task<bool> Measure(Func<Task<DateTime?>> probe)
    {
        await Task.Yield();
        var found = new List<TimeSpan>(Probes);
        for (var i = 0; i < Probes; i++)
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
            _ahead = found[found.Count / 2];
            _measuredSince = _runningSince;
            _known = true;
            return true;
        }
    }

    private TimeSpan Monotonic() => time.GetElapsedTime(0);

    private DateTime Local() => time.GetUtcNow().UtcDateTime;
}
