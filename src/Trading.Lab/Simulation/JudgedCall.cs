using System.Globalization;
using System.Text.RegularExpressions;
using Trading.Domain;
using Trading.Simulator.Wire;

namespace Trading.Lab.Simulation;

/// <summary>What a request asks of an order or of a position's stop, in the judge's own reading of both wires.</summary>
/// <param name="Account">Whose keys it carries; null: nobody's that plays.</param>
/// <param name="OrderId">Of an order of the journal's kind; null: none.</param>
/// <param name="Protects">The side that it reduces or closes, or opens where it is an entry; null: it does not say.</param>
/// <param name="PositionStop">The position's stop is to be there; 0: it is to go; null: no such request.</param>
internal sealed partial record JudgedCall(
    WireCall Call, SimulatedAccount? Account, string? Symbol, string? OrderId, Side? Protects, decimal? PositionStop)
{
    private const string TradingStop = "/v5/position/trading-stop";

    public bool Places => Call.Method is "POST";

    public bool IsEntry => OrderId is [_, _, 'e', ..];

    /// <summary>Where it says which, the side counts in hedge mode only.</summary>
    public PositionKey? Key => Account is { } account && Symbol is { } symbol && (Protects is not null || !account.Hedge)
        ? account.Key(symbol, Protects ?? Side.Long)
        : null;

    /// <summary>Null: it is about neither.</summary>
    public static JudgedCall? Of(WireCall call, IReadOnlyList<SimulatedAccount> accounts)
    {
        var text = call.Body.Length > 0 ? call.Body : call.Query;
        var id = OrderIdIn().Match(text) is { Success: true } named ? named.Groups["id"].Value : null;
        decimal? stop = call.Path == TradingStop && Value(text, "stopLoss") is { } trigger
            ? decimal.Parse(trigger, CultureInfo.InvariantCulture)
            : null;
        return id is null && stop is null
            ? null
            : new JudgedCall(call, Owner(call, accounts), Value(text, "symbol"), id, SideIn(text, id), stop);
    }

    /// <summary>By the keys it carries; null: none that play.</summary>
    public static SimulatedAccount? Owner(WireCall call, IReadOnlyList<SimulatedAccount> accounts) => accounts.FirstOrDefault(
        account => call.Header(account.Exchange is Exchange.Bybit ? "X-BAPI-API-KEY" : "X-MBX-APIKEY") == account.ApiKey);

    private static Side? SideIn(string text, string? id)
    {
        switch (Value(text, "positionSide") ?? Value(text, "positionIdx"))
        {
            case "LONG" or "1": return Side.Long;
            case "SHORT" or "2": return Side.Short;
        }

        if (Value(text, "side")?.ToUpperInvariant() is not { } does) return null;
        return (does is "BUY") == (id is [_, _, 'e', ..]) ? Side.Long : Side.Short;
    }

    /// <summary>A field of a form or of a flat JSON object.</summary>
    private static string? Value(string text, string name)
    {
        foreach (var lead in (string[])[$"\"{name}\":", $"{name}="])
        {
            var at = text.IndexOf(lead, StringComparison.Ordinal);
            if (at < 0 || at > 0 && lead[0] is not '"' && text[at - 1] is not '&') continue;
            var from = at + lead.Length;
            if (from < text.Length && text[from] is '"') from++;
            var to = text.AsSpan(from).IndexOfAny('"', ',', '&') is var length && length < 0 ? text.Length : from + length;
            return text[from..to].TrimEnd('}');
        }

        return null;
    }

    [GeneratedRegex("(newClientOrderId=|origClientOrderId=|clientAlgoId=|orderLinkId=|\"orderLinkId\":\")(?<id>ta[esx][a-z2-7]{26})", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex OrderIdIn();
}
