namespace Trading.Lab.Simulation;

/// <summary>A kind of misfortune. A seed draws its swarm: which kinds happen in its run at all.</summary>
[Flags]
public enum FaultClass
{
    None = 0,

    /// <summary>Requests that never arrive, executed requests whose answer is lost.</summary>
    LostCalls = 1 << 0,

    /// <summary>Requests and answers that take up to seconds, past deadlines and receive windows.</summary>
    LateCalls = 1 << 1,

    /// <summary>503 "unknown", executed or not, and 503 "unavailable".</summary>
    UnknownAnswers = 1 << 2,

    /// <summary>-2021 for a stop that would not trigger, -1008, -2019, -2022 out of the blue.</summary>
    Refusals = 1 << 3,

    /// <summary>Position reads that name nothing.</summary>
    EmptyPositions = 1 << 4,

    /// <summary>Position reads as of up to 3 s ago.</summary>
    ReadLag = 1 << 5,
    DroppedEvents = 1 << 6,
    LateEvents = 1 << 7,
    RepeatedEvents = 1 << 8,
    ReorderedEvents = 1 << 9,

    /// <summary>Sockets that die at both ends.</summary>
    SocketDeaths = 1 << 10,

    /// <summary>Sockets that stay open and say nothing any more.</summary>
    SilentSockets = 1 << 11,
    ListenKeyExpiry = 1 << 12,

    /// <summary>Nothing gets through between node and exchange for up to 10 s.</summary>
    Cuts = 1 << 13,
    ClockSkew = 1 << 14,
    PartialFills = 1 << 15,

    /// <summary>The operator on the exchange's own page: closes, partly, opens, adds, takes stops away, places his own.</summary>
    Hands = 1 << 16,

    /// <summary>Stops that stick TRIGGERING or end REJECTED.</summary>
    BadTriggers = 1 << 17,

    /// <summary>Appends whose request or answer is lost.</summary>
    JournalLoss = 1 << 18,

    /// <summary>The journal takes seconds, or is away.</summary>
    JournalDown = 1 << 19,

    /// <summary>The node is killed, at moments of its own work too, and started again.</summary>
    Kills = 1 << 20,

    /// <summary>The node stands still, between what it checked and what it does about it too.</summary>
    Pauses = 1 << 21,

    /// <summary>Liquidation and deleveraging.</summary>
    ForcedCloses = 1 << 22,
    RateLimits = 1 << 23,

    /// <summary>The node stands still for longer than its lease, another one takes over, and it wakes.</summary>
    Replacements = 1 << 24,
}
