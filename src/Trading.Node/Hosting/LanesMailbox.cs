using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Trading.Node.Hosting;

/// <summary>
/// Mailboxes with lanes: reports, answers and Akka's own messages first, then the marker of prices, then commands, then the
/// farewell. Settings: <c>reports</c> and <c>commands</c>, how many of each may wait.
/// </summary>
public sealed class LanesMailbox : MailboxType, IProducesMessageQueue<Lanes>
{
    private readonly int _reports, _commands;

    public LanesMailbox(Settings settings, Config config)
        : base(settings, config)
    {
        (_reports, _commands) = (config.GetInt("reports", 0), config.GetInt("commands", 0));
        if (_reports < 1 || _commands < 1)
            throw new ConfigurationException("a mailbox of lanes needs reports and commands, each 1 or more");
    }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) =>
        new Lanes(owner, NodeSetup.Of(system), _reports, _commands);
}

/// <summary>
/// One actor's lanes. What does not fit is refused at once: a command's sender gets <see cref="Status.Failure"/>, a report's
/// sender <see cref="ReportRefused"/>. What the actor asked for itself (timers, work beside it) is bounded by its asking and
/// never refused.
/// </summary>
public sealed class Lanes : IMessageQueue
{
    private const int KeptCapacity = 8;
    private readonly Lock _gate = new();
    private readonly IActorRef _owner;
    private readonly NodeSetup _setup;
    private readonly int _mostReports, _mostCommands;
    private Queue<Envelope>? _reports, _commands;
    private Envelope? _prices, _farewell;
    private bool _holdsCommands, _holdsFarewell;

    internal Lanes(IActorRef owner, NodeSetup setup, int mostReports, int mostCommands) =>
        (_owner, _setup, _mostReports, _mostCommands) = (owner, setup, mostReports, mostCommands);

    public int Reports
    {
        get { lock (_gate) return _reports?.Count ?? 0; }
    }

    public int Commands
    {
        get { lock (_gate) return _commands?.Count ?? 0; }
    }

    /// <summary>Most messages that waited at once, in both lanes.</summary>
    public int GreatestDepth { get; private set; }

    public int Count => Reports + Commands;

    public bool HasMessages
    {
        get
        {
            lock (_gate)
                return _reports is { Count: > 0 } || _prices is not null || (!_holdsCommands && _commands is { Count: > 0 }) || MayLeave;
        }
    }

    private bool MayLeave => _farewell is not null && !_holdsFarewell && (_holdsCommands || _commands is not { Count: > 0 });

    /// <summary>For the actor's own turn: commands wait, and the farewell, until the journal has answered.</summary>
    public void Hold(bool commands, bool farewell)
    {
        lock (_gate) (_holdsCommands, _holdsFarewell) = (commands, farewell);
    }

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        var message = ContentOf(envelope.Message);
        var isCommand = message is ICommandMessage;
        lock (_gate)
        {
            if (message is PricesMoved) _prices = envelope;
            else if (message is Farewell) _farewell = envelope;
            else if (isCommand && Fits(_commands, _mostCommands)) Add(ref _commands, envelope);
            else if (!isCommand && (IsItsOwn(message) || Fits(_reports, _mostReports))) Add(ref _reports, envelope);
            else receiver = ActorRefs.Nobody;
        }

        if (receiver.IsNobody()) _setup.RefuseFull(_setup.Roster.NameOf(_owner), message, envelope.Sender);
    }

    public bool TryDequeue(out Envelope envelope)
    {
        lock (_gate)
        {
            if (TryTake(ref _reports, out envelope)) return true;
            if (_prices is { } prices)
            {
                (_prices, envelope) = (null, prices);
                return true;
            }

            if (!_holdsCommands && TryTake(ref _commands, out envelope)) return true;
            if (!MayLeave) return false;
            (envelope, _farewell) = (_farewell!.Value, null);
            return true;
        }
    }

    /// <summary>The actor has ended: who waits for an answer is told, the rest is reported as undelivered.</summary>
    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        lock (_gate) (_holdsCommands, _holdsFarewell) = (false, false);
        while (TryDequeue(out var left))
            if (left.Message is not (PricesMoved or Farewell)) _setup.Undelivered(owner, left);
    }

    private static bool Fits(Queue<Envelope>? lane, int most) => (lane?.Count ?? 0) < most;

    /// <summary>What is in a region's envelope; any other message itself.</summary>
    internal static object ContentOf(object message) => message is ShardingEnvelope envelope ? envelope.Message : message;

    /// <summary>What an actor asked for itself, or Akka tells it.</summary>
    internal static bool IsItsOwn(object content) =>
        content is IWrappedMessage or BesideEnded or Rest or IAutoReceivedMessage or Terminated;

    private void Add(ref Queue<Envelope>? lane, Envelope envelope)
    {
        (lane ??= new()).Enqueue(envelope);
        GreatestDepth = Math.Max(GreatestDepth, (_reports?.Count ?? 0) + (_commands?.Count ?? 0));
    }

    private static bool TryTake(ref Queue<Envelope>? lane, out Envelope envelope)
    {
        envelope = default;
        if (lane is null || !lane.TryDequeue(out envelope)) return false;
        if (lane.Count == 0 && lane.Capacity > KeptCapacity) lane = null; // a burst's memory is given back
        return true;
    }
}
