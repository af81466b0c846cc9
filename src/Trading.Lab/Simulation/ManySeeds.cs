using System.Collections.Concurrent;
using Trading.Lab.Simulation.Mutations;

namespace Trading.Lab.Simulation;

/// <summary>
/// Plays seeds on all cores and tells of them in the order of their numbers. A seed's run belongs to one thread from its
/// beginning to its end, so how many there are changes nothing in it.
/// </summary>
internal static class ManySeeds
{
    /// <summary>How far a thread may be ahead of what was told.</summary>
    private const int AheadAtMost = 1024;

    /// <param name="cancel">Ends the enumeration early; what was told until then is whole.</param>
    public static IEnumerable<SeedResult> Play(IReadOnlyList<ulong> seeds, Mutation? mutation, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var lanes = Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount)).Select(_ => new Lane()).ToList();
        for (var i = 0; i < lanes.Count; i++) lanes[i].Start(seeds, i, lanes.Count, mutation, stop.Token);
        try
        {
            for (var told = 0; told < seeds.Count; told++)
                if (lanes[told % lanes.Count].Take() is { } result) yield return result;
                else yield break;
        }
        finally
        {
            stop.Cancel();
            foreach (var lane in lanes) lane.Dispose();
        }
    }

    /// <summary>One thread with every n-th seed.</summary>
    private sealed class Lane : IDisposable
    {
        private readonly BlockingCollection<SeedResult> _played = new(AheadAtMost);
        private Thread? _thread;
        private Exception? _fault;

        public void Start(IReadOnlyList<ulong> seeds, int first, int step, Mutation? mutation, CancellationToken stop)
        {
            _thread = new Thread(() => PlayAll(seeds, first, step, mutation, stop)) { IsBackground = true, Name = $"seeds {first}" };
            _thread.Start();
        }

        /// <summary>Null: cancelled.</summary>
        public SeedResult? Take()
        {
            if (_played.TryTake(out var result, Timeout.Infinite)) return result;
            return _fault is null ? null : throw new InvalidOperationException("a seed could not be played to its end", _fault);
        }

        public void Dispose()
        {
            _thread!.Join();
            _played.Dispose();
        }

        private void PlayAll(IReadOnlyList<ulong> seeds, int first, int step, Mutation? mutation, CancellationToken stop)
        {
            try
            {
                for (var next = first; next < seeds.Count; next += step) _played.Add(SeedRun.Run(seeds[next], mutation), stop);
            }
            catch (OperationCanceledException)
            {
                // Nobody listens any more.
            }
            catch (Exception fault)
            {
                _fault = fault; // told by whoever takes the next
            }
            finally
            {
                _played.CompleteAdding();
            }
        }
    }
}
