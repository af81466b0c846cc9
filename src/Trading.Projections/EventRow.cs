using System.Text.Json;
using System.Text.Json.Nodes;
using Trading.Domain;

namespace Trading.Projections;

/// <summary>Rows of <c>monitoring.events</c>.</summary>
internal static class EventRow
{
    public const string Debug = "DEBUG";
    public const string Info = "INFO";
    public const string Warning = "WARNING";
    public const string Error = "ERROR";

    /// <summary>Ids leave room for rows derived from one event: position × 10 is the event itself, + 1 what follows from it.</summary>
    private const int RowsPerEvent = 10;

    /// <summary>The event itself: its journal name in snake_case, its journaled JSON as data.</summary>
    public static RowChange.Put Of(JournalEntry entry, Subject subject, string severity, string? data = null) =>
        Row(entry, 0, CanonicalText.SnakeCase(entry.Happened.GetType().Name), subject, severity, data ?? entry.Json);

    /// <summary>What follows from the event, under a name of its own.</summary>
    public static RowChange.Put Derived(JournalEntry entry, Subject subject, string type, string severity, string data) =>
        Row(entry, 1, type, subject, severity, data);

    /// <summary>The journaled JSON with further fields.</summary>
    public static string With(string json, params ReadOnlySpan<(string Name, string? Value)> more)
    {
        var data = (JsonObject)JsonNode.Parse(json)!;
        foreach (var (name, value) in more) data[name] = value;
        return data.ToJsonString(Relaxed);
    }

    private static readonly JsonSerializerOptions Relaxed = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static RowChange.Put Row(
        JournalEntry entry, int number, string type, Subject subject, string severity, string data) =>
        new(MonitoringTables.Events,
        [
            new("id", entry.Position * RowsPerEvent + number), new("event_type", type), new("severity", severity),
            new("account", subject.Account), new("exchange", subject.Venue), new("symbol", subject.Symbol),
            new("signal_id", subject.SignalId), new("position_id", subject.PositionId), new("data", data),
            new("trace_id", entry.CommandId), new("created_at", entry.WrittenUtc),
        ]);
}

/// <summary>Whom a row is about.</summary>
/// <param name="Account">Account name.</param>
/// <param name="Venue">The exchange's id.</param>
internal sealed record Subject(string Account, string Venue, string? Symbol = null, string? SignalId = null, long? PositionId = null)
{
    public static Subject Of(string account, IReadOnlyDictionary<AccountId, Exchange> venues) =>
        new(account, VenueOf(account, venues));

    public static string VenueOf(string account, IReadOnlyDictionary<AccountId, Exchange> venues) =>
        AccountId.TryParse(account, out var id) && venues.TryGetValue(id, out var venue) ? venue.Id() : account;
}
