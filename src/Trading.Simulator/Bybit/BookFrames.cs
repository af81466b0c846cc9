using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>Order books as topics: the best level is always a snapshot, and told again after three quiet seconds; deeper
/// ones are a snapshot, then what changed.</summary>
internal sealed class BookFrames(Venue venue, JsonText json)
{
    private const string BestOnly = "1";
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3);
    private readonly Dictionary<string, Book> books = [];
    private long number = 230_704;

    /// <summary>For a new subscriber: what all others have been told.</summary>
    public string Snapshot(Topic topic, Instrument i)
    {
        if (!books.TryGetValue(topic.Name, out var book))
            books[topic.Name] = book = new Book(BookLevels.Of(i, int.Parse(topic.Grain)), ++number, venue.NowUtc);
        return Frame(topic, i, "snapshot", book.Told, book.Number);
    }

    /// <summary>Nobody is told any more.</summary>
    public void Forget(Topic topic) => books.Remove(topic.Name);

    /// <summary>Null when nothing has changed.</summary>
    public string? Change(Topic topic, Instrument i)
    {
        if (!books.TryGetValue(topic.Name, out var book)) return null;
        var now = BookLevels.Of(i, int.Parse(topic.Grain));
        var changes = now.Since(book.Told);
        if (changes.IsEmpty) return null;
        books[topic.Name] = book = new Book(now, book.Number + 1, venue.NowUtc);
        return topic.Grain == BestOnly
            ? Frame(topic, i, "snapshot", now, book.Number)
            : Frame(topic, i, "delta", changes, book.Number);
    }

    /// <summary>The best level once more; null when it is not quiet.</summary>
    public string? Repeat(Topic topic, Instrument i)
    {
        if (topic.Grain != BestOnly || !books.TryGetValue(topic.Name, out var book) || venue.NowUtc - book.ToldUtc < Quiet) return null;
        books[topic.Name] = book with { ToldUtc = venue.NowUtc };
        return Frame(topic, i, "snapshot", book.Told, book.Number);
    }

    private string Frame(Topic topic, Instrument i, string type, BookLevels levels, long update) => json.Object(w =>
    {
        w.WriteString("topic", topic.Name);
        w.WriteString("type", type);
        w.Ms("ts", venue.StampUtc);
        w.WriteStartObject("data");
        w.WriteString("s", i.Symbol);
        levels.Write(w, i);
        w.WriteNumber("u", update);
        w.WriteNumber("seq", Ids.Sequence(venue.Ids.Trade));
        w.WriteEndObject();
        w.Ms("cts", i.Tick.AtUtc);
    });

    private sealed record Book(BookLevels Told, long Number, DateTime ToldUtc);
}
