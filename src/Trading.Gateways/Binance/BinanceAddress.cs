namespace Trading.Gateways.Binance;

/// <summary>Where the exchange is. REST and streams may be one address, as with the simulator.</summary>
/// <param name="Rest">E.g. <c>https://fapi.binance.com</c>.</param>
/// <param name="Stream">E.g. <c>wss://fstream.binance.com</c>, without route.</param>
public sealed record BinanceAddress(Uri Rest, Uri Stream)
{
    /// <summary>Where keys tell what they may do; null: nowhere, as in demo trading.</summary>
    public Uri? Wallet { get; init; }

    public static BinanceAddress Production { get; } =
        new(new("https://fapi.binance.com"), new("wss://fstream.binance.com")) { Wallet = new("https://api.binance.com") };

    public static BinanceAddress Demo { get; } = new(new("https://demo-fapi.binance.com"), new("wss://demo-fstream.binance.com"));

    /// <summary>One <c>http(s)</c> address for both, e.g. of the simulator.</summary>
    public static BinanceAddress Single(Uri address)
    {
        var socket = new UriBuilder(address) { Scheme = address.Scheme == Uri.UriSchemeHttps ? "wss" : "ws" };
        return new BinanceAddress(address, socket.Uri) { Wallet = address };
    }
}
