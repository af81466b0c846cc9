using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Node.Hosting;

namespace Trading.Node.Positions;

/// <summary>What a position actor's mailbox holds.</summary>
public abstract record PositionMessage
{
    private PositionMessage()
    {
    }

    /// <summary>The exchange, a timer or a part of this node said something. Lane 1.</summary>
    public sealed record Told(PositionInput Input) : PositionMessage;

    /// <summary>What a piece of work of the order executor found out. Lane 1, in the order of the answers.</summary>
    public sealed record Answered(IReadOnlyList<PositionInput> Inputs) : PositionMessage;

    /// <summary>Somebody wants something and waits for the answer. Lane 2.</summary>
    /// <param name="CommandId">Names the request: the same id never has a second effect.</param>
    public sealed record Asked(PositionInput Command, string CommandId) : PositionMessage, ICommandMessage;

    /// <summary>Only starts the actor. Answered by itself when it has read its journal and taken up what was under way.</summary>
    public sealed record Awake : PositionMessage, ICommandMessage;
}

/// <param name="Note">The reason code where denied or ignored; empty when accepted.</param>
public sealed record PositionAnswer(Verdict Verdict, string Note, PositionState State);
