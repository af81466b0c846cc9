using System.Globalization;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Node;
using Trading.Node.Configuration;
using Trading.Node.Operators;
using Trading.Node.Reconcile;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;
using AccountSettings = Trading.Node.Configuration.AccountSettings;
using Side = Trading.Domain.Side;

namespace Trading.Lab.Simulation;

/// <summary>What one seed came to.</summary>
/// <param name="Leaks">Work that left the simulation for another thread; a run counts only without.</param>
/// <param name="Lives">Lives of the node: 1 where it was never killed.</param>
public sealed record SeedResult(
    ulong Seed, Swarm Swarm, ulong TraceHash, long Steps, TimeSpan Simulated, long Leaks, string? FirstLeak,
    IReadOnlyList<string> Violations, int Opened, int Closed, int Lives);

/// <summary>
/// One seed: a whole node, an exchange, a journal and a feed under virtual time on one thread. Two minutes of misfortune,
/// then everything is healed and has to settle.
/// </summary>
public sealed class SeedRun : IDisposable
{
    private static readonly DateTimeOffset StartUtc = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan StormLasts = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan SyncEvery = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ProtectWithin = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan SettlesAfter = TimeSpan.FromSeconds(10);

    /// <summary>One sync interval and 15 s (I8), once the exchange's minute of request weight that the storm used up has passed.</summary>
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(60) + SyncEvery + TimeSpan.FromSeconds(15);

    private static readonly TimeSpan SupervisorWaits = TimeSpan.FromSeconds(1);

    /// <summary>A stop may fire while a snapshot is being read; it does not fire during each of them.</summary>
    private const int LastSnapshots = 3;
    private static readonly AccountId Account = AccountId.Parse("binance");
    private static readonly string[] Symbols = ["HNTUSDT", "TAGUSDT", "HOLOUSDT", "COTIUSDT"];

    private readonly VirtualWorld _world;
    private readonly Swarm _swarm;
    private readonly SimulatedVenue _venue;
    private readonly SimulatedNetwork _network;
    private readonly SimulatedDatabase _database;
    private readonly Hindrances _hindrances = new();
    private readonly Referee _referee;
    private readonly Storm _storm;
    private readonly SeededRandom _chance;
    private readonly Func<NodeParts, NodeParts> _change;
    private readonly Action<string>? _log;
    private readonly List<(string Symbol, PositionInput.OpenPosition Open)> _signals = [];
    private SimulatedNode? _node;
    private int _lives;
    private bool _feeds = true, _wasHalted;

    private SeedRun(ulong seed, Func<NodeParts, NodeParts>? change, Action<string>? log)
    {
        _change = change ?? (static parts => parts);
        _world = new VirtualWorld(seed, startUtc: StartUtc);
        _log = log is null ? null : line => log(string.Create(CultureInfo.InvariantCulture, $"{_world.NowUtc:HH:mm:ss.fff} {line}"));
        _chance = new SeededRandom(_world.Random.NextBits());
        _swarm = Swarm.Draw(_chance);
        var market = new SyntheticMarket(
            SyntheticOptions.Lively with { Seed = _chance.NextBits(), Symbols = Symbols }, StartUtc.UtcDateTime);
        _venue = new SimulatedVenue(_world, market, VenueOptionsOf(_swarm, _chance.NextBits()));
        _network = new SimulatedNetwork(_world);
        var journal = new JournalId($"journal-{seed}");
        _database = new SimulatedDatabase(_world.Environment.Time, journal, new SeededRandom(_chance.NextBits()))
        {
            Faults = JournalFaults.None with
            {
                LatencyLeast = TimeSpan.FromMilliseconds(0.1), LatencyMost = TimeSpan.FromMilliseconds(2),
            },
        };
        _referee = new Referee(_venue, _swarm, _hindrances, ProtectWithin, journal.Tag) { Log = _log };
        _storm = new Storm(
            _world, _swarm, _venue, _network, _database, _hindrances, Symbols, SyncEvery + TimeSpan.FromSeconds(15), _log)
        {
            Kill = Kill, Pause = Pause, Skew = by => { if (_node is { } node) node.Process.Skew = by; },
        };
        _referee.IsHalted = () => _wasHalted |= _node?.Node.Accounts[Account].Standing.Mode is Domain.Accounts.AccountMode.Halted;
        _database.Written = recorded =>
        {
            _referee.Written(recorded);
            _storm.Written(recorded);
        };
        _database.Hindered = _storm.Hinder;
        _network.Arriving = _referee.Arriving;
        _network.Hindered = _storm.Hinder;
        _network.Moment = _storm.Moment;
    }

    /// <summary>Plays one seed from its beginning to its end.</summary>
    /// <param name="change">What is different in the node; only a check of the checks has something there.</param>
    /// <param name="log">Told every line of the run.</param>
    public static SeedResult Run(ulong seed, Func<NodeParts, NodeParts>? change = null, Action<string>? log = null)
    {
        using var run = new SeedRun(seed, change, log);
        return run.Play();
    }

    public void Dispose() => _venue.Dispose();

    private SeedResult Play()
    {
        _log?.Invoke($"== swarm: {_swarm}");
        Live();
        _storm.Begin();
        _world.Run(StormLasts);
        _feeds = false;
        _storm.Heal();
        _referee.IsHalted();
        Settle();
        _referee.JudgeRun();
        foreach (var (node, exception) in _world.Failures) _referee.Blame($"{node} failed: {exception}");
        var truth = _venue.With(exchange => exchange.TruthReport());
        foreach (var position in truth.Positions) _world.Trace($"{position.Symbol} {position.EntryClientId} {position.ClosedUtc:O}");
        return new SeedResult(
            _world.Seed, _swarm, _world.TraceHash, _world.Steps, _world.NowUtc - StartUtc, _world.Leaks, _world.FirstLeak,
            _referee.Violations, truth.Positions.Count, truth.Positions.Count(position => position.ClosedUtc is not null), _lives);
    }

    /// <summary>Until nothing is left to be done; then one more snapshot, which must find nothing.</summary>
    private void Settle()
    {
        _world.Run(SettlesAfter);
        var until = _world.NowUtc + SettlesWithin - SettlesAfter;
        IReadOnlyList<string> unsettled;
        while ((unsettled = _referee.Unsettled(_node?.Node)).Count > 0 && _world.NowUtc < until) _world.Run(TimeSpan.FromSeconds(1));
        foreach (var wrong in unsettled) _referee.Blame(wrong);
        if (unsettled.Count > 0) return;
        var account = _node!.Node.Accounts[Account];
        var handedOut = false;
        for (var rounds = 0; rounds < LastSnapshots; rounds++)
        {
            account.Reconcile("the end of the run");
            handedOut = HandsOutAnother(account.Ledger);
            if (handedOut && account.Ledger.Drift == 0) return;
        }

        _referee.Blame(handedOut
            ? $"I8 the last snapshot still corrected {account.Ledger.Drift}"
            : "I8 no snapshot could be handed out at the end");
    }

    /// <summary>
    /// A snapshot may have to wait until the exchange's minute of request weight has passed: before it is handed out, the
    /// count is that of the one before.
    /// </summary>
    private bool HandsOutAnother(ReconcileLedger ledger)
    {
        var before = ledger.Rounds;
        var handedOut = _world.RunUntil(() => ledger.Rounds > before, TimeSpan.FromSeconds(90));
        _world.Run(TimeSpan.FromSeconds(2));
        return handedOut;
    }

    private void Live()
    {
        _lives++;
        _log?.Invoke($"== life {_lives} of the node");
        var node = _node = new SimulatedNode(_world, _venue, _network, _database, Settings(), _lives, _change, Alerted, _log ?? (static _ => { }));
        _ = node.Process.Start(async () =>
        {
            try
            {
                await node.Node.Start(CancellationToken.None);
            }
            catch (IOException silent) when (silent.Message == SimulatedDatabase.Silence)
            {
                _world.After(TimeSpan.Zero, () => Kill(SupervisorWaits)); // without its journal a node does not start: whoever runs it starts it again
                return;
            }

            await Feed(node);
        });
    }

    private void Alerted(Alert alert)
    {
        _world.Trace(alert.Text);
        _log?.Invoke($"!! {alert.Kind} {alert.Subject}: {alert.Text}");
        if (alert.Kind is "ActorFailed" && !alert.Text.Contains(SimulatedDatabase.Silence, StringComparison.Ordinal))
            _referee.Blame(alert.Text);
    }

    private void Kill(TimeSpan comesBackAfter)
    {
        if (_node is not { } node) return;
        _log?.Invoke($"== the node is killed, for {comesBackAfter}");
        node.Kill();
        _node = null;
        _hindrances.Add(_world.NowUtc.UtcDateTime, comesBackAfter + TimeSpan.FromSeconds(4), "the node was killed");
        _hindrances.Add(_world.NowUtc.UtcDateTime, comesBackAfter + SyncEvery, "the node was killed", deaf: true);
        _world.After(comesBackAfter, Live);
    }

    private void Pause(TimeSpan lasts)
    {
        if (_node is not { Process.IsPaused: false } node) return;
        node.Process.Pause();
        _world.After(lasts, node.Process.Resume);
    }

    private async Task Feed(SimulatedNode node)
    {
        while (_feeds)
        {
            await Task.Delay(_chance.Between(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(5)), node.Process.Time);
            var again = _signals.Count > 0 && _chance.Chance(0.2);
            if (again) await Deliver(node, _signals[_chance.Next(_signals.Count)]);
            else if (await Make(node) is { } made) await Deliver(node, made);
        }
    }

    private async Task<(string Symbol, PositionInput.OpenPosition Open)?> Make(SimulatedNode node)
    {
        var symbol = Symbols[_chance.Next(Symbols.Length)];
        var market = await node.Node.Accounts[Account].ViewMarket(Symbol.Parse(symbol), CancellationToken.None);
        if (market is not { Mark: { } mark, Rules: { } rules }) return null;
        var quantity = decimal.Floor(200m / mark / rules.StepSize) * rules.StepSize;
        var side = _chance.Chance(0.5) ? Side.Long : Side.Short;
        var id = (_signals.Count + 1).ToString(CultureInfo.InvariantCulture);
        _signals.Add((symbol, new PositionInput.OpenPosition(id, "w1", side, quantity, mark, _swarm.Plan)));
        return _signals[^1];
    }

    private async Task Deliver(SimulatedNode node, (string Symbol, PositionInput.OpenPosition Open) signal)
    {
        var id = signal.Open.SignalId;
        try
        {
            var answer = await node.Node.Ask(
                new PositionKey(Account, Symbol.Parse(signal.Symbol)), signal.Open, $"w1/{id}", TimeSpan.FromSeconds(5));
            _log?.Invoke($"<- signal {id} {signal.Symbol} {signal.Open.Side}: {answer.Verdict} {answer.Note}");
            _referee.Answered(id, answer);
        }
        catch (TimeoutException)
        {
            _log?.Invoke($"<- signal {id} {signal.Symbol}: no answer in time");
        }
    }

    private static VenueOptions VenueOptionsOf(Swarm swarm, ulong seed) => new()
    {
        Seed = seed,
        OversizeStop = swarm.OversizeStop,
        PartialFillChance = swarm.Has(FaultClass.PartialFills) ? 0.3m : 0,
        FillDelay = swarm.Has(FaultClass.PartialFills) ? new DelayRange(0, 300) : default,
        SlippageMax = 0.0005m,
    };

    private NodeSettings Settings() => new()
    {
        SyncEvery = SyncEvery,
        ProtectWithin = ProtectWithin,
        Accounts =
        [
            new AccountSettings(Account, Domain.Exchange.Binance)
            {
                Url = new Uri("http://venue"), ApiKey = Storm.ApiKey, ApiSecret = "sim-secret-0001", Adopt = _swarm.Adopt,
                Risk = Domain.Accounts.AccountPolicy.Default with { Plan = _swarm.Plan },
            },
        ],
    };
}
