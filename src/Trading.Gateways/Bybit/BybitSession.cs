using System.Globalization;
using System.Text;
using System.Text.Json;
using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Gateways.Bybit;

/// <summary>The account's private stream on Bybit and its questions about the whole account.</summary>
public sealed class BybitSession : AccountSession
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AuthLife = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PongWithin = TimeSpan.FromSeconds(10);

    private readonly BybitHost _host;
    private readonly VenueAccount _account;
    private readonly BybitPages _pages;
    private readonly BybitRest _rest;
    private readonly BybitTranslator _translator;
    private BybitStream _stream;
    private long _pingedAt;
    private volatile bool _answered;
    private volatile string? _flatWitness;

    public BybitSession(BybitHost host, VenueAccount account)
        : base(host)
    {
        (_host, _account) = (host, account);
        _rest = new BybitRest(host, account);
        _pages = new BybitPages(_rest);
        _translator = new BybitTranslator(account);
        _stream = new BybitStream(_translator);
    }

    /// <summary>A stop has no id here, so no event can be told to be about it.</summary>
    public override void ExpectEvent(ClientOrderId id)
    {
        if (OrderIds.PurposeOf(id) is not OrderPurpose.Stop) base.ExpectEvent(id);
    }

    /// <summary>
    /// Positions with their own stops, then open orders. The list of positions names only what is held: an absent key
    /// proves nothing here either, and is asked for by its symbol. Where it names nobody, one symbol is: that is answered with
    /// a row, flat or not, by an exchange that says who holds what.
    /// </summary>
    public override async Task<Outcome<AccountSnapshot>> ReadSnapshot(bool routine, CancellationToken stop)
    {
        var started = _host.Clock.UtcNow;
        var positions = await Read<PositionWire>("/v5/position/list", most: 200, routine, stop);
        if (positions is not Done<IReadOnlyList<PositionWire>> { Value: var held }) return Incomplete(positions);
        var orders = await Read<OrderWire>("/v5/order/realtime", most: 50, routine, stop);
        if (orders is not Done<IReadOnlyList<OrderWire>> { Value: var open }) return Incomplete(orders);
        var named = held.Count > 0 || await NamesWhatIsFlat(routine, stop);
        var margin = await ReadMarginMode(routine, stop);
        try
        {
            var rows = _translator.Positions(held);
            var own = rows.Select(row => (row.Key, Stop: BybitTranslator.PositionStop(row.Value)))
                .Where(row => row.Stop is not null).Select(row => (row.Key, row.Stop!));
            return Outcome.Done(new AccountSnapshot(
                started, rows.ToDictionary(row => row.Key, row => BybitTranslator.Row(row.Value)),
                [.. own, .. _translator.OtherStops(open)], _translator.Orders(open),
                open.Count(order => BybitTranslator.IsConditional(order) && order.StopOrderType == "Stop"))
            {
                Untraded = [.. held.Select(BybitTranslator.Untraded).OfType<UntradedPosition>()],
                NamesPositions = named,
                Settings = [.. margin, .. held.Select(BybitTranslator.SettingOf).OfType<AccountSetting>().Distinct()],
            });
        }
        catch (Exception unreadable) when (WireJson.IsUnreadable(unreadable))
        {
            return new Unknown<AccountSnapshot>("a row of the snapshot cannot be read");
        }
    }

    /// <summary>True also where no symbol is known yet.</summary>
    private async Task<bool> NamesWhatIsFlat(bool routine, CancellationToken stop)
    {
        if (_flatWitness is not { } symbol) return true;
        var question = Question("/v5/position/list", ("symbol", symbol)) with { Cost = Cost(routine ? RequestClass.Sync : RequestClass.Doubt) };
        return await Part(routine, () => _pages.Read<PositionWire>(question, stop)) is Done<IReadOnlyList<PositionWire>> { Value.Count: > 0 };
    }

    /// <summary>It is the account's, and no stream tells that it was changed. No part of what a snapshot must have: empty where it is not answered.</summary>
    private async Task<IReadOnlyList<AccountSetting>> ReadMarginMode(bool routine, CancellationToken stop)
    {
        var call = new RestCall("GET", "/v5/account/info", Cost(routine ? RequestClass.Sync : RequestClass.Doubt));
        return (await _rest.Call(call, stop)).Judge(static body => Outcome.Done(BybitJson.Result<AccountInfo>(body))) is Done<AccountInfo> { Value: var info }
            ? [new AccountSetting(null, Isolated: info.MarginMode == BybitTranslator.IsolatedMargin)]
            : [];
    }

    public override async Task<Outcome<IReadOnlyList<SymbolRules>>> ReadSymbols(CancellationToken stop)
    {
        var question = Question("/v5/market/instruments-info", ("limit", "1000")) with { Auth = RestAuth.None, Cost = Cost(RequestClass.Doubt) };
        var answer = await _pages.Read<InstrumentWire>(question, stop);
        if (answer is not Done<IReadOnlyList<InstrumentWire>> { Value: var rows })
            return answer.Undone<IReadOnlyList<InstrumentWire>, IReadOnlyList<SymbolRules>>();
        List<SymbolRules> rules = [.. rows.Select(BybitTranslator.RulesOf).OfType<SymbolRules>()];
        _flatWitness = rules.Find(static rule => rule is { IsTrading: true, IsUsdtPerpetual: true })?.Symbol.Value ?? _flatWitness;
        return Outcome.Done<IReadOnlyList<SymbolRules>>(rules);
    }

    public override async Task<Outcome<AccountBalance>> ReadBalance(CancellationToken stop)
    {
        var call = new RestCall("GET", "/v5/account/wallet-balance", Cost(), ("accountType", "UNIFIED"));
        return (await _rest.Call(call, stop)).Judge(BybitTranslator.Balance);
    }

    public override async Task<Outcome<IReadOnlyList<CashReport>>> ReadCash(DateTime sinceUtc, CancellationToken stop)
    {
        var call = Question(
            "/v5/execution/list", ("execType", BybitTranslator.Funding), ("startTime", Time(sinceUtc)),
            ("endTime", Time(_host.Clock.UtcNow)), ("limit", "100"));
        var answer = await _pages.Read<ExecutionWire>(call, stop);
        if (answer is not Done<IReadOnlyList<ExecutionWire>> { Value: var rows })
            return answer.Undone<IReadOnlyList<ExecutionWire>, IReadOnlyList<CashReport>>();
        try
        {
            return Outcome.Done<IReadOnlyList<CashReport>>(
                [.. rows.Where(row => row.ExecType == BybitTranslator.Funding).SelectMany(_translator.CashOf)]);
        }
        catch (Exception unreadable) when (WireJson.IsUnreadable(unreadable))
        {
            return new Unknown<IReadOnlyList<CashReport>>("a payment of funding cannot be read");
        }
    }

    private static string Time(DateTime utc) => WireText.Milliseconds(utc).ToString(CultureInfo.InvariantCulture);

    /// <summary>Open, known to the exchange, and subscribed: nothing is told before the last of these is confirmed.</summary>
    private protected override async Task<IWireSocket?> Open(CancellationToken stop)
    {
        var socket = await _host.Wire.Connect(new Uri(_host.Address.Private, "/v5/private"), stop);
        using var deadline = new CancellationTokenSource(ReadyWithin, _host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        var ready = false;
        try
        {
            var expires = WireText.Milliseconds(_host.Clock.UtcNow + AuthLife);
            var signature = _account.Keys.Signer.Sign($"GET/realtime{expires}");
            ready = await Say(socket, $$"""{"req_id":"auth","op":"auth","args":["{{_account.Keys.ApiKey}}",{{expires}},"{{signature}}"]}""", "auth", either.Token)
                && await Say(
                    socket, """{"req_id":"topics","op":"subscribe","args":["order","execution","position","wallet"]}""", "subscribe", either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Not ready in time.
        }
        finally
        {
            if (!ready) await socket.DisposeAsync();
        }

        _stream = new BybitStream(_translator);
        _pingedAt = _host.Time.GetTimestamp();
        _answered = true;
        return ready ? socket : null;
    }

    private protected override StreamReading Read(ReadOnlyMemory<byte> frame)
    {
        var reading = _stream.Read(frame);
        if (reading is { Meaning: StreamMeaning.Control, Kind: "pong" or "ping" }) _answered = true;
        return reading;
    }

    /// <summary>The exchange wants a ping of ours every 20 s; without its pong the socket is dead.</summary>
    private protected override async Task<TimeSpan> Tend(IWireSocket socket, CancellationToken session)
    {
        var since = _host.Time.GetElapsedTime(_pingedAt);
        if (!_answered && since >= PongWithin) Watch.Suspect($"no pong within {PongWithin.TotalSeconds} s");
        if (since < PingEvery) return (_answered ? PingEvery : PongWithin) - since;
        _pingedAt = _host.Time.GetTimestamp();
        _answered = false;
        await socket.Send("""{"req_id":"ping","op":"ping"}"""u8.ToArray(), session);
        return PongWithin;
    }

    /// <summary>True when it was answered with success. What is told meanwhile is in the snapshot that follows.</summary>
    private static async Task<bool> Say(IWireSocket socket, string text, string op, CancellationToken stop)
    {
        await socket.Send(Encoding.UTF8.GetBytes(text), stop);
        while (await socket.Receive(stop) is { } frame)
            if (AnswerTo(op, frame) is { } succeeded) return succeeded;
        return false;
    }

    private static bool? AnswerTo(string op, ReadOnlyMemory<byte> frame)
    {
        try
        {
            using var json = JsonDocument.Parse(frame);
            var root = json.RootElement;
            if (!root.TryGetProperty("op", out var about) || about.GetString() != op) return null;
            return root.TryGetProperty("success", out var success) && success.ValueKind is JsonValueKind.True;
        }
        catch (Exception unreadable) when (WireJson.IsUnreadable(unreadable))
        {
            return null;
        }
    }

    /// <param name="most">Rows of a page.</param>
    private Task<Outcome<IReadOnlyList<T>>> Read<T>(string path, int most, bool routine, CancellationToken stop)
    {
        var question = Question(path, ("settleCoin", "USDT"), ("limit", most.ToString(CultureInfo.InvariantCulture))) with
        {
            Cost = Cost(routine ? RequestClass.Sync : RequestClass.Doubt),
        };
        return Part(routine, () => _pages.Read<T>(question, stop));
    }

    private RestCall Question(string path, params (string, string)[] parameters) =>
        new("GET", path, Cost(), [("category", "linear"), .. parameters]);

    private RequestCost Cost(RequestClass kind = RequestClass.Sync) => new(kind, _account.Id, 1, 0, Patience);
}
