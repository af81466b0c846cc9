using System.Text;
using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Journal;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Waves.WaveEvent;

namespace Trading.Tests.Verify;

/// <summary>
/// A small journal in which everything holds: a wave of two signals, one opened, protected by two layers, trailed and
/// stopped out, the other open; and a hand to bend it.
/// </summary>
internal sealed class SoundJournal : IJournal
{
    public const string Tag = "position/binance/TAGUSDT";
    public const string Kava = "position/binance/KAVAUSDT";
    public const string Wave = "wave/binance/w1";
    private static readonly AccountId Account = AccountId.Parse("binance");
    private static readonly DateTime StartUtc = new(2025, 10, 17, 19, 21, 0, DateTimeKind.Utc);
    private static readonly EventCodec<PositionEvent> Positions = EventCodec.For<PositionEvent>();
    private static readonly EventCodec<WaveEvent> Waves = EventCodec.For<WaveEvent>();
    private static readonly EventCodec<AccountEvent> Accounts = EventCodec.For<AccountEvent>();

    private readonly List<RecordedEvent> _events = [];
    private int _trades;

    public SoundJournal()
    {
        var name = WaveName.Parse("w1");
        Signal[] signals =
        [
            new("1", name, Account, Symbol.Parse("TAGUSDT"), Side.Long), new("2", name, Account, Symbol.Parse("KAVAUSDT"), Side.Long),
        ];
        Add("account/binance", new AccountEvent.AccountPaused("operator", "looking", StartUtc));
        Add("account/binance", new AccountEvent.AccountResumed("operator", "seen", StartUtc));
        Add(Wave, new WaveOpened(Account, name, StartUtc, StartUtc.AddSeconds(5)));
        foreach (var signal in signals) Add(Wave, new SignalReceived(signal, "feed", StartUtc));
        Add(Wave, new WaveClosed("complete", 2, 3, ["1", "2"], StartUtc));
        foreach (var signal in signals)
        {
            Add(Wave, new SignalSelected(signal.Id, StartUtc));
            Open($"position/binance/{signal.Symbol.Value}", signal.Id);
            Add(Wave, new SignalOpened(signal.Id, signal.Symbol));
        }

        Add(Wave, new WaveCompleted(2, 0, 0, 0, StartUtc));
        StopOut(Tag);
        Add(Tag, new FundingBooked(-0.02m, StartUtc, "funding of 19:21"));
    }

    public JournalId Id { get; } = new("a-sound-journal");

    public IReadOnlyList<RecordedEvent> Events => _events;

    /// <summary>The last event of that type in the stream.</summary>
    public RecordedEvent Last(string stream, string type) => _events.Last(e => e.Stream == stream && e.Type == type);

    public void Put(RecordedEvent instead) => _events[_events.FindIndex(e => e.Position == instead.Position)] = instead;

    public void Remove(RecordedEvent gone) => _events.Remove(gone);

    /// <summary>Other words in the last event of that type.</summary>
    public void Reword(string stream, string type, string from, string to)
    {
        var recorded = Last(stream, type);
        var text = Encoding.UTF8.GetString(recorded.Json.Span);
        Assert.Contains(from, text, StringComparison.Ordinal);
        Put(recorded with { Json = Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal)) });
    }

    /// <summary>The last event of that type once more.</summary>
    public void Repeat(string stream, string type) => Add(stream, Positions.Read(Last(stream, type)));

    public void Add(string stream, PositionEvent happened) => Add(stream, Positions.Write(happened));

    public void Add(string stream, WaveEvent happened) => Add(stream, Waves.Write(happened));

    /// <summary>The id that the stream's next event gives.</summary>
    public ClientOrderId Next(string stream, OrderPurpose purpose) => OrderIds.For(Id, stream, VersionOf(stream) + 1, purpose);

    public static RecordedEvent With(RecordedEvent recorded, PositionEvent happened) => recorded with { Json = Positions.Write(happened).Json };

    /// <summary>Entry, fill, both layers of stops, one step of the trailing stop.</summary>
    public void Open(string stream, string signal)
    {
        var entry = Next(stream, OrderPurpose.Entry);
        Add(stream, new EntryIntended(entry, signal, "w1", Side.Long, 100, 2m, new ProtectionPlan(), StartUtc));
        Add(stream, new EntryVerified(entry, VerifiedBy.Websocket, 100, 2m, 20));
        Add(stream, Fill(entry, Side.Long, held: 100));
        Add(stream, new EntryCompleted(entry, "11", OrderStatus.Filled, 100, 2m));
        var first = Stop(stream, 1.96m, replaces: null, StopCause.Initial);
        var hard = Next(stream, OrderPurpose.Stop);
        Add(stream, new HardStopIntended(hard, 1.8m));
        Add(stream, new HardStopConfirmed(hard, "13"));
        Stop(stream, 2.01m, first, StopCause.Trailing);
        Add(stream, new TrailingActivated(2.03m, 2.01m));
        Add(stream, new StopCleared(first));
    }

    public void StopOut(string stream)
    {
        var stop = Positions.Read(Last(stream, nameof(StopConfirmed))) is StopConfirmed it ? it.Stop : default;
        Add(stream, new StopEnded(stop, StopStatus.Triggered, "triggered"));
        Add(stream, Fill(stop, Side.Short, held: 0));
        Add(stream, new PositionClosed(CloseReason.TrailingStop, ClosedBy.WebsocketClosure, "fill of our stop"));
    }

    /// <summary>A signal that wants the long of KAVAUSDT closed, and what its wave made of it.</summary>
    public void CloseBySignal(string id, bool intended)
    {
        var signal = new Signal(id, WaveName.Parse("w1"), Account, Symbol.Parse("KAVAUSDT"), Side.Long, Intent: SignalIntent.Close);
        Add(Wave, new SignalReceived(signal, "tv", StartUtc));
        if (intended) Add(Kava, new CloseIntended(Next(Kava, OrderPurpose.Close), 100, CloseReason.Manual, 1, WaveMachine.AskedBy(signal)));
        Add(Wave, new SignalClosed(id, signal.Symbol));
    }

    public OrderFilled Fill(ClientOrderId order, Side bought, decimal held) => new(
        new Trade(order, "11", $"t{++_trades}", bought, 100, 2m, 0.1m, "USDT", 0, StartUtc, OrderOrigin.Ours), held);

    public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int max) => Task.FromResult<IReadOnlyList<RecordedEvent>>(
        [.. _events.Where(e => e.Position > afterPosition).OrderBy(e => e.Position).Take(max)]);

    public Task<IReadOnlyList<RecordedEvent>> ReadStream(string stream, long afterVersion, int max) => Task.FromResult<IReadOnlyList<RecordedEvent>>(
        [.. _events.Where(e => e.Stream == stream && e.Version > afterVersion).Take(max)]);

    public Task<IReadOnlyList<string>> Streams(string prefix) => throw new NotSupportedException();

    public Task<AppendResult> Append(AppendRequest request) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ClientOrderId Stop(string stream, decimal trigger, ClientOrderId? replaces, StopCause cause)
    {
        var stop = Next(stream, OrderPurpose.Stop);
        Add(stream, new StopIntended(stop, 100, trigger, replaces, cause));
        Add(stream, new StopConfirmed(stop, "12", 100, trigger, Source.OrderAnswer));
        return stop;
    }

    private void Add(string stream, AccountEvent happened) => Add(stream, Accounts.Write(happened));

    private void Add(string stream, NewEvent happened)
    {
        var (position, version) = (_events.Count + 1, VersionOf(stream) + 1);
        _events.Add(new RecordedEvent(
            position, stream, version, 3, $"c{version}", happened.Type, happened.TypeVersion, happened.Json, StartUtc.AddMilliseconds(position)));
    }

    private long VersionOf(string stream) => _events.Where(e => e.Stream == stream).Select(e => e.Version).DefaultIfEmpty().Max();
}
