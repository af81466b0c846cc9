using System.Globalization;
using Akka.Actor;
using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Journal;
using Trading.Lab.Simulation;
using Trading.Node.Accounts;
using Trading.Node.Metrics;
using Trading.Node.Signals;
using Trading.Node.Waves;
using Trading.Node.Hosting;

namespace Trading.Tests.Waves;

/// <summary>
/// Intake, waves and account of one node in a virtual world, over a simulated database. Positions are a stand-in that
/// journals like the real ones and keeps their promise: one command id, one intent.
/// </summary>
internal sealed class WaveRig
{
    public static readonly DateTimeOffset Start = new(2025, 10, 17, 19, 21, 3, TimeSpan.Zero);
    private static readonly AccountId Binance = AccountId.Parse("binance");
    private readonly SimulatedDatabase _database;
    private int _lives;

    public WaveRig(ulong seed = 1, JournalFaults? faults = null)
    {
        World = new VirtualWorld(seed, startUtc: Start);
        _database = new SimulatedDatabase(World.Environment.Time, new JournalId("waves"), World.Random)
        {
            Faults = faults ?? JournalFaults.None,
        };
        Positions = new PositionStandIn(World, _database.Connect());
        Boot();
    }

    public VirtualWorld World { get; }
    public PositionStandIn Positions { get; }
    public VirtualNode Node { get; private set; } = null!;
    public NodeActorSystem System { get; private set; } = null!;
    public SignalIntake Intake { get; private set; } = null!;
    public SignalReader Reader { get; } = new(new SignalRouting(new Dictionary<AccountId, Exchange> { [Binance] = Exchange.Binance }, []));
    public RejectedSignals RejectedSignals { get; } = new(static _ => { });
    public IActorRef Account { get; private set; } = null!;
    public AccountBook Book { get; private set; } = AccountBook.Empty;
    public List<string> Duplicates { get; } = [];

    /// <summary>Symbols whose leverage is not set yet.</summary>
    public HashSet<string> Unready { get; } = [];
    public List<string> Alerts { get; } = [];

    /// <summary>Symbols that the exchange does not list.</summary>
    public HashSet<string> Unlisted { get; } = [];

    /// <summary>What the exchange was asked for a symbol: to prepare it, or its mark.</summary>
    public List<string> Questions { get; } = [];

    /// <summary>How far the exchange's clock is ahead of the node's.</summary>
    public TimeSpan ClockAhead { get; set; }
    public bool IsHalted { get; set; }
    public NodeMeters Meters { get; } = new();
    public SignalTally Tally { get; private set; } = null!;

    /// <summary>What was said of a journal that takes nothing.</summary>
    public List<string> Silences { get; } = [];
    public List<ActorFailure> Failures { get; } = [];

    /// <summary>Every event of one family in the journal, in its order.</summary>
    public IReadOnlyList<T> Journal<T>()
        where T : class
    {
        var codec = EventCodec.For<T>();
        return [.. _database.Everything.Where(e => codec.Types.Any(t => t.Name == e.Type)).Select(codec.Read)];
    }

    /// <summary>What goes wrong with the database from here on.</summary>
    public JournalFaults JournalFaults
    {
        set => _database.Faults = value;
    }

    /// <summary>Delivers through the one door and lets it be answered.</summary>
    public IntakeAnswer Deliver(string source, params Signal[] signals)
    {
        IntakeAnswer? answer = null;
        _ = Node.Start(async () => answer = await Intake.Take(
            new SignalBatch([.. signals.Select((s, i) => new ReadSignal(i, s))], []), source));
        Assert.True(World.RunUntil(() => answer is not null, TimeSpan.FromSeconds(30)), "the intake has not answered");
        return answer!;
    }

    public void Pass(double seconds) => World.Run(TimeSpan.FromSeconds(seconds));

    /// <summary>The process dies where it stands; the next one has only the journal.</summary>
    public void Crash()
    {
        Node.Kill();
        Positions.Watcher = null;
        Boot();
    }

    public AccountAnswer Ask(AccountInput command)
    {
        AccountAnswer? answer = null;
        _ = Node.Start(async () => answer = await System.AskWithin<AccountAnswer>(
            Account, new AccountMessage.Asked(command), TimeSpan.FromSeconds(30)));
        Assert.True(World.RunUntil(() => answer is not null, TimeSpan.FromSeconds(30)), "the account has not answered");
        return answer!;
    }

    private void Boot()
    {
        Node = World.Node($"life-{++_lives}");
        var journal = _database.Connect();
        System = new NodeActorSystem(
            new NodeSetup
            {
                Time = Node.Time, Scheduler = Node, Failed = Failures.Add, Log = static _ => { },
                Refused = refused => Failures.Add(new ActorFailure(refused.Actor, "Refused", new InvalidOperationException(refused.ToString()), null, 0, null)),
            },
            VirtualActors.Configuration);
        var ids = 0;
        string NewId() => string.Create(CultureInfo.InvariantCulture, $"{Node.Name}-{++ids}");
        Account = System.Spawn("account/binance", () => new AccountActor(new AccountDependencies
        {
            Account = Binance,
            Policy = AccountPolicy.Default,
            Journal = journal,
            Epoch = 1,
            Time = Node.Time,
            NewId = NewId,
            ReadPositions = _ => Task.FromResult<IReadOnlyList<PositionFacts>?>(Positions.Facts),
            Show = view => Book = view.Book,
            Announce = static _ => { },
            Alert = (text, _) => Alerts.Add(text),
            JournalSilent = Silences.Add,
        }));
        Tally = new SignalTally(Meters);
        var closing = new CloseCoordinator(new CloseDependencies
        {
            Policy = AccountPolicy.Default,
            Journal = journal,
            AskPosition = Positions.Ask,
            IsHalted = () => IsHalted,
            MayBeHeld = static _ => true,
        });
        var desk = new EntryCoordinator(new EntryDependencies
        {
            AskAccount = (slot, within) => System.AskWithin<AccountAnswer>(Account, new AccountMessage.Asked(slot), within),
            TellAccount = input => Account.Tell(new AccountMessage.Told(input), ActorRefs.NoSender),
            Policy = AccountPolicy.Default,
            Journal = journal,
            ViewMarket = ViewMarket,
            AsOfNow = static (_, seen) => seen,
            Unready = key => Unready.Contains(key.Symbol.Value) ? new OpeningAnswer.NotYet("leverage is still being set") : null,
            AskPosition = Positions.Ask,
        });
        var parts = new WaveDependencies
        {
            Policy = WavePolicy.Default,
            Journal = journal,
            Epoch = 1,
            Time = Node.Time,
            NewId = NewId,
            Desk = desk,
            Closing = closing,
            ClockAhead = () => ClockAhead,
            Barred = symbol => Unlisted.Contains(symbol.Value) ? new Denial(Reasons.SymbolNotTrading, $"binance does not list {symbol}") : null,
            CountDenied = Tally.Refused,
            Prepare = symbol => Questions.Add($"prepare {symbol}"),
            ViewMarket = ViewMarket,
            CountDuplicate = Duplicates.Add,
            Alert = (key, why) => Alerts.Add($"{key}: {why}"),
            JournalSilent = Silences.Add,
        };
        var waves = System.SpawnRegion<WaveKey>("waves", static key => key.Stream, OfStream, key => new WaveActor(key, parts));
        var directory = new WaveDirectory(waves, journal);
        Intake = new SignalIntake(directory, RejectedSignals, Tally, Node.Time);
        var life = Node;
        Positions.Watcher = (key, happened, before) =>
        {
            if (!life.IsDead) _ = life.Start(() => On(directory, key, happened, before));
        };
        Positions.Tell = (news, facts) => Account.Tell(new AccountMessage.Told(new AccountInput.PositionTold(news, facts)), ActorRefs.NoSender);
        _ = Node.Start(async () =>
        {
            foreach (var wave in await directory.Newest(Binance, World.NowUtc.UtcDateTime)) directory.Wake(wave);
        });
    }

    private static WaveKey OfStream(string stream) => WaveKey.TryParseStream(stream, out var key) ? key : throw new FormatException(stream);

    private static Task On(WaveDirectory directory, PositionKey key, PositionEvent happened, PositionState before)
    {
        directory.On(key, happened, before);
        return Task.CompletedTask;
    }

    private Task<MarketView> ViewMarket(Symbol symbol, CancellationToken stop)
    {
        Questions.Add($"mark {symbol}");
        return Task.FromResult(new MarketView(
            2m, new SymbolRules(symbol, TickSize: 0.001m, StepSize: 0.1m, MinQuantity: 0.1m, MaxMarketQuantity: 10_000m, MinNotional: 5m)));
    }
}

/// <summary>Positions as a wave knows them: intent, then a verification or a failure some time later.</summary>
internal sealed class PositionStandIn(VirtualWorld world, IJournal journal)
{
    private static readonly EventCodec<PositionEvent> Codec = EventCodec.For<PositionEvent>();
    private readonly Dictionary<PositionKey, PositionFacts> _facts = [];
    private readonly Dictionary<PositionKey, long> _versions = [];
    private readonly Dictionary<string, Task> _commands = [];

    /// <summary>Symbols whose entry the exchange refuses for margin.</summary>
    public HashSet<string> Refused { get; } = [];

    /// <summary>Symbols whose position never says how its entry went: its news is lost, its journal is not.</summary>
    public HashSet<string> Mute { get; } = [];
    /// <summary>What the next asks for a symbol are answered before anything else is looked at.</summary>
    public Dictionary<string, PositionVerdict> Answers { get; } = [];
    public TimeSpan Latency { get; set; } = TimeSpan.FromMilliseconds(80);
    public Action<PositionKey, PositionEvent, PositionState>? Watcher { get; set; }
    public Action<AccountNews, PositionFacts>? Tell { get; set; }
    public IReadOnlyList<PositionFacts> Facts => [.. _facts.Values];

    /// <summary>Openings asked for, in order; a repeat under the same command id is not counted.</summary>
    public List<string> Intended { get; } = [];

    /// <summary>Symbols whose position loses its answer to the next close: it is intended, and nobody hears of it.</summary>
    public HashSet<string> AnswerLost { get; } = [];

    /// <summary>Closes that a position has intended, by their command ids.</summary>
    public List<string> Closes { get; } = [];

    public void Hold(string symbol, Side side = Side.Short)
    {
        var key = PositionKey.Parse($"binance/{symbol}");
        _facts[key] = new PositionFacts(key, 1, HoldsSlot: true, side, 10m, 2m, 0m, "earlier");
    }

    /// <summary>The position lives on another machine: the caller's death does not stop it.</summary>
    public async Task<PositionVerdict> Ask(PositionKey key, PositionInput command, string commandId)
    {
        PositionVerdict? verdict = null;
        await world.Environment.Start(async () => verdict = command switch
        {
            PositionInput.OpenPosition want => await Open(key, want, commandId),
            PositionInput.ClosePosition want => await Close(key, want, commandId),
            _ => throw new System.Diagnostics.UnreachableException($"{command}"),
        });
        return verdict!;
    }

    /// <summary>Flat is proven the moment its close is intended.</summary>
    private async Task<PositionVerdict> Close(PositionKey key, PositionInput.ClosePosition want, string commandId)
    {
        if (Answers.Remove(key.Symbol.Value, out var scripted)) return scripted;
        if (_commands.TryGetValue(commandId, out var before))
        {
            await before; // one message at a time: the next sees what the one before has written
            return new PositionVerdict(Verdict.Denied, Reasons.NotHeld);
        }

        if (!_facts.TryGetValue(key, out var held) || !held.HoldsSlot || held.Side != want.OfSide)
            return new PositionVerdict(Verdict.Denied, Reasons.NotHeld);
        Closes.Add(commandId);
        _facts[key] = held with { HoldsSlot = false, ClosedUtc = world.NowUtc.UtcDateTime };
        var written = Write(
            key, new PositionEvent.CloseIntended(new ClientOrderId($"x-{Closes.Count}"), held.Quantity, want.Reason, 1, want.By), commandId);
        _commands.Add(commandId, written);
        await written;
        Tell?.Invoke(AccountNews.Closed, _facts[key]);
        if (AnswerLost.Remove(key.Symbol.Value)) throw new TimeoutException("the answer was lost");
        return new PositionVerdict(Verdict.Accepted, "");
    }

    private async Task<PositionVerdict> Open(PositionKey key, PositionInput.OpenPosition want, string commandId)
    {
        if (Answers.Remove(key.Symbol.Value, out var scripted)) return scripted;
        if (_commands.TryGetValue(commandId, out var before)) return await Repeated(before);
        if (_facts.TryGetValue(key, out var held) && held.HoldsSlot) return new PositionVerdict(Verdict.Ignored, Reasons.DuplicatePosition);
        Intended.Add(key.Symbol.Value);
        var facts = new PositionFacts(key, 1, HoldsSlot: true, want.Side, want.Quantity, want.ReferencePrice, 0m, want.SignalId);
        _facts[key] = facts;
        var order = new ClientOrderId($"e-{Intended.Count}");
        var written = Write(key, new PositionEvent.EntryIntended(
            order, want.SignalId, want.Wave, want.Side, want.Quantity, want.ReferencePrice, want.Plan, world.NowUtc.UtcDateTime));
        _commands.Add(commandId, written);
        await written;
        var opening = new PositionState.Opening(
            new Holding(1, want.Side, want.Plan, null) { SignalId = want.SignalId, Wave = want.Wave }, new EntryOrder(order, want.Quantity));
        world.After(Latency, () => _ = world.Environment.Start(() => Finish(facts, opening, order)));
        return new PositionVerdict(Verdict.Accepted, "");
    }

    private static async Task<PositionVerdict> Repeated(Task written)
    {
        await written;
        return new PositionVerdict(Verdict.Ignored, "done before");
    }

    private async Task Finish(PositionFacts facts, PositionState before, ClientOrderId order)
    {
        var failed = Refused.Contains(facts.Key.Symbol.Value);
        PositionEvent end = failed
            ? new PositionEvent.EntryFailed(order, -2019, "Margin is insufficient.")
            : new PositionEvent.EntryVerified(order, VerifiedBy.Websocket, facts.Quantity, 2m, 80);
        await Write(facts.Key, end);
        if (failed) facts = facts with { HoldsSlot = false };
        _facts[facts.Key] = facts;
        Tell?.Invoke(failed ? AccountNews.EntryFailed : AccountNews.Opened, facts);
        if (!Mute.Contains(facts.Key.Symbol.Value)) Watcher?.Invoke(facts.Key, end, before);
    }

    private async Task Write(PositionKey key, PositionEvent happened, string? commandId = null)
    {
        var version = _versions.GetValueOrDefault(key);
        AppendResult result;
        do
        {
            result = await journal.Append(new AppendRequest(
                key.Stream, version, commandId ?? string.Create(CultureInfo.InvariantCulture, $"p-{version}"), 1, [Codec.Write(happened)]));
        }
        while (result is AppendResult.Unknown);

        _versions[key] = version + 1;
    }
}
