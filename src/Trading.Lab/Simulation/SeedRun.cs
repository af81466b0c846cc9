using System.Globalization;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Node.Configuration;
using AccountSettings = Trading.Node.Configuration.AccountSettings;
using Trading.Simulator.Binance;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;

using Side = Trading.Domain.Side;

namespace Trading.Lab.Simulation;

/// <summary>What one seed came to.</summary>
/// <param name="Leaks">Work that left the simulation for another thread; a run counts only without.</param>
public sealed record SeedResult(
    ulong Seed, ulong TraceHash, long Steps, TimeSpan Simulated, long Leaks, string? FirstLeak,
    IReadOnlyList<string> Violations, int Opened, int Closed);

/// <summary>
/// One seed: a whole node, an exchange, a journal and a feed under virtual time on one thread, for three minutes.
/// </summary>
public sealed class SeedRun : IDisposable
{
    private static readonly DateTimeOffset StartUtc = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Storm = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(1);
    private static readonly AccountId Account = AccountId.Parse("binance");
    private static readonly string[] Symbols = ["HNTUSDT", "TAGUSDT", "HOLOUSDT", "COTIUSDT", "LQTYUSDT", "LSKUSDT"];

    private readonly VirtualWorld _world;
    private readonly SimulatedVenue _venue;
    private readonly SimulatedNetwork _network;
    private readonly SimulatedDatabase _database;
    private readonly List<string> _violations = [];
    private SimulatedNode _node;
    private int _signals;

    private SeedRun(ulong seed)
    {
        _world = new VirtualWorld(seed, startUtc: StartUtc);
        var market = new SyntheticMarket(
            SyntheticOptions.Lively with { Seed = _world.Random.NextBits(), Symbols = Symbols }, StartUtc.UtcDateTime);
        _venue = new SimulatedVenue(_world, market, new VenueOptions { Seed = _world.Random.NextBits() });
        _network = new SimulatedNetwork(_world);
        _database = new SimulatedDatabase(
            _world.Environment.Time, new JournalId($"journal-{seed}"), new SeededRandom(_world.Random.NextBits()))
        {
            Faults = JournalFaults.None with
            {
                LatencyLeast = TimeSpan.FromMilliseconds(0.1), LatencyMost = TimeSpan.FromMilliseconds(2),
            },
        };
        _node = Live(1);
    }

    /// <summary>Plays one seed from its beginning to its end.</summary>
    public static SeedResult Run(ulong seed)
    {
        using var run = new SeedRun(seed);
        return run.Play();
    }

    public void Dispose() => _venue.Dispose();

    private SeedResult Play()
    {
        _ = _node.Start();
        _ = _node.Process.Start(Feed);
        _world.Run(Storm);
        _world.Run(Calm);
        var truth = _venue.With(exchange => exchange.TruthReport());
        foreach (var (node, exception) in _world.Failures) _violations.Add($"{node} failed: {exception}");
        return new SeedResult(
            _world.Seed, _world.TraceHash, _world.Steps, Storm + Calm, _world.Leaks, _world.FirstLeak, _violations,
            truth.Positions.Count, truth.Positions.Count(position => position.ClosedUtc is not null));
    }

    private async Task Feed()
    {
        var chance = new SeededRandom(_world.Random.NextBits());
        while (_world.NowUtc < StartUtc + Storm)
        {
            await Task.Delay(chance.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8)), _node.Process.Time);
            var symbol = Symbol.Parse(Symbols[chance.Next(Symbols.Length)]);
            var market = await _node.Node.Accounts[Account].ViewMarket(symbol, CancellationToken.None);
            if (market is not { Mark: { } mark, Rules: { } rules }) continue;
            var id = (++_signals).ToString(CultureInfo.InvariantCulture);
            var quantity = decimal.Floor(200m / mark / rules.StepSize) * rules.StepSize;
            var open = new PositionInput.OpenPosition(
                id, "w1", chance.Chance(0.5) ? Side.Long : Side.Short, quantity, mark,
                new ProtectionPlan(StopLoss: 0.01m, Activation: 0.003m, Callback: 0.0015m));
            var answer = await _node.Node.Ask(new PositionKey(Account, symbol), open, $"w1/{id}", TimeSpan.FromSeconds(10));
            _world.Trace($"{symbol} {answer.Verdict} {answer.Note}");
        }
    }

    private SimulatedNode Live(int life) => new(_world, _venue, _network, _database, Settings(), life);

    private static NodeSettings Settings() => new()
    {
        Accounts =
        [
            new AccountSettings(Account, Domain.Exchange.Binance)
            {
                Url = new Uri("http://venue"), ApiKey = "sim-key-0001", ApiSecret = "sim-secret-0001",
            },
        ],
    };
}
