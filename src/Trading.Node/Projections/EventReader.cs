using System.Text;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Waves;
using Trading.Journal;
using Trading.Projections;

namespace Trading.Node.Projections;

/// <summary>Journaled events of every stream, decoded by the family that the stream's name tells.</summary>
public static class EventReader
{
    private static readonly EventCodec<PositionEvent> Positions = EventCodec.For<PositionEvent>();
    private static readonly EventCodec<WaveEvent> Waves = EventCodec.For<WaveEvent>();
    private static readonly EventCodec<AccountEvent> Accounts = EventCodec.For<AccountEvent>();

    /// <exception cref="UnreadableEventException">This build does not know it: nothing behind it is projected either.</exception>
    public static JournalEntry Read(RecordedEvent recorded) => new(
        recorded.Position, recorded.Stream, recorded.CommandId, Decode(recorded), Encoding.UTF8.GetString(recorded.Json.Span),
        recorded.WrittenUtc);

    private static object Decode(RecordedEvent recorded) => recorded.Stream.Split('/')[0] switch
    {
        "position" => Positions.Read(recorded),
        "wave" => Waves.Read(recorded),
        "account" => Accounts.Read(recorded),
        var family => throw new UnreadableEventException(recorded, $"no stream family is named {family}"),
    };
}
