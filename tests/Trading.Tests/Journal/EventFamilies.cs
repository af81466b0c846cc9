using Trading.Domain;
using Trading.Journal;

namespace Trading.Tests.Journal;

/// <summary>Every family of events in the domain: an abstract record whose name ends with Event, found by reflection.</summary>
public sealed record EventFamily(Type Base, IReadOnlyList<Type> Types, Func<string, string, object> Read, Func<object, NewEvent> Write)
{
    public static IReadOnlyList<EventFamily> All { get; } =
    [
        .. typeof(PositionKey).Assembly.GetExportedTypes()
            .Where(type => type is { IsAbstract: true, IsSealed: false } && type.Name.EndsWith("Event", StringComparison.Ordinal))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => (EventFamily)typeof(EventFamily).GetMethod(nameof(Of))!.MakeGenericMethod(type).Invoke(null, null)!),
    ];

    public static EventFamily Of<T>()
        where T : class
    {
        var codec = EventCodec.For<T>();
        return new EventFamily(
            typeof(T), codec.Types, (type, json) => codec.Read(Recorded.Of(type, json)), happened => codec.Write((T)happened));
    }
}

internal static class Recorded
{
    public static RecordedEvent Of(string type, string json, int typeVersion = 1) => new(
        1, "position/binance/TAGUSDT", 1, 1, "c1", type, typeVersion, System.Text.Encoding.UTF8.GetBytes(json), DateTime.UnixEpoch);
}
