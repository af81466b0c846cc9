using Trading.Domain;
using Trading.Journal;

namespace Trading.Lab.Simulation;

/// <summary>
/// A process's connection to the <see cref="SimulatedDatabase"/>. Nothing of it uses a thread of its own: answers complete
/// on the world's timers, and whoever awaits them resumes on its own scheduler.
/// </summary>
public sealed class SimulatedJournal : IJournal
{
    private readonly SimulatedDatabase _database;
    private bool _closed;

    internal SimulatedJournal(SimulatedDatabase database) => _database = database;

    public JournalId Id => _database.Id;

    public Task<AppendResult> Append(AppendRequest request)
    {
        if (request.Events.Count == 0) throw new ArgumentException($"append to {request.Stream} has no events", nameof(request));
        if (_closed) return Task.FromResult<AppendResult>(new AppendResult.Unknown("not taken: the journal is closed"));
        var answer = new TaskCompletionSource<AppendResult>();
        _database.Send(request, answer.SetResult);
        return answer.Task;
    }

    public Task<IReadOnlyList<RecordedEvent>> ReadStream(string stream, long afterVersion, int max)
    {
        if (afterVersion == 0) _database.Asked(stream);
        return Ask(() => _database.Stream(stream, afterVersion, max));
    }

    public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int max) => Ask(() => _database.All(afterPosition, max));

    public Task<IReadOnlyList<string>> Streams(string prefix)
    {
        _database.Asked(prefix);
        return Ask(() => _database.Names(prefix));
    }

    public ValueTask DisposeAsync()
    {
        _closed = true;
        return ValueTask.CompletedTask;
    }

    private Task<T> Ask<T>(Func<T> question)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        var answer = new TaskCompletionSource<T>();
        _database.Ask(question, answer.SetResult, answer.SetException);
        return answer.Task;
    }
}
