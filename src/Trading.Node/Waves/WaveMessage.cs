using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Node.Hosting;

namespace Trading.Node.Waves;

/// <summary>What a wave actor's mailbox holds.</summary>
public abstract record WaveMessage
{
    private WaveMessage()
    {
    }

    /// <summary>A timer, a feed or a position said something. Lane 1.</summary>
    public sealed record Told(WaveInput Input) : WaveMessage;

    /// <summary>Signals of one source, in its order. Answered when they are durable. Lane 2.</summary>
    /// <param name="TakenAt">When this node had them in hand: a timestamp of its TimeProvider, which no step of the clock moves.</param>
    public sealed record Delivered(IReadOnlyList<Signal> Signals, string Source, long TakenAt) : WaveMessage, ICommandMessage;

    /// <summary>What the market said about a symbol of the wave when it was seen first.</summary>
    public sealed record MarketSeen(Symbol Symbol, MarketView? View, DateTime AtUtc) : WaveMessage;

    /// <summary>Only starts the actor: it reads its journal and takes up what was under way.</summary>
    public sealed record Awake : WaveMessage;
}

/// <param name="Verdicts">For each signal delivered, in order.</param>
public sealed record DeliveryAnswer(IReadOnlyList<Delivery> Verdicts);

/// <summary>What became of one delivery.</summary>
/// <param name="Refusal">Reason code of one that is in no journal: the wave is full, or its id is another signal's; else null.</param>
/// <param name="Why">The reason in words, for whoever sent it.</param>
public sealed record Delivery(bool IsDuplicate, string? Refusal = null, string Why = "")
{
    public static readonly Delivery Accepted = new(IsDuplicate: false);
    public static readonly Delivery Duplicate = new(IsDuplicate: true);
}
