using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Journal;
using Trading.Node;
using Trading.Node.Operators;
using Trading.Simulator.Matching;
using Trading.Simulator.Truth;

namespace Trading.Lab.Simulation;

/// <summary>What came of a node that was told to stop.</summary>
/// <param name="Naked">Positions without enough live stops at the end, by the exchange's truth.</param>
/// <param name="LongestNaked">Longest time without, by the same.</param>
/// <param name="Took">From the word to its last line.</param>
public sealed record StopVerdict(IReadOnlyList<string> Violations, int Opened, int Naked, TimeSpan LongestNaked, TimeSpan Took);

/// <summary>
/// Tells the node of a stage to stop, and judges what it leaves by the exchange's own truth: what is durable was sent, what
/// is open is covered or was said not to be, and what was said to stay is what stays.
/// </summary>
internal sealed class SimulatedStop(SimulatedStage stage, SimulatedAccount account, TimeSpan settleWithin, bool insists)
{
    /// <summary>By then all that was on its way has arrived.</summary>
    public static readonly TimeSpan LooksBackAfter = TimeSpan.FromSeconds(10);

    private static readonly EventCodec<PositionEvent> Codec = EventCodec.For<PositionEvent>();

    private readonly List<string> _violations = [];
    private DateTimeOffset _askedUtc;
    private TimeSpan? _took;
    private WhatStays? _said;

    public void Ask()
    {
        if (stage.Node is not { } node) return;
        _askedUtc = stage.World.NowUtc;
        stage.Log?.Invoke("== the node is told to stop");
        _ = node.Process.Start(async () =>
        {
            _said = await new NodeStop(node.Node, node.Process.Time, line => stage.Log?.Invoke($"== {line}"))
                .Run(settleWithin, new CancellationToken(canceled: insists));
            _took = stage.World.NowUtc - _askedUtc;
            foreach (var line in _said.Lines()) stage.Log?.Invoke($"== {line}");
            if (!insists) Compare(_said); // later its stop may fire, and nobody is there to say so
            node.Kill();
        });
    }

    public StopVerdict Verdict()
    {
        _violations.AddRange(stage.InvariantChecker.Violations);
        foreach (var (name, exception) in stage.World.Failures) _violations.Add($"{name} failed: {exception}");
        if (_said is null) _violations.Add("the node did not end");
        else if (insists) Compare(_said); // once what was on its way has arrived
        var truth = Truth();
        JudgeDropped(truth);
        var naked = truth.Positions.SelectMany(static position => position.Intervals).Select(one => (one.ToUtc ?? truth.AtUtc) - one.FromUtc);
        return new StopVerdict(
            _violations, truth.Positions.Count, truth.UnprotectedNow, naked.DefaultIfEmpty().Max(), _took ?? TimeSpan.MaxValue);
    }

    private TruthReport Truth() => stage.Venue.With(static exchange => exchange.TruthReport());

    private void Compare(WhatStays said)
    {
        var truth = Truth();
        foreach (var open in truth.Positions.Where(static position => position.ClosedUtc is null))
        {
            var naked = open.Intervals.Any(static one => one.ToUtc is null);
            var line = said.Positions.FirstOrDefault(one => one.Key.Symbol.Value == open.Symbol);
            if (line is null) _violations.Add($"nothing was said of {open.Symbol}, which stays");
            else if (naked && !line.IsNaked) _violations.Add($"said \"{line}\", and it has no stop");
            else if (!naked && line.IsNaked && !insists) _violations.Add($"said \"{line}\", and it has a stop");
            else if (!line.IsNaked && !IsSo(line, open.Quantity)) _violations.Add($"said \"{line}\", which is not so");
        }

        foreach (var line in said.Positions.Where(line => !truth.Positions.Any(open => open.ClosedUtc is null && open.Symbol == line.Key.Symbol.Value)))
            if (!insists) _violations.Add($"said \"{line}\", and nothing stays of it");
    }

    private bool IsSo(StayingPosition line, decimal quantity) => stage.Venue.With(exchange => line.Quantity == quantity
        && account.In(exchange).OpenStops.Exists(stop => stop.Symbol == line.Key.Symbol.Value && stop.TriggerPrice == line.Stop!.Trigger));

    /// <summary>
    /// Every stop and close whose intent is durable reached the exchange, whether the wait was skipped or not. A stop that is
    /// a property of its position bears no id there: whether the position has one is judged instead.
    /// </summary>
    private void JudgeDropped(TruthReport truth)
    {
        var sent = truth.Orders.Select(static order => order.ClientId).ToHashSet(StringComparer.Ordinal);
        foreach (var recorded in stage.Database.Everything.Where(static one => one.Stream.StartsWith("position/", StringComparison.Ordinal)))
        {
            var wanted = Codec.Read(recorded) switch
            {
                PositionEvent.StopIntended e when account.Exchange is Exchange.Binance => e.Stop,
                PositionEvent.CloseIntended e => e.Order,
                _ => default,
            };
            if (wanted.Value is { } id && !sent.Contains(id)) _violations.Add($"{recorded.Type} {id} is durable and was never sent");
        }
    }
}
