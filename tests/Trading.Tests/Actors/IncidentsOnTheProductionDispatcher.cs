using Akka.Actor;
using Akka.Actor.Internal;
using Akka.TestKit.Xunit2;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Journal;
using Trading.Node.Hosting;
using Trading.Node.Journal;
using Trading.Node.Positions;
using Trading.Tests.Node;

namespace Trading.Tests.Actors;

/// <summary>
/// What the production dispatcher must show: threads race, mailboxes fill, an actor dies in the middle of a write. Whole nodes
/// against the simulated exchange; the probes stand where waves and operators stand.
/// </summary>
public sealed class IncidentsOnTheProductionDispatcher
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    /// <summary>2025-10-17: two processors handled one signal, 131 positions were there twice.</summary>
    [Fact]
    public async Task Twenty_processors_deliver_the_same_signal_and_one_entry_leaves()
    {
        await using var run = await RunningNode.Start(("TAGUSDT", 0.5m));
        var key = RunningNode.Key("TAGUSDT");
        Assert.Equal(Verdict.Accepted, (await run.Open("TAGUSDT", Side.Long, 100m, 0.5m, "earlier")).Verdict);
        await run.Until<PositionEvent.StopConfirmed>();
        await run.Node.Ask(key, new PositionInput.ClosePosition(CloseReason.Manual, "operator"), "close", Soon);
        await run.Until<PositionEvent.PositionClosed>();
        await run.Settled(key);
        var kit = KitOf(run);
        var processors = Enumerable.Range(0, 20).Select(_ => kit.CreateTestProbe()).ToList();
        var wish = new PositionInput.OpenPosition("s1", "w1", Side.Long, 100m, 0.5m, new ProtectionPlan());

        await Task.WhenAll(processors.Select(processor => Task.Run(
            () => run.Node.Positions.Tell(key, new PositionMessage.Asked(wish, "w1/s1"), processor.Ref))));

        var verdicts = new List<Verdict>();
        foreach (var processor in processors) verdicts.Add((await processor.ExpectMsgAsync<PositionAnswer>(Soon)).Verdict);
        Assert.Equal(Verdict.Accepted, Assert.Single(verdicts, static verdict => verdict is not Verdict.Ignored));
        await run.When(() => run.Events("TAGUSDT").OfType<PositionEvent.StopConfirmed>().Count() == 2);
        var truth = run.Exchange.With(static exchange => exchange.TruthReport());
        Assert.Equal((2, 0), (truth.Positions.Count, truth.DuplicatePositions));
    }

    /// <summary>
    /// The actor is made anew from its journal while an append is under way, which is written all the same. Whether its entry
    /// left the new life cannot know: it asks, and does not send it late.
    /// </summary>
    [Fact]
    public async Task A_position_that_fails_while_it_writes_is_made_anew_and_asks_about_the_entry_it_had_intended()
    {
        var gate = new Gate("EntryIntended");
        await using var run = await RunningNode.Start(new RunningNodeSetting { Journal = real => gate.Before(real) }, ("TAGUSDT", 0.5m));
        var opening = run.Open("TAGUSDT", Side.Long, 100m, 0.5m, "first");
        await gate.Reached;
        run.Node.Positions.Tell(RunningNode.Key("TAGUSDT"), new JournalRead<PositionEvent>([])); // in no phase of writing is it read: the process throws
        await run.When(() => run.Node.Alerts.Newest.Any(static alert => alert.Kind == "ActorFailed"));
        gate.GoOn();

        var failed = await run.Until<PositionEvent.EntryFailed>();
        Assert.Equal(EntryEnd.ProvenAbsent, failed.How);
        Assert.Empty(run.Exchange.With(static exchange => exchange.TruthReport()).Positions);
        Assert.False(opening.IsCompletedSuccessfully && (await opening).Verdict is Verdict.Accepted, "nobody was told that it was taken");
    }

    [Fact]
    public async Task A_full_lane_says_so_to_whoever_asks_and_what_the_exchange_reports_is_still_taken()
    {
        var gate = new Gate("EntryIntended");
        await using var run = await RunningNode.Start(new RunningNodeSetting { Journal = real => gate.Before(real) }, ("TAGUSDT", 0.5m));
        var opening = run.Open("TAGUSDT", Side.Long, 100m, 0.5m, "first");
        await gate.Reached; // while it writes, commands wait in their lane, which holds 64
        var kit = KitOf(run);
        var operators = kit.CreateTestProbe();
        var close = new PositionInput.ClosePosition(CloseReason.Manual, "operator");
        for (var i = 0; i < 100; i++) run.Node.Positions.Tell(RunningNode.Key("TAGUSDT"), new PositionMessage.Asked(close, $"close-{i}"), operators.Ref);

        var refused = await operators.ExpectMsgAsync<Status.Failure>(Soon);
        Assert.IsType<MailboxFullException>(refused.Cause);
        gate.GoOn();
        await run.Until<PositionEvent.OrderFilled>();
        await opening;
    }

    [Fact]
    public async Task An_actor_that_throws_on_every_message_is_seen_by_operators_and_the_others_go_on()
    {
        await using var run = await RunningNode.Start(("TAGUSDT", 0.5m), ("KAVAUSDT", 0.2m));
        Assert.Equal(Verdict.Accepted, (await run.Open("TAGUSDT", Side.Long, 100m, 0.5m, "first")).Verdict);
        await run.Until<PositionEvent.StopConfirmed>();
        for (var i = 0; i < 3; i++) run.Node.Positions.Tell(RunningNode.Key("TAGUSDT"), new JournalRead<PositionEvent>([]));
        await run.When(() => run.Node.Alerts.Newest.Any(static alert => alert is { Kind: "ActorFailed", Subject: "position/binance/TAGUSDT" }));

        Assert.Equal(Verdict.Accepted, (await run.Open("KAVAUSDT", Side.Short, 100m, 0.2m, "second")).Verdict);
        await run.Settled(RunningNode.Key("KAVAUSDT"));
        await run.Settled(RunningNode.Key("TAGUSDT"));
        Assert.Equal(0, run.Exchange.With(static exchange => exchange.TruthReport()).UnprotectedNow);
    }

    /// <summary>
    /// It ends with the node's system. It makes its probe the sender of whatever this thread tells without one, also in later
    /// tests on the same thread: that is taken back.
    /// </summary>
    private static TestKit KitOf(RunningNode run)
    {
        var kit = new TestKit(run.Node.Actors.System);
        InternalCurrentActorCellKeeper.Current = null;
        return kit;
    }

    /// <summary>Holds the first append of one kind of event until the test says so.</summary>
    private sealed class Gate(string holds)
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void GoOn() => _goOn.TrySetResult();

        public IJournal Before(IJournal real) => new Held(real, this);

        private async Task<AppendResult> Pass(AppendRequest request, IJournal real)
        {
            if (!request.Events.Any(one => one.Type == holds)) return await real.Append(request);
            _reached.TrySetResult();
            await _goOn.Task;
            var result = await real.Append(request);
            _written.TrySetResult();
            return result;
        }

        /// <summary>Whoever reads while an append is held back sees it written.</summary>
        private async Task<IReadOnlyList<RecordedEvent>> Read(Func<Task<IReadOnlyList<RecordedEvent>>> read)
        {
            if (_reached.Task.IsCompleted) await _written.Task;
            return await read();
        }

        private sealed class Held(IJournal real, Gate gate) : IJournal
        {
            public JournalId Id => real.Id;

            public Task<AppendResult> Append(AppendRequest request) => gate.Pass(request, real);

            public Task<IReadOnlyList<RecordedEvent>> ReadStream(string stream, long afterVersion, int max) =>
                gate.Read(() => real.ReadStream(stream, afterVersion, max));

            public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int max) => real.ReadAll(afterPosition, max);

            public Task<IReadOnlyList<string>> Streams(string prefix) => real.Streams(prefix);

            public ValueTask DisposeAsync() => real.DisposeAsync();
        }
    }
}
