namespace Trading.Domain.Positions;

/// <summary>
/// How one position is protected and ended. Fractions, not percent: 0.02 is 2 %. Journaled with the intent, so that a
/// later change of configuration does not move stops that were promised.
/// </summary>
/// <param name="StopLoss">Distance of the first stop from the entry price.</param>
/// <param name="Activation">Gain from the entry at which trailing begins.</param>
/// <param name="Callback">Distance of the trailing stop from the best price.</param>
/// <param name="MinStep">Smallest move of the trailing stop as a fraction of the price; never less than one tick.</param>
/// <param name="MaxAgeSeconds">Age after which the position closes at break-even or better; one hour later at market.</param>
/// <param name="TakeProfit">Gain from the entry at which the watched price closes the position at market; null: no such barrier.</param>
/// <param name="BreakEven">
/// Gain from the entry from which on the stop stands where closing nets zero, taker exit included; null: no such barrier.
/// </param>
public sealed record ProtectionPlan(
    decimal StopLoss = 0.02m,
    decimal Activation = 0.015m,
    decimal Callback = 0.005m,
    decimal MinStep = 0.001m,
    int MaxAgeSeconds = 3 * 3600,
    decimal? TakeProfit = null,
    decimal? BreakEven = null);
