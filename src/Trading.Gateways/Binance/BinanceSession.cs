using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Gateways.Binance;

/// <summary>
/// The account's user stream and its questions about the whole account. Reports leave in the order in which they came,
/// numbered within the session; a new connection is a new session.
/// </summary>
public sealed class BinanceSession : IAccountSession
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan KeepAliveEvery = TimeSpan.FromMinutes(25);
    private static readonly TimeSpan ClockEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ClockRetry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SteadyAfter = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan[] BackOff =
        [TimeSpan.Zero, .. new[] { 250, 500, 1000, 2000, 5000, 10000 }.Select(ms => TimeSpan.FromMilliseconds(ms))];

    private readonly BinanceHost _host;
    private readonly BinanceRest _rest;
    private readonly BinanceTranslator _translator;
    private readonly BinanceStream _stream;
    private readonly StreamWatch _watch;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Func<SessionReport, ValueTask> _deliver = static _ => ValueTask.CompletedTask;
    private StreamHealth _told = StreamHealth.Connecting;
    private long _epoch;
    private long _number;

    public BinanceSession(BinanceHost host, BinanceAccount account)
    {
        _host = host;
        _rest = new BinanceRest(host, account);
        _translator = new BinanceTranslator(account.Id, account.Tags);
        _stream = new BinanceStream(_translator);
        _watch = new StreamWatch(host.Time);
    }

    public StreamHealth Health => _watch.Health;

    public void ExpectEvent(ClientOrderId id) => _watch.Expect(id);

    public void Distrust(string why) => _watch.Suspect(why);

    public void Trust(string evidence) => _watch.Trust(evidence);

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

    public async Task<Outcome<AccountSnapshot>> ReadSnapshot(CancellationToken stop)
    {
        // Positions first: a stop that was placed for one of them meanwhile is then in the list of stops.
        var started = _host.Clock.UtcNow;
        var positions = await Read<PositionRisk[]>("/fapi/v2/positionRisk", 5, stop);
        if (positions is not Done<PositionRisk[]> { Value: var risks }) return Incomplete(positions);
        var orders = await Read<OrderAnswer[]>("/fapi/v1/openOrders", 40, stop);
        if (orders is not Done<OrderAnswer[]> { Value: var open }) return Incomplete(orders);
        var stops = await Read<AlgoOrder[]>("/fapi/v1/openAlgoOrders", 40, stop);
        if (stops is not Done<AlgoOrder[]> { Value: var algos }) return Incomplete(stops);
        try
        {
            return Outcome.Done(new AccountSnapshot(
                started, _translator.Positions(risks), _translator.Stops(algos), _translator.Orders(open), algos.Length));
        }
        catch (Exception unreadable) when (BinanceTranslator.IsUnreadable(unreadable))
        {
            return new Unknown<AccountSnapshot>("a row of the snapshot cannot be read");
        }
    }

    /// <summary>A snapshot of which one part is missing is none, whatever the part's answer was.</summary>
    private static Unknown<AccountSnapshot> Incomplete<T>(Outcome<T> part) => new(part switch
    {
        Refused<T> refused => refused.Message,
        Unknown<T> unknown => unknown.Why,
        _ => "a part is missing",
    });

    public async Task<Outcome<IReadOnlyList<SymbolRules>>> ReadSymbols(CancellationToken stop)
    {
        var answer = await _rest.Call(Question("/fapi/v1/exchangeInfo", 1) with { Auth = BinanceAuth.None }, stop);
        return BinanceTranslator.Judge(answer, body =>
        {
            var info = BinanceTranslator.Parse<ExchangeInfo>(body);
            _host.Budget.SetLimits(
                LimitOf(info, "REQUEST_WEIGHT", "MINUTE", 1), LimitOf(info, "ORDERS", "SECOND", 10), LimitOf(info, "ORDERS", "MINUTE", 1));
            return Outcome.Done(BinanceTranslator.Rules(info));
        });
    }

    public async Task<Outcome<AccountBalance>> ReadBalance(CancellationToken stop) =>
        BinanceTranslator.Judge(await _rest.Call(Question("/fapi/v3/account", 5), stop), BinanceTranslator.Balance);

    public ValueTask DisposeAsync()
    {
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<Outcome<T>> Read<T>(string path, int weight, CancellationToken stop) =>
        BinanceTranslator.Judge(await _rest.Call(Question(path, weight), stop), static body => Outcome.Done(BinanceTranslator.Parse<T>(body)));

    private BinanceCall Question(string path, int weight) =>
        new("GET", path, new RequestCost(RequestClass.Sync, _translator.Account, weight, 0, Patience));

    private static int? LimitOf(ExchangeInfo info, string type, string interval, int number) => info.RateLimits?
        .FirstOrDefault(limit => limit.RateLimitType == type && limit.Interval == interval && limit.IntervalNum == number)?.Limit;

    // The stream.

    private async Task KeepStream(CancellationToken stop)
    {
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            var started = _host.Time.GetTimestamp();
            var opened = await OneSession(stop);
            if (stop.IsCancellationRequested) return;
            if (!opened) _watch.Suspect("the user stream cannot be opened");
            if (opened && _host.Time.GetElapsedTime(started) >= SteadyAfter) failures = 0;
            await TellHealth();
            await Pause(BackOff[Math.Min(failures++, BackOff.Length - 1)], stop);
        }
    }

    /// <summary>From listen key to the end of its socket. False when it did not come to a socket.</summary>
    private async Task<bool> OneSession(CancellationToken stop)
    {
        if (await ListenKey("POST", stop) is not Done<string> { Value: var key }) return false;
        try
        {
            await using var socket = await _host.Wire.Connect(new Uri(_host.Address.Stream, $"/private/ws/{key}"), stop);
            _watch.Opened();
            await Start();
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var guard = Guard(socket, ended);
            try
            {
                await Listen(socket, ended.Token);
            }
            finally
            {
                _watch.Closed("the socket is closed");
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
            var reading = _stream.Read(frame);
            switch (reading.Meaning)
            {
                case StreamMeaning.Event: _watch.Heard(reading.About); break;
                case StreamMeaning.Expired: _watch.Suspect("the listen key has expired"); break;
                case StreamMeaning.Malformed: _watch.Suspect("an event could not be read"); break;
            }

            await Forward(reading);
            await TellHealth();
            if (_watch.MustReopen) return;
        }
    }

    /// <summary>Looks after the session beside its reader: deadlines, key, health. When it ends or fails, so does the session.</summary>
    private async Task Guard(IWireSocket socket, CancellationTokenSource session)
    {
        var keptAt = _host.Time.GetTimestamp();
        try
        {
            while (!session.IsCancellationRequested)
            {
                if (_host.Time.GetElapsedTime(keptAt) >= KeepAliveEvery)
                {
                    if (await ListenKey("PUT", session.Token) is not Done<string> && !session.IsCancellationRequested)
                        _watch.Suspect("the listen key cannot be kept alive");
                    keptAt = _host.Time.GetTimestamp();
                }

                _watch.Check(socket.Pings);
                await TellHealth();
                if (_watch.MustReopen) return;
                await Pause(Glance, session.Token);
            }
        }
        finally
        {
            session.Cancel();
        }
    }

    /// <summary>Done with the key, which a PUT need not repeat.</summary>
    private async Task<Outcome<string>> ListenKey(string method, CancellationToken stop)
    {
        var cost = new RequestCost(RequestClass.Doubt, _translator.Account, 1, 0, Patience);
        var answer = await _rest.Call(new BinanceCall(method, "/fapi/v1/listenKey", cost) { Auth = BinanceAuth.Key }, stop);
        return BinanceTranslator.Judge(answer, body => method == "PUT"
            ? Outcome.Done("")
            : Outcome.Done(BinanceTranslator.Parse<ListenKeyAnswer>(body).ListenKey));
    }

    private async Task KeepClock(CancellationTokenSource run)
    {
        try
        {
            while (!run.IsCancellationRequested)
            {
                var since = _host.Time.GetTimestamp() - (long)(ClockEvery.TotalSeconds * _host.Time.TimestampFrequency);
                var synced = await _host.SyncClock(since, run.Token);
                await Pause(synced ? ClockEvery : ClockRetry, run.Token);
            }
        }
        finally
        {
            run.Cancel();
        }
    }

    /// <summary>A cancelled pause is an end of waiting, not an error.</summary>
    private async Task Pause(TimeSpan time, CancellationToken stop)
    {
        try
        {
            await Task.Delay(time, _host.Time, stop);
        }
        catch (OperationCanceledException)
        {
            // The caller looks at its token.
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
            if (reading.WalletUsdt is { } wallet) await _deliver(new SessionReport.BalanceChanged(_epoch, ++_number, wallet));
            if (reading.Meaning is StreamMeaning.Unknown or StreamMeaning.Malformed)
            {
                GatewayMeters.UnknownFrame("user");
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
            var (health, why) = _watch.State;
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
