using Trading.Domain;
using Trading.Journal;

namespace Trading.Node.Projections;

/// <summary>The journal that says when something was appended, so that the follower need not wait for its next look.</summary>
public sealed class AnnouncingJournal(IJournal journal, Action appended) : IJournal
{
    public JournalId Id => journal.Id;

    public async Task<AppendResult> Append(AppendRequest request)
    {
        var result = await journal.Append(request);
        if (result is AppendResult.Appended) appended();
        return result;
    }

    public Task<IReadOnlyList<RecordedEvent>> ReadStream(string stream, long afterVersion, int max) =>
        journal.ReadStream(stream, afterVersion, max);

    public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int max) => journal.ReadAll(afterPosition, max);

    public Task<IReadOnlyList<string>> Streams(string prefix) => journal.Streams(prefix);

    public ValueTask DisposeAsync() => journal.DisposeAsync();
}
