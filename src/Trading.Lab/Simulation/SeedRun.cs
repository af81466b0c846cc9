using System.Globalization;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Lab.Simulation.Mutations;
using Trading.Node.Hosting;
using Trading.Simulator.Bybit;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;
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
    private static readonly TimeSpan StormLasts = TimeSpan.FromMinutes(2);
    private static readonly string[] Symbols = ["HNTUSDT", "TAGUSDT", "HOLOUSDT", "COTIUSDT"];

    private readonly VirtualWorld _world;
    private readonly Swarm _swarm;
    private readonly SimulatedStage _stage;
    private readonly FaultSchedule _storm;
    private readonly SeededRandom _chance;
    private readonly List<(PositionKey Key, PositionInput.OpenPosition Open)> _signals = [];
    private bool _feeds = true;

    private SeedRun(ulong seed, Mutation? mutation, Action<string>? log)
    {
        _world = new VirtualWorld(seed, startUtc: SimulatedStage.StartUtc);
        _chance = new SeededRandom(_world.Random.NextBits());
        _swarm = Swarm.Draw(seed, _chance);
        var market = new SyntheticMarket(
            SyntheticOptions.Lively with { Seed = _chance.NextBits(), Symbols = Symbols }, SimulatedStage.StartUtc.UtcDateTime);
        var venue = VenueOptionsOf(_swarm, _chance.NextBits());
        _stage = new SimulatedStage(
            _world, _swarm, market, venue, new SeededRandom(_chance.NextBits()), mutation, log, BybitOptionsOf(_swarm)) { Started = Feed };
        _storm = new FaultSchedule(
            _world, _swarm, _stage.Venue, _stage.Network, _stage.Database, _stage.ExcusedWindows, Symbols,
            SimulatedStage.SyncEvery + TimeSpan.FromSeconds(15), _stage.Log)
        {
            SetByHand = _stage.InvariantChecker.SetByHand, Kill = _stage.Kill, Replace = _stage.Replace, Pause = Pause, Skew = by => { if (_stage.Node is { } node) node.Process.Skew = by; },
        };
        _stage.Database.Written = recorded =>
        {
            _stage.InvariantChecker.Written(recorded);
            _storm.Written(recorded);
        };
        _stage.Database.Hindered = _storm.Hinder;
        _stage.Database.Asked = _storm.Asked;
        _stage.Network.Hindered = _storm.Hinder;
        _stage.Network.Entering = _storm.Entering;
        _stage.Network.Moment = (moment, _) =>
        {
            if (moment is not CrashMoment.RequestArrived) _storm.Moment();
        };
    }

    /// <summary>Plays one seed from its beginning to its end.</summary>
    /// <param name="mutation">The defence that is switched off; only a check of the checks has one.</param>
    /// <param name="log">Told every line of the run.</param>
    public static SeedResult Run(ulong seed, Mutation? mutation = null, Action<string>? log = null)
    {
        using var run = new SeedRun(seed, mutation, log);
        return run.Play();
    }

    public void Dispose() => _stage.Dispose();

    private SeedResult Play()
    {
        _stage.Log?.Invoke($"== swarm: {_swarm} on {string.Join(", ", _swarm.Accounts)}");
        _stage.Live();
        _storm.Begin();
        _world.Run(StormLasts);
        _feeds = false;
        _storm.Heal();
        _stage.End();
        var truth = _stage.Venue.With(exchange => exchange.TruthReport());
        foreach (var position in truth.Positions) _world.Trace($"{position.Symbol} {position.EntryClientId} {position.ClosedUtc:O}");
        return new SeedResult(
            _world.Seed, _swarm, _world.TraceHash, _world.Steps, _world.NowUtc - SimulatedStage.StartUtc, _world.Leaks, _world.FirstLeak,
            _stage.InvariantChecker.Violations, truth.Positions.Count, truth.Positions.Count(position => position.ClosedUtc is not null), _stage.Lives);
    }

    private void Pause(TimeSpan lasts)
    {
        if (_stage.Node is not { Process.IsPaused: false } node) return;
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

    private async Task<(PositionKey Key, PositionInput.OpenPosition Open)?> Make(SimulatedNode node)
    {
        var account = _swarm.Accounts.Count == 1 ? _swarm.Accounts[0] : _swarm.Accounts[_chance.Next(_swarm.Accounts.Count)];
        var symbol = Symbols[_chance.Next(Symbols.Length)];
        var market = await node.Node.Accounts[account.Id].Readiness.ViewMarket(Symbol.Parse(symbol), CancellationToken.None);
        if (market is not { Mark: { } mark, Rules: { } rules }) return null;
        var quantity = rules.RoundQuantity(200m / mark);
        var side = _chance.Chance(0.5) ? Side.Long : Side.Short;
        if (!node.Knows(account, account.Key(symbol, side))) return null;
        var id = (_signals.Count + 1).ToString(CultureInfo.InvariantCulture);
        _signals.Add((account.Key(symbol, side), new PositionInput.OpenPosition(id, "w1", side, quantity, mark, _swarm.Plan)));
        return _signals[^1];
    }

    private async Task Deliver(SimulatedNode node, (PositionKey Key, PositionInput.OpenPosition Open) signal)
    {
        var id = signal.Open.SignalId;
        try
        {
            var answer = await node.Node.Ask(signal.Key, signal.Open, $"w1/{id}", TimeSpan.FromSeconds(5));
            _stage.Log?.Invoke($"<- signal {id} {signal.Key} {signal.Open.Side}: {answer.Verdict} {answer.Note}");
            _stage.InvariantChecker.Answered(id, answer);
        }
        catch (TimeoutException)
        {
            _stage.Log?.Invoke($"<- signal {id} {signal.Key}: no answer in time");
        }
        catch (ActorStoppedException replaced)
        {
            _stage.Log?.Invoke($"<- signal {id} {signal.Key}: {replaced.Message}");
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

    /// <summary>What an answer only acknowledges is matched, and listed, a little later.</summary>
    private static BybitOptions BybitOptionsOf(Swarm swarm) => new()
    {
        MatchDelay = swarm.Has(FaultClass.LateEvents) ? new DelayRange(0, 80) : default,
        OrderReadLagMs = swarm.Has(FaultClass.ReadLag) ? 700 : 0,
        HistoryLagMs = swarm.Has(FaultClass.ReadLag) ? 1500 : 0,
    };
}
