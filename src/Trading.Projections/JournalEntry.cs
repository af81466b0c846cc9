namespace Trading.Projections;

/// <summary>One journaled event as the folds take it: decoded, with what the journal knows about it.</summary>
/// <param name="Position">Place in the whole journal.</param>
/// <param name="CommandId">Names the decision that wrote it; becomes the trace id of its rows.</param>
/// <param name="Happened">A position, wave or account event.</param>
/// <param name="Json">The event as it is stored.</param>
public sealed record JournalEntry(
    long Position, string Stream, string CommandId, object Happened, string Json, DateTime WrittenUtc);
