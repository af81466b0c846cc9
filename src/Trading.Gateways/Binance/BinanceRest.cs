using System.Globalization;
using System.Text;

namespace Trading.Gateways.Binance;

/// <summary>A call to be made: what it says, what it costs, and whether it may leave.</summary>
/// <param name="Parameters">Without receive window, timestamp and signature; values are escaped when written.</param>
internal sealed record BinanceCall(string Method, string Path, RequestCost Cost, params (string Name, string Value)[] Parameters)
{
    public BinanceAuth Auth { get; init; } = BinanceAuth.Signed;

    /// <summary>Null: the account's window for all but entries.</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>Asked between timestamp and signature: an owner that was paused past its lease sends nothing.</summary>
    public Func<bool>? MaySend { get; init; }

    public string What => $"{Method} {Path}";
}

internal enum BinanceAuth
{
    None,
    Key,
    Signed,
}

/// <summary>
/// Calls of one account: wait for the turn, take the timestamp, check the lease, sign, send, learn from the answer. In
/// that order, so that a request that was delayed on its way is refused by the exchange's own clock.
/// </summary>
internal sealed class BinanceRest(BinanceHost host, BinanceAccount account)
{
    public BinanceHost Host => host;

    public BinanceAccount Account => account;

    /// <summary>
    /// One call. A refusal for its timestamp proves that nothing happened: the clock is measured and the same call made
    /// once more.
    /// </summary>
    public async Task<RestAnswer> Call(BinanceCall call, CancellationToken stop)
    {
        var started = host.Time.GetTimestamp();
        var answer = await Attempt(call, stop);
        if (!BinanceCodes.IsClock(answer.Code) || answer.Fate is not Fate.Refused) return answer;
        if (!await host.SyncClock(answer.SentAt, stop)) return answer;
        var rest = call.Cost.Patience - host.Time.GetElapsedTime(started);
        if (rest <= TimeSpan.Zero) return answer;
        var second = await Attempt(call with { Cost = call.Cost with { Patience = rest } }, stop);
        return second.NeverSent ? answer : second;
    }

    private async Task<RestAnswer> Attempt(BinanceCall call, CancellationToken stop)
    {
        var admission = await host.Budget.Enter(call.Cost);
        if (!admission.Granted) return RestAnswer.Unsent(call.What, $"{call.What}: {admission.Why}", host.Time.GetTimestamp());
        try
        {
            var at = host.Time.GetTimestamp();
            var timestamp = WireText.Milliseconds(host.Clock.UtcNow);
            if (call.MaySend is { } may && !may()) return RestAnswer.Unsent(call.What, $"{call.What}: the lease is not valid", at);
            if (stop.IsCancellationRequested) return RestAnswer.Unsent(call.What, $"{call.What}: stopping", at);
            var wire = await host.Wire.Send(Written(call, timestamp), stop);
            Learn(wire);
            var answer = RestAnswer.From(call.What, wire, at);
            Obey(answer, wire);
            return answer;
        }
        finally
        {
            host.Budget.Leave(call.Cost);
        }
    }

    /// <summary>Parameters of a GET or DELETE are its query, of a POST or PUT its body; both are signed as written.</summary>
    private WireRequest Written(BinanceCall call, long timestamp)
    {
        var parameters = new StringBuilder(256);
        foreach (var (name, value) in call.Parameters) Append(parameters, name, Uri.EscapeDataString(value));
        if (call.Auth is BinanceAuth.Signed)
        {
            var window = (long)(call.Window ?? account.OtherWindow).TotalMilliseconds;
            Append(parameters, "recvWindow", window.ToString(CultureInfo.InvariantCulture));
            Append(parameters, "timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
            Append(parameters, "signature", account.Keys.Signer.Sign(parameters.ToString()));
        }

        var text = parameters.ToString();
        var inBody = call.Method is "POST" or "PUT";
        return new WireRequest(
            host.Address.Rest, call.Method, inBody || text.Length == 0 ? call.Path : $"{call.Path}?{text}", inBody ? text : "",
            call.Auth is BinanceAuth.None ? [] : [new("X-MBX-APIKEY", account.Keys.ApiKey)], account.AnswerTimeout);
    }

    private static void Append(StringBuilder text, string name, string value)
    {
        if (text.Length > 0) text.Append('&');
        text.Append(name).Append('=').Append(value);
    }

    private void Learn(WireAnswer answer)
    {
        if (Header(answer, "x-mbx-used-weight-1m") is { } weight) host.Budget.ObserveWeight(weight);
        var tenSeconds = Header(answer, "x-mbx-order-count-10s");
        var minute = Header(answer, "x-mbx-order-count-1m");
        if (tenSeconds is not null || minute is not null) host.Budget.ObserveOrders(account.Id, tenSeconds, minute);
    }

    /// <summary>Limits and bans hold for everybody who shares them.</summary>
    private void Obey(RestAnswer answer, WireAnswer wire)
    {
        var now = host.Clock.UtcNow;
        TimeSpan? retryAfter = Header(wire, "retry-after") is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        if (answer.Code == BinanceCodes.TooManyOrders)
            host.Budget.LimitOrdersUntil(account.Id, BinanceLimits.OrdersUntil(answer.Message, retryAfter, now));
        else if (answer.Status is 418 or 429 || answer.Code == BinanceCodes.TooManyRequests)
            host.Budget.LimitUntil(BinanceLimits.RequestsUntil(answer.Message, retryAfter, now));
    }

    private static int? Header(WireAnswer answer, string name)
    {
        foreach (var (key, value) in answer.Headers)
        {
            if (!key.Equals(name, StringComparison.OrdinalIgnoreCase)) continue;
            return int.TryParse(value, CultureInfo.InvariantCulture, out var number) && number >= 0 ? number : null;
        }

        return null;
    }
}
