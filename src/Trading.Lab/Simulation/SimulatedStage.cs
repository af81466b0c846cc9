using System.Globalization;
using Trading.Domain;
using Trading.Lab.Simulation.Mutations;
using Trading.Node;
using Trading.Node.Configuration;
using Trading.Node.Operators;
using Trading.Node.Probe;
using Trading.Node.Reconcile;
using Trading.Simulator.Bybit;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;
using AccountSettings = Trading.Node.Configuration.AccountSettings;

namespace Trading.Lab.Simulation;

/// <summary>
/// What every run of a whole node is played on: a world, an exchange, a journal, the node's lives one after the other, and
/// the judge. Whoever plays on it decides what is fed and what goes wrong.
/// </summary>
internal sealed class SimulatedStage : IDisposable
{
    public static readonly DateTimeOffset StartUtc = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly TimeSpan SyncEvery = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ProtectWithin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan SettlesAfter = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RequestMinute = TimeSpan.FromMinutes(1);

    /// <summary>One sync interval and 15 s (I8), once the exchange's minute of request weight that was used up has passed.</summary>
    private static readonly TimeSpan SettlesWithin = RequestMinute + SyncEvery + TimeSpan.FromSeconds(15);

    /// <summary>A node that finds itself replaced is ended by whoever runs it.</summary>
    private static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(5);

    /// <summary>A stop may fire while a snapshot is being read; it does not fire during each of them.</summary>
    private const int LastSnapshots = 3;

    private readonly Swarm _swarm;
    private readonly Mutation? _mutation;
    private readonly List<SimulatedNode> _replaced = [];
    private readonly Dictionary<VirtualNode, long> _epochs = [];
    private readonly HashSet<AccountId> _wereHalted = [];

    /// <param name="databaseChance">Chance of the journal's latencies and losses.</param>
    /// <param name="mutation">The defence that is switched off; only a check of the checks has one.</param>
    /// <param name="log">Told every line of the run.</param>
    public SimulatedStage(
        VirtualWorld world, Swarm swarm, IMarket market, VenueOptions venue, SeededRandom databaseChance,
        Mutation? mutation = null, Action<string>? log = null, BybitOptions? bybit = null)
    {
        (World, _swarm, _mutation) = (world, swarm, mutation);
        Log = log is null ? null : line => log(string.Create(CultureInfo.InvariantCulture, $"{world.NowUtc:HH:mm:ss.fff} {line}"));
        Venue = new SimulatedVenue(world, market, venue, bybit);
        Network = new SimulatedNetwork(world);
        var journal = new JournalId($"journal-{world.Seed}");
        Database = new SimulatedDatabase(world.Environment.Time, journal, databaseChance)
        {
            Faults = JournalFaults.None with
            {
                LatencyLeast = TimeSpan.FromMilliseconds(0.1), LatencyMost = TimeSpan.FromMilliseconds(2),
            },
        };
        InvariantChecker = new InvariantChecker(Venue, swarm, ExcusedWindows, ProtectWithin, journal.Tag) { Log = Log };
        InvariantChecker.IsHalted = WasHalted;
        Venue.Listen(InvariantChecker.Happened);
        foreach (var account in swarm.Accounts.Where(account => account.Hedge))
            Venue.With(exchange => exchange.Venue.Settings.SetMode(account.In(exchange), hedge: true));
        Database.Written = InvariantChecker.Written;
        Database.Fences = mutation?.Off is not Outside.EpochFence;
        Network.Arriving = InvariantChecker.Arriving;
        Network.Leaving = (process, call) => InvariantChecker.Leaving(_epochs[process], call);
    }

    public VirtualWorld World { get; }
    public SimulatedVenue Venue { get; }
    public SimulatedNetwork Network { get; }
    public SimulatedDatabase Database { get; }
    public ExcusedWindows ExcusedWindows { get; } = new();
    public InvariantChecker InvariantChecker { get; }

    /// <summary>Null: nobody listens, and no line is made.</summary>
    public Action<string>? Log { get; }

    /// <summary>The life that runs; null between two of them.</summary>
    public SimulatedNode? Node { get; private set; }

    public int Lives { get; private set; }

    /// <summary>What a node that has started is fed with, on its own scheduler.</summary>
    public Func<SimulatedNode, Task> Started { get; set; } = static _ => Task.CompletedTask;

    /// <summary>A node that was killed is given this long, once it runs again, before it has to protect.</summary>
    public TimeSpan TakesUpWithin { get; init; } = TimeSpan.FromSeconds(4);

    public void Live()
    {
        Lives++;
        Log?.Invoke($"== life {Lives} of the node");
        var node = Node = new SimulatedNode(
            World, Venue, Network, Database, Settings(), Lives, _swarm.Has(FaultClass.Replacements),
            _mutation?.Off ?? Outside.Nothing, _mutation?.Change ?? (static parts => parts), Alerted,
            id => InvariantChecker.MayBeTried(VenueProbe.TestStop(Database.Id, id)), Log ?? (static _ => { }));
        _epochs[node.Process] = node.Epoch;
        InvariantChecker.TakenOver(node.Epoch);
        _ = node.Process.Start(async () =>
        {
            await node.Node.Start(CancellationToken.None);
            await Started(node);
        });
    }

    public void Kill(TimeSpan comesBackAfter)
    {
        if (Node is not { } node) return;
        Log?.Invoke($"== the node is killed, for {comesBackAfter}");
        node.Kill();
        Node = null;
        ExcusedWindows.Add(World.NowUtc.UtcDateTime, comesBackAfter + TakesUpWithin, "the node was killed");
        ExcusedWindows.Add(World.NowUtc.UtcDateTime, comesBackAfter + SyncEvery, "the node was killed", deaf: true);
        World.After(comesBackAfter, Live);
    }

    /// <summary>The node stands still past its lease, another one takes its place, and after that time it wakes.</summary>
    public void Replace(TimeSpan wakesAfter)
    {
        if (Node is not { Process.IsPaused: false } node) return;
        Log?.Invoke($"== the node stands still and is replaced; it wakes {wakesAfter} later");
        node.Process.Pause();
        Node = null;
        _replaced.Add(node);
        ExcusedWindows.Add(World.NowUtc.UtcDateTime, SimulatedLease.Lasts + TakesUpWithin, "the node was replaced");
        ExcusedWindows.Add(World.NowUtc.UtcDateTime, SimulatedLease.Lasts + SyncEvery, "the node was replaced", deaf: true);
        ExcusedWindows.Silence(World.NowUtc.UtcDateTime, SimulatedLease.Lasts + wakesAfter + EndsWithin, "the node was replaced");
        World.After(SimulatedLease.Lasts, Live);
        World.After(SimulatedLease.Lasts + wakesAfter, node.Process.Resume);
        World.After(SimulatedLease.Lasts + wakesAfter + EndsWithin, node.Kill);
    }

    /// <summary>Everything is healed: lets it settle, and judges the run.</summary>
    public void End()
    {
        foreach (var node in _replaced) node.Kill();
        foreach (var account in _swarm.Accounts) WasHalted(account.Id);
        Settle();
        InvariantChecker.JudgeRun();
        foreach (var (node, exception) in World.Failures) InvariantChecker.Blame($"{node} failed: {exception}");
    }

    public void Dispose() => Venue.Dispose();

    /// <summary>Until nothing is left to be done; then one more snapshot, which must find nothing.</summary>
    private void Settle()
    {
        var until = SettledBy();
        World.Run(SettlesAfter);
        IReadOnlyList<string> unsettled;
        while ((unsettled = InvariantChecker.Unsettled(Node?.Node)).Count > 0 && World.NowUtc < until) World.Run(TimeSpan.FromSeconds(1));
        foreach (var wrong in unsettled) InvariantChecker.Blame(wrong);
        if (unsettled.Count > 0) return;
        foreach (var account in Node!.Node.Accounts.Values) TakeLastSnapshot(account);
    }

    private void TakeLastSnapshot(NodeAccount account)
    {
        var handedOut = false;
        for (var rounds = 0; rounds < LastSnapshots; rounds++)
        {
            account.Reconcile("the end of the run");
            handedOut = HandsOutAnother(account.Ledger);
            if (handedOut && account.Ledger.Drift == 0) return;
        }

        InvariantChecker.Blame(handedOut
            ? $"I8 the last snapshot of {account.Settings.Id} still corrected {account.Ledger.Drift}"
            : $"I8 no snapshot of {account.Settings.Id} could be handed out at the end");
    }

    private bool WasHalted(AccountId account)
    {
        if (Node?.Node.Accounts[account].Status.Mode is Domain.Accounts.AccountMode.Halted) _wereHalted.Add(account);
        return _wereHalted.Contains(account);
    }

    /// <summary>
    /// A ban that the last of several lives came into ends by itself only: what a life was told of a limit dies with it, and
    /// one that was replaced shares the address of the one that took its place.
    /// </summary>
    private DateTimeOffset SettledBy()
    {
        var settled = World.NowUtc + SettlesWithin;
        if (Lives == 1 || Venue.With(exchange => exchange.Binance.BannedUntilUtc) is not { } freeUtc) return settled;
        var afterBan = new DateTimeOffset(freeUtc, TimeSpan.Zero) + SettlesWithin - RequestMinute;
        return afterBan > settled ? afterBan : settled;
    }

    /// <summary>
    /// A snapshot may have to wait until the exchange's minute of request weight has passed: before it is handed out, the
    /// count is that of the one before.
    /// </summary>
    private bool HandsOutAnother(ReconcileLedger ledger)
    {
        var before = ledger.Rounds;
        var handedOut = World.RunUntil(() => ledger.Rounds > before, TimeSpan.FromSeconds(90));
        World.Run(TimeSpan.FromSeconds(2));
        return handedOut;
    }

    private void Alerted(Alert alert)
    {
        World.Trace(alert.Text);
        Log?.Invoke($"!! {alert.Kind} {alert.Subject}: {alert.Text}");
        if (alert.Kind is "ActorFailed" && !alert.Text.Contains(SimulatedDatabase.Silence, StringComparison.Ordinal))
            InvariantChecker.Blame(alert.Text);
    }

    private NodeSettings Settings() => new()
    {
        SyncEvery = SyncEvery,
        ProtectWithin = ProtectWithin,
        StopFirst = _swarm.StopFirst,
        HardLoss = _swarm.HardLoss,
        Accounts = [.. _swarm.Accounts.Select(SettingsOf)],
    };

    private AccountSettings SettingsOf(SimulatedAccount account) => new(account.Id, account.Exchange)
    {
        Url = new Uri("http://venue"), ApiKey = account.ApiKey, ApiSecret = account.ApiSecret, Adopt = _swarm.Adopt,
        Risk = Domain.Accounts.AccountPolicy.Default with { Plan = _swarm.Plan, Hedge = account.Hedge },
    };
}
