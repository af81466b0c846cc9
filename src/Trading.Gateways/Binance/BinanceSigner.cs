using System.Security.Cryptography;
using System.Text;

namespace Trading.Gateways.Binance;

/// <summary>HMAC-SHA256 over the parameters exactly as they go on the wire, in lower-case hex (protocol §2).</summary>
internal sealed class BinanceSigner(string secret)
{
    private readonly byte[] _secret = Encoding.UTF8.GetBytes(secret);

    public string Sign(string parameters)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(parameters), hash);
        return Convert.ToHexStringLower(hash);
    }

    public override string ToString() => "signer (hidden)";
}
