using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Positions: v2 names every symbol, v3 only those with a position or open orders.</summary>
internal sealed class PositionRoutes(Venue venue, JsonText json)
{
    private const int Digits = 8;
    private readonly PositionReads reads = new(venue);

    public void Register(RouteTable routes)
    {
        routes.Add("GET", "/fapi/v2/positionRisk", Security.Signed, 5, "positions", RiskV2);
        routes.Add("GET", "/fapi/v3/positionRisk", Security.Signed, 5, "positions", RiskV3);
        routes.Add("GET", "/fapi/v1/adlQuantile", Security.Signed, 5, "account", Quantiles);
    }

    private string RiskV2(Request r)
    {
        if (r.EmptyPositions) return "[]";
        return json.Array(reads.All(r), (w, position) =>
        {
            var view = reads.View(r, position);
            var setting = venue.Setting(r.Account, position.Symbol);
            WriteHead(w, position, view);
            w.Padded("liquidationPrice", reads.Liquidation(r, position, view), Digits);
            w.WriteString("leverage", setting.Leverage.ToString());
            w.WriteString("maxNotionalValue", AccountRoutes.MaxNotional);
            w.WriteString("marginType", setting.Isolated ? "isolated" : "cross");
            w.Padded("isolatedMargin", reads.IsolatedMargin(position), Digits);
            w.WriteString("isAutoAddMargin", "false");
            WriteNotional(w, position, view);
            w.Padded("isolatedWallet", position.IsolatedWallet, Digits);
            w.Ms("updateTime", view.UpdatedUtc);
        });
    }

    private string RiskV3(Request r)
    {
        if (r.EmptyPositions) return "[]";
        return json.Array(reads.Open(r), (w, position) =>
        {
            var view = reads.View(r, position);
            WriteHead(w, position, view);
            w.Trimmed("liquidationPrice", reads.Liquidation(r, position, view));
            w.Trimmed("isolatedMargin", reads.IsolatedMargin(position));
            WriteNotional(w, position, view);
            w.WriteString("marginAsset", "USDT");
            w.Trimmed("isolatedWallet", position.IsolatedWallet);
            w.Padded("initialMargin", reads.Initial(r.Account, position, view), Digits);
            w.Padded("maintMargin", reads.Maintenance(position, view), Digits);
            w.Padded("positionInitialMargin", reads.Initial(r.Account, position, view), Digits);
            w.WriteString("openOrderInitialMargin", "0");
            w.WriteNumber("adl", view.Quantity == 0m ? 0 : 1);
            w.WriteString("bidNotional", "0");
            w.WriteString("askNotional", "0");
            w.Ms("updateTime", view.UpdatedUtc);
        });
    }

    /// <summary>Where positions stand in the queue of deleveraging: first in line if at all.</summary>
    private string Quantiles(Request r) => json.Array(
        reads.Open(r).Where(p => reads.View(r, p).Quantity != 0m).GroupBy(p => p.Symbol), (w, positions) =>
        {
            var crossed = r.Account.Hedge && !venue.Setting(r.Account, positions.Key).Isolated;
            w.WriteString("symbol", positions.Key);
            w.WriteStartObject("adlQuantile");
            foreach (var side in (PositionSide[])[PositionSide.Long, PositionSide.Short])
                w.WriteNumber(Words.Of(side), positions.Any(p => p.Side == side) ? 1 : 0);
            w.WriteNumber(crossed ? "HEDGE" : "BOTH", positions.Any(p => p.Side == PositionSide.Both) ? 1 : 0);
            w.WriteEndObject();
        });

    private void WriteHead(Utf8JsonWriter w, Position position, PositionView view)
    {
        var spec = venue.Find(position.Symbol)!.Spec;
        w.WriteString("symbol", position.Symbol);
        w.WriteString("positionSide", Words.Of(position.Side));
        w.Padded("positionAmt", view.Quantity, spec.QuantityPrecision);
        w.WriteString("entryPrice", view.Quantity == 0m ? "0.0" : JsonFields.Trim(view.Entry));
        w.WriteString("breakEvenPrice", view.Quantity == 0m ? "0.0" : JsonFields.Trim(reads.BreakEven(position, view)));
        w.Padded("markPrice", reads.Mark(position), Digits);
        w.Padded("unRealizedProfit", reads.Unrealized(position, view), Digits);
    }

    private void WriteNotional(Utf8JsonWriter w, Position position, PositionView view)
    {
        if (view.Quantity == 0m) w.WriteString("notional", "0");
        else w.Padded("notional", view.Quantity * reads.Mark(position), Digits);
    }
}
