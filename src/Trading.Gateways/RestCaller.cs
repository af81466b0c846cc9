namespace Trading.Gateways;

/// <summary>A call to be made: what it says, what it costs, and whether it may leave.</summary>
/// <param name="Parameters">Without receive window, timestamp and signature; values are escaped when written.</param>
internal sealed record RestCall(string Method, string Path, RequestCost Cost, params (string Name, string Value)[] Parameters)
{
    public RestAuth Auth { get; init; } = RestAuth.Signed;

    /// <summary>Null: the account's window for all but entries.</summary>
    public TimeSpan? Window { get; init; }

    /// <summary>Asked between timestamp and signature: an owner that was paused past its lease sends nothing.</summary>
    public Func<bool>? MaySend { get; init; }

    /// <summary>Null: the exchange's own address.</summary>
    public Uri? Host { get; init; }

    public string What => $"{Method} {Path}";
}

internal enum RestAuth
{
    None,

    /// <summary>The key alone.</summary>
    Key,
    Signed,
}

/// <summary>
/// Calls of one account: wait for the turn, take the timestamp, check the lease, sign, send, learn from the answer. In
/// that order, so that a request that was delayed on its way is refused by the exchange's own clock.
/// </summary>
internal abstract class RestCaller(VenueHost host)
{
    /// <summary>
    /// One call. A refusal for its timestamp, or for coming too soon, proves that nothing happened: the clock is measured,
    /// or the limit waited for, and the same call made once more.
    /// </summary>
    /// <remarks>
    /// While the clock is known to be wrong nothing but what protects leaves before it has been measured: hundreds of
    /// requests refused for their timestamps would use up the weight of the minute.
    /// </remarks>
    public async Task<RestAnswer> Call(RestCall call, CancellationToken stop)
    {
        var started = host.Time.GetTimestamp();
        var answer = await Attempt(call, started, stop);
        if (answer.Fate is not Fate.Refused) return answer;
        var tooSoon = IsTooSoon(answer.Code);
        if (!tooSoon && !(IsClock(answer.Code) && await MeasuresClock(answer.SentAt, stop))) return answer;
        if (host.Time.GetElapsedTime(started) >= call.Cost.Patience) return answer;
        var second = await Attempt(call, started, stop);
        return second.NeverSent && !tooSoon ? answer : second;
    }

    /// <summary>The call as it goes on the wire, signed as written.</summary>
    /// <param name="timestamp">Milliseconds since 1970 on the exchange's clock.</param>
    protected abstract WireRequest Written(RestCall call, long timestamp);

    /// <summary>What the answer proves; what it says about limits and bans is obeyed, for everybody who shares them.</summary>
    protected abstract RestAnswer Heard(RestCall call, WireAnswer wire, long sentAt);

    /// <summary>The code that refuses a timestamp.</summary>
    protected abstract bool IsClock(int? code);

    /// <summary>The code that refuses one request too many of the account; the budget knows by then until when.</summary>
    protected virtual bool IsTooSoon(int? code) => false;

    /// <summary>A header's text whatever the case of its name; null where it is absent.</summary>
    protected static string? Header(WireAnswer answer, string name)
    {
        foreach (var (key, value) in answer.Headers)
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase)) return value;
        return null;
    }

    private Task<bool> MeasuresClock(long refusedAt, CancellationToken stop)
    {
        host.Clock.Doubt(refusedAt);
        return host.SyncClock(refusedAt, stop);
    }

    /// <summary>False when its measurement took all the time the call has.</summary>
    private async Task<bool> ClockIsKnown(RestCall call, long started, CancellationToken stop)
    {
        if (call is not { Auth: RestAuth.Signed, Cost.Class: > RequestClass.Protect } || host.Clock.DoubtedSince is not { } since) return true;
        await host.SyncClock(since, stop);
        return host.Time.GetElapsedTime(started) < call.Cost.Patience;
    }

    /// <param name="started">Its patience runs from there.</param>
    private async Task<RestAnswer> Attempt(RestCall call, long started, CancellationToken stop)
    {
        var admission = await host.Budget.Enter(call.Cost with { Patience = call.Cost.Patience - host.Time.GetElapsedTime(started) });
        if (!admission.Granted) return RestAnswer.Unsent(call.What, $"{call.What}: {admission.Why}", host.Time.GetTimestamp());
        try
        {
            var clockIsKnown = await ClockIsKnown(call, started, stop);
            var at = host.Time.GetTimestamp();
            if (!clockIsKnown) return RestAnswer.Unsent(call.What, $"{call.What}: the exchange's clock was not known in time", at);
            var timestamp = WireText.Milliseconds(host.Clock.UtcNow);
            if (call.MaySend is { } may && !may()) return RestAnswer.Unsent(call.What, $"{call.What}: the lease is not valid", at);
            if (stop.IsCancellationRequested) return RestAnswer.Unsent(call.What, $"{call.What}: stopping", at);
            return Heard(call, await host.Wire.Send(Written(call, timestamp), stop), at);
        }
        finally
        {
            host.Budget.Leave(call.Cost);
        }
    }
}
