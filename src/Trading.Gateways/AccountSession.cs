using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Gateways;

/// <summary>
/// What the account sessions of all exchanges share: one socket after the other, an epoch for each, reports in the order
/// in which they came and numbered within the session, health, and the exchange's clock.
/// </summary>
public abstract class AccountSession : IAccountSession
{
    private static readonly TimeSpan ClockEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ClockRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SteadyAfter = TimeSpan.FromSeconds(5);

    /// <summary>A stream that opens and dies is opened again after at most a second: until then the account is deaf.</summary>
    private const int OpenedAtMost = 3;

    private static readonly TimeSpan[] BackOff =
        [TimeSpan.Zero, .. new[] { 250, 500, 1000, 2000, 5000, 10000 }.Select(ms => TimeSpan.FromMilliseconds(ms))];

    private readonly VenueHost _host;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Func<SessionReport, ValueTask> _deliver = static _ => ValueTask.CompletedTask;
    private StreamHealth _told = StreamHealth.Connecting;
    private long _epoch;
    private long _number;
    private long _heard;

    private protected AccountSession(VenueHost host)
    {
        _host = host;
        Watch = new StreamWatch(host.Time);
    }

    public StreamHealth Health => Watch.Health;

    public TimeSpan SilentFor => Watch.SilentFor;

    public TimeSpan ClockAhead => _host.Clock.Offset;

    public long EventsHeard => Interlocked.Read(ref _heard);

    private protected StreamWatch Watch { get; }

    public virtual void ExpectEvent(ClientOrderId id) => Watch.Expect(id);

    public void Distrust(string why) => Watch.Suspect(why);

    public void Trust(string evidence) => Watch.Trust(evidence);

    public async Task Run(Func<SessionReport, ValueTask> deliver, CancellationToken stop)
    {
        _deliver = deliver;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var clock = KeepClock(ended);
        try
        {
            await KeepStream(ended.Token);
        }
        finally
        {
            ended.Cancel();
            await clock;
        }
    }

    public abstract Task<Outcome<AccountSnapshot>> ReadSnapshot(bool routine, CancellationToken stop);

    public abstract Task<Outcome<IReadOnlyList<SymbolRules>>> ReadSymbols(CancellationToken stop);

    public abstract Task<Outcome<AccountBalance>> ReadBalance(CancellationToken stop);

    public abstract Task<Outcome<IReadOnlyList<CashReport>>> ReadCash(DateTime sinceUtc, CancellationToken stop);

    public ValueTask DisposeAsync()
    {
        _turn.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>A socket that tells of everything from here on; null when it cannot be had now. May throw IOException.</summary>
    private protected abstract Task<IWireSocket?> Open(CancellationToken stop);

    private protected abstract StreamReading Read(ReadOnlyMemory<byte> frame);

    /// <summary>Does what is due to keep the session alive.</summary>
    /// <returns>How long until the next is due.</returns>
    private protected abstract Task<TimeSpan> Tend(IWireSocket socket, CancellationToken session);

    /// <summary>A snapshot of which one part is missing is none, whatever the part's answer was.</summary>
    private protected static Unknown<AccountSnapshot> Incomplete<T>(Outcome<T> part) => new(part switch
    {
        Refused<T> refused => refused.Message,
        Unknown<T> unknown => unknown.Why,
        _ => "a part is missing",
    });

    /// <summary>
    /// A part of a snapshot in doubt. Not answered, it is asked for once more: the whole snapshot would be, and later.
    /// Of a routine one nothing is awaited that the next would not tell.
    /// </summary>
    private protected static async Task<Outcome<T>> Part<T>(bool routine, Func<Task<Outcome<T>>> read)
    {
        var answer = await read();
        return answer is Unknown<T> && !routine ? await read() : answer;
    }

    // The stream.

    private async Task KeepStream(CancellationToken stop)
    {
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            var started = _host.Time.GetTimestamp();
            var opened = await OneSession(stop);
            if (stop.IsCancellationRequested) return;
            if (!opened) Watch.Suspect("the user stream cannot be opened");
            if (opened) failures = _host.Time.GetElapsedTime(started) >= SteadyAfter ? 0 : Math.Min(failures, OpenedAtMost);
            await TellHealth();
            await _host.Time.Pause(BackOff[Math.Min(failures++, BackOff.Length - 1)], stop);
        }
    }

    /// <summary>From opening to the end of the socket. False when it did not come to a socket.</summary>
    private async Task<bool> OneSession(CancellationToken stop)
    {
        try
        {
            await using var socket = await Open(stop);
            if (socket is null) return false;
            Watch.Opened(socket);
            await Start();
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var guard = Guard(socket, ended);
            try
            {
                await Listen(socket, ended.Token);
            }
            finally
            {
                Watch.Closed("the socket is closed");
                ended.Cancel();
                await guard;
            }

            return true;
        }
        catch (IOException)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private async Task Listen(IWireSocket socket, CancellationToken ended)
    {
        while (await socket.Receive(ended) is { } frame)
        {
            var reading = Read(frame);
            switch (reading.Meaning)
            {
                case StreamMeaning.Event: On(reading.About); break;
                case StreamMeaning.Expired: Watch.Suspect("the key of the stream has expired"); break;
                case StreamMeaning.Malformed: Watch.Suspect("an event could not be read"); break;
            }

            await Forward(reading);
            await TellHealth();
            if (Watch.MustReopen) return;
        }
    }

    private void On(IReadOnlyList<ClientOrderId> about)
    {
        Interlocked.Increment(ref _heard);
        if (about.Count == 0) Watch.Heard(null);
        foreach (var id in about) Watch.Heard(id);
    }

    /// <summary>Looks after the session beside its reader: deadlines, key, health. When it ends or fails, so does the session.</summary>
    private async Task Guard(IWireSocket socket, CancellationTokenSource session)
    {
        try
        {
            while (!session.IsCancellationRequested)
            {
                var tend = await Tend(socket, session.Token);
                var due = Watch.Check();
                await TellHealth();
                if (Watch.MustReopen) return;
                await Watch.Changed.Wait(tend < due ? tend : due, session.Token);
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // Its reader notices the same.
        }
        finally
        {
            session.Cancel();
        }
    }

    private async Task KeepClock(CancellationTokenSource run)
    {
        try
        {
            while (!run.IsCancellationRequested)
            {
                var since = _host.Time.GetTimestamp() - (long)(ClockEvery.TotalSeconds * _host.Time.TimestampFrequency);
                var synced = await _host.SyncClock(since, run.Token);
                await _host.Time.Pause(synced ? ClockEvery : ClockRetry, run.Token);
            }
        }
        finally
        {
            run.Cancel();
        }
    }

    // Reports: one at a time, so that number and order agree.

    private async Task Start()
    {
        await _turn.WaitAsync();
        try
        {
            _epoch++;
            _number = 0;
            await _deliver(new SessionReport.Started(_epoch, ++_number));
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task Forward(StreamReading reading)
    {
        await _turn.WaitAsync();
        try
        {
            foreach (var (key, input) in reading.Reports)
                await _deliver(new SessionReport.ForPosition(_epoch, ++_number, key, input));
            foreach (var cash in reading.Cash) await _deliver(new SessionReport.CashMoved(_epoch, ++_number, cash));
            foreach (var untraded in reading.Untraded)
                await _deliver(new SessionReport.UntradedTold(_epoch, ++_number, untraded));
            foreach (var setting in reading.Settings) await _deliver(new SessionReport.SettingTold(_epoch, ++_number, setting));
            if (reading.WalletUsdt is { } wallet) await _deliver(new SessionReport.BalanceChanged(_epoch, ++_number, wallet));
            if (reading.Meaning is StreamMeaning.Unknown or StreamMeaning.Malformed)
            {
                _host.Meters.UnknownFrame("user");
                await _deliver(new SessionReport.UnknownFrame(_epoch, ++_number, reading.Kind));
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task TellHealth()
    {
        await _turn.WaitAsync();
        try
        {
            var (health, why) = Watch.State;
            if (health == _told) return;
            _told = health;
            await _deliver(new SessionReport.HealthChanged(_epoch, ++_number, health, why));
        }
        finally
        {
            _turn.Release();
        }
    }
}
