using System.Globalization;
using static Trading.Domain.Positions.PositionEffect;

namespace Trading.Domain.Positions;

/// <summary>A decision on its way into the journal.</summary>
/// <param name="Version">Of the stream before its events.</param>
/// <param name="Began">When it was decided, as <see cref="PositionMoment.Elapsed"/> counts.</param>
/// <param name="Caller">Who asked; null: nobody did.</param>
internal sealed record UnwrittenDecision(
    Decision Decision, PositionInput Input, long Version, string CommandId, TimeSpan Began, long? Caller)
{
    public List<PositionHappened> Happened { get; } = [];

    /// <summary>Effects that wait for the append; null: all of them.</summary>
    public List<PositionEffect>? Held { get; set; }
}

/// <summary>
/// What a position decided while the journal is away, oldest first: one append under way, the others behind it. What each
/// has to wait for its append is held with it.
/// </summary>
internal sealed class UnwrittenDecisions
{
    /// <summary>An order that adds exposure, or only improves, is not sent when its append took longer: its price is another one.</summary>
    private static readonly TimeSpan AppendWithin = TimeSpan.FromSeconds(2);

    private readonly Queue<UnwrittenDecision> _waiting = new();
    private UnwrittenDecision? _newest;

    public bool Any => _waiting.Count > 0;

    public UnwrittenDecision Oldest => _waiting.Peek();

    public void Add(UnwrittenDecision one)
    {
        _waiting.Enqueue(_newest = one);
        one.Held = [];
    }

    public UnwrittenDecision RemoveOldest() => _waiting.Dequeue();

    public IReadOnlyList<UnwrittenDecision> RemoveAll()
    {
        UnwrittenDecision[] all = [.. _waiting];
        _waiting.Clear();
        return all;
    }

    /// <summary>Keeps those effects that have to wait for the newest decision's append, and gives back the others.</summary>
    /// <param name="maySend">Whether what protects may be sent ahead of the journal.</param>
    public IReadOnlyList<PositionEffect> Hold(IReadOnlyList<PositionEffect> effects, bool maySend = true)
    {
        if (!Any) return effects;
        var now = new List<PositionEffect>(effects.Count);
        foreach (var effect in effects)
        {
            var waits = Protects(effect) ? !maySend : effect is SendEntry or SendStop or CancelStop or TellAccount;
            (waits ? _newest!.Held! : now).Add(effect);
        }

        return now;
    }

    /// <summary>A first stop of what is open, a resize up or a reduce-only close.</summary>
    public static bool Protects(PositionEffect effect) => effect is SendStop { First: true, BeforeEntry: false } or SendClose;

    /// <param name="appendTook">Zero where it waited for no append.</param>
    /// <returns>What its position is told instead of an order that is sent; null: it is sent.</returns>
    public static PositionInput? WhyNotSent(PositionEffect effect, TimeSpan appendTook, bool isStopping) =>
        IsTooLate(effect, appendTook) ?? (isStopping ? IsWithdrawn(effect) : null);

    private static PositionInput? IsTooLate(PositionEffect effect, TimeSpan appendTook)
    {
        if (appendTook <= AppendWithin || Protects(effect)) return null;
        var why = string.Create(
            CultureInfo.InvariantCulture, $"its append took {appendTook.TotalSeconds:0.0} s, longer than {AppendWithin.TotalSeconds:0} s");
        return effect switch
        {
            SendEntry entry => new PositionInput.NotSent(entry.Order, why),
            SendStop stop => new PositionInput.NotSent(stop.Stop, why),
            _ => null,
        };
    }

    /// <summary>
    /// A node on its way to a stop has no time to look after what is opened now: an entry that has not left stays unsent.
    /// Whoever stops the node finds it on the board by then, or it is held back here.
    /// </summary>
    private static PositionInput? IsWithdrawn(PositionEffect effect) => effect switch
    {
        SendEntry entry => new PositionInput.NotSent(entry.Order, PositionProcess.Stopping),
        SendStop { BeforeEntry: true } stop => new PositionInput.NotSent(stop.Stop, PositionProcess.Stopping),
        _ => null,
    };

    /// <summary>
    /// The stop that made another one surplus may have been lost, or fire, since it was decided: then nothing is cancelled.
    /// An order may have been given up since: then it is not sent.
    /// </summary>
    public static bool IsStillRight(PositionEffect effect, PositionState state, Observations seen) => effect switch
    {
        CancelStop => state.Held is not { } held || seen.StandsFor(held),
        SendStop stop => Awaits(state, stop.Stop),
        _ => true,
    };

    private static bool Awaits(PositionState state, ClientOrderId stop) =>
        state.Held is { } held && (held.IntendedStop?.Has(stop) == true || held.Hard is { Resting: false } hard && hard.Id == stop)
        || state is PositionState.Closing { Attempt: { Working: true } attempt } && attempt.Id == stop;
}
