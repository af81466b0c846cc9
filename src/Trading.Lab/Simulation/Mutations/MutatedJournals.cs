using Trading.Domain;
using Trading.Journal;

namespace Trading.Lab.Simulation.Mutations;

/// <summary>A journal that passes everything on; a mutation overrides how it appends.</summary>
internal abstract class PassingJournal(IJournal journal) : IJournal
{
    protected IJournal Real => journal;

    public JournalId Id => journal.Id;

    public abstract Task<AppendResult> Append(AppendRequest request);

    public Task<IReadOnlyList<RecordedEvent>> ReadStream(string stream, long afterVersion, int max) =>
        journal.ReadStream(stream, afterVersion, max);

    public Task<IReadOnlyList<RecordedEvent>> ReadAll(long afterPosition, int max) => journal.ReadAll(afterPosition, max);

    public Task<IReadOnlyList<string>> Streams(string prefix) => journal.Streams(prefix);

    public ValueTask DisposeAsync() => journal.DisposeAsync();
}

/// <summary>Answers before anything is durable.</summary>
internal sealed class AnsweredBeforeDurable(IJournal journal) : PassingJournal(journal)
{
    private Task<AppendResult> _last = Task.FromResult<AppendResult>(new AppendResult.Appended(0));

    public override Task<AppendResult> Append(AppendRequest request)
    {
        _last = Real.Append(request); // one after the other, as they are decided
        return Task.FromResult<AppendResult>(new AppendResult.Appended(0));
    }
}

/// <summary>As <see cref="AnsweredBeforeDurable"/>, for what intends a stop or a close alone.</summary>
internal sealed class ProtectionAnsweredBeforeDurable(IJournal journal) : PassingJournal(journal)
{
    public override Task<AppendResult> Append(AppendRequest request)
    {
        var append = Real.Append(request);
        return request.Events.Any(one => one.Type is "StopIntended" or "CloseIntended")
            ? Task.FromResult<AppendResult>(new AppendResult.Appended(0))
            : append;
    }
}

/// <summary>Knows how many appends are not answered.</summary>
internal sealed class CountedAppends(IJournal journal) : PassingJournal(journal)
{
    public int Unanswered { get; private set; }

    public override async Task<AppendResult> Append(AppendRequest request)
    {
        Unanswered++;
        var result = await Real.Append(request);
        Unanswered--;
        return result;
    }
}

/// <summary>Takes an append whose answer is lost for done.</summary>
internal sealed class LostAppendIsDone(IJournal journal) : PassingJournal(journal)
{
    public override async Task<AppendResult> Append(AppendRequest request) =>
        await Real.Append(request) is var result && result is AppendResult.Unknown ? new AppendResult.Appended(0) : result;
}

/// <summary>Writes on top of whatever is there, whoever wrote it, under whatever epoch.</summary>
internal sealed class NoExpectedVersion(IJournal journal) : PassingJournal(journal)
{
    public override async Task<AppendResult> Append(AppendRequest request)
    {
        var unfenced = request with { Epoch = int.MaxValue };
        while (await Real.Append(unfenced) is var result)
        {
            if (result is not AppendResult.Conflict conflict) return result;
            unfenced = unfenced with { ExpectedVersion = conflict.ActualVersion };
        }

        throw new System.Diagnostics.UnreachableException("an append has a result");
    }
}

/// <summary>A try again is a new command: the journal cannot see that it has done it.</summary>
internal sealed class RetryIsANewCommand(IJournal journal) : PassingJournal(journal)
{
    private readonly HashSet<string> _tried = new(StringComparer.Ordinal);
    private int _tries;

    public override async Task<AppendResult> Append(AppendRequest request)
    {
        var again = !_tried.Add($"{request.Stream} {request.CommandId}");
        var changed = again ? request with { CommandId = $"{request.CommandId}-{++_tries}" } : request;
        var result = await Real.Append(changed);
        return again && result is AppendResult.Conflict conflict
            ? await Real.Append(changed with { ExpectedVersion = conflict.ActualVersion })
            : result;
    }
}
