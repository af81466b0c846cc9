using System.Globalization;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Node.Configuration;

namespace Trading.Node.Probe;

/// <summary>
/// Finds out whether an account is as this node relies on: what the documents promise is asked of the account itself,
/// before any order depends on it.
/// </summary>
/// <remarks>
/// What has an effect is done on one parked symbol, which is flat and which nobody prepares or enters meanwhile: its
/// leverage is changed and put back, and one stop of ours, reduce-only and half the price away, is placed and cancelled.
/// </remarks>
public sealed class VenueProbe(ProbeDependencies around)
{
    private const decimal FarAway = 0.5m;
    private const string TestStopCheck = "test-stop";
    private const string PositionModeCheck = "position-mode";
    private const string AssetModeCheck = "asset-mode";
    private static readonly TimeSpan LargeOffset = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StreamWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EventWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ExpiryWarning = TimeSpan.FromDays(7);

    private readonly IVenueProbe _venue = around.Gateway.Probe;
    private bool _stopRested;

    /// <param name="withOrders">False: questions only.</param>
    public async Task<ProbeReport> Run(bool withOrders, CancellationToken stop)
    {
        var checks = new List<ProbeCheck> { await CheckClock(stop), await CheckKey(stop) };
        if (Candidates() is [var any, ..])
            checks.AddRange([.. await CheckModes(any, stop), await CheckLeverage(stop), await CheckSettings(stop), await CheckStopRoute(any, stop)]);
        else
            checks.Add(Silent("symbols", "the exchange lists no symbol that trades"));
        if (withOrders) checks.AddRange(await CheckOnParked(stop));
        if (withOrders && around.StopFirst) checks.Add(CheckStopFirst(checks));
        return new ProbeReport(around.Time.NowUtc(), withOrders, checks);
    }

    /// <summary>Of a new session of the user stream, which is unproven until it tells something (design §12).</summary>
    public async Task<ProbeCheck> ProveStream(CancellationToken stop) =>
        (await OnParked("stream", async symbol => [await CheckStream(symbol, stop)], stop))[^1];

    private Task<IReadOnlyList<ProbeCheck>> CheckOnParked(CancellationToken stop) =>
        OnParked(TestStopCheck, async symbol => [await CheckTestStop(symbol, stop), await CheckStream(symbol, stop)], stop);

    private async Task<IReadOnlyList<ProbeCheck>> OnParked(
        string name, Func<Symbol, Task<IReadOnlyList<ProbeCheck>>> look, CancellationToken stop)
    {
        switch (await Flat(stop))
        {
            case Done<Symbol?> { Value: { } symbol }:
                around.Prepared.Park(symbol);
                try
                {
                    return await look(symbol);
                }
                finally
                {
                    around.Prepared.Release(symbol);
                }

            case Done<Symbol?>:
                return [new ProbeCheck(name, ProbeVerdict.Skipped, "no symbol is flat: settings and orders are tried on a flat one only")];
            case var unknown:
                return [Silent(name, $"{unknown}")];
        }
    }

    /// <summary>Ours by its tag, of no position: a sync or the next probe cancels one that was left.</summary>
    /// <param name="id">Never used before.</param>
    public static ClientOrderId TestStop(JournalId journal, string id) => OrderIds.For(journal, $"probe/{id}", version: 1, OrderPurpose.Stop);

    private async Task<ProbeCheck> CheckClock(CancellationToken stop)
    {
        const string name = "clock";
        if (await _venue.MeasureClock(stop) is not Done<TimeSpan> { Value: var offset }) return Silent(name, "the exchange does not tell its time");
        var text = string.Create(CultureInfo.InvariantCulture, $"the exchange's clock is {offset.TotalMilliseconds:+0;-0;0} ms from this machine's");
        return offset.Duration() <= LargeOffset
            ? new ProbeCheck(name, ProbeVerdict.Passed, text)
            : new ProbeCheck(name, ProbeVerdict.Warned, $"{text}; it is allowed for", "let this machine's clock follow NTP");
    }

    private async Task<ProbeCheck> CheckKey(CancellationToken stop)
    {
        const string name = "key";
        switch (await _venue.ReadRights(stop))
        {
            case Done<KeyRights?> { Value: null }:
                return around.Live
                    ? new ProbeCheck(name, ProbeVerdict.Failed, "the exchange does not tell what the key may do", "use the exchange's own address")
                    : new ProbeCheck(name, ProbeVerdict.Skipped, "this environment does not tell what its keys may do");
            case Done<KeyRights?> { Value.MayWithdraw: true }:
                return new ProbeCheck(name, ProbeVerdict.Failed, "the key may withdraw", "make a key without withdrawal and use that one");
            case Done<KeyRights?> { Value.MayTrade: false }:
                return new ProbeCheck(name, ProbeVerdict.Failed, "the key may not trade futures", "allow futures (orders and positions) for the key");
            case Done<KeyRights?> { Value: { BoundToAddress: false } }:
                return new ProbeCheck(name, ProbeVerdict.Warned, "the key is taken from any address", "bind it to this machine's address");
            case Done<KeyRights?> { Value: { ExpiresUtc: { } ends } } when ends - around.Time.NowUtc() < ExpiryWarning:
                return new ProbeCheck(name, ProbeVerdict.Warned, $"the key ends {ends:yyyy-MM-dd HH:mm} UTC", "make a new one in time");
            case Done<KeyRights?>:
                return new ProbeCheck(name, ProbeVerdict.Passed, "may trade, may not withdraw, bound to its address");
            case Refused<KeyRights?> { Code: not Refused<KeyRights?>.NeverSent } refused:
                return new ProbeCheck(name, ProbeVerdict.Failed, $"the key is refused: {refused.Code} {refused.Message}", "check key, secret, address and permissions");
            case var unknown:
                return Silent(name, $"{unknown}");
        }
    }

    private async Task<IReadOnlyList<ProbeCheck>> CheckModes(Symbol symbol, CancellationToken stop) => await _venue.ReadModes(symbol, stop) switch
    {
        Done<AccountModes> { Value: var modes } => [JudgeMode(modes.Hedge), JudgeAssets(modes.MultiAssets)],
        var other => [Silent(PositionModeCheck, $"{other}"), Silent(AssetModeCheck, $"{other}")],
    };

    private ProbeCheck JudgeMode(bool hedge) => hedge == around.Account.Risk.Hedge
        ? new ProbeCheck(PositionModeCheck, ProbeVerdict.Passed, Mode(hedge))
        : new ProbeCheck(
            PositionModeCheck, ProbeVerdict.Failed, $"the account is in {Mode(hedge)} mode and configured as {Mode(!hedge)}",
            $"set accounts.{around.Account.Id}.position-mode to {Mode(hedge)}, or switch the account while nothing is open");

    /// <summary>In multi-assets mode no symbol can be isolated, and every loss is the whole account's.</summary>
    private ProbeCheck JudgeAssets(bool all) => (all, around.Account.Isolated) switch
    {
        (false, _) => new ProbeCheck(AssetModeCheck, ProbeVerdict.Passed, "single-asset"),
        (true, true) => new ProbeCheck(
            AssetModeCheck, ProbeVerdict.Failed, "the account is in multi-assets mode, where no margin can be isolated, and configured with isolated margin",
            $"switch the account to single-asset mode while nothing is open, or set accounts.{around.Account.Id}.margin to cross"),
        (true, false) => new ProbeCheck(AssetModeCheck, ProbeVerdict.Warned, "multi-assets: all assets of the account are margin for its positions"),
    };

    /// <summary>A hand can change what is held, and what is held cannot be set back; everything else is set before an entry.</summary>
    private async Task<ProbeCheck> CheckSettings(CancellationToken stop)
    {
        const string name = "settings";
        if (await _venue.ReadSettings(stop) is not Done<IReadOnlyList<AccountSetting>> { Value: var told }) return Silent(name, "leverage and margin mode were not told");
        var wanted = around.Prepared.Wanted;
        var otherwise = told.Where(one => one.Symbol is { } symbol && around.IsOurs(symbol) && !one.AgreesWith(wanted)).ToList();
        if (otherwise is not [var first, ..]) return new ProbeCheck(name, ProbeVerdict.Passed, $"what is held has {wanted}; other symbols are set so before an entry");
        var (applied, configured) = Gateways.HeldOtherwise.Changed(first, wanted);
        var more = otherwise.Count > 1 ? $", and {otherwise.Count - 1} more" : "";
        return new ProbeCheck(
            name, ProbeVerdict.Warned, $"{first.Symbol} is held with {applied}, configured is {configured}{more}",
            "it may be liquidated before its stop: look at its liquidation price at the exchange, set it back there, or close it");
    }

    private static string Mode(bool hedge) => hedge ? "hedge" : "one-way";

    private async Task<ProbeCheck> CheckLeverage(CancellationToken stop)
    {
        const string name = "leverage";
        if (await _venue.ReadBrackets(stop) is not Done<IReadOnlyList<LeverageBracket>> { Value: var brackets })
            return Silent(name, "the leverage brackets were not told");
        var risk = around.Account.Risk;
        var size = around.Account.LargestEntry;
        var most = brackets.Where(bracket => bracket.NotionalCap is not { } cap || cap >= size)
            .GroupBy(bracket => bracket.Symbol).ToDictionary(group => group.Key, group => group.Max(bracket => bracket.Leverage));
        var wanted = around.Symbols.All.Where(rules => MayTrade(rules)).Select(rules => rules.Symbol).ToList();
        var low = wanted.Where(symbol => most.GetValueOrDefault(symbol) < risk.Leverage).ToList();
        var text = $"leverage {risk.Leverage} for {Words.Number(size)} USDT";
        return low switch
        {
            [] => new ProbeCheck(name, ProbeVerdict.Passed, $"{text} is allowed on all {wanted.Count} symbols"),
            _ when low.Count == wanted.Count => new ProbeCheck(
                name, ProbeVerdict.Failed, $"{text} is allowed on no symbol", $"lower accounts.{around.Account.Id}.leverage or notional"),
            _ => new ProbeCheck(name, ProbeVerdict.Warned, $"{text} is not allowed on {low.Count} of {wanted.Count} symbols, first {low[0]}: they are not traded"),
        };
    }

    private bool MayTrade(SymbolRules rules) => rules is { IsTrading: true, IsUsdtPerpetual: true }
        && !around.Account.Risk.Block.Contains(rules.Symbol)
        && (around.Account.Risk.Allow.Count == 0 || around.Account.Risk.Allow.Contains(rules.Symbol));

    private async Task<ProbeCheck> CheckStopRoute(Symbol symbol, CancellationToken stop)
    {
        const string name = "stop-route";
        var swept = await _venue.Sweep(stop);
        if (swept is not Done<int> { Value: var left }) return Silent(name, $"{swept}");
        var text = left == 0 ? "conditional orders are listed" : $"conditional orders are listed; {left} test stop(s) of an earlier run cancelled";
        return await around.Gateway.Sender.ReadStops(Key(symbol), stop) switch
        {
            Done<IReadOnlyList<StopView>> => new ProbeCheck(name, ProbeVerdict.Passed, text),
            Refused<IReadOnlyList<StopView>> { Code: not Refused<IReadOnlyList<StopView>>.NeverSent } refused => new ProbeCheck(
                name, ProbeVerdict.Failed, $"conditional orders cannot be listed: {refused.Code} {refused.Message}", "without them no stop can be proven"),
            var unknown => Silent(name, $"{unknown}"),
        };
    }

    /// <summary>
    /// On Binance this shows too that a reduce-only stop rests without a position (stop-first). What becomes of one that is
    /// larger than its position shows only when it triggers, which a test order must never do.
    /// </summary>
    private async Task<ProbeCheck> CheckTestStop(Symbol symbol, CancellationToken stop)
    {
        const string name = TestStopCheck;
        if (await around.Gateway.Sender.ReadMark(symbol, stop) is not Done<decimal> { Value: var mark }) return Silent(name, $"no mark price of {symbol}");
        var (key, id) = (Key(symbol), around.NewTestStop());
        var placed = await Place(key, id, mark, stop);
        if (placed is Refused<bool> { Kind: RejectKind.Filter } && await around.ReadRules(stop)) placed = await Place(key, id, mark, stop);
        var cancelled = placed is Refused<bool> ? placed : await Cancel(key, id, stop);
        return (placed, cancelled) switch
        {
            (Done<bool>, Done<bool>) => new ProbeCheck(
                name, ProbeVerdict.Passed, $"a reduce-only stop on {symbol} rested without a position and was cancelled; oversize at trigger is not tried"),
            (Refused<bool> { Code: Refused<bool>.NeverSent } unsent, _) => Silent(name, unsent.Message),
            (Refused<bool> refused, _) => new ProbeCheck(
                name, ProbeVerdict.Failed, $"a reduce-only stop on {symbol} is refused: {refused.Code} {refused.Message}",
                "no position could be protected: see the code in docs/outcome-policy.md"),
            (_, not Done<bool>) => new ProbeCheck(
                name, ProbeVerdict.Unknown, $"whether test stop {id} on {symbol} is gone is not known", "the next sync or probe cancels it; it cannot fill"),
            _ => Silent(name, $"{placed}"),
        };
    }

    private Task<Outcome<bool>> Place(PositionKey key, ClientOrderId id, decimal mark, CancellationToken stop)
    {
        var rules = around.Symbols.RulesOf(key.Symbol);
        var quantity = Math.Max(rules.MinQuantity, rules.StepSize);
        return _venue.PlaceTestStop(key, id, Side.Long, quantity, rules.RoundStop(mark * FarAway, Side.Long), stop);
    }

    /// <summary>Once it has rested in this start the account allows it, also where a later look finds no flat symbol.</summary>
    private ProbeCheck CheckStopFirst(IEnumerable<ProbeCheck> found)
    {
        _stopRested |= found.Any(check => check is { Name: TestStopCheck, Verdict: ProbeVerdict.Passed });
        return _stopRested
            ? new ProbeCheck(ProbeReport.StopFirstCheck, ProbeVerdict.Passed, "a stop rests without a position: it is placed before each entry is sent")
            : new ProbeCheck(
                ProbeReport.StopFirstCheck, ProbeVerdict.Warned,
                "configured, and not used: no test stop has rested since this node started; entries are sent first, as usual",
                "run doctor while a symbol is flat");
    }

    /// <summary>Twice: a cancel that was not answered may have been lost on its way.</summary>
    private async Task<Outcome<bool>> Cancel(PositionKey key, ClientOrderId id, CancellationToken stop)
    {
        var first = await _venue.CancelTestStop(key, id, stop);
        return first is Done<bool> ? first : await _venue.CancelTestStop(key, id, stop);
    }

    /// <summary>A change of a setting is told by the user stream: one that tells it is live (design §12).</summary>
    private async Task<ProbeCheck> CheckStream(Symbol symbol, CancellationToken stop)
    {
        const string name = "stream";
        var session = around.Gateway.Session;
        if (!await Until(() => session.Health is not StreamHealth.Connecting, StreamWithin, stop)) return Silent(name, "the user stream is not open");
        if (await _venue.ReadLeverage(symbol, stop) is not Done<int> { Value: var leverage }) return Silent(name, $"the leverage of {symbol} was not told");
        var heard = session.EventsHeard;
        var changed = await _venue.SetLeverage(symbol, leverage == 1 ? 2 : leverage - 1, stop);
        var told = changed is Done<bool> && await Until(() => session.EventsHeard > heard, EventWithin, stop);
        var restored = await _venue.SetLeverage(symbol, leverage, stop);
        if (restored is not Done<bool>) restored = await _venue.SetLeverage(symbol, leverage, stop);
        if (restored is not Done<bool>)
            return new ProbeCheck(name, ProbeVerdict.Warned, $"the leverage of {symbol} was not put back to {leverage}", "it is set again before any entry there");
        return (changed, told) switch
        {
            (Done<bool>, true) => new ProbeCheck(name, ProbeVerdict.Passed, $"it told of a changed leverage of {symbol}, which was put back"),
            (Done<bool>, false) => new ProbeCheck(name, ProbeVerdict.Warned, "it did not tell of a changed leverage", "entries are verified by REST until it tells of an order"),
            _ => Silent(name, $"{changed}"),
        };
    }

    private async Task<bool> Until(Func<bool> holds, TimeSpan within, CancellationToken stop)
    {
        var began = around.Time.GetTimestamp();
        while (!holds())
        {
            if (around.Time.GetElapsedTime(began) >= within) return false;
            await Task.Delay(Glance, around.Time, stop);
        }

        return true;
    }

    /// <summary>If possible symbols that are never traded here.</summary>
    private List<Symbol> Candidates() =>
        [.. around.Symbols.All.Where(rules => rules is { IsTrading: true, IsUsdtPerpetual: true, LastTradingUtc: null })
            .OrderBy(MayTrade).ThenByDescending(rules => rules.Symbol.Value, StringComparer.Ordinal).Select(rules => rules.Symbol)];

    /// <summary>A symbol whose every row says zero. Done(null): those that were looked at are held.</summary>
    private async Task<Outcome<Symbol?>> Flat(CancellationToken stop)
    {
        const int tries = 3;
        foreach (var symbol in Candidates().Where(symbol => !around.IsHeld(symbol)).Take(tries))
        {
            var rows = new List<PositionRow>(3);
            foreach (var key in Keys(symbol))
            {
                var read = await around.Gateway.Sender.ReadPosition(key, routine: true, stop);
                if (read is not Done<PositionRead> { Value: var found }) return read.Undone<PositionRead, Symbol?>();
                if (found.Row is { } row) rows.Add(row);
            }

            if (rows.Count == 0) return new Unknown<Symbol?>($"{symbol} has no position row");
            if (rows.TrueForAll(row => row.Amount == 0)) return Outcome.Done<Symbol?>(symbol);
        }

        return Outcome.Done<Symbol?>(null);
    }

    /// <summary>In whichever mode the account really is.</summary>
    private IEnumerable<PositionKey> Keys(Symbol symbol) =>
        [new(around.Account.Id, symbol), new(around.Account.Id, symbol, Side.Long), new(around.Account.Id, symbol, Side.Short)];

    private PositionKey Key(Symbol symbol) => around.Account.Risk.KeysOf(around.Account.Id, symbol)[0];

    private static ProbeCheck Silent(string name, string why) => new(name, ProbeVerdict.Unknown, why, "it is asked again");
}

/// <summary>What the probe of one account needs of its node.</summary>
public sealed record ProbeDependencies
{
    public required AccountSettings Account { get; init; }
    public required AccountGateway Gateway { get; init; }
    public required Gateways.SymbolBook Symbols { get; init; }
    public required Gateways.PreparedSymbols Prepared { get; init; }
    public required TimeProvider Time { get; init; }
    public required bool Live { get; init; }

    /// <summary>Configured, where the venue has it: whether the account allows it is looked at with the test stop.</summary>
    public required bool StopFirst { get; init; }

    /// <summary>The exchange's rules of its symbols are read anew; false: it did not tell them in time.</summary>
    public required Func<CancellationToken, Task<bool>> ReadRules { get; init; }

    /// <summary>Something of the symbol is open, or on its way.</summary>
    public required Func<Symbol, bool> IsHeld { get; init; }

    /// <summary>This node opened what is held of the symbol.</summary>
    public required Func<Symbol, bool> IsOurs { get; init; }

    /// <summary>An id of ours that was never used: stops with it are swept wherever they are found.</summary>
    public required Func<ClientOrderId> NewTestStop { get; init; }
}
