using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

internal enum StreamRoute { Public, Market, Private, Unrouted, Api }

/// <summary>One WebSocket of a client of Binance.</summary>
public sealed class BinanceConnection : StreamConnection
{
    private readonly BinanceStreams owner;

    internal BinanceConnection(BinanceStreams owner, IStreamSink sink, StreamRoute route, bool combined)
        : base(sink)
    {
        this.owner = owner;
        Route = route;
        Combined = combined;
    }

    public override IReadOnlyCollection<string> Subscriptions => Names;

    public override IEnumerable<string> Accounts =>
        Names.Select(n => owner.Keys.AccountOf(n)?.Name).OfType<string>();

    internal StreamRoute Route { get; }
    internal bool Combined { get; set; }
    internal HashSet<string> Names { get; } = [];

    /// <summary>Event names wanted by <c>events=</c>; empty = all.</summary>
    internal HashSet<string> Events { get; } = [];
    internal DateTime SecondUtc { get; set; }
    internal int InSecond { get; set; }

    protected override void Handle(string frame) => owner.Control(this, frame);

    protected override void Forget() => owner.Forget(this);
}
