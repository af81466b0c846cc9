using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Journal;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Waves.WaveEvent;

namespace Trading;

/// <summary>
/// The journal of a node that has run for long, made up while it is read, from the first event to the last: waves of
/// sixteen signals of which five are opened, trailed and stopped out, over two hundred symbols. The same number gives the
/// same journal.
/// </summary>
internal sealed class MadeUpHistory(long events) : IJournal
{
    private const int Symbols = 200;
    private const int PerWave = 16;
    private const int Opened = 5;
    private const int TrailingSteps = 3;
    private static readonly AccountId Account = AccountId.Parse("binance");
    private static readonly EventCodec<PositionEvent> Positions = EventCodec.For<PositionEvent>();
    private static readonly EventCodec<WaveEvent> Waves = EventCodec.For<WaveEvent>();

    private readonly Dictionary<string, long> _versions = new(StringComparer.Ordinal);
    private IEnumerator<RecordedEvent>? _made;
    private DateTime _nowUtc = new(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private long _position;

    public static IReadOnlyDictionary<AccountId, Exchange> Venues { get; } =
        new Dictionary<AccountId, Exchange> { [Account] = Exchange.Binance };

    public JournalId Id { get; } = new("made-up-history");

    /// <remarks>Forward only: made to be copied into a real journal.</remarks>
    public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int max)
    {
        if (afterPosition != _position) throw new NotSupportedException("a made-up history is read once, from its beginning");
        _made ??= Make().GetEnumerator();
        var page = new List<RecordedEvent>(max);
        while (page.Count < max && _position < events && _made.MoveNext()) page.Add(_made.Current);
        return Task.FromResult<IReadOnlyList<RecordedEvent>>(page);
    }

    public Task<AppendResult> Append(AppendRequest request) => throw new NotSupportedException();

    public Task<IReadOnlyList<RecordedEvent>> ReadStream(string stream, long afterVersion, int max) => throw new NotSupportedException();

    public Task<IReadOnlyList<string>> Streams(string prefix) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private IEnumerable<RecordedEvent> Make()
    {
        for (var wave = 0; ; wave++)
            foreach (var made in Wave(wave)) yield return made;
    }

    private IEnumerable<RecordedEvent> Wave(int number)
    {
        var name = WaveName.Parse($"w{number}");
        var stream = $"wave/{Account}/{name.Value}";
        var signals = Enumerable.Range(0, PerWave).Select(i => new Signal(
            $"{number * PerWave + i}", name, Account, Symbol.Parse($"S{(number * Opened + i) % Symbols}USDT"), i % 2 == 0 ? Side.Long : Side.Short,
            0.99m - i * 0.01m, 1.5m, _nowUtc)).ToList();
        yield return Made(stream, new WaveOpened(Account, name, _nowUtc, _nowUtc.AddSeconds(5)));
        foreach (var signal in signals) yield return Made(stream, new SignalReceived(signal, "feed", _nowUtc));
        yield return Made(stream, new WaveClosed("complete", Opened, Opened + 2, [.. signals.Take(Opened).Select(signal => signal.Id)], _nowUtc));
        foreach (var signal in signals.Skip(Opened))
            yield return Made(stream, new SignalSkipped(signal.Id, "feed", signal.Symbol, Reasons.BelowCut, Ends: true));
        foreach (var signal in signals.Take(Opened))
        {
            yield return Made(stream, new SignalSelected(signal.Id, _nowUtc));
            foreach (var made in Position(signal)) yield return made;
            yield return Made(stream, new SignalOpened(signal.Id, signal.Symbol));
        }

        yield return Made(stream, new WaveCompleted(Opened, 0, 0, PerWave - Opened, _nowUtc));
    }

    private IEnumerable<RecordedEvent> Position(Signal signal)
    {
        const decimal Quantity = 133.7m;
        var stream = $"position/{Account}/{signal.Symbol.Value}";
        var (side, price) = (signal.Side, 1.5m + _position % 97 * 0.0001m);
        var entry = Order(signal, "e");
        yield return Made(stream, new EntryIntended(entry, signal.Id, signal.Wave.Value, side, Quantity, price, new ProtectionPlan(), _nowUtc));
        yield return Made(stream, new EntryVerified(entry, VerifiedBy.Websocket, Quantity, price, 34));
        yield return Made(stream, new OrderFilled(Trade(entry, side, Quantity / 2, price), Quantity / 2));
        yield return Made(stream, new OrderFilled(Trade(entry, side, Quantity / 2, price * 1.0003m), Quantity));
        yield return Made(stream, new EntryCompleted(entry, $"x{entry.Value}", OrderStatus.Filled, Quantity, price * 1.00015m));
        ClientOrderId? standing = null;
        for (var step = 0; step <= TrailingSteps; step++)
        {
            var (stop, trigger) = (Order(signal, $"s{step}"), price * (0.98m + step * 0.002m));
            yield return Made(stream, new StopIntended(stop, Quantity, trigger, standing, step == 0 ? StopCause.Initial : StopCause.Trailing));
            yield return Made(stream, new StopConfirmed(stop, $"x{stop.Value}", Quantity, trigger, Source.OrderAnswer));
            if (step == 1) yield return Made(stream, new TrailingActivated(price * 1.015m, trigger));
            if (standing is { } old) yield return Made(stream, new StopCleared(old));
            standing = stop;
        }

        yield return Made(stream, new StopEnded(standing!.Value, StopStatus.Triggered, "triggered"));
        yield return Made(stream, new OrderFilled(Trade(standing.Value, side.Opposite(), Quantity, price * 0.986m, -2.8m), 0));
        yield return Made(stream, new PositionClosed(CloseReason.TrailingStop, ClosedBy.WebsocketClosure, "fill of our stop"));
    }

    private Trade Trade(ClientOrderId order, Side bought, decimal quantity, decimal price, decimal realized = 0) => new(
        order, $"x{order.Value}", $"t{_position}", bought, quantity, price, 0.08m, "USDT", realized, _nowUtc, OrderOrigin.Ours);

    private static ClientOrderId Order(Signal signal, string name) => new($"ta{signal.Id}{name}");

    private RecordedEvent Made(string stream, PositionEvent happened) => Made(stream, Positions.Write(happened));

    private RecordedEvent Made(string stream, WaveEvent happened) => Made(stream, Waves.Write(happened));

    private RecordedEvent Made(string stream, NewEvent happened)
    {
        _nowUtc = _nowUtc.AddMilliseconds(137);
        var version = _versions[stream] = _versions.GetValueOrDefault(stream) + 1;
        return new RecordedEvent(++_position, stream, version, 1, $"c{version}", happened.Type, happened.TypeVersion, happened.Json, _nowUtc);
    }
}
