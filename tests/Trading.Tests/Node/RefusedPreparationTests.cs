using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Node.Probe;
using Trading.Simulator.Faults;
using Trading.Simulator.Matching;
using Exchange = Trading.Domain.Exchange;
using Side = Trading.Domain.Side;

namespace Trading.Tests.Node;

/// <summary>
/// The exchange refuses to set leverage or margin mode of a symbol, or is in another mode than the one configured: that is a
/// refusal and not "not ready yet". It costs one question, says the exchange's own words, and has the account looked at.
/// </summary>
public sealed class RefusedPreparationTests
{
    private const string Tag = "TAGUSDT";
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(Exchange.Binance, "POST /fapi/v1/marginType", -4067, "Position side cannot be changed if there exists open orders.")]
    [InlineData(Exchange.Binance, "POST /fapi/v1/marginType", -4168, "Unable to adjust to isolated-margin mode under the Multi-Assets mode.")]
    [InlineData(Exchange.Bybit, "POST /v5/account/set-margin-mode", 3400045, "Set margin mode failed")]
    public async Task What_the_account_refuses_denies_in_its_words_alerts_once_and_is_asked_once_a_symbol(Exchange venue, string route, int code, string words)
    {
        (string Symbol, decimal Mark)[] symbols = [(Tag, 1m), ("HNTUSDT", 2m), ("SKLUSDT", 0.02m)];
        await using var run = await RunningNode.Start(AdoptPolicy.ProtectOnly, venue, symbols);
        await run.When(() => run.Account.LastProbe is { Concluded: true });
        var first = run.Account.LastProbe;
        run.Exchange.With(exchange => exchange.Add(new Fault { Do = FaultAction.Refuse, Route = route, Code = code, Message = words, Count = null }));

        foreach (var (symbol, _) in symbols)
        {
            var denied = Assert.IsType<WaveEvent.SignalDenied>(await run.Send(symbol, Side.Long, symbol));
            Assert.Equal(
                (Reasons.AccountState, $"the exchange refuses leverage 1, isolated margin on this account: {code} {words}"), (denied.Reason, denied.Text));
        }

        Assert.Equal(symbols.Length, run.Wire.Orders(route.Split(' ')[1]).Count);
        var alert = Assert.Single(run.Node.Alerts.Newest, alert => alert.Kind == "SettingsRefused");
        Assert.Equal((venue.Id(), symbols.Length), (alert.Subject, alert.Count));
        await run.When(() => run.Account.LastProbe is { Concluded: true } again && again != first); // it has been looked at again
        Assert.Empty(run.Exchange.With(exchange => exchange.TruthReport()).Positions);
    }

    [Theory]
    [InlineData(Exchange.Binance, "POST /fapi/v1/leverage", -4028, "Leverage 1 is not valid")]
    [InlineData(Exchange.Bybit, "POST /v5/position/set-leverage", 110013, "Cannot set leverage due to risk limit level.")]
    public async Task What_one_symbol_refuses_denies_that_symbol_alone(Exchange venue, string route, int code, string words)
    {
        await using var run = await RunningNode.Start(AdoptPolicy.ProtectOnly, venue, (Tag, 1m), ("HNTUSDT", 2m));
        await run.When(() => run.Account.LastProbe is { Concluded: true });
        run.Exchange.With(exchange => exchange.Add(new Fault { Do = FaultAction.Refuse, Route = route, Symbol = Tag, Code = code, Message = words, Count = null }));

        var denied = Assert.IsType<WaveEvent.SignalDenied>(await run.Send(Tag, Side.Long, "s1"));
        Assert.Equal($"the exchange refuses leverage 1, isolated margin on TAGUSDT: {code} {words}", denied.Text);
        Assert.IsType<WaveEvent.SignalOpened>(await run.Send("HNTUSDT", Side.Long, "s2"));
    }

    /// <summary>Limits say nothing of what was asked: it is asked again, and nobody is alarmed.</summary>
    [Theory]
    [InlineData(Exchange.Binance, "POST /fapi/v1/leverage", -1008)]
    [InlineData(Exchange.Bybit, "POST /v5/position/set-leverage", 10006)]
    public async Task What_a_limit_puts_off_is_asked_again(Exchange venue, string route, int code)
    {
        await using var run = await RunningNode.Start(AdoptPolicy.ProtectOnly, venue, (Tag, 1m));
        await run.When(() => run.Account.LastProbe is { Concluded: true });
        run.Exchange.With(exchange => exchange.Add(new Fault { Do = FaultAction.Refuse, Route = route, Code = code, Status = code < 0 ? 503 : 0, Count = 2 }));
        Assert.IsType<WaveEvent.SignalOpened>(await run.Send(Tag, Side.Long, "s1"));
        Assert.DoesNotContain(run.Node.Alerts.Newest, alert => alert.Kind == "SettingsRefused");
    }

    [Fact]
    public async Task Multi_assets_mode_is_found_at_the_start_and_named_with_its_remedy()
    {
        await using var run = await RunningNode.Start(
            new RunningNodeSetting { Before = exchange => exchange.Venue.Settings.SetMultiAssets(exchange.Account("sim-key-0001"), on: true) }, (Tag, 1m));
        await run.When(() => run.Account.LastProbe is { Concluded: true });
        const string wrong = "the account is in multi-assets mode, where no margin can be isolated, and configured with isolated margin: "
            + "switch the account to single-asset mode while nothing is open, or set accounts.binance.margin to cross";
        Assert.Equal(wrong, run.Account.LastProbe!.Failure);
        var denied = Assert.IsType<WaveEvent.SignalDenied>(await run.Send(Tag, Side.Long, "s1"));
        Assert.Equal((Reasons.AccountState, $"venue probe: {wrong}"), (denied.Reason, denied.Text));
        Assert.Single(run.Node.Alerts.Newest, alert => alert.Kind == "VenueProbe");
    }

    [Fact]
    public async Task In_multi_assets_mode_an_account_with_cross_margin_trades()
    {
        await using var run = await RunningNode.Start(
            new RunningNodeSetting { Isolated = false, Before = exchange => exchange.Venue.Settings.SetMultiAssets(exchange.Account("sim-key-0001"), on: true) },
            (Tag, 1m));
        Assert.IsType<WaveEvent.SignalOpened>(await run.Send(Tag, Side.Long, "s1"));
        Assert.Equal(ProbeVerdict.Warned, run.Account.LastProbe!.Checks.Single(check => check.Name == "asset-mode").Verdict);
    }

    [Fact]
    public async Task Multi_assets_mode_that_is_switched_on_while_the_node_runs_stops_entries_until_it_is_off_again()
    {
        await using var run = await RunningNode.Start((Tag, 1m), ("HNTUSDT", 2m));
        await run.When(() => run.Account.LastProbe is { Concluded: true } && run.Account.Health is not Trading.Gateways.StreamHealth.Connecting);
        ByHand(run, Exchange.Binance, (exchange, account) => exchange.Venue.Settings.SetMultiAssets(account, on: true));
        await run.When(() => run.Account.LastProbe is { Failure: not null });
        Assert.Equal(Reasons.AccountState, Assert.IsType<WaveEvent.SignalDenied>(await run.Send(Tag, Side.Long, "s1")).Reason);

        ByHand(run, Exchange.Binance, (exchange, account) => exchange.Venue.Settings.SetMultiAssets(account, on: false));
        await run.When(() => run.Account.LastProbe is { Failure: null });
        Assert.IsType<WaveEvent.SignalOpened>(await run.Send("HNTUSDT", Side.Long, "s2"));
    }

    /// <summary>Nobody tells it: a symbol that is seen for the first time is not named in the configured mode.</summary>
    [Theory]
    [InlineData(Exchange.Binance, false)]
    [InlineData(Exchange.Binance, true)]
    [InlineData(Exchange.Bybit, false)]
    [InlineData(Exchange.Bybit, true)]
    public async Task A_position_mode_that_is_switched_while_the_node_runs_denies_the_first_signal_and_fails_the_probe(Exchange venue, bool hedge)
    {
        await using var run = await RunningNode.Start(new RunningNodeSetting { Venue = venue, Hedge = hedge }, (Tag, 1m), ("HNTUSDT", 2m));
        await run.When(() => run.Account is { LastProbe: { Passed: true }, Ledger.Rounds: > 0 });
        ByHand(run, venue, (exchange, account) => exchange.Venue.Settings.SetMode(account, !hedge));

        var sent = run.Wire.Naming(Tag);
        var ended = await run.Send(Tag, Side.Long, "s1");
        var (real, said) = hedge ? ("one-way", "hedge") : ("hedge", "one-way");
        if (ended is WaveEvent.SignalDenied denied) Assert.Equal(Reasons.AccountState, denied.Reason);
        else Assert.Equal(venue is Exchange.Binance ? -4061 : 10001, Assert.IsType<WaveEvent.SignalFailed>(ended).Code);
        Assert.InRange(run.Wire.Naming(Tag) - sent, 1, 12);

        await run.When(() => run.Account.LastProbe is { Failure: not null });
        Assert.StartsWith($"the account is in {real} mode and configured as {said}", run.Account.LastProbe!.Failure, StringComparison.Ordinal);
        Assert.Equal(Reasons.AccountState, Assert.IsType<WaveEvent.SignalDenied>(await run.Send("HNTUSDT", Side.Long, "s2")).Reason);
        Assert.Empty(run.Exchange.With(exchange => exchange.TruthReport()).Positions);
    }

    /// <summary>A symbol that is prepared and known already: only the order itself tells.</summary>
    [Theory]
    [InlineData(Exchange.Binance, -4061)]
    [InlineData(Exchange.Bybit, 10001)]
    public async Task An_entry_that_is_refused_for_the_position_mode_has_the_account_looked_at_again(Exchange venue, int code)
    {
        await using var run = await RunningNode.Start(AdoptPolicy.ProtectOnly, venue, (Tag, 1m));
        await run.When(() => run.Account.LastProbe is { Passed: true });
        Assert.True(run.Account.Prepare(Symbol.Parse(Tag)));
        await run.When(() => run.Account.Readiness.Unready(RunningNode.Key(Tag, venue)) is null);
        ByHand(run, venue, (exchange, account) => exchange.Venue.Settings.SetMode(account, hedge: true));

        Assert.Equal(code, Assert.IsType<WaveEvent.SignalFailed>(await run.Send(Tag, Side.Long, "s1")).Code);
        await run.When(() => run.Account.LastProbe is { Failure: not null });
    }

    /// <summary>At the latest every sync, without any signal.</summary>
    [Fact]
    public async Task A_position_mode_that_was_switched_is_found_by_the_next_sync()
    {
        await using var run = await RunningNode.Start((Tag, 1m));
        await run.When(() => run.Account is { LastProbe: { Passed: true }, Ledger.Rounds: > 0 });
        ByHand(run, Exchange.Binance, (exchange, account) => exchange.Venue.Settings.SetMode(account, hedge: true));
        run.Account.Reconcile("test");
        await run.When(() => run.Account.LastProbe is { Failure: not null });
    }

    private static void ByHand(RunningNode run, Exchange venue, Func<Trading.Simulator.Exchange, Account, Refusal> change) =>
        Assert.Equal(Refusal.None, run.Exchange.With(exchange => change(exchange, exchange.Venue.Account($"{venue.Id()}/sim-key-0001"))));
}
