using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Gateways.Binance;

/// <summary>The account's user stream on Binance and its questions about the whole account.</summary>
public sealed class BinanceSession : AccountSession
{
    private static readonly TimeSpan KeepAliveEvery = TimeSpan.FromMinutes(25);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private const int IncomesOfPage = 1000;
    private const int MostPages = 10;

    private readonly BinanceHost _host;
    private readonly BinanceRest _rest;
    private readonly BinanceTranslator _translator;
    private readonly BinanceStream _stream;
    private readonly BinanceCash _cash;
    private long _keptAt;

    /// <summary>What the last list of positions of this session of the stream did.</summary>
    private volatile bool _namedNobody;

    public BinanceSession(BinanceHost host, VenueAccount account)
        : base(host)
    {
        _host = host;
        _rest = new BinanceRest(host, account);
        _translator = new BinanceTranslator(account.Id, account.Tags);
        _stream = new BinanceStream(_translator);
        _cash = new BinanceCash(_translator);
    }

    public override async Task<Outcome<AccountSnapshot>> ReadSnapshot(bool routine, CancellationToken stop)
    {
        // The rest costs 16 times as much and says nothing new while nobody is named: two accounts would use up their address.
        // Positions first: a stop that was placed for one of them meanwhile is then in the list of stops.
        var started = _host.Clock.UtcNow;
        var positions = await Read<PositionRisk[]>("/fapi/v2/positionRisk", 5, routine, stop);
        if (positions is not Done<PositionRisk[]> { Value: var risks }) return Incomplete(positions);
        if (_namedNobody && risks.Length == 0) return new Unknown<AccountSnapshot>("the list of positions names no position at all, again");
        _namedNobody = risks.Length == 0;
        var orders = await Read<OrderAnswer[]>("/fapi/v1/openOrders", 40, routine, stop);
        if (orders is not Done<OrderAnswer[]> { Value: var open }) return Incomplete(orders);
        var stops = await Read<AlgoOrder[]>("/fapi/v1/openAlgoOrders", 40, routine, stop);
        if (stops is not Done<AlgoOrder[]> { Value: var algos }) return Incomplete(stops);
        try
        {
            return Outcome.Done(new AccountSnapshot(
                started, _translator.Positions(risks), _translator.Stops(algos), _translator.Orders(open), algos.Length)
            {
                NamesPositions = risks.Length > 0, // v2 names every symbol, flat ones too (protocol §6)
                Untraded = _translator.Untraded(risks),
                Settings = BinanceTranslator.Settings(risks),
            });
        }
        catch (Exception unreadable) when (WireJson.IsUnreadable(unreadable))
        {
            return new Unknown<AccountSnapshot>("a row of the snapshot cannot be read");
        }
    }

    public override async Task<Outcome<IReadOnlyList<SymbolRules>>> ReadSymbols(CancellationToken stop)
    {
        var answer = await _rest.Call(Question("/fapi/v1/exchangeInfo", 1, routine: false) with { Auth = RestAuth.None }, stop);
        return answer.Judge(body =>
        {
            var info = WireJson.Parse<ExchangeInfo>(body);
            _host.Budget.SetLimits(
                LimitOf(info, "REQUEST_WEIGHT", "MINUTE", 1), LimitOf(info, "ORDERS", "SECOND", 10), LimitOf(info, "ORDERS", "MINUTE", 1));
            return Outcome.Done(BinanceTranslator.Rules(info));
        });
    }

    public override async Task<Outcome<AccountBalance>> ReadBalance(CancellationToken stop) =>
        (await _rest.Call(Question("/fapi/v3/account", 5), stop)).Judge(BinanceTranslator.Balance);

    public override async Task<Outcome<IReadOnlyList<CashReport>>> ReadCash(DateTime sinceUtc, CancellationToken stop)
    {
        var found = new List<CashReport>();
        foreach (var reason in (string[])[BinanceCash.Funding, BinanceCash.Liquidation])
            for (var page = 1; ; page++)
            {
                var call = Question("/fapi/v1/income", 30) with
                {
                    Parameters =
                    [
                        ("incomeType", reason), ("startTime", BinanceTranslator.WireId(WireText.Milliseconds(sinceUtc))),
                        ("page", BinanceTranslator.WireId(page)), ("limit", BinanceTranslator.WireId(IncomesOfPage)),
                    ],
                };
                var answer = (await _rest.Call(call, stop)).Judge(static body => Outcome.Done(WireJson.Parse<Income[]>(body)));
                if (answer is not Done<Income[]> { Value: var rows }) return answer.Undone<Income[], IReadOnlyList<CashReport>>();
                found.AddRange(rows.Select(_cash.Of).OfType<CashReport>());
                if (rows.Length < IncomesOfPage) break;
                if (page == MostPages) return new Unknown<IReadOnlyList<CashReport>>($"more than {MostPages} pages of {reason}");
            }

        return Outcome.Done<IReadOnlyList<CashReport>>(found);
    }

    private protected override async Task<IWireSocket?> Open(CancellationToken stop)
    {
        _namedNobody = false;
        if (await ListenKey("POST", stop) is not Done<string> { Value: var key }) return null;
        _keptAt = _host.Time.GetTimestamp();
        return await _host.Wire.Connect(new Uri(_host.Address.Stream, $"/private/ws/{key}"), stop);
    }

    private protected override StreamReading Read(ReadOnlyMemory<byte> frame) => _stream.Read(frame);

    private protected override async Task<TimeSpan> Tend(IWireSocket socket, CancellationToken session)
    {
        var due = KeepAliveEvery - _host.Time.GetElapsedTime(_keptAt);
        if (due > TimeSpan.Zero) return due;
        if (await ListenKey("PUT", session) is not Done<string> && !session.IsCancellationRequested)
            Watch.Suspect("the listen key cannot be kept alive");
        _keptAt = _host.Time.GetTimestamp();
        return KeepAliveEvery;
    }

    /// <summary>Done with the key, which a PUT need not repeat.</summary>
    private async Task<Outcome<string>> ListenKey(string method, CancellationToken stop)
    {
        var cost = new RequestCost(RequestClass.Doubt, _translator.Account, 1, 0, Patience);
        var answer = await _rest.Call(new RestCall(method, "/fapi/v1/listenKey", cost) { Auth = RestAuth.Key }, stop);
        return answer.Judge(body => method == "PUT"
            ? Outcome.Done("")
            : Outcome.Done(WireJson.Parse<ListenKeyAnswer>(body).ListenKey));
    }

    private Task<Outcome<T>> Read<T>(string path, int weight, bool routine, CancellationToken stop) => Part(
        routine,
        async () => (await _rest.Call(Question(path, weight, routine), stop)).Judge(static body => Outcome.Done(WireJson.Parse<T>(body))));

    private RestCall Question(string path, int weight, bool routine = true) =>
        new("GET", path, new RequestCost(routine ? RequestClass.Sync : RequestClass.Doubt, _translator.Account, weight, 0, Patience));

    private static int? LimitOf(ExchangeInfo info, string type, string interval, int number) => info.RateLimits?
        .FirstOrDefault(limit => limit.RateLimitType == type && limit.Interval == interval && limit.IntervalNum == number)?.Limit;
}
