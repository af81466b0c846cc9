using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>One WebSocket of a client of Bybit: private until and after auth, or public.</summary>
public sealed class BybitConnection : StreamConnection
{
    private readonly BybitStreams owner;

    internal BybitConnection(BybitStreams owner, IStreamSink sink, bool isPrivate, string id, TimeSpan idleMax)
        : base(sink)
    {
        this.owner = owner;
        IsPrivate = isPrivate;
        Id = id;
        IdleMax = idleMax;
    }

    public override IReadOnlyCollection<string> Subscriptions => Topics;

    public override IEnumerable<string> Accounts => Account is null ? [] : [Account.Name];

    internal bool IsPrivate { get; }

    /// <summary>Carries orders, not events.</summary>
    internal bool IsTrade { get; init; }
    /// <summary>Tells of the exchange itself.</summary>
    internal bool IsStatus { get; init; }
    internal string Id { get; }
    internal TimeSpan IdleMax { get; }
    internal Account? Account { get; set; }
    internal HashSet<string> Topics { get; } = [];

    /// <summary>Request ids of orders, each of which is taken once.</summary>
    internal HashSet<string> RequestIds { get; } = [];

    /// <summary>Last ping or pushed data.</summary>
    internal DateTime ActiveUtc { get; set; }

    protected override void Handle(string frame) => owner.Control(this, frame);

    protected override void Forget() => owner.Forget(this);
}
