using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Gateways;
using Trading.Node;
using Trading.Node.Configuration;
using Trading.Node.Gateways;
using Trading.Node.Positions;
using Trading.Simulator;
using Trading.Tests.Gateways;
using AccountSettings = Trading.Node.Configuration.AccountSettings;
using Exchange = Trading.Domain.Exchange;

namespace Trading.Tests.Node;

/// <summary>Two accounts on Binance and one on Bybit in one node: keys, limits and budgets of their own, one symbol on all three.</summary>
public sealed class SeveralAccountsTests
{
    private const string Tag = "TAGUSDT";
    private static readonly AccountId Second = AccountId.Parse("second");
    private static readonly AccountId Bybit = AccountId.Parse("bybit");

    [Fact]
    public async Task The_same_symbol_on_three_accounts_is_three_positions_that_never_mix()
    {
        await using var run = await RunningNode.Start(new RunningNodeSetting { Others = Others }, (Tag, 1m));
        PositionKey[] keys = [RunningNode.Key(Tag), Key(Second), Key(Bybit)];
        await Open(run, keys[0], Side.Long, 100m);
        await Open(run, keys[1], Side.Short, 50m);
        await Open(run, keys[2], Side.Long, 70m);
        foreach (var quantity in new[] { 100m, 50m, 70m }) await run.Until<PositionEvent.StopConfirmed>(stop => stop.Quantity == quantity);
        foreach (var key in keys) await run.Settled(key);
        Assert.Equal((100m, -50m, 70m), Held(run));

        run.SetPrice(Tag, 0.975m); // beyond the stops of both long ones
        await run.When(() => keys.Count(key => run.Events(key).Any(happened => happened is PositionEvent.PositionClosed)) == 2);
        Assert.Equal((0m, -50m, 0m), Held(run));
        Assert.DoesNotContain(run.Events(keys[1]), happened => happened is PositionEvent.PositionClosed);

        await run.Restart();
        var left = Assert.Single(run.Node.Board.Active);
        Assert.Equal((keys[1], 50m, true), (left.Key, left.Quantity, left.IsProtected));
        Assert.Equal([0, 0, 1], run.Node.Accounts.Values.Select(account => run.Node.Board.Active.Count(view => view.Key.Account == account.Settings.Id)));
        var truth = run.Exchange.With(exchange => exchange.TruthReport());
        Assert.Equal((3, 0), (truth.Positions.Count, truth.DuplicatePositions));
        Assert.True(truth.MaxUnprotectedMs < 3000, $"{truth.MaxUnprotectedMs} ms without a stop");
    }

    [Fact]
    public async Task Limits_and_states_are_each_accounts_own()
    {
        await using var run = await RunningNode.Start(new RunningNodeSetting { Others = Others }, (Tag, 1m), ("HNTUSDT", 2m));
        Assert.Equal(50m, (await Ask(run, Second, Tag, 1m)).Grant!.Quantity); // its own notional
        Assert.Equal(Reasons.NoSlot, (await Ask(run, Second, "HNTUSDT", 2m)).Denial); // its own one slot
        Assert.Equal(100m, (await Ask(run, run.Account.Settings.Id, "HNTUSDT", 2m)).Grant!.Quantity);
        Assert.Equal(100m, (await Ask(run, Bybit, "HNTUSDT", 2m)).Grant!.Quantity);

        await run.Node.Accounts[Second].Ask(new AccountInput.Pause("test", "")); // nobody else's business
        Assert.Equal(
            [AccountMode.Active, AccountMode.Active, AccountMode.Reducing], run.Node.Accounts.Values.Select(account => account.Status.Mode));
    }

    [Fact]
    public void Accounts_at_one_address_share_its_weight_and_a_ban_while_another_exchange_goes_on()
    {
        var node = new VirtualNode();
        var wire = new ScriptedWire(node.Time);
        wire.Once("GET /fapi/v3/account", ScriptedWire.Json("{\"code\":-1003,\"msg\":\"Too many requests\"}", 429, ("Retry-After", "30")));
        using var venues = new Venues(wire, node.Time, [], Lease.OnlyNode);
        var (first, second, bybit) = (Of("binance", Exchange.Binance), Of("second", Exchange.Binance), Of("bybit", Exchange.Bybit));

        node.Run(() => first.Session.ReadBalance(default));
        Assert.IsType<Refused<AccountBalance>>(node.Run(() => second.Session.ReadBalance(default)));
        node.Run(() => bybit.Session.ReadBalance(default));
        Assert.Equal(["/fapi/v3/account", "/v5/account/wallet-balance"], wire.Sent.Select(request => request.Target.Split('?')[0]));

        AccountGateway Of(string name, Exchange venue) => venues.Open(
            new AccountSettings(AccountId.Parse(name), venue) { Url = new Uri("http://exchange"), ApiKey = name, ApiSecret = "s" });
    }

    [Theory]
    [InlineData(null, null, "api.bybit.com", "stream.bybit.com")]
    [InlineData("https://api.bybit.com", null, "api.bybit.com", "stream.bybit.com")]
    [InlineData("https://api-testnet.bybit.com", null, "api-testnet.bybit.com", "stream-testnet.bybit.com")]
    [InlineData("https://api-demo.bybit.com", null, "api-demo.bybit.com", "stream-demo.bybit.com")]
    [InlineData("https://api-demo.bybit.com", "wss://elsewhere", "api-demo.bybit.com", "elsewhere")]
    [InlineData("http://127.0.0.1:5491", null, "127.0.0.1", "127.0.0.1")]
    public void Bybit_is_asked_and_heard_where_the_settings_say(string? url, string? stream, string rest, string heard)
    {
        var node = new VirtualNode();
        var wire = new ScriptedWire(node.Time);
        using var venues = new Venues(wire, node.Time, [], Lease.OnlyNode);
        var gateway = venues.Open(new AccountSettings(Bybit, Exchange.Bybit)
        {
            Url = url is null ? null : new Uri(url), StreamUrl = stream is null ? null : new Uri(stream), ApiKey = "k", ApiSecret = "s",
        });
        node.Run(() => gateway.Session.ReadBalance(default));
        Assert.Equal(rest, Assert.Single(wire.Sent).Host.Host);
        using var stop = new CancellationTokenSource();
        var running = node.Start(() => gateway.Session.Run(static _ => ValueTask.CompletedTask, stop.Token));
        node.Pass(TimeSpan.FromMilliseconds(100));
        stop.Cancel();
        node.Pass(TimeSpan.FromSeconds(1));
        Assert.True(running.IsCompleted);
        Assert.Equal((heard, "/v5/private"), (wire.Sockets[0].Address.Host, wire.Sockets[0].Address.AbsolutePath));
    }

    private static IEnumerable<AccountSettings> Others(SimulatorHost exchange) =>
    [
        new(Second, Exchange.Binance)
        {
            Url = exchange.BaseAddress, ApiKey = "sim-key-0002", ApiSecret = "sim-secret-0002",
            Risk = AccountPolicy.Default with { Notional = 50m, MaxOpenPositions = 1 },
        },
        new(Bybit, Exchange.Bybit)
        {
            Url = exchange.BybitAddress, ApiKey = "sim-key-0003", ApiSecret = "sim-secret-0003",
            Risk = AccountPolicy.Default with { Exchange = Exchange.Bybit },
        },
    ];

    private static PositionKey Key(AccountId account) => new(account, Symbol.Parse(Tag));

    private static async Task Open(RunningNode run, PositionKey key, Side side, decimal quantity)
    {
        run.Node.Accounts[key.Account].Prepare(key.Symbol);
        await run.When(() => run.Node.Accounts[key.Account].Readiness.Unready(key) is not OpeningAnswer.NotYet);
        PositionAnswer answer;
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5)); // until a row has named the key
            answer = await run.Node.Ask(
                key, new PositionInput.OpenPosition($"s-{key.Account}", "w1", side, quantity, 1m, new ProtectionPlan()), $"w1/{key.Account}", TimeSpan.FromSeconds(60));
        }
        while (answer is { Verdict: Verdict.Denied, Note: "key_in_doubt" });
        Assert.Equal(Verdict.Accepted, answer.Verdict);
    }

    /// <summary>What the exchange holds for the keys of binance, second and bybit.</summary>
    private static (decimal, decimal, decimal) Held(RunningNode run) => run.Exchange.With(exchange =>
    {
        decimal Of(string name) => exchange.Venue.Account(name).Find(Tag, Trading.Simulator.Matching.PositionSide.Both)?.Quantity ?? 0;
        return (Of("binance/sim-key-0001"), Of("binance/sim-key-0002"), Of("bybit/sim-key-0003"));
    });

    private static async Task<Trading.Node.Accounts.AccountAnswer> Ask(RunningNode run, AccountId account, string name, decimal mark)
    {
        var symbol = Symbol.Parse(name);
        var node = run.Node.Accounts[account];
        var wish = new AccountInput.RequestSlot(
            new Signal($"{account}-{name}", WaveName.Parse("w1"), account, symbol, Side.Long), new MarketView(mark, node.Symbols.Find(symbol)));
        while (true)
        {
            var answer = await node.Ask(wish);
            if (answer.Grant is not null || answer.Denial is not null) return answer;
            await Task.Delay(TimeSpan.FromMilliseconds(5)); // until the positions of the account have been read
        }
    }
}
