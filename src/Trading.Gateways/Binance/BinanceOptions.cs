using Trading.Domain;

namespace Trading.Gateways.Binance;

/// <summary>One set of keys. Its text never shows them.</summary>
public sealed class BinanceKeys(string apiKey, string secret)
{
    internal string ApiKey { get; } = apiKey.Trim();
    internal BinanceSigner Signer { get; } = new(secret.Trim());

    public override string ToString() => "keys (hidden)";
}

/// <summary>Where the exchange is. REST and streams may be one address, as with the simulator.</summary>
/// <param name="Rest">E.g. <c>https://fapi.binance.com</c>.</param>
/// <param name="Stream">E.g. <c>wss://fstream.binance.com</c>, without route.</param>
public sealed record BinanceAddress(Uri Rest, Uri Stream)
{
    public static BinanceAddress Production { get; } = new(new("https://fapi.binance.com"), new("wss://fstream.binance.com"));

    public static BinanceAddress Demo { get; } = new(new("https://demo-fapi.binance.com"), new("wss://demo-fstream.binance.com"));

    /// <summary>One <c>http(s)</c> address for both, e.g. of the simulator.</summary>
    public static BinanceAddress Single(Uri address)
    {
        var socket = new UriBuilder(address) { Scheme = address.Scheme == Uri.UriSchemeHttps ? "wss" : "ws" };
        return new BinanceAddress(address, socket.Uri);
    }
}

/// <summary>One account on Binance USD-M futures.</summary>
/// <param name="Tags">Journal tags whose orders are ours: this journal's and those under <c>previous-journals</c>.</param>
public sealed record BinanceAccount(AccountId Id, BinanceKeys Keys, IReadOnlyCollection<string> Tags)
{
    /// <summary>An entry later than this is refused by the exchange; it bounds the proof of absence.</summary>
    public TimeSpan EntryWindow { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>For reduce-only orders, cancels and reads: late ones add no exposure.</summary>
    public TimeSpan OtherWindow { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(3);
}
