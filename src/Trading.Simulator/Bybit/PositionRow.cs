using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Bybit;

/// <summary>A position as a row, flat ones too (protocol page, 8.1 and 11).</summary>
internal sealed class PositionRow(Venue venue, BybitOptions options)
{
    /// <param name="view">What to tell of quantity, entry and time; a lagging read tells the past.</param>
    public void Write(
        Utf8JsonWriter w, Account account, string symbol, PositionSide side, PositionView view, bool streamed)
    {
        var instrument = venue.Find(symbol)!;
        var position = account.Find(symbol, side) ?? new Position { Account = account.Name, Symbol = symbol, Side = side };
        var (price, quantity) = (instrument.Spec.PricePrecision, instrument.Spec.QuantityPrecision);
        var (size, flat) = (Math.Abs(view.Quantity), view.Quantity == 0m);
        var setting = venue.Setting(account, symbol);
        var none = streamed ? "0" : "";
        if (streamed) w.WriteString("category", "linear");
        w.WriteNumber("positionIdx", Words.IndexOf(side));
        w.WriteNumber("riskId", MarginRoutes.RiskId);
        w.WriteString("riskLimitValue", MarginRoutes.RiskLimit);
        w.WriteString("symbol", symbol);
        w.WriteString("side", flat ? "" : view.Quantity > 0m ? "Buy" : "Sell");
        w.WriteString("size", flat ? "0" : JsonFields.Pad(size, quantity));
        w.Trimmed(streamed ? "entryPrice" : "avgPrice", view.Entry);
        w.Trimmed("positionValue", size * view.Entry);
        w.WriteNumber("tradeMode", 0);
        w.WriteString("positionStatus", Words.StatusOf(position));
        w.WriteNumber("autoAddMargin", position.AutoAddMargin ? 1 : 0);
        w.WriteNumber("adlRankIndicator", flat ? 0 : 2);
        w.Trimmed("leverage", setting.Leverage);
        w.WriteString("breakEvenPrice", flat ? none : JsonFields.Trim(decimal.Round(position.BreakEven, 8)));
        w.WriteString("positionBalance", "0");
        w.Padded("markPrice", instrument.Mark, price);
        var liquidation = flat ? 0m : venue.Ledger.LiquidationPrice(account, position);
        w.WriteString("liqPrice", liquidation == 0m ? "" : JsonFields.Pad(liquidation, price));
        w.WriteString("bustPrice", "");
        WriteMargins(w, size * instrument.Mark, setting.Leverage, instrument.Spec.MaintMarginRate);
        WriteStops(w, account, symbol, side, price, none);
        w.Trimmed("unrealisedPnl", flat ? 0m : decimal.Round((instrument.Mark - view.Entry) * view.Quantity, 8));
        w.Trimmed("curRealisedPnl", position.HoldingNet);
        w.Trimmed("cumRealisedPnl", position.TotalNet);
        w.WriteString("sessionAvgPrice", none);
        w.WriteNumber("seq", Ids.Sequence(position.TradeId));
        w.WriteBoolean("isReduceOnly", false);
        foreach (var name in (string[])["mmrSysUpdatedTime", "mmrSysUpdateTime", "leverageSysUpdatedTime"])
            w.WriteString(name, "");
        w.MsText("createdTime", position.CreatedUtc);
        w.MsText("updatedTime", UpdatedUtc(view));
        w.Ms("openTime", flat ? default : position.OpenedUtc);
    }

    private DateTime UpdatedUtc(PositionView view) =>
        view.UpdatedUtc == default ? default : view.UpdatedUtc.AddMilliseconds(options.PositionClockAheadMs);

    private static void WriteMargins(Utf8JsonWriter w, decimal value, decimal leverage, decimal maintenance)
    {
        foreach (var name in (string[])["positionIM", "positionIMByMp"])
            w.Trimmed(name, decimal.Round(value / leverage, 8));
        foreach (var name in (string[])["positionMM", "positionMMByMp"])
            w.Trimmed(name, decimal.Round(value * maintenance, 8));
    }

    private static void WriteStops(
        Utf8JsonWriter w, Account account, string symbol, PositionSide side, int digits, string none)
    {
        w.WriteString("tpslMode", "Full");
        w.WriteString("takeProfit", Trigger(StopType.TakeProfitMarket));
        w.WriteString("stopLoss", Trigger(StopType.StopMarket));
        var trailing = PositionStops.Find(account, symbol, side, StopType.TrailingStopMarket);
        w.WriteString("trailingStop", trailing is null ? "0" : JsonFields.Pad(trailing.TrailDistance, digits));

        string Trigger(StopType type) =>
            PositionStops.Find(account, symbol, side, type) is { } stop ? JsonFields.Pad(stop.TriggerPrice, digits) : none;
    }
}
