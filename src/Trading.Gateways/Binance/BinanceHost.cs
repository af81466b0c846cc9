using Trading.Domain;

namespace Trading.Gateways.Binance;

/// <summary>
/// What all accounts of one node share towards one exchange address: its wire, its clock and its budgets. One per
/// address and node.
/// </summary>
public sealed class BinanceHost : IDisposable
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(1);

    /// <param name="wire">Not disposed here: other hosts use it too.</param>
    public BinanceHost(BinanceAddress address, IWire wire, TimeProvider time, RequestLimits? limits = null)
    {
        Address = address;
        Wire = wire;
        Time = time;
        Clock = new VenueClock(time);
        Budget = new RequestBudget(time, Clock, limits ?? new RequestLimits());
    }

    public BinanceAddress Address { get; }

    public VenueClock Clock { get; }

    public RequestBudget Budget { get; }

    internal IWire Wire { get; }

    internal TimeProvider Time { get; }

    public void Dispose() => Budget.Dispose();

    /// <summary>Measures the exchange's clock, unless that was done after <paramref name="since"/>.</summary>
    internal Task<bool> SyncClock(long since, CancellationToken stop) => Clock.Sync(() => ReadTime(stop), since);

    private async Task<DateTime?> ReadTime(CancellationToken stop)
    {
        var admission = await Budget.Enter(new RequestCost(RequestClass.Protect, default, 1, 0, ProbeTimeout));
        if (!admission.Granted) return null;
        var answer = await Wire.Send(new WireRequest(Address.Rest, "GET", "/fapi/v1/time", "", [], ProbeTimeout), stop);
        var read = RestAnswer.From("GET /fapi/v1/time", answer, Time.GetTimestamp());
        return BinanceTranslator.Judge(read, body =>
            WireText.Time(BinanceTranslator.Parse<ServerTime>(body).Milliseconds) is { } time
                ? Outcome.Done(time)
                : new Unknown<DateTime>("no time")) is Done<DateTime> done ? done.Value : null;
    }
}
