using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Journal;
using Trading.Lab.Simulation;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Waves.WaveEvent;

namespace Trading.Tests.Projections;

/// <summary>Writes a trading day into a journal, event by event, with a clock of its own.</summary>
internal sealed class JournalHistory
{
    private readonly EventCodec<PositionEvent> _positions = EventCodec.For<PositionEvent>();
    private readonly EventCodec<WaveEvent> _waves = EventCodec.For<WaveEvent>();
    private readonly EventCodec<AccountEvent> _accounts = EventCodec.For<AccountEvent>();
    private readonly Dictionary<string, int> _versions = [];
    private int _trades = 100;

    public JournalHistory() =>
        Database = new SimulatedDatabase(Clock, new JournalId("history"), new SeededRandom(1));

    public ManualTime Clock { get; } = new(new DateTimeOffset(2025, 10, 17, 19, 21, 3, TimeSpan.Zero));

    public SimulatedDatabase Database { get; }

    public DateTime NowUtc => Clock.GetUtcNow().UtcDateTime;

    public Task Write(string stream, params PositionEvent[] events) =>
        Append(stream, [.. events.Select(_positions.Write)]);

    public Task Write(string stream, params WaveEvent[] events) => Append(stream, [.. events.Select(_waves.Write)]);

    public Task Write(string stream, params AccountEvent[] events) => Append(stream, [.. events.Select(_accounts.Write)]);

    public async Task Append(string stream, params NewEvent[] events)
    {
        Clock.Advance(TimeSpan.FromMilliseconds(7));
        var version = _versions.GetValueOrDefault(stream);
        var answer = await Database.Connect().Append(new AppendRequest(stream, version, $"c{version}", 1, events));
        Assert.IsType<AppendResult.Appended>(answer);
        _versions[stream] = version + events.Length;
    }

    /// <summary>The wave of 2025-10-17T16:00: sixteen signals, five opened, each delivered by two feeds.</summary>
    public async Task DuplicateWave(bool marginRefused = false)
    {
        string[] symbols =
            ["HNT", "TAG", "HNT", "HOLO", "COTI", "LQTY", "LSK", "S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9"];
        string[] ids = ["4776927", "4776923", "4776908", "4776928", "4776866", "4776869", "4776876"];
        var signals = symbols.Select((symbol, i) => new Signal(
            i < ids.Length ? ids[i] : $"{4777000 + i}", WaveName.Parse("2025-10-17T16:00:00Z"), AccountId.Parse("binance"),
            Symbol.Parse($"{symbol}USDT"), Side.Short, 0.99m - i * 0.01m, 1.5m, NowUtc)).ToList();
        const string Wave = "wave/binance/2025-10-17T16:00:00Z";

        await Open("HNTUSDT", "4770001", 100, 2.31m);
        await Write(Wave, new WaveOpened(AccountId.Parse("binance"), signals[0].Wave, NowUtc, NowUtc.AddSeconds(5)));
        foreach (var signal in signals) await Write(Wave, new SignalReceived(signal, "feed-1", NowUtc));
        foreach (var signal in signals) await Write(Wave, new SignalSkipped(signal.Id, "feed-2", signal.Symbol, Reasons.DuplicateSignal, Ends: false));
        await Write(Wave, new WaveClosed("collected", 5, 7, ids, NowUtc));
        await Write(Wave, new SignalSkipped(ids[2], "feed-1", signals[2].Symbol, Reasons.DuplicateInWave, Ends: true));
        foreach (var signal in signals.Skip(7))
            await Write(Wave, new SignalSkipped(signal.Id, "feed-1", signal.Symbol, Reasons.BelowCut, Ends: true));
        await Write(Wave, new SignalSelected(ids[0], NowUtc), new SignalSkipped(ids[0], "feed-1", signals[0].Symbol, Reasons.DuplicatePosition, Ends: true));
        foreach (var i in new[] { 1, 3, 4, 5, 6 })
        {
            await Write(Wave, new SignalSelected(ids[i], NowUtc));
            if (marginRefused && i == 5)
            {
                await Refuse(signals[i].Symbol.Value, ids[i]);
                await Write(Wave, new SignalFailed(ids[i], signals[i].Symbol, -2019, "Margin is insufficient."));
                continue;
            }

            await Open(signals[i].Symbol.Value, ids[i], 564_334, 0.0003544m);
            await Write(Wave, new SignalOpened(ids[i], signals[i].Symbol));
        }

        await Write(Wave, new WaveCompleted(marginRefused ? 4 : 5, marginRefused ? 1 : 0, 0, 11, NowUtc));
        await Write("account/binance", new AccountEvent.AccountPaused("operator", "looking", NowUtc));
    }

    /// <summary>Entry intended, filled in one trade, stop confirmed.</summary>
    public async Task Open(string symbol, string signal, decimal quantity, decimal price, Side side = Side.Short)
    {
        var stream = Stream(symbol);
        var entry = Order(symbol, "entry");
        await Write(stream, new EntryIntended(entry, signal, "2025-10-17T16:00:00Z", side, quantity, price, new ProtectionPlan(), NowUtc));
        await Write(stream, new EntryVerified(entry, VerifiedBy.Websocket, quantity, price, 34),
            new OrderFilled(Trade(entry, side, quantity, price, fee: 0.08m), quantity),
            new EntryCompleted(entry, "12027441", OrderStatus.Filled, quantity, price),
            new StopIntended(Order(symbol, "stop"), quantity, price * 1.02m, null, StopCause.Initial));
        await Write(stream, new StopConfirmed(Order(symbol, "stop"), "12027442", quantity, price * 1.02m, Source.OrderAnswer));
    }

    /// <summary>The stop fills: fill, closure.</summary>
    public async Task StopOut(string symbol, Side held, decimal quantity, decimal price, decimal realized)
    {
        await Write(Stream(symbol),
            new StopEnded(Order(symbol, "stop"), StopStatus.Triggered, "triggered"),
            new OrderFilled(Trade(Order(symbol, "stop"), held.Opposite(), quantity, price, 0.09m, realized), 0),
            new PositionClosed(CloseReason.StopLoss, ClosedBy.WebsocketClosure, "fill of our stop"));
    }

    public Trade Trade(ClientOrderId order, Side bought, decimal quantity, decimal price, decimal fee, decimal realized = 0) => new(
        order, $"x{order.Value}", $"t{++_trades}", bought, quantity, price, fee, "USDT", realized, NowUtc, OrderOrigin.Ours);

    public static string Stream(string symbol) => $"position/binance/{symbol}";

    public ClientOrderId Order(string symbol, string name) => new($"{symbol}-{name}-{_opened.GetValueOrDefault(symbol)}");

    private readonly Dictionary<string, int> _opened = [];

    /// <summary>The next position of the symbol gets orders of its own.</summary>
    public void Reopening(string symbol) => _opened[symbol] = _opened.GetValueOrDefault(symbol) + 1;

    private async Task Refuse(string symbol, string signal)
    {
        var entry = Order(symbol, "entry");
        await Write(Stream(symbol), new EntryIntended(
            entry, signal, "2025-10-17T16:00:00Z", Side.Short, 10, 1.5m, new ProtectionPlan(), NowUtc));
        await Write(Stream(symbol), new EntryFailed(entry, -2019, "Margin is insufficient."));
    }
}
