using Trading.Domain;

namespace Trading.Gateways;

/// <summary>
/// What all accounts of one node share towards one exchange address: its wire, its clock and its budgets. One per
/// address and node.
/// </summary>
public abstract class VenueHost : IDisposable
{
    /// <summary>One for all: a meter lives in the process's list until it is disposed, and what it watches with it.</summary>
    private static readonly GatewayMeters Unread = new();

    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(1);

    /// <param name="wire">Not disposed here: other hosts use it too.</param>
    /// <param name="meters">Not disposed here either; null: nobody reads them.</param>
    private protected VenueHost(IWire wire, TimeProvider time, RequestLimits limits, GatewayMeters? meters)
    {
        Meters = meters ?? Unread;
        Wire = wire;
        Time = time;
        Clock = new VenueClock(time);
        Budget = new RequestBudget(time, Clock, limits, Meters);
        meters?.Watch(this);
    }

    /// <summary>Host and port, as metrics name it.</summary>
    internal string Name => TimeAddress.Host.Authority;

    public VenueClock Clock { get; }

    public RequestBudget Budget { get; }

    internal GatewayMeters Meters { get; }

    internal IWire Wire { get; }

    internal TimeProvider Time { get; }

    public void Dispose()
    {
        Budget.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>How far the exchange's clock is ahead of the local one, measured now.</summary>
    internal async Task<Outcome<TimeSpan>> MeasureClock(CancellationToken stop) => await SyncClock(Time.GetTimestamp(), stop)
        ? Outcome.Done(Clock.Offset)
        : new Unknown<TimeSpan>("the exchange does not tell its time");

    /// <summary>Measures the exchange's clock, unless that was done after <paramref name="since"/>.</summary>
    internal Task<bool> SyncClock(long since, CancellationToken stop) => Clock.Sync(MayAskTime, () => ReadTime(stop), since);

    /// <summary>Where the exchange tells its time.</summary>
    private protected abstract (Uri Host, string Path) TimeAddress { get; }

    /// <summary>The time in an answer from there; null when it holds none.</summary>
    private protected abstract DateTime? TimeIn(WireAnswer answer);

    private async Task<bool> MayAskTime() =>
        (await Budget.Enter(new RequestCost(RequestClass.Protect, default, VenueClock.Probes, 0, ProbeTimeout))).Granted;

    private async Task<DateTime?> ReadTime(CancellationToken stop)
    {
        var (host, path) = TimeAddress;
        return TimeIn(await Wire.Send(new WireRequest(host, "GET", path, "", [], ProbeTimeout), stop));
    }
}
