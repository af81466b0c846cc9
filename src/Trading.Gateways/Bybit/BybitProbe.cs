using Trading.Domain;

namespace Trading.Gateways.Bybit;

/// <summary>
/// The venue probe on Bybit. What a key may do is told by <c>GET /v5/user/query-api</c> (docs of the exchange, "Get API Key
/// Information"): permissions by group, and the addresses it is bound to, <c>*</c> for none.
/// </summary>
public sealed class BybitProbe(BybitHost host, VenueAccount account, BybitOrders orders) : IVenueProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly BybitRest _rest = new(host, account);
    private readonly BybitPages _pages = new(new BybitRest(host, account));

    public Task<Outcome<TimeSpan>> MeasureClock(CancellationToken stop) => host.MeasureClock(stop);

    public async Task<Outcome<KeyRights?>> ReadRights(CancellationToken stop)
    {
        var answer = await _rest.Call(new RestCall("GET", "/v5/user/query-api", Cost()), stop);
        if (answer.Code is BybitCodes.NoSuchRoute or BybitCodes.NotAllowed) return Outcome.Done<KeyRights?>(null); // not offered in demo (protocol §1)
        return answer.Judge(static body => Outcome.Done<KeyRights?>(RightsOf(BybitJson.Result<KeyInfo>(body))));
    }

    /// <summary>With a symbol its rows always come: one in one-way mode, two in hedge mode (protocol §6).</summary>
    public async Task<Outcome<AccountModes>> ReadModes(Symbol symbol, CancellationToken stop)
    {
        var read = (await _rest.Call(Question("/v5/position/list", ("symbol", symbol.Value)), stop)).Judge(body =>
            BybitJson.Result<Page<PositionWire>>(body).List is { Length: > 0 } rows
                ? Outcome.Done(new AccountModes(rows.Any(row => row.PositionIdx != 0), MultiAssets: false))
                : new Unknown<AccountModes>($"no position row of {symbol}"));
        if (read is Done<AccountModes> { Value.Hedge: var hedge }) account.LearnMode(hedge);
        return read;
    }

    /// <summary>The list of positions names what is held; the margin mode is the account's.</summary>
    public async Task<Outcome<IReadOnlyList<AccountSetting>>> ReadSettings(CancellationToken stop)
    {
        var info = (await _rest.Call(new RestCall("GET", "/v5/account/info", Cost()), stop)).Judge(static body => Outcome.Done(BybitJson.Result<AccountInfo>(body)));
        if (info is not Done<AccountInfo> { Value.MarginMode: var mode }) return info.Undone<AccountInfo, IReadOnlyList<AccountSetting>>();
        var read = await _pages.Read<PositionWire>(Question("/v5/position/list", ("settleCoin", "USDT"), ("limit", "200")), stop);
        return read is Done<IReadOnlyList<PositionWire>> { Value: var held }
            ? Outcome.Done<IReadOnlyList<AccountSetting>>(
                [.. held.Select(BybitTranslator.SettingOf).OfType<AccountSetting>().Select(one => one with { Isolated = mode == BybitTranslator.IsolatedMargin })])
            : read.Undone<IReadOnlyList<PositionWire>, IReadOnlyList<AccountSetting>>();
    }

    public async Task<Outcome<IReadOnlyList<LeverageBracket>>> ReadBrackets(CancellationToken stop)
    {
        var answer = await _pages.Read<InstrumentWire>(
            Question("/v5/market/instruments-info", ("limit", "1000")) with { Auth = RestAuth.None }, stop);
        return answer is Done<IReadOnlyList<InstrumentWire>> { Value: var rows }
            ? Outcome.Done<IReadOnlyList<LeverageBracket>>([.. rows.SelectMany(BracketsOf)])
            : answer.Undone<IReadOnlyList<InstrumentWire>, IReadOnlyList<LeverageBracket>>();
    }

    public async Task<Outcome<int>> ReadLeverage(Symbol symbol, CancellationToken stop) =>
        (await _rest.Call(Question("/v5/position/list", ("symbol", symbol.Value)), stop)).Judge(body =>
            BybitJson.Result<Page<PositionWire>>(body).List.FirstOrDefault()?.Leverage is > 0 and var leverage
                ? Outcome.Done((int)leverage)
                : new Unknown<int>($"no leverage of {symbol}"));

    public Task<Outcome<bool>> SetLeverage(Symbol symbol, int leverage, CancellationToken stop) => orders.SetLeverage(symbol, leverage, stop);

    /// <summary>A conditional order, because the position's own stop needs a position; it is looked up, for its answer proves nothing.</summary>
    public async Task<Outcome<bool>> PlaceTestStop(
        PositionKey key, ClientOrderId id, Side protects, decimal quantity, decimal trigger, CancellationToken stop)
    {
        var call = new RestCall(
            "POST", "/v5/order/create", Cost(orders: 1),
            [
                ("category", "linear"), ("symbol", key.Symbol.Value), ("side", protects is Side.Long ? "Sell" : "Buy"), ("orderType", "Market"),
                ("qty", WireText.Of(quantity)), ("positionIdx", BybitTranslator.Number(BybitTranslator.PositionIdx(key))), ("reduceOnly", "true"),
                ("triggerPrice", WireText.Of(trigger)), ("triggerDirection", protects is Side.Long ? "2" : "1"), ("triggerBy", "MarkPrice"),
                ("orderLinkId", id.Value),
            ]);
        var sent = (await _rest.Call(call, stop)).Judge(static _ => Outcome.Done(true));
        return sent is Done<bool> ? await Rests(key, id, stop) : sent;
    }

    public async Task<Outcome<bool>> CancelTestStop(PositionKey key, ClientOrderId id, CancellationToken stop)
    {
        var call = new RestCall(
            "POST", "/v5/order/cancel", Cost(orders: 1), ("category", "linear"), ("symbol", key.Symbol.Value), ("orderLinkId", id.Value));
        var answer = await _rest.Call(call, stop);
        return answer is { Fate: Fate.Refused, Code: BybitCodes.NotOpen } ? Outcome.Done(true) : answer.Judge(static _ => Outcome.Done(true));
    }

    /// <summary>No other conditional order here is ever ours: stops are properties of their positions.</summary>
    public async Task<Outcome<int>> Sweep(CancellationToken stop)
    {
        var read = await _pages.Read<OrderWire>(
            Question("/v5/order/realtime", ("settleCoin", "USDT"), ("orderFilter", "StopOrder"), ("limit", "50")), stop);
        if (read is not Done<IReadOnlyList<OrderWire>> { Value: var rows }) return read.Undone<IReadOnlyList<OrderWire>, int>();
        var left = rows.Where(row => BybitTranslator.IsConditional(row) && IsTestStop(row.OrderLinkId)).ToList();
        foreach (var row in left)
            if (await CancelTestStop(new PositionKey(account.Id, Symbol.Parse(row.Symbol)), new ClientOrderId(row.OrderLinkId!), stop) is var gone and not Done<bool>)
                return gone.Undone<bool, int>();
        return Outcome.Done(left.Count);
    }

    private bool IsTestStop(string? linkId) => linkId is { Length: > 0 } && new ClientOrderId(linkId) is var id
        && OrderIds.IsOurs(id, account.Tags) && OrderIds.PurposeOf(id) is OrderPurpose.Stop;

    private async Task<Outcome<bool>> Rests(PositionKey key, ClientOrderId id, CancellationToken stop) =>
        (await _rest.Call(Question("/v5/order/realtime", ("symbol", key.Symbol.Value), ("orderLinkId", id.Value)), stop)).Judge(body =>
            BybitJson.Result<Page<OrderWire>>(body).List is [var row, ..] && BybitTranslator.IsConditional(row)
                ? Outcome.Done(true)
                : new Unknown<bool>("it was acknowledged and is not among the resting orders"));

    private static KeyRights RightsOf(KeyInfo wire) => new(
        MayTrade: wire.ReadOnly == 0 && wire.Permissions.GetValueOrDefault("ContractTrade") is { } trade && trade.Contains("Order") && trade.Contains("Position"),
        MayWithdraw: wire.Permissions.GetValueOrDefault("Wallet")?.Contains("Withdraw") == true,
        BoundToAddress: wire.Ips is { Length: > 0 } && !wire.Ips.Contains("*"),
        ExpiresUtc: DateTime.TryParse(
            wire.ExpiredAt, System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.AdjustToUniversal | System.Globalization.DateTimeStyles.AssumeUniversal, out var ends) && ends.Year > 2000
            ? ends
            : null);

    private static IEnumerable<LeverageBracket> BracketsOf(InstrumentWire wire) =>
        Symbol.TryParseExact(wire.Symbol, out var symbol) && wire.LeverageFilter?.MaxLeverage is > 0 and var most
            ? [new LeverageBracket(symbol, null, (int)most)]
            : [];

    private RestCall Question(string path, params (string, string)[] parameters) => new("GET", path, Cost(), [("category", "linear"), .. parameters]);

    private RequestCost Cost(int orders = 0) => new(RequestClass.Sync, account.Id, 1, orders, Patience);
}
