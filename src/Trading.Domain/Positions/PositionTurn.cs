using static Trading.Domain.Positions.PositionEffect;

namespace Trading.Domain.Positions;

/// <summary>
/// One decision in the making: what happened is applied at once, so that each rule sees the state its predecessors left.
/// </summary>
internal sealed partial class PositionTurn(PositionContext context, PositionState state, Observations seen)
{
    private readonly List<PositionEvent> _events = [];
    private readonly List<PositionEffect> _effects = [];
    private PositionState _state = state;
    private Observations _seen = seen;
    private long _version = context.Version;
    private Verdict _verdict = Verdict.Accepted;
    private string _note = "";

    /// <summary>Nothing came of a part of it; of what is decided as a whole something may.</summary>
    public Decision Decision => _verdict is Verdict.Ignored && HasResult
        ? new(_events, _effects, _seen, Verdict.Accepted, "")
        : new(_events, _effects, _seen, _verdict, _note);

    private Holding? Held => _state.Held;

    private bool HasResult => _events.Count > 0 || _effects.Count > 0;

    public void Ignore(string why)
    {
        if (HasResult) return;
        _verdict = Verdict.Ignored;
        _note = why;
    }

    private void Deny(string reason)
    {
        _verdict = Verdict.Denied;
        _note = reason;
    }

    private void Emit(PositionEvent happened)
    {
        _events.Add(happened);
        _state = PositionMachine.Evolve(_state, happened, ++_version);
    }

    private void Do(PositionEffect effect) => _effects.Add(effect);

    private void Alert(AlertKind kind, string text) => Do(new AlertOperator(kind, $"{context.Key}: {text}"));

    /// <summary>The id of an order whose intent is the next event of this decision.</summary>
    private ClientOrderId NextOrderId(OrderPurpose purpose) => context.OrderIdFor(_version + 1, purpose);

    private bool IsOurs(ClientOrderId id) => OrderIds.IsOurs(id, context.Policy.Tags);

    /// <summary>The held quantity a signed amount of the exchange stands for: nothing when it is on the other side.</summary>
    private static decimal OnSide(Side side, decimal amount) => Math.Max(0, amount * side.Sign());
}
