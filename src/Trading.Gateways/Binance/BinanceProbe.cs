using Trading.Domain;

namespace Trading.Gateways.Binance;

/// <summary>
/// The venue probe on Binance. What a key may do is told by the wallet API (<c>GET /sapi/v1/account/apiRestrictions</c>,
/// developers.binance.com, "Get API Key Permission"); <c>canWithdraw</c> of the futures account is the account's, not the key's.
/// </summary>
public sealed class BinanceProbe(BinanceHost host, VenueAccount account, BinanceOrders orders) : IVenueProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly BinanceRest _rest = new(host, account);

    public Task<Outcome<TimeSpan>> MeasureClock(CancellationToken stop) => host.MeasureClock(stop);

    public async Task<Outcome<KeyRights?>> ReadRights(CancellationToken stop)
    {
        if (host.Address.Wallet is not { } wallet) return Outcome.Done<KeyRights?>(null);
        var answer = await _rest.Call(Question("/sapi/v1/account/apiRestrictions", 1) with { Host = wallet }, stop);
        if (answer.Status == 404) return Outcome.Done<KeyRights?>(null);
        return answer.Judge(static body =>
        {
            var wire = WireJson.Parse<ApiRestrictions>(body);
            return Outcome.Done<KeyRights?>(new KeyRights(wire.EnableFutures, wire.EnableWithdrawals, wire.IpRestrict));
        });
    }

    public async Task<Outcome<AccountModes>> ReadModes(Symbol symbol, CancellationToken stop)
    {
        var read = (await _rest.Call(Question("/fapi/v1/accountConfig", 5), stop)).Judge(static body =>
        {
            var wire = WireJson.Parse<AccountConfig>(body);
            return Outcome.Done(new AccountModes(wire.DualSidePosition, wire.MultiAssetsMargin));
        });
        if (read is Done<AccountModes> { Value.Hedge: var hedge }) account.LearnMode(hedge);
        return read;
    }

    public async Task<Outcome<IReadOnlyList<AccountSetting>>> ReadSettings(CancellationToken stop) =>
        (await _rest.Call(Question("/fapi/v1/symbolConfig", 5), stop)).Judge(static body => Outcome.Done<IReadOnlyList<AccountSetting>>(
            [.. WireJson.Parse<SymbolConfig[]>(body).Select(row => BinanceTranslator.SettingOf(row.Symbol, row.Leverage, row.MarginType)).OfType<AccountSetting>()]));

    public async Task<Outcome<IReadOnlyList<LeverageBracket>>> ReadBrackets(CancellationToken stop) =>
        (await _rest.Call(Question("/fapi/v1/leverageBracket", 1), stop)).Judge(static body =>
            Outcome.Done<IReadOnlyList<LeverageBracket>>([.. WireJson.Parse<SymbolBrackets[]>(body).SelectMany(BracketsOf)]));

    public async Task<Outcome<int>> ReadLeverage(Symbol symbol, CancellationToken stop) =>
        (await _rest.Call(Question("/fapi/v1/symbolConfig", 5, ("symbol", symbol.Value)), stop)).Judge(body =>
            Array.Find(WireJson.Parse<SymbolConfig[]>(body), row => row.Symbol == symbol.Value) is { Leverage: > 0 and var leverage }
                ? Outcome.Done(leverage)
                : new Unknown<int>($"no leverage of {symbol}"));

    public Task<Outcome<bool>> SetLeverage(Symbol symbol, int leverage, CancellationToken stop) => orders.SetLeverage(symbol, leverage, stop);

    /// <summary>It is the very order that protects: reduce-only, checked against a position only when it triggers (protocol §0).</summary>
    public async Task<Outcome<bool>> PlaceTestStop(
        PositionKey key, ClientOrderId id, Side protects, decimal quantity, decimal trigger, CancellationToken stop) =>
        await orders.SendStop(key, id, protects, quantity, trigger, first: false, improvement: 0, stop) is var sent && sent is Done<Domain.Positions.StopView>
            ? Outcome.Done(true)
            : sent.Undone<Domain.Positions.StopView, bool>();

    public async Task<Outcome<bool>> CancelTestStop(PositionKey key, ClientOrderId id, CancellationToken stop) =>
        await orders.CancelStop(key, id, stop) is var cancelled && cancelled is Done<bool> ? Outcome.Done(true) : cancelled;

    /// <summary>Nothing to do: every snapshot shows them as stops of ours on a flat key, and they are cancelled as orphans.</summary>
    public Task<Outcome<int>> Sweep(CancellationToken stop) => Task.FromResult(Outcome.Done(0));

    private static IEnumerable<LeverageBracket> BracketsOf(SymbolBrackets wire) =>
        Symbol.TryParseExact(wire.Symbol, out var symbol)
            ? wire.Brackets.Select(bracket => new LeverageBracket(symbol, bracket.NotionalCap, bracket.InitialLeverage))
            : [];

    private RestCall Question(string path, int weight, params (string, string)[] parameters) =>
        new("GET", path, new RequestCost(RequestClass.Sync, account.Id, weight, 0, Patience), parameters);
}
