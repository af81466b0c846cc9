using System.Collections.Concurrent;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Node.Positions;

namespace Trading.Lab.Replay;

/// <summary>What every position went through, for a human to read. No verdict rests on it.</summary>
internal sealed class Timelines(TimeProvider time)
{
    private readonly ConcurrentQueue<(DateTime AtUtc, PositionHappened Happened)> _heard = new();

    /// <summary>Every event of every life of the node so far.</summary>
    public IEnumerable<PositionHappened> Heard => _heard.Select(entry => entry.Happened);

    public void On(PositionHappened happened) => _heard.Enqueue((time.GetUtcNow().UtcDateTime, happened));

    /// <summary>In the notation of tests and reports: the input that caused something, then what happened.</summary>
    public IReadOnlyList<string> Lines()
    {
        var lines = new List<string>();
        foreach (var position in _heard.GroupBy(entry => entry.Happened.Key).OrderBy(group => group.Key))
        {
            lines.Add($"{position.Key}");
            PositionInput? cause = null;
            foreach (var (atUtc, happened) in position)
            {
                if (!ReferenceEquals(cause, happened.Cause))
                    lines.Add(Notation.Line(Notation.Time(atUtc), Notation.InputMark, Notation.Words(happened.Cause)));
                cause = happened.Cause;
                lines.Add(Notation.Line("", Notation.EventMark, Notation.Words(happened.Event)));
            }
        }

        return lines;
    }
}
