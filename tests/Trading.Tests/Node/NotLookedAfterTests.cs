using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Journal;
using Trading.Node.Api;
using Trading.Node.Operators;
using Trading.Node.Positions;
using Trading.Node.Projections;

namespace Trading.Tests.Node;

/// <summary>What is open on an account and nobody here looks after must not be missed: a contract that is not traded, a journal that cannot be read.</summary>
public sealed class NotLookedAfterTests
{
    private static readonly OperatorOrder Order = new("anna", "test", TimeSpan.FromSeconds(30));

    [Theory]
    [InlineData(Exchange.Binance, "BTCUSDT_260327")]
    [InlineData(Exchange.Bybit, "BTCUSDT-26MAR27")]
    public async Task A_dated_future_opened_by_hand_is_one_alert_and_shown_as_not_managed(Exchange venue, string contract)
    {
        await using var run = await RunningNode.Start(AdoptPolicy.ProtectOnly, venue, (contract, 95_000m), ("TAGUSDT", 1m));
        await run.Open("TAGUSDT", Side.Long, 100m, 1m, "s1");
        await run.Until<PositionEvent.StopConfirmed>();
        Hand(run, venue, (x, account) => x.Venue.Hand.Open(account, contract, -0.2m));
        await run.When(() => run.Account.Untraded.Held.Count == 1); // the stream tells it, not the next snapshot
        await Sync(run);

        var alert = Assert.Single(run.Node.Alerts.Newest, alert => alert.Kind == "NotManaged");
        Assert.Equal(($"{venue.Id()}/{contract}", 1), (alert.Subject, alert.Count));
        Assert.Contains("-0.2", alert.Text, StringComparison.Ordinal);
        var shown = Assert.Single(await Views(run).Positions(Active, default), position => position.State == "not_managed");
        Assert.Equal(
            ($"{venue.Id()}/{contract}", "short", "active", 0.2m, null),
            (shown.Key, shown.Side, shown.Status, shown.Quantity, shown.Protection));
        Assert.StartsWith("not managed", shown.Origin, StringComparison.Ordinal);
        var check = Assert.Single((await Doctor(run)).Checks, check => check.Check == "not-managed");
        Assert.Equal((venue.Id(), "warned"), (check.Subject, check.Verdict));
        Assert.Contains(contract, check.Text, StringComparison.Ordinal);
        Assert.StartsWith("1 positions · 1 protected · 0 unprotected · ", Line(run), StringComparison.Ordinal);
        Assert.EndsWith(" · 1 not managed", Line(run), StringComparison.Ordinal);

        await run.Restart(); // and a new life finds it in its first snapshot
        await run.When(() => run.Account.Untraded.Held.Count == 1);
        Assert.Single(run.Node.Alerts.Newest, found => found.Kind == "NotManaged");

        Hand(run, venue, (x, account) => x.Venue.Hand.Close(account, contract));
        await run.When(() => run.Account.Untraded.Held.Count == 0);
        await Sync(run);
        Assert.DoesNotContain("not managed", Line(run), StringComparison.Ordinal);
        Assert.DoesNotContain((await Doctor(run)).Checks, found => found.Check == "not-managed");
        Assert.Equal(["NotManaged"], run.Node.Alerts.Newest.Select(found => found.Kind)); // its orders and fills are no unknown frames
    }

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task A_position_whose_journal_holds_an_unreadable_event_is_left_alone_and_the_headline_says_it(Exchange venue)
    {
        var unreadable = false;
        await using var run = await RunningNode.Start(
            new RunningNodeSetting { Venue = venue, Journal = real => new JournalOfANewerBuild(real, () => unreadable) }, ("TAGUSDT", 1m), ("HNTUSDT", 2m));
        await run.Open("TAGUSDT", Side.Short, 100m, 1m, "s1");
        await run.Open("HNTUSDT", Side.Long, 50m, 2m, "s2");
        await run.Until<PositionEvent.StopConfirmed>(stop => stop.Quantity == 100m);
        await run.Until<PositionEvent.StopConfirmed>(stop => stop.Quantity == 50m);
        Assert.DoesNotContain("LEFT ALONE", Line(run), StringComparison.Ordinal);

        unreadable = true;
        await run.Restart();
        await run.When(() => run.Node.IsReconciled);

        Assert.StartsWith("1 positions · 1 protected · 0 unprotected · ", Line(run), StringComparison.Ordinal);
        Assert.EndsWith(" · 1 LEFT ALONE", Line(run), StringComparison.Ordinal);
        var status = await Views(run).Status(default);
        Assert.Equal((1, 0), (status.LeftAlone, status.NotManaged));
        var key = run.KeyOf("TAGUSDT", Side.Short);
        var shown = Assert.Single(await Views(run).Positions(Active, default), position => position.State == "left_alone");
        Assert.Equal((key.ToString(), "short", 100m, true), (shown.Key, shown.Side, shown.Quantity, shown.InDoubt)); // as the exchange says
        Assert.Equal("left_alone", (await Views(run).Position(key, default))!.State);
        var check = Assert.Single((await Doctor(run)).Checks, check => check.Check == "left-alone");
        Assert.Equal("failed", check.Verdict);
        Assert.Contains($"{key}", check.Text, StringComparison.Ordinal);
        Assert.Contains("PositionTeleported", check.Text, StringComparison.Ordinal);

        unreadable = false; // the newer build is back
        await run.Restart();
        Assert.EndsWith("oldest unknown 0 s", Line(run), StringComparison.Ordinal);
        Assert.Equal(2, run.Node.Board.Active.Count);
    }

    private static readonly PositionQuery Active = new(Active: true, Closed: false, null, null, 100);

    private static string Line(RunningNode run) => Headline.Of(run.Node, DateTime.UtcNow).ToString();

    private static NodeViews Views(RunningNode run) => new(
        run.Node, new ScriptedJournal([]), "sqlite", MonitoringStore.Sqlite("not asked"), static () => 0, TimeProvider.System);

    private static Task<DoctorAnswer> Doctor(RunningNode run) =>
        new NodeCommands(run.Node, TimeProvider.System, static () => "doctor").Examine(null, withOrders: false, Order);

    private static Task<CommandAnswer> Sync(RunningNode run) =>
        new NodeCommands(run.Node, TimeProvider.System, static () => "sync").Reconcile(null, null, Order);

    private static void Hand<T>(RunningNode run, Exchange venue, Func<Trading.Simulator.Exchange, Trading.Simulator.Matching.Account, T> act) =>
        run.Exchange.With(x => act(x, x.Venue.Account($"{venue.Id()}/sim-key-0001")));

    /// <summary>The first event of TAGUSDT is of a type that this build does not know.</summary>
    private sealed class JournalOfANewerBuild(IJournal real, Func<bool> isNewer) : IJournal
    {
        public JournalId Id => real.Id;

        public Task<AppendResult> Append(AppendRequest request) => real.Append(request);

        public async Task<IReadOnlyList<RecordedEvent>> ReadStream(string stream, long afterVersion, int max) =>
            await real.ReadStream(stream, afterVersion, max) is var read && isNewer() && stream.EndsWith("/TAGUSDT", StringComparison.Ordinal)
                ? [.. read.Select(one => one.Version == 1 ? one with { Type = "PositionTeleported" } : one)]
                : read;

        public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int max) => real.ReadAll(afterPosition, max);

        public Task<IReadOnlyList<string>> Streams(string prefix) => real.Streams(prefix);

        public ValueTask DisposeAsync() => real.DisposeAsync();
    }
}
