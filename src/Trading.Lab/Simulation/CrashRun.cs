using System.Globalization;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Journal;
using Trading.Lab.Simulation.Mutations;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;
using Side = Trading.Domain.Side;

namespace Trading.Lab.Simulation;

/// <summary>How the position of a story ends.</summary>
public enum CrashStory
{
    /// <summary>The operator closes it.</summary>
    ClosedByOrder,

    /// <summary>The price turns, and its trailed stop fires.</summary>
    ClosedByStop,
}

/// <summary>A moment of a story at which the node is killed.</summary>
/// <param name="Exchange">Where it is played.</param>
/// <param name="Number">1 for the first of its story there.</param>
/// <param name="Step">What the position was at by its durable events: open, protect, trail, close, reconcile.</param>
/// <param name="What">The append or request.</param>
public sealed record CrashPoint(Exchange Exchange, CrashStory Story, int Number, CrashMoment Moment, string Step, string What)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Exchange.Id()} {Story} {Number}: killed at {Moment} of {What} while it was at {Step}");
}

/// <summary>What came of a story that was cut off there.</summary>
/// <param name="Opened">Positions the exchange has seen; 0 where the entry never left.</param>
/// <param name="Open">Positions it still holds.</param>
/// <param name="LongestNaked">Longest time without a live stop, by the exchange's truth.</param>
/// <param name="StopsMoved">Stops that were confirmed after the first, each in place of the one before.</param>
public sealed record CrashVerdict(IReadOnlyList<string> Violations, int Opened, int Open, TimeSpan LongestNaked, int StopsMoved);

/// <summary>
/// One quiet life of a position, open → protect → trail → close → reconcile, without any chance but latency. Played once to
/// count its moments, then once for each with the node killed exactly there; the same judge judges each end.
/// </summary>
public sealed class CrashRun : IDisposable
{
    private const string SymbolName = "HNTUSDT";
    private const decimal StartPrice = 2.3m;
    private static readonly TimeSpan ComesBackAfter = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Opens = TimeSpan.FromSeconds(5), Closes = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Reconciles = TimeSpan.FromSeconds(28), Ends = TimeSpan.FromSeconds(34);
    private static readonly ProtectionPlan Plan = new(StopLoss: 0.02m, Activation: 0.003m, Callback: 0.0015m);

    private readonly SimulatedAccount _account;
    private readonly PositionKey _key;
    private readonly CrashStory _story;
    private readonly CrashPoint? _killedAt;
    private readonly List<CrashPoint> _passed = [];
    private readonly VirtualWorld _world = new(seed: 1, startUtc: SimulatedStage.StartUtc);
    private readonly SimulatedStage _stage;
    private SimulatedStop? _stop;
    private bool _counts, _wasOpen;

    private CrashRun(Exchange exchange, CrashStory story, CrashPoint? killedAt, Mutation? mutation, Action<string>? log)
    {
        (_story, _killedAt) = (story, killedAt);
        _account = SimulatedAccount.First(exchange, hedge: false);
        _key = _account.Key(SymbolName, Side.Long);
        var swarm = new Swarm(
            FaultClass.None, OversizeStop.Trim, TrimIsKnown: false, AdoptPolicy.Manage, Plan, EventsBeforeAnswers: true)
        {
            Accounts = [_account],
        };
        _stage = new SimulatedStage(_world, swarm, Market(story), new VenueOptions { Seed = 1 }, new SeededRandom(1), mutation, log)
        {
            TakesUpWithin = TimeSpan.FromSeconds(1),
        };
        _stage.Network.Moment = (moment, what) => Pass(moment, what);
        _stage.Database.Durable = append => Pass(CrashMoment.AppendDurable, append);
    }

    /// <summary>The story with nobody killed: its moments, in order, and how it ends.</summary>
    public static (IReadOnlyList<CrashPoint> Points, CrashVerdict End) Count(
        Exchange exchange, CrashStory story, Mutation? mutation = null, Action<string>? log = null)
    {
        using var run = new CrashRun(exchange, story, null, mutation, log);
        var end = run.Play();
        return (run._passed, end);
    }

    /// <summary>The story with the node killed at that moment, and started again half a second later.</summary>
    public static CrashVerdict Kill(CrashPoint point, Mutation? mutation = null, Action<string>? log = null)
    {
        using var run = new CrashRun(point.Exchange, point.Story, point, mutation, log);
        return run.Play();
    }

    /// <summary>The story with the node told to stop at that moment, and not started again.</summary>
    /// <param name="settleWithin">How long it may wait.</param>
    /// <param name="insists">It is told twice, and does not wait at all.</param>
    public static StopVerdict Stop(
        CrashPoint point, TimeSpan settleWithin, bool insists, Mutation? mutation = null, Action<string>? log = null)
    {
        using var run = new CrashRun(point.Exchange, point.Story, point, mutation, log);
        run._stop = new SimulatedStop(run._stage, run._account, settleWithin, insists);
        run.Tell();
        run._world.Run(SimulatedStop.LooksBackAfter);
        return run._stop.Verdict();
    }

    public void Dispose() => _stage.Dispose();

    private CrashVerdict Play()
    {
        Tell();
        _stage.End();
        if (_killedAt is not null && _stage.Lives != 2) _stage.InvariantChecker.Blame($"the node had {_stage.Lives} lives, and was to be killed once");
        return Verdict();
    }

    /// <summary>The story, from its beginning to its end.</summary>
    private void Tell()
    {
        _stage.Started = node =>
        {
            node.Knows(_account, _key);
            return Task.CompletedTask;
        };
        _stage.Live();
        _world.Run(Opens);
        _counts = true;
        AskUntil(Closes, () => _wasOpen, new PositionInput.OpenPosition("1", "w1", Side.Long, 87m, StartPrice, Plan), "w1/1");
        _world.Run(Closes - Elapsed);
        if (_story is CrashStory.ClosedByOrder)
            AskUntil(Reconciles, () => _stage.InvariantChecker.StateOf(_key) is PositionState.Flat, new PositionInput.ClosePosition(CloseReason.Manual, "operator"), "close/1");
        _world.Run(Reconciles - Elapsed);
        _stage.Node?.Node.Accounts[_account.Id].Reconcile("asked for");
        _world.Run(Ends - Elapsed);
        _counts = false;
    }

    private CrashVerdict Verdict()
    {
        var truth = _stage.Venue.With(exchange => exchange.TruthReport());
        var naked = truth.Positions.SelectMany(position => position.Intervals).Select(one => (one.ToUtc ?? truth.AtUtc) - one.FromUtc);
        return new CrashVerdict(
            _stage.InvariantChecker.Violations, truth.Positions.Count, truth.Positions.Count(one => one.ClosedUtc is null),
            naked.DefaultIfEmpty().Max(), Math.Max(0, _stage.Database.Everything.Count(happened => happened.Type is "StopConfirmed") - 1));
    }

    private TimeSpan Elapsed => _world.NowUtc - SimulatedStage.StartUtc;

    /// <summary>Told again every second, as a feed or an operator does who got no answer.</summary>
    private void AskUntil(TimeSpan until, Func<bool> done, PositionInput command, string commandId)
    {
        if (done() || Elapsed >= until) return;
        if (_stage.Node is { } node && node.Knows(_account, _key)) _ = node.Process.Start(() => Ask(node, command, commandId));
        _world.After(TimeSpan.FromSeconds(1), () => AskUntil(until, done, command, commandId));
    }

    private async Task Ask(SimulatedNode node, PositionInput command, string commandId)
    {
        try
        {
            var answer = await node.Node.Ask(_key, command, commandId, TimeSpan.FromSeconds(5));
            if (command is PositionInput.OpenPosition open) _stage.InvariantChecker.Answered(open.SignalId, answer);
        }
        catch (TimeoutException)
        {
            _stage.Log?.Invoke("<- no answer in time");
        }
    }

    /// <summary>Every request and append from the signal on, whoever of the node makes it.</summary>
    private void Pass(CrashMoment moment, object what)
    {
        var state = _stage.InvariantChecker.StateOf(_key);
        _wasOpen |= state is PositionState.Open;
        if (!_counts || _stage.Lives > 1) return;
        var point = new CrashPoint(_account.Exchange, _story, _passed.Count + 1, moment, StepOf(state), NameOf(what));
        _passed.Add(point);
        if (point.Number == _killedAt?.Number) CutOff();
    }

    private void CutOff()
    {
        if (_stop is { } stop) stop.Ask();
        else _stage.Kill(ComesBackAfter);
    }

    private string StepOf(PositionState state) => state switch
    {
        PositionState.Flat when !_wasOpen => "open",
        PositionState.Opening { Holding.Quantity: 0 } => "open",
        PositionState.Opening => "protect",
        PositionState.Open { Holding.Protection: Protection.Unprotected or Protection.Placing } => "protect",
        PositionState.Open { Holding.Trailing: not Trailing.Active } or PositionState.Open { Holding.Protection: Protection.Moving } => "trail",
        PositionState.Open => Elapsed < Closes ? "trail" : "close",
        PositionState.Closing => "close",
        _ => "reconcile",
    };

    private static string NameOf(object what) => what switch
    {
        AppendRequest append => $"append {append.Stream.Split('/')[0]}: {string.Join(", ", append.Events.Select(one => one.Type))}",
        WireCall call => $"{call.Method} {call.Path}",
        _ => what.ToString()!,
    };

    /// <summary>Quiet, then three steps in favour of a long; then back, through the trailed stop, where the story says so.</summary>
    private static ManualMarket Market(CrashStory story)
    {
        var spec = new SyntheticMarket(SyntheticOptions.Calm with { Symbols = [SymbolName] }, SimulatedStage.StartUtc.UtcDateTime).Symbols[0];
        var market = new ManualMarket(spec);
        Set(0, 1m);
        Set(9, 1.004m);
        Set(12, 1.008m);
        Set(15, 1.012m);
        Set((int)Closes.TotalSeconds, story is CrashStory.ClosedByStop ? 1.005m : 1.0125m);
        return market;

        void Set(int atSecond, decimal factor) =>
            market.Set(SimulatedStage.StartUtc.UtcDateTime.AddSeconds(atSecond), SymbolName, decimal.Round(StartPrice * factor, 4));
    }
}
