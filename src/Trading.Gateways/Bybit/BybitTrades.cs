using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Gateways.Bybit;

/// <summary>The account's trades of a symbol, complete and oldest first; the exchange lists the newest first, at most seven days at once.</summary>
internal sealed class BybitTrades(BybitRest rest, BybitTranslator translator)
{
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly BybitPages _pages = new(rest);

    public async Task<Outcome<IReadOnlyList<Trade>>> Read(PositionKey key, DateTime sinceUtc, CancellationToken stop)
    {
        var rows = new List<ExecutionWire>();
        for (var from = sinceUtc; ; from += LongestWindow)
        {
            var call = new RestCall(
                "GET", "/v5/execution/list", new RequestCost(RequestClass.Doubt, translator.Account, 1, 0, Patience),
                ("category", "linear"), ("symbol", key.Symbol.Value), ("startTime", Time(from)), ("endTime", Time(from + LongestWindow)),
                ("limit", "100"));
            var answer = await _pages.Read<ExecutionWire>(call, stop);
            if (answer is not Done<IReadOnlyList<ExecutionWire>> { Value: var found })
                return answer.Undone<IReadOnlyList<ExecutionWire>, IReadOnlyList<Trade>>();
            rows.AddRange(found.Reverse());
            if (from + LongestWindow > rest.Host.Clock.UtcNow) break;
        }

        try
        {
            return Outcome.Done<IReadOnlyList<Trade>>(Trades(key, rows));
        }
        catch (Exception unreadable) when (WireJson.IsUnreadable(unreadable))
        {
            return new Unknown<IReadOnlyList<Trade>>($"a trade of {key.Symbol} cannot be read");
        }
    }

    /// <summary>
    /// The list states no profit, so it is counted: average entry of what the list itself opened. For a position that was
    /// open before the list begins it is zero.
    /// </summary>
    private List<Trade> Trades(PositionKey key, List<ExecutionWire> rows)
    {
        var trades = new List<Trade>(rows.Count);
        var held = 0m;
        var average = 0m;
        foreach (var row in rows.DistinctBy(row => row.ExecId).Where(row => BybitTranslator.MovesPosition(row) && translator.KeyOf(row) == key))
        {
            var trade = translator.TradeOf(row, realized: 0);
            var closes = held * trade.Signed < 0 ? Math.Min(Math.Abs(held), trade.Quantity) : 0;
            var opens = row.ClosedSize > 0 && closes == 0 ? 0 : trade.Quantity - closes;
            trades.Add(trade with { RealizedPnl = closes * (trade.Price - average) * Math.Sign(held) });
            held += closes * Math.Sign(trade.Signed);
            if (opens > 0) average = (average * Math.Abs(held) + trade.Price * opens) / (Math.Abs(held) + opens);
            held += opens * Math.Sign(trade.Signed);
        }

        return trades;
    }

    private static string Time(DateTime utc) => WireText.Milliseconds(utc).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
