namespace Trading.Gateways.Binance;

/// <summary>One address of Binance USD-M futures, shared by the accounts there.</summary>
/// <param name="wire">Not disposed here: other hosts use it too.</param>
public sealed class BinanceHost(BinanceAddress address, IWire wire, TimeProvider time, RequestLimits? limits = null, GatewayMeters? meters = null)
    : VenueHost(wire, time, limits ?? new RequestLimits(), meters)
{
    public BinanceAddress Address => address;

    private protected override (Uri Host, string Path) TimeAddress => (address.Rest, "/fapi/v1/time");

    private protected override DateTime? TimeIn(WireAnswer answer) =>
        BinanceRest.Judged("GET /fapi/v1/time", answer, sentAt: 0).Judge(static body =>
            WireText.Time(WireJson.Parse<ServerTime>(body).Milliseconds) is { } time
                ? Outcome.Done(time)
                : new Unknown<DateTime>("no time")) is Done<DateTime> done ? done.Value : null;
}
