using System.Collections.Concurrent;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Gateways;
using Trading.Journal;
using Trading.Node;
using Trading.Node.Operators;
using Trading.Node.Hosting;
using Trading.Simulator.Truth;
using Xunit.Abstractions;

namespace Trading.Tests.Node;

/// <summary>
/// A whole node over the wire of each exchange, told to stop at every moment of an opening: each append begun, durable and
/// answered, each request begun, arrived and answered. It is not started again; the exchange's truth is the verdict.
/// </summary>
public sealed class StopSignalTests(ITestOutputHelper output)
{
    private const string Traded = "TAGUSDT";
    private static readonly PositionInput.OpenPosition Want = new("s1", "w1", Side.Long, 100m, 1m, new ProtectionPlan());

    [Theory]
    [InlineData(Exchange.Binance)]
    [InlineData(Exchange.Bybit)]
    public async Task Told_to_stop_at_each_moment_of_an_opening_it_leaves_it_covered_or_unopened_and_says_so(Exchange venue)
    {
        var (moments, opened) = await Play(venue, stopAt: null);
        Assert.True(moments.Count >= 20, string.Join('\n', moments));
        Assert.Equal("Opened True, covered True, said True", opened);
        foreach (var (moment, number) in moments.Select(static (moment, index) => (moment, index)))
        {
            var (_, end) = await Play(venue, number);
            output.WriteLine($"{number} {moment}: {end}");
            Assert.True(end is "Opened False, covered True, said True" or "Opened True, covered True, said True", $"{number} {moment}: {end}");
        }
    }

    /// <summary>What the next life would find in doubt is sent: the actor that wanted it has ended by then.</summary>
    [Fact]
    public async Task Told_twice_a_stop_whose_intent_is_durable_is_sent_though_its_actor_has_ended()
    {
        var moments = new Moments(static (_, moment) => moment is "request begun, POST /fapi/v1/algoOrder");
        await using var run = await Started(Exchange.Binance, moments);
        _ = Open(run, run.KeyOf(Traded, Side.Long));
        await moments.Reached;

        var stopping = new NodeStop(run.Node, TimeProvider.System, static _ => { }).Run(TimeSpan.FromSeconds(10), new CancellationToken(canceled: true));
        await run.When(() => run.Node.Actors.Inspect().All(static actor => actor.State is ActorState.Stopped));
        moments.GoOn();

        var said = Assert.Single((await stopping).Positions);
        Assert.Equal((100m, false), (said.Quantity, said.IsNaked)); // the exchange lists what was never heard of here
        Assert.Equal(0, run.Exchange.With(static exchange => exchange.TruthReport()).UnprotectedNow);
    }

    [Fact]
    public async Task A_wave_that_closes_while_the_node_stops_is_opened_by_its_next_life()
    {
        await using var run = await Started(Exchange.Binance, new Moments(static (_, _) => false));
        var (key, wave) = (run.KeyOf(Traded, Side.Long), WaveName.Parse("w1"));
        await run.Node.Intake.Take(
            new SignalBatch([new ReadSignal(0, new Signal("s1", wave, key.Account, key.Symbol, Side.Long))], [], null), "test");
        run.Node.StopEntries();
        Assert.IsType<OpeningAnswer.NotYet>(run.Account.Readiness.Unready(key)); // denied, its signal would be at its end
        run.Node.Intake.Complete(wave, 1);
        var denied = await run.Node.Ask(key, Want, "w1/other", TimeSpan.FromSeconds(10));
        Assert.Equal((Verdict.Denied, "the node is stopping"), (denied.Verdict, denied.Note));

        await run.Restart();

        await run.Until<PositionEvent.StopConfirmed>();
        Assert.Single(run.Exchange.With(static exchange => exchange.TruthReport()).Positions);
    }

    private static async Task<RunningNode> Started(Exchange venue, Moments moments)
    {
        var run = await RunningNode.Start(
            new RunningNodeSetting { Venue = venue, Journal = moments.Of, Wire = moments.Of }, (Traded, 1m));
        var key = run.KeyOf(Traded, Side.Long);
        run.Account.Prepare(key.Symbol);
        await run.When(() => run.Account.Readiness.Unready(key) is null && run.Account.Observations.Names(key));
        moments.Begin();
        return run;
    }

    /// <param name="stopAt">Index of the moment; null: once it is open and protected.</param>
    private static async Task<(IReadOnlyList<string> Moments, string End)> Play(Exchange venue, int? stopAt)
    {
        var moments = new Moments((number, _) => number == stopAt);
        await using var run = await Started(venue, moments);
        var settled = Open(run, run.KeyOf(Traded, Side.Long));
        await await Task.WhenAny(moments.Reached, settled);
        var stopping = new NodeStop(run.Node, TimeProvider.System, static _ => { }).Run(TimeSpan.FromSeconds(10), CancellationToken.None);
        moments.GoOn();
        var said = await stopping;
        var truth = run.Exchange.With(static exchange => exchange.TruthReport());
        Assert.Equal(0, truth.DuplicatePositions);
        Assert.True(truth.MaxUnprotectedMs < 3000, $"{truth.MaxUnprotectedMs} ms without a stop");
        return (moments.Passed, $"Opened {truth.Positions.Count > 0}, covered {truth.UnprotectedNow == 0}, said {IsSo(said, truth)}");
    }

    /// <summary>Until it is open and protected; a node that stops meanwhile leaves that to whoever looks.</summary>
    private static async Task Open(RunningNode run, PositionKey key)
    {
        try
        {
            await run.Node.Ask(key, Want, "w1/s1", TimeSpan.FromSeconds(60));
            await run.Settled(key);
        }
        catch (Exception stopped) when (stopped is ActorStoppedException or TimeoutException)
        {
            // what became of it the exchange says
        }
    }

    private static bool IsSo(WhatStays said, TruthReport truth) =>
        said.Positions.Select(static one => (one.Key.Symbol.Value, one.Quantity, one.IsNaked))
            .SequenceEqual(truth.Positions.Where(static one => one.ClosedUtc is null).Select(static one => (one.Symbol, one.Quantity, false)));

    /// <summary>
    /// Between a node, its journal and its exchange: counts what passes once it has begun, and holds what passes at one moment
    /// until the node is on its way to a stop.
    /// </summary>
    /// <param name="isIt">Whether it is the moment with that index and name.</param>
    private sealed class Moments(Func<int, string, bool> isIt)
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConcurrentQueue<string> _passed = new();
        private volatile bool _counts;
        private int _count;

        public Task Reached => _reached.Task;
        public IReadOnlyList<string> Passed => [.. _passed];

        public void Begin() => _counts = true;

        public void GoOn() => _goOn.TrySetResult();

        public IJournal Of(IJournal journal) => new Appends(journal, this);

        public IWire Of(IWire wire) => new Requests(wire, this);

        /// <param name="isOver">The answer is there already: it is not held.</param>
        private Task Pass(string moment, bool isOver = false)
        {
            if (!_counts) return Task.CompletedTask;
            _passed.Enqueue(moment);
            if (!isIt(Interlocked.Increment(ref _count) - 1, moment)) return Task.CompletedTask;
            _reached.TrySetResult();
            return isOver ? Task.CompletedTask : _goOn.Task;
        }

        private sealed class Appends(IJournal journal, Moments moments) : IJournal
        {
            public JournalId Id => journal.Id;

            public async Task<AppendResult> Append(AppendRequest request)
            {
                var what = $"{request.Stream.Split('/')[0]}: {string.Join(", ", request.Events.Select(static one => one.Type))}";
                await moments.Pass($"append begun, {what}");
                var result = await journal.Append(request);
                await moments.Pass($"append durable, {what}");
                await moments.Pass($"append answered, {what}", isOver: true);
                return result;
            }

            public Task<IReadOnlyList<RecordedEvent>> ReadStream(string stream, long afterVersion, int max) => journal.ReadStream(stream, afterVersion, max);

            public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int max) => journal.ReadAll(afterPosition, max);

            public Task<IReadOnlyList<string>> Streams(string prefix) => journal.Streams(prefix);

            public ValueTask DisposeAsync() => journal.DisposeAsync();
        }

        private sealed class Requests(IWire wire, Moments moments) : IWire
        {
            public async Task<WireAnswer> Send(WireRequest request, CancellationToken stop)
            {
                var what = $"{request.Method} {request.Target.Split('?')[0]}";
                await moments.Pass($"request begun, {what}");
                var answer = await wire.Send(request, stop);
                await moments.Pass($"request arrived, {what}");
                await moments.Pass($"request answered, {what}", isOver: true);
                return answer;
            }

            public Task<IWireSocket> Connect(Uri address, CancellationToken stop) => wire.Connect(address, stop);
        }
    }
}
