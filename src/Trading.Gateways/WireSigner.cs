using System.Security.Cryptography;
using System.Text;

namespace Trading.Gateways;

/// <summary>HMAC-SHA256 over the text exactly as it goes on the wire, in lower-case hex.</summary>
internal sealed class WireSigner(string secret)
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
