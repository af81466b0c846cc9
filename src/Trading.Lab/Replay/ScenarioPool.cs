using Trading.Domain;

namespace Trading.Lab.Replay;

/// <summary>A scenario on one of the exchanges.</summary>
public sealed record ScenarioPlay(Scenario Scenario, Exchange On)
{
    /// <summary>What <c>all</c> plays; what needs the machine for itself comes last.</summary>
    public static IReadOnlyList<ScenarioPlay> All(params IEnumerable<Exchange> exchanges) =>
        [.. exchanges.SelectMany(on => Catalog.Playable.Select(scenario => new ScenarioPlay(scenario, on))).OrderBy(play => play.Scenario.Alone)];
}

/// <summary>
/// Plays scenarios side by side, each with ports, folders and a clock of its own: nearly all of their time is waiting.
/// They are taken in order; one that is asked for goes first.
/// </summary>
/// <param name="database">Gives a new PostgreSQL database for each; null: SQLite.</param>
public sealed class ScenarioPool(IEnumerable<ScenarioPlay> plays, int atOnce, TimeProvider real, Func<Task<string>>? database = null)
    : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<ScenarioPlay> _waiting = [.. plays];
    private readonly Dictionary<ScenarioPlay, TaskCompletionSource<ScenarioResult>> _results = [];
    private readonly HashSet<Task> _running = [];
    private bool _closed;
    private bool _one;

    /// <summary>As many as leave each other the milliseconds that deadlines are judged by.</summary>
    public static int AtOnce { get; } = Math.Clamp(2 * Environment.ProcessorCount, 2, 16);

    public Task<ScenarioResult> Result(ScenarioPlay play)
    {
        lock (_gate)
        {
            if (_waiting.Remove(play)) _waiting.Insert(0, play);
            var result = Promise(play);
            StartWhatHasRoom();
            return result.Task;
        }
    }

    /// <summary>Nothing more is started; what runs is played to its end.</summary>
    public async ValueTask DisposeAsync()
    {
        List<Task> running;
        lock (_gate) (_closed, running) = (true, [.. _running]);
        await Task.WhenAll(running);
    }

    /// <summary>Whoever asks first or plays it. Under the lock: two of one play would leave its asker waiting for ever.</summary>
    private TaskCompletionSource<ScenarioResult> Promise(ScenarioPlay play)
    {
        if (!_results.TryGetValue(play, out var promise))
            _results.Add(play, promise = new TaskCompletionSource<ScenarioResult>(TaskCreationOptions.RunContinuationsAsynchronously));
        return promise;
    }

    private void StartWhatHasRoom()
    {
        while (!_closed && !_one && _waiting.Count > 0 && _running.Count < (_waiting[0].Scenario.Alone ? 1 : atOnce))
        {
            var play = _waiting[0];
            _waiting.RemoveAt(0);
            _one = play.Scenario.Alone;
            var promise = Promise(play);
            var running = Task.Run(() => Play(play, promise));
            _running.Add(running);
            _ = running.ContinueWith(ended => Ended(ended, play), TaskScheduler.Default);
        }
    }

    private void Ended(Task ended, ScenarioPlay play)
    {
        lock (_gate)
        {
            _running.Remove(ended);
            if (play.Scenario.Alone) _one = false;
            StartWhatHasRoom();
        }
    }

    private async Task Play(ScenarioPlay play, TaskCompletionSource<ScenarioResult> result)
    {
        try
        {
            result.SetResult(await ScenarioPlayer.Play(play.Scenario, real, database is null ? null : await database(), play.On));
        }
        catch (Exception e)
        {
            result.SetException(e);
        }
    }
}
