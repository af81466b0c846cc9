namespace Trading.Runtime;

internal enum Lane { Reports, Commands }

/// <summary>What the runtime has to know of a waiting message besides its content.</summary>
internal abstract class Delivery
{
    /// <summary>False: this incarnation does not want the message any more (a replaced timer, a pipe of an earlier one).</summary>
    internal virtual bool Taken(object? incarnation) => true;

    /// <summary>The message will not be answered.</summary>
    internal virtual void Failed(Exception why) { }
}

internal readonly struct Envelope<TMessage>(TMessage? message, Delivery? delivery) where TMessage : notnull
{
    public TMessage? Message { get; } = message;
    public Delivery? Delivery { get; } = delivery;

    /// <summary>The message; a pipe makes it here, in the actor's turn.</summary>
    public TMessage Open() => Delivery is Piped<TMessage> piped ? piped.Open() : Message!;
}

/// <summary>
/// Two bounded lanes and a price cell, none of which exists before it is needed: an idle actor keeps nothing.
/// Not thread-safe: its actor's gate guards it.
/// </summary>
internal sealed class Mailbox<TMessage>(LaneBounds bounds) where TMessage : notnull
{
    private const int KeptCapacity = 8;
    private Queue<Envelope<TMessage>>? _reports, _commands;
    private PriceCell? _prices;

    public int Reports => _reports?.Count ?? 0;
    public int Commands => _commands?.Count ?? 0;
    public int GreatestDepth { get; private set; }
    public bool IsEmpty => Reports == 0 && Commands == 0;
    public bool HasPrices => _prices is { IsPending: true };
    public PriceCell Prices => _prices ??= new();

    public void ForgetBand() => _prices?.WakeOnEvery();

    public bool IsFull(Lane lane) => lane is Lane.Reports ? Reports >= bounds.Reports : Commands >= bounds.Commands;

    public void Add(Lane lane, Envelope<TMessage> envelope)
    {
        if (lane is Lane.Reports) (_reports ??= new()).Enqueue(envelope);
        else (_commands ??= new()).Enqueue(envelope);
        GreatestDepth = Math.Max(GreatestDepth, Reports + Commands);
    }

    public bool TryTakeReport(out Envelope<TMessage> envelope) => TryTake(ref _reports, out envelope);

    public bool TryTakeCommand(out Envelope<TMessage> envelope) => TryTake(ref _commands, out envelope);

    private static bool TryTake(ref Queue<Envelope<TMessage>>? lane, out Envelope<TMessage> envelope)
    {
        envelope = default;
        if (lane is null || !lane.TryDequeue(out envelope)) return false;
        if (lane.Count == 0 && lane.Capacity > KeptCapacity) lane = null; // a burst's memory is given back
        return true;
    }
}
