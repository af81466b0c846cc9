using System.Globalization;
using Trading.Domain;
using Trading.Gateways;

namespace Trading.Tests.Gateways.Bybit;

/// <summary>The account and the answers that all tests of this gateway share.</summary>
internal static class BybitAccount
{
    public static readonly PositionKey Key = PositionKey.Parse("bybit/ETHUSDT");
    public static readonly ClientOrderId Entry = OrderIds.For(new JournalId("j"), Key.Stream, 1, OrderPurpose.Entry);
    public static readonly ClientOrderId Stop = OrderIds.For(new JournalId("j"), Key.Stream, 2, OrderPurpose.Stop);
    public static readonly ClientOrderId Close = OrderIds.For(new JournalId("j"), Key.Stream, 3, OrderPurpose.Close);

    public static VenueAccount OneWay { get; } =
        new(Key.Account, new ApiKeys("sim-key-0001", "sim-secret-0001"), [new JournalId("j").Tag]);

    public static VenueAccount Hedged { get; } = OneWay with { Hedge = true };

    public static WireAnswer Ok(string result) =>
        ScriptedWire.Json($$"""{"retCode":0,"retMsg":"OK","result":{{result}},"retExtInfo":{},"time":1795000000145}""");

    public static WireAnswer Refusal(int code, string message) =>
        ScriptedWire.Json($$"""{"retCode":{{code}},"retMsg":"{{message}}","result":{},"retExtInfo":{},"time":1795000000145}""");

    public static WireAnswer List(string rows, string cursor = "") =>
        Ok($$"""{"category":"linear","list":[{{rows}}],"nextPageCursor":"{{cursor}}"}""");

    public static WireAnswer Time(DateTime utc)
    {
        var nano = (utc - DateTime.UnixEpoch).Ticks * 100;
        return Ok($$"""{"timeSecond":"1","timeNano":"{{nano.ToString(CultureInfo.InvariantCulture)}}"}""");
    }

    public static string Position(
        string side = "Buy", string size = "0.75", string stop = "", int index = 0, string symbol = "ETHUSDT", long seq = 5,
        long updated = 1795000000196, string price = "avgPrice") =>
        $$"""{"positionIdx":{{index}},"symbol":"{{symbol}}","side":"{{side}}","size":"{{size}}","{{price}}":"3120.45","markPrice":"3120.11","liqPrice":"","tradeMode":0,"tpslMode":"Full","takeProfit":"","stopLoss":"{{stop}}","seq":{{seq}},"updatedTime":"{{updated}}","category":"linear","openTime":1795000000194}""";

    public static string Order(
        string link, string status, string executed = "0", string average = "", string more = "", string symbol = "ETHUSDT") =>
        $$"""{"orderId":"6f0c2d5e-98f1-4a4e-8d38-0c3f1b7be3a1","orderLinkId":"{{link}}","symbol":"{{symbol}}","side":"Buy","positionIdx":0,"orderStatus":"{{status}}","qty":".75","cumExecQty":"{{executed}}","avgPrice":"{{average}}","cancelType":"UNKNOWN","rejectReason":"EC_NoError","triggerPrice":"","updatedTime":"1795000000196","category":"linear"{{more}}}""";

    public static string Execution(
        string link, string side = "Buy", string type = "Trade", string id = "x1", long seq = 5, long at = 1795000000194, string more = "",
        string price = "3120.45", string quantity = "0.75") =>
        $$"""{"symbol":"ETHUSDT","orderId":"6f0c2d5e-98f1-4a4e-8d38-0c3f1b7be3a1","orderLinkId":"{{link}}","side":"{{side}}","execFee":"1.28","execId":"{{id}}","execPrice":"{{price}}","execQty":"{{quantity}}","execType":"{{type}}","execTime":"{{at}}","feeCurrency":"USDT","seq":{{seq}},"category":"linear"{{more}}}""";
}
