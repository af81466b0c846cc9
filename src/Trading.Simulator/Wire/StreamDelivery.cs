using Trading.Simulator.Faults;
using Trading.Simulator.Matching;

namespace Trading.Simulator.Wire;

/// <summary>From an event to its frame on a connection: delay, order, and the faults of the way.</summary>
internal sealed class StreamDelivery(Venue venue, DelayRange delay)
{
    public void Deliver(StreamConnection connection, string frame, in FaultFacts facts)
    {
        var extra = TimeSpan.Zero;
        var ordered = true;
        foreach (var fault in venue.Faults.TakeForEvent(facts, venue.NowUtc))
            switch (fault.Do)
            {
                case FaultAction.DropEvent:
                    return;
                case FaultAction.DelayEvent:
                    extra = TimeSpan.FromMilliseconds(fault.Ms);
                    ordered = false;
                    break;
                case FaultAction.DuplicateEvent:
                    Plan(connection, frame, TimeSpan.FromMilliseconds(fault.Ms), ordered: false);
                    break;
                case FaultAction.ReorderEvent:
                    venue.Plan(TimeSpan.Zero, () => connection.Hold(frame));
                    return;
            }

        Plan(connection, frame, extra, ordered);
    }

    /// <summary>The exchange ends a connection: answers and events that are on their way arrive before the end.</summary>
    public void Close(StreamConnection connection, int code, string reason)
    {
        connection.IsEnding = true;
        venue.PlanAt(connection.LastDueUtc, () => connection.Close(code, reason));
    }

    /// <summary>Frames leave in a later step, after what they tell of is durable.</summary>
    public void Plan(StreamConnection connection, string frame, TimeSpan extra, bool ordered)
    {
        var atUtc = venue.NowUtc + venue.Chance.Delay(delay) + extra;
        if (ordered)
        {
            if (atUtc < connection.LastDueUtc) atUtc = connection.LastDueUtc;
            connection.LastDueUtc = atUtc;
        }

        venue.PlanAt(atUtc, () =>
        {
            venue.Flush();
            connection.Push(frame);
        });
    }
}
