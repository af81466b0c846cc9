using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Node.Positions;

namespace Trading.Node.Api;

/// <summary>A position as its actor left it on the board, in the words of the API.</summary>
internal static class PositionAnswers
{
    /// <param name="mark">Latest mark price; null while the symbol is not watched or its stream is suspect.</param>
    public static PositionAnswer Held(PositionView view, Exchange exchange, decimal? mark, int leverage, DateTime nowUtc)
    {
        var held = view.Holding!;
        var sign = held.Side.Sign();
        decimal? entry = held.EntryPrice > 0 ? held.EntryPrice : null;
        var gain = mark is { } price && entry is { } from && view.IsOpen ? (price - from) * sign * held.Quantity : (decimal?)null;
        var margin = (entry ?? 0) * held.Quantity / leverage;
        var stop = view.Stop;
        return Of(view.Key, exchange, held) with
        {
            Status = "active",
            State = StateOf(view.State),
            InDoubt = view.InDoubt,
            MarkPrice = mark,
            UnrealizedPnl = gain is null ? null : decimal.Round(gain.Value, 8),
            RoiPercent = gain is null || margin == 0 ? null : decimal.Round(gain.Value / margin * 100, 4),
            Protection = ProtectionOf(view),
            StopPrice = stop?.Trigger,
            StopQuantity = stop?.Quantity,
            StopDistancePercent = stop is null || mark is not > 0 ? null : decimal.Round((mark.Value - stop.Trigger) * sign / mark.Value * 100, 4),
            StopOrder = stop?.Id.ToString(),
            StopOwner = stop is null ? null : stop.Foreign ? "foreign" : "ours",
            AtRisk = stop is null ? null : view.AtRisk,
            Trailing = TrailingOf(held.Trailing),
            BestPrice = held.Trailing is Trailing.Active active ? active.BestPrice : null,
            ActivationPrice = entry * (1 + sign * held.Plan.Activation),
            CallbackPercent = held.Plan.Callback * 100,
            AgeSeconds = (long)(nowUtc - held.OpenedUtc).TotalSeconds,
        };
    }

    /// <param name="amount">As the exchange told it last; null: it has told nothing.</param>
    public static PositionAnswer LeftAlone(PositionKey key, string why, Exchange exchange, decimal? amount) => Unattended(
        key.ToString(), key.Account, exchange, key.Symbol.Value,
        key.Hedge?.Text() ?? amount switch { > 0 => Side.Long.Text(), < 0 => Side.Short.Text(), _ => "unknown" }, "left_alone",
        amount ?? 0, entryPrice: null, $"left alone: {why}") with { InDoubt = true };

    public static PositionAnswer NotManaged(AccountId account, Exchange exchange, UntradedPosition held) => Unattended(
        $"{account}/{held.Contract}", account, exchange, held.Contract, (held.Amount > 0 ? Side.Long : Side.Short).Text(), "not_managed",
        held.Amount, held.EntryPrice > 0 ? held.EntryPrice : null, "not managed: a contract that this node does not trade");

    private static PositionAnswer Unattended(
        string key, AccountId account, Exchange exchange, string symbol, string side, string state, decimal amount, decimal? entryPrice,
        string why) => new(
        key, null, account.Value, exchange.Id(), symbol, side, "active", state, false, Math.Abs(amount), entryPrice, null, null, null, null,
        null, null, null, null, null, null, null, null, null, null, null, why, null, null, 0, 0, 0, 0, null, null, null, null, null, 0, null);

    /// <summary>The position that was held last on a key that is flat now, as far as its actor remembers it.</summary>
    public static PositionAnswer Closed(PositionView view, Exchange exchange, Holding last) => Of(view.Key, exchange, last) with
    {
        Quantity = last.EntryFilled,
        EntryPrice = last.EntryPrice > 0 ? last.EntryPrice : null,
    };

    private static PositionAnswer Of(PositionKey key, Exchange exchange, Holding held) => new(
        key.ToString(), null, key.Account.Value, exchange.Id(), key.Symbol.Value, held.Side.Text(), "closed", "flat", false, held.Quantity,
        held.EntryPrice > 0 ? held.EntryPrice : null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
        held.Policy is { } policy ? $"adopted, {Words.Snake(policy).Replace('_', '-')}" : "opened",
        NullIfEmpty(held.SignalId), NullIfEmpty(held.Wave), held.Money.Realized, held.Money.Fees, held.Money.Funding, held.Net, null, null,
        held.OpenedUtc, null, null, held.Money.Estimated, held.Money.UnpricedText);

    private static string StateOf(PositionState state) => state switch
    {
        PositionState.Opening => "opening",
        PositionState.Open => "open",
        PositionState.Closing => "closing",
        _ => "flat",
    };

    private static string ProtectionOf(PositionView view) => view.Holding!.Protection switch
    {
        Protection.Unprotected => "unprotected",
        Protection.Placing => "placing",
        _ when view.IsUnprotected => "partial",
        Protection.Moving => "moving",
        _ => "protected",
    };

    private static string TrailingOf(Trailing trailing) => trailing switch
    {
        Trailing.Active => "active",
        Trailing.Waiting => "waiting",
        _ => "off",
    };

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
