using Trading.Simulator.Wire;

namespace Trading.Lab.Simulation;

/// <summary>The ways between a process and the exchange. What is on its way belongs to the world: it arrives whatever happens to who sent it.</summary>
/// <param name="LatencyLeast">Of one way.</param>
/// <param name="LatencyMost">Of one way; frames of one socket keep their order all the same.</param>
/// <param name="RequestLoss">Probability, 0 to 1, that a request never arrives.</param>
/// <param name="AnswerLoss">Probability, 0 to 1, that the answer to an executed request is lost.</param>
/// <param name="Breaks">Probability, 0 to 1, that the connection breaks under a request that still arrives, up to 2.2 s later.</param>
/// <param name="Lateness">Probability, 0 to 1, that one way of a request takes up to <paramref name="LateMost"/>.</param>
public sealed record NetworkFaults(
    TimeSpan LatencyLeast,
    TimeSpan LatencyMost,
    double RequestLoss = 0,
    double AnswerLoss = 0,
    double Breaks = 0,
    double Lateness = 0,
    TimeSpan LateMost = default)
{
    public static NetworkFaults None { get; } = new(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(30));
}

/// <summary>Moments of a process's work at which it can be cut off.</summary>
public enum CrashMoment
{
    /// <summary>The append has not left.</summary>
    AppendBegun,

    /// <summary>The append is durable; its answer is never heard.</summary>
    AppendDurable,

    /// <summary>The answer is there; nothing of what it allows was done.</summary>
    AppendAnswered,

    /// <summary>The request has not left.</summary>
    RequestBegun,

    /// <summary>The request has arrived, and is executed; its answer is never heard.</summary>
    RequestArrived,

    /// <summary>The answer is there; nothing of what it says was decided.</summary>
    RequestAnswered,
}

/// <summary>State of the network between one process and the exchange.</summary>
public sealed class SimulatedNetwork(VirtualWorld world)
{
    /// <summary>A little more than the receive window of an entry: beyond it the exchange refuses.</summary>
    private static readonly TimeSpan LatestAfterBreak = TimeSpan.FromSeconds(2.2);

    private readonly SeededRandom _chance = new(world.Random.NextBits());
    private readonly List<VenueSocket> _sockets = [];

    /// <summary>What goes wrong, from now on; may be changed at any time.</summary>
    public NetworkFaults Faults { get; set; } = NetworkFaults.None;

    /// <summary>Nothing gets through: requests are lost, sockets are silent and cannot be opened.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Told of every request or answer that is lost (null) or takes longer than usual.</summary>
    public Action<WireCall, TimeSpan?> Hindered { get; set; } = static (_, _) => { };

    /// <summary>Told of every request in the moment it reaches the exchange, before it is executed.</summary>
    public Action<WireCall> Arriving { get; set; } = static _ => { };

    /// <summary>
    /// Told of every moment between what a process checked and what follows: what kind it is, and of which request or
    /// append. A process that is killed in it does not get to what follows.
    /// </summary>
    public Action<CrashMoment, object> Moment { get; set; } = static (_, _) => { };

    /// <summary>Told of every request in the moment it leaves its sender.</summary>
    public Action<VirtualNode, WireCall> Leaving { get; set; } = static (_, _) => { };

    /// <summary>Told when a node that may be replaced is about to send an entry, before it looks at its lease.</summary>
    public Action Entering { get; set; } = static () => { };

    /// <summary>From now on nothing gets through. The exchange drops its end of every socket; ours hears nothing of it.</summary>
    public void Cut()
    {
        IsCut = true;
        foreach (var socket in _sockets.ToList()) socket.LosePeer();
    }

    /// <summary>Everything gets through again; sockets from before the cut are reset.</summary>
    public void Heal()
    {
        IsCut = false;
        foreach (var socket in _sockets.ToList()) socket.FindPeerGone();
    }

    /// <summary>The process is gone, and its ends of all its sockets with it.</summary>
    public void Abandon(VirtualNode process)
    {
        foreach (var socket in _sockets.FindAll(socket => socket.Owner == process)) socket.Abandon();
    }

    /// <summary>Every socket dies at both ends at once, as behind a gateway that forgets them.</summary>
    public void DropSockets()
    {
        foreach (var socket in _sockets.ToList()) socket.Drop();
    }

    internal VirtualWorld World => world;

    internal bool LosesRequest(WireCall call) => IsCut || Loses(call, Faults.RequestLoss);

    internal bool LosesAnswer(WireCall call) => IsCut || Loses(call, Faults.AnswerLoss);

    /// <summary>How much later the request arrives whose connection breaks now; null: it does not break.</summary>
    internal TimeSpan? BreaksUnder(WireCall call)
    {
        if (Faults.Breaks <= 0 || !_chance.Chance(Faults.Breaks)) return null;
        Hindered(call, null);
        return _chance.Between(TimeSpan.Zero, LatestAfterBreak);
    }

    internal TimeSpan Way() => _chance.Between(Faults.LatencyLeast, Faults.LatencyMost);

    /// <summary>As <see cref="Way"/>, but now and then late.</summary>
    internal TimeSpan WayOf(WireCall call)
    {
        if (Faults.Lateness <= 0 || !_chance.Chance(Faults.Lateness)) return Way();
        var late = _chance.Between(Faults.LatencyLeast, Faults.LateMost);
        Hindered(call, late);
        return late;
    }

    internal void Opened(VenueSocket socket) => _sockets.Add(socket);

    internal void Closed(VenueSocket socket) => _sockets.Remove(socket);

    private bool Loses(WireCall call, double chance)
    {
        if (chance <= 0 || !_chance.Chance(chance)) return false;
        Hindered(call, null);
        return true;
    }
}
