namespace Trading.Journal;

/// <summary>Place of an event among those of its command, which a recorded event does not carry: events of one command stand together in their stream.</summary>
internal sealed class CommandPlaces
{
    private readonly Dictionary<string, (string Command, short Place)> _last = new(StringComparer.Ordinal);

    /// <summary>To be asked for every event of every stream, in the order of the versions.</summary>
    public short Next(RecordedEvent recorded)
    {
        var place = _last.TryGetValue(recorded.Stream, out var last) && last.Command == recorded.CommandId ? (short)(last.Place + 1) : (short)0;
        _last[recorded.Stream] = (recorded.CommandId, place);
        return place;
    }
}
