using System.Globalization;

namespace Trading.Node.Hosting;

/// <summary>The lane is full: the message was refused and nothing of it has happened.</summary>
public sealed class MailboxFullException(string actor, string lane)
    : Exception($"{actor}: too many {lane} are waiting; try again later");

/// <summary>The actor is stopped: the message was not received.</summary>
public sealed class ActorStoppedException(string actor, string why)
    : Exception($"{actor} is stopped: {why}");

/// <summary>A report did not fit into a mailbox: whoever sent it has a gap to repair.</summary>
/// <param name="Actor">Name of the actor that could not take it.</param>
public sealed record ReportRefused(string Actor, object Report)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Actor} could not take {Report.GetType().Name}");
}
