using System.Globalization;
using System.Text.Json;
using Trading.Domain;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Node.Projections;

namespace Trading.Node.Api;

/// <summary>Rows of <c>monitoring</c> in the words of the API.</summary>
internal static class MonitoringAnswers
{
    public static PositionAnswer Of(PositionView row) => new(
        KeyOf(row.Exchange, row.Symbol, row.PositionSide), row.Id, row.Exchange, row.Venue, row.Symbol, row.Side, row.Status, row.State,
        false, row.Quantity, row.EntryPrice, null, row.ExitPrice, null, null, null, row.StopPrice, null, null, null, null, null,
        row.TrailingState, null, null, null, row.SignalId is null ? "adopted" : "opened", row.SignalId, row.Wave, row.GrossPnl, row.Fees,
        row.Funding, row.RealizedPnl, row.Reason, row.ClosedBy, row.OpenedAt, row.ClosedAt,
        row.ClosedAt is { } closed ? (long)(closed - row.OpenedAt).TotalSeconds : null, row.EstimatedPnl, row.Unpriced);

    public static WaveAnswer Of(WaveView row) => new(
        row.Account, row.Wave, row.Status, row.OpenedAt, row.ClosedAt, row.Why, row.MaxTrades, row.CutSize, row.Signals,
        row.Opened ?? 0, row.Failed ?? 0, row.Denied ?? 0, row.Skipped ?? 0, row.Closed ?? 0);

    public static SignalAnswer Of(SignalView row, Func<string, bool> isHedged)
    {
        var traded = row.Outcome is Outcomes.Opened or Outcomes.EntryFailed or Outcomes.Closed;
        var key = KeyOf(row.Account, row.Symbol, isHedged(row.Account) ? row.Side : "both");
        return new SignalAnswer(
            row.SignalId, row.Account, row.Wave, row.Symbol, row.Side, row.Score, row.Price, row.SignalCreatedAt, row.ReceivedAt, row.Source,
            row.Rank, OutcomeOf(row.Outcome), traded ? null : row.Outcome, TextOf(row), key,
            Explanation.Of(row.SignalId, row.Symbol, row.Account, row.Wave, row.Outcome, TextOf(row), row.Rank), row.Intent);
    }

    public static EventAnswer Of(EventView row)
    {
        using var data = JsonDocument.Parse(row.Data);
        return new EventAnswer(
            row.Id, row.EventType, row.Severity, row.Account, row.Exchange, row.Symbol, row.SignalId,
            row.PositionId?.ToString(CultureInfo.InvariantCulture), data.RootElement.Clone(), row.TraceId, row.CreatedAt);
    }

    /// <summary>The reason with its numbers; null where it only repeats the outcome.</summary>
    private static string? TextOf(SignalView row)
    {
        if (string.IsNullOrEmpty(row.Reason) || row.Reason == row.Outcome) return null;
        return row.Code is { } code && code != 0 ? $"{row.Reason}, {code.ToString(CultureInfo.InvariantCulture)}" : row.Reason;
    }

    private static string OutcomeOf(string? outcome) => outcome switch
    {
        null => "pending",
        Outcomes.Opened or Outcomes.EntryFailed or Outcomes.Closed => outcome,
        Reasons.BelowCut => "skipped",
        _ => Reasons.IsDuplicate(outcome) ? "skipped" : "denied",
    };

    private static string KeyOf(string account, string symbol, string side) =>
        side == "both" ? $"{account}/{symbol}" : $"{account}/{symbol}/{side}";
}
