namespace Trading.Gateways.Bybit;

/// <summary>Where the exchange is. All may be one address, as with the simulator.</summary>
/// <param name="Public">Without path, e.g. <c>wss://stream.bybit.com</c>.</param>
/// <param name="Private">Without path; the demo environment has its own.</param>
public sealed record BybitAddress(Uri Rest, Uri Public, Uri Private)
{
    public static BybitAddress Production { get; } =
        new(new("https://api.bybit.com"), new("wss://stream.bybit.com"), new("wss://stream.bybit.com"));

    /// <summary>Mainnet prices, play money.</summary>
    public static BybitAddress Demo { get; } =
        new(new("https://api-demo.bybit.com"), new("wss://stream.bybit.com"), new("wss://stream-demo.bybit.com"));

    public static BybitAddress Testnet { get; } =
        new(new("https://api-testnet.bybit.com"), new("wss://stream-testnet.bybit.com"), new("wss://stream-testnet.bybit.com"));

    /// <summary>One <c>http(s)</c> address for all, e.g. of the simulator.</summary>
    public static BybitAddress Single(Uri address)
    {
        var socket = new UriBuilder(address) { Scheme = address.Scheme == Uri.UriSchemeHttps ? "wss" : "ws" }.Uri;
        return new BybitAddress(address, socket, socket);
    }
}

/// <summary>One address of Bybit V5, shared by the accounts there.</summary>
/// <param name="wire">Not disposed here: other hosts use it too.</param>
public sealed class BybitHost(BybitAddress address, IWire wire, TimeProvider time, RequestLimits? limits = null, GatewayMeters? meters = null)
    : VenueHost(wire, time, limits ?? DefaultLimits, meters)
{
    /// <summary>
    /// Protocol §4: 600 requests of an address in 5 s, each of weight 1; ten orders of an account a second, which is the
    /// limit of each order endpoint and here that of all together, in a window a little wider than the exchange's: it counts
    /// arrivals, which lie closer together than we sent them.
    /// </summary>
    public static RequestLimits DefaultLimits { get; } = new()
    {
        Weight = 600,
        WeightWindow = TimeSpan.FromSeconds(5),
        Orders = 10,
        OrderWindow = TimeSpan.FromSeconds(1.1),
        OrdersPerMinute = 600,
    };

    public BybitAddress Address => address;

    private protected override (Uri Host, string Path) TimeAddress => (address.Rest, "/v5/market/time");

    private protected override DateTime? TimeIn(WireAnswer answer) =>
        BybitRest.Judged("GET /v5/market/time", answer, sentAt: 0).Judge(static body =>
            BybitJson.Result<ServerTime>(body).TimeNano / 1_000_000 is var milliseconds && WireText.Time(milliseconds) is { } time
                ? Outcome.Done(time)
                : new Unknown<DateTime>("no time")) is Done<DateTime> done ? done.Value : null;
}
