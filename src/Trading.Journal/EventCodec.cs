using System.Collections.Frozen;
using System.Text.Json;

namespace Trading.Journal;

/// <summary>
/// Events of one family, e.g. of positions, to their stored form and back. The family is a base record; its sealed nested
/// records are the event types, and their names are stored.
/// </summary>
/// <remarks>
/// Compatibility: types and fields are added, never renamed. An added field has a default in the constructor, which old
/// events read; a field without one that is missing is an error, because a guess would be traded on.
/// </remarks>
public sealed class EventCodec<TBase>
    where TBase : class
{
    /// <summary>Of every type so far; a type whose shape changes in another way than by added fields gets its own number.</summary>
    private const int TypeVersion = 1;

    private readonly FrozenDictionary<string, Type> _types;

    internal EventCodec() => _types = typeof(TBase).GetNestedTypes()
        .Where(type => type.IsSealed && type.IsSubclassOf(typeof(TBase)))
        .ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>The event types of this family in ordinal order of their names.</summary>
    public IReadOnlyList<Type> Types => [.. _types.Values.OrderBy(type => type.Name, StringComparer.Ordinal)];

    public NewEvent Write(TBase happened)
    {
        var type = happened.GetType();
        if (!_types.ContainsKey(type.Name))
            throw new ArgumentException($"{type.Name} is not an event type of {typeof(TBase).Name}", nameof(happened));
        return new NewEvent(type.Name, TypeVersion, JsonSerializer.SerializeToUtf8Bytes(happened, type, EventJson.Options));
    }

    /// <exception cref="UnreadableEventException">The type or its version is not known here, or the JSON does not fit it.</exception>
    public TBase Read(RecordedEvent recorded)
    {
        if (!_types.TryGetValue(recorded.Type, out var type) || recorded.TypeVersion != TypeVersion)
            throw new UnreadableEventException(recorded, "this build does not know it; start the newer build that wrote it");
        try
        {
            return (TBase)JsonSerializer.Deserialize(recorded.Json.Span, type, EventJson.Options)!;
        }
        catch (JsonException e)
        {
            throw new UnreadableEventException(recorded, e.Message, e);
        }
    }
}

public static class EventCodec
{
    public static EventCodec<TBase> For<TBase>()
        where TBase : class => new();
}

/// <summary>An event that this build cannot read: whoever needs it stops and says so; it is never skipped.</summary>
public sealed class UnreadableEventException(RecordedEvent recorded, string why, Exception? cause = null) : Exception(
    $"event {recorded.Type} version {recorded.TypeVersion} at position {recorded.Position} " +
    $"({recorded.Stream} #{recorded.Version}) cannot be read: {why}", cause)
{
    public RecordedEvent Recorded { get; } = recorded;
}
