using Trading.Domain;
using Trading.Journal;

namespace Trading.Tests.Node;

/// <summary>A node that starts while its journal cannot be reached.</summary>
public sealed class JournalAwayTests
{
    [Theory]
    [InlineData("position/")]
    [InlineData("wave/")]
    public async Task It_waits_for_its_journal_and_ends_when_it_is_told_to(string prefix)
    {
        using var stop = new CancellationTokenSource();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var starting = RunningNode.Start(
            new RunningNodeSetting { Journal = real => new Unreadable(real, prefix, asked), Stop = stop.Token }, ("HNTUSDT", 2m));

        await await Task.WhenAny(asked.Task, starting);
        Assert.False(starting.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
    }

    /// <summary>Streams that begin so cannot be listed.</summary>
    private sealed class Unreadable(IJournal real, string prefix, TaskCompletionSource asked) : IJournal
    {
        public JournalId Id => real.Id;

        public Task<AppendResult> Append(AppendRequest request) => real.Append(request);

        public Task<IReadOnlyList<RecordedEvent>> ReadStream(string stream, long afterVersion, int max) => real.ReadStream(stream, afterVersion, max);

        public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int max) => real.ReadAll(afterPosition, max);

        public Task<IReadOnlyList<string>> Streams(string wanted)
        {
            if (!wanted.StartsWith(prefix, StringComparison.Ordinal)) return real.Streams(wanted);
            asked.TrySetResult();
            return Task.FromException<IReadOnlyList<string>>(new IOException("the database cannot be reached"));
        }

        public ValueTask DisposeAsync() => real.DisposeAsync();
    }
}
