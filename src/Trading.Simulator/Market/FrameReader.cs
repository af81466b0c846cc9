using System.Globalization;
using System.Text.Json;

namespace Trading.Simulator.Market;

/// <summary>Reads the prices out of one recorded stream frame: Binance markPriceUpdate, trade, aggTrade, bookTicker
/// (bare, combined or as an array) and Bybit tickers and publicTrade. Other frames are valid and say nothing.</summary>
internal static class FrameReader
{
    /// <summary>No price or rate reaches it; what does is garbage and would overflow later.</summary>
    private const decimal Absurd = 1_000_000_000_000m;

    /// <summary>Splits `time json` or `time: json`.</summary>
    public static bool TrySplit(string line, out DateTime atUtc, out ReadOnlyMemory<char> json)
    {
        (atUtc, json) = (default, default);
        var space = line.IndexOf(' ');
        if (space < 0) return false;
        var body = line.AsMemory(space + 1).TrimStart();
        if (body.Length == 0 || body.Span[0] is not ('{' or '[')) return false;
        json = body;
        return RecordedTime.TryParse(line.AsSpan(0, space).TrimEnd(':'), out atUtc);
    }

    /// <summary>False: not a frame (broken JSON, a price that is none).</summary>
    public static bool TryRead(DateTime atUtc, ReadOnlyMemory<char> json, List<PriceUpdate> updates)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            Read(atUtc, document.RootElement, updates);
            return true;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return false;
        }
    }

    private static void Read(DateTime atUtc, JsonElement frame, List<PriceUpdate> updates)
    {
        if (frame.ValueKind == JsonValueKind.Array)
            foreach (var row in frame.EnumerateArray()) Read(atUtc, row, updates);
        else if (Text(frame, "topic") is { } topic) ReadBybit(atUtc, topic, frame, updates);
        else if (frame.ValueKind == JsonValueKind.Object && frame.TryGetProperty("data", out var data))
            Read(atUtc, data, updates);
        else if (ReadBinance(atUtc, frame) is { } update) updates.Add(update);
    }

    private static PriceUpdate? ReadBinance(DateTime atUtc, JsonElement row) => Text(row, "e") switch
    {
        "markPriceUpdate" => new PriceUpdate(atUtc, Symbol(row, "s"))
        {
            Mark = Price(row, "p"),
            Index = Price(row, "i"),
            FundingRate = Number(row, "r"),
            NextFundingUtc = Millis(row, "T"),
        },
        // Trades of the insurance fund and of ADL ("X" other than MARKET) did not happen in the book.
        "trade" when (Text(row, "X") ?? "MARKET") != "MARKET" => null,
        "trade" or "aggTrade" => new PriceUpdate(atUtc, Symbol(row, "s")) { Last = Price(row, "p") },
        "bookTicker" => Book(atUtc, Symbol(row, "s"), Price(row, "b"), Price(row, "a")),
        _ => null,
    };

    private static void ReadBybit(DateTime atUtc, string topic, JsonElement frame, List<PriceUpdate> updates)
    {
        if (!frame.TryGetProperty("data", out var data)) return;
        if (topic.StartsWith("tickers.", StringComparison.Ordinal))
            updates.Add(new PriceUpdate(atUtc, Symbol(data, "symbol"))
            {
                Mark = Price(data, "markPrice"),
                Index = Price(data, "indexPrice"),
                FundingRate = Number(data, "fundingRate"),
                NextFundingUtc = Millis(data, "nextFundingTime"),
                Last = Price(data, "lastPrice"),
            });
        else if (topic.StartsWith("publicTrade.", StringComparison.Ordinal) && data.ValueKind == JsonValueKind.Array)
            foreach (var row in data.EnumerateArray())
                updates.Add(new PriceUpdate(atUtc, Symbol(row, "s")) { Last = Price(row, "p") });
    }

    private static PriceUpdate? Book(DateTime atUtc, string symbol, decimal? bid, decimal? ask) =>
        bid is null || ask is null || bid > ask ? null : new PriceUpdate(atUtc, symbol) { Bid = bid, Ask = ask };

    private static string Symbol(JsonElement row, string name) =>
        Text(row, name) ?? throw new FormatException($"frame without {name}");

    /// <summary>A price above 0; 0 and "" stand for "none" on both exchanges.</summary>
    private static decimal? Price(JsonElement row, string name) =>
        Number(row, name) is { } price and > 0m ? price : null;

    private static decimal? Number(JsonElement row, string name) => Text(row, name) switch
    {
        null or "" => null,
        var text when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && Math.Abs(number) < Absurd => number,
        var text => throw new FormatException($"{name} is '{text}'"),
    };

    private static DateTime? Millis(JsonElement row, string name) =>
        RecordedTime.TryParse(Text(row, name), out var utc) ? utc : null;

    private static string? Text(JsonElement row, string name)
    {
        if (row.ValueKind != JsonValueKind.Object || !row.TryGetProperty(name, out var value)) return null;
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
    }
}
