using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Gateways.Binance;

/// <summary>
/// The account's trades of a symbol, complete and oldest first. The exchange keeps the oldest rows of a window, at most
/// seven days of it, and names no client id: each order is asked for its own, once.
/// </summary>
internal sealed class BinanceTrades(BinanceRest rest, BinanceTranslator translator)
{
    private const int PageSize = 1000;
    private const int MostPages = 50;
    private const int MostRemembered = 4096;
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private readonly Dictionary<long, string> _clientIds = [];
    private readonly Queue<long> _remembered = [];

    public async Task<Outcome<IReadOnlyList<Trade>>> Read(PositionKey key, DateTime sinceUtc, CancellationToken stop)
    {
        var rows = new List<UserTrade>();
        var from = sinceUtc;
        for (var page = 0; page < MostPages; page++)
        {
            var until = from + LongestWindow;
            var byTime = rows.Count == 0;
            var answer = byTime
                ? await Page(key, [("startTime", Time(from)), ("endTime", Time(until))], stop)
                : await Page(key, [("fromId", BinanceTranslator.WireId(rows[^1].Id + 1))], stop);
            if (answer is not Done<UserTrade[]> { Value: var found }) return answer.Undone<UserTrade[], IReadOnlyList<Trade>>();
            rows.AddRange(found.OrderBy(row => row.Id));
            var reachesNow = !byTime || until > rest.Host.Clock.UtcNow;
            if (found.Length < PageSize && reachesNow) return await WithClientIds(key, rows, stop);
            if (rows.Count == 0) from = until;
        }

        return new Unknown<IReadOnlyList<Trade>>($"more than {MostPages} pages of trades of {key.Symbol}");
    }

    private async Task<Outcome<UserTrade[]>> Page(PositionKey key, (string Name, string Value)[] range, CancellationToken stop)
    {
        var call = new RestCall(
            "GET", "/fapi/v1/userTrades", new RequestCost(RequestClass.Doubt, translator.Account, 5, 0, Patience),
            [("symbol", key.Symbol.Value), .. range, ("limit", BinanceTranslator.WireId(PageSize))]);
        var answer = await rest.Call(call, stop);
        return answer.Judge(static body => Outcome.Done(WireJson.Parse<UserTrade[]>(body)));
    }

    private async Task<Outcome<IReadOnlyList<Trade>>> WithClientIds(PositionKey key, List<UserTrade> rows, CancellationToken stop)
    {
        var trades = new List<Trade>(rows.Count);
        foreach (var row in rows)
        {
            if (translator.KeyOf(key.Symbol.Value, row.PositionSide) != key) continue;
            var clientId = await ClientIdOf(key, row.OrderId, stop);
            if (clientId is not Done<string?> { Value: var id }) return clientId.Undone<string?, IReadOnlyList<Trade>>();
            if (BinanceTranslator.TradeOf(row, id, translator.OriginOf(id)) is not { } trade)
                return new Unknown<IReadOnlyList<Trade>>($"trade {row.Id} cannot be read");
            trades.Add(trade);
        }

        return Outcome.Done<IReadOnlyList<Trade>>(trades);
    }

    /// <summary>Null when the exchange no longer knows the order.</summary>
    private async Task<Outcome<string?>> ClientIdOf(PositionKey key, long orderId, CancellationToken stop)
    {
        lock (_gate)
            if (_clientIds.TryGetValue(orderId, out var known)) return Outcome.Done<string?>(known);
        var call = new RestCall(
            "GET", "/fapi/v1/order", new RequestCost(RequestClass.Doubt, translator.Account, 1, 0, Patience),
            ("symbol", key.Symbol.Value), ("orderId", BinanceTranslator.WireId(orderId)));
        var answer = await rest.Call(call, stop);
        if (answer is { Fate: Fate.Refused, Code: BinanceCodes.NoSuchOrder }) return Outcome.Done<string?>(null);
        var read = answer.Judge(body => Outcome.Done<string?>(WireJson.Parse<OrderAnswer>(body).ClientOrderId));
        if (read is Done<string?> { Value: { } id }) Remember(orderId, id);
        return read;
    }

    private void Remember(long orderId, string clientId)
    {
        lock (_gate)
        {
            if (!_clientIds.TryAdd(orderId, clientId)) return;
            _remembered.Enqueue(orderId);
            if (_remembered.Count > MostRemembered) _clientIds.Remove(_remembered.Dequeue());
        }
    }

    private static string Time(DateTime utc) => BinanceTranslator.WireId(WireText.Milliseconds(utc));
}
