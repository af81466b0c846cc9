using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Trading.Domain;

/// <summary>What an order of ours is for; its letter is the third character of the client order id.</summary>
public enum OrderPurpose
{
    Entry,
    Stop,
    Close,
}

/// <summary>The idempotency key the exchange sees.</summary>
public readonly record struct ClientOrderId(string Value)
{
    public override string ToString() => Value ?? "";
}

/// <summary>
/// Identity of a journal: made once at random with the journal, kept by <c>journal copy</c>. It goes into every client
/// order id, so a fresh journal can never take an older journal's orders for its own.
/// </summary>
public readonly record struct JournalId(string Value)
{
    /// <summary>The six characters of the journal that every client order id carries: <c>[a-z2-7]{6}</c>.</summary>
    public string Tag => Base32.Encode(SHA256.HashData(Encoding.UTF8.GetBytes($"tag/{Value}")), bits: 30);

    public override string ToString() => Value ?? "";
}

/// <summary>
/// Client order ids: <c>ta</c> + purpose letter (e, s, x) + journal tag + base32 of the first 100 bits of
/// SHA-256(journal id, stream, version): 29 characters, lower case. A function of the event that intends the order, so
/// recovery asks the exchange for the same order that would have been sent (design §4, "Intent first").
/// </summary>
public static class OrderIds
{
    public const string Prefix = "ta";

    /// <param name="version">Version of the intent event in its stream, 1 for the first event.</param>
    public static ClientOrderId For(JournalId journal, string stream, long version, OrderPurpose purpose)
    {
        var source = string.Create(CultureInfo.InvariantCulture, $"{journal.Value}\n{stream}\n{version}");
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(source));
        return new ClientOrderId($"{Prefix}{Letter(purpose)}{journal.Tag}{Base32.Encode(hash, bits: 100)}");
    }

    /// <summary>True when the id carries the tag of this journal or of one listed under <c>previous-journals</c>.</summary>
    public static bool IsOurs(ClientOrderId id, IReadOnlyCollection<string> tags) =>
        HasOurForm(id) && tags.Contains(TagOf(id)!);

    /// <summary>True for an id of our form whatever its journal: with an unknown tag it belongs to a second writer.</summary>
    public static bool HasOurForm(ClientOrderId id) =>
        id.Value is { Length: 29 } text && text.StartsWith(Prefix, StringComparison.Ordinal) && text[2] is 'e' or 's' or 'x';

    /// <summary>The tag of the journal whose order it is; null: not an id of our form.</summary>
    public static string? TagOf(ClientOrderId id) => HasOurForm(id) ? id.Value.Substring(3, 6) : null;

    /// <summary>How to list the journals of these orders, for whoever knows that they are his own.</summary>
    public static string ListTheirTags(IEnumerable<ClientOrderId> orders) =>
        $"previous-journals: [{string.Join(", ", orders.Select(TagOf).Distinct().Order(StringComparer.Ordinal).Select(tag => $"\"{tag}\""))}]";

    public static OrderPurpose? PurposeOf(ClientOrderId id) => !HasOurForm(id) ? null : id.Value[2] switch
    {
        'e' => OrderPurpose.Entry,
        's' => OrderPurpose.Stop,
        _ => OrderPurpose.Close,
    };

    private static char Letter(OrderPurpose purpose) => purpose switch
    {
        OrderPurpose.Entry => 'e',
        OrderPurpose.Stop => 's',
        _ => 'x',
    };
}

internal static class Base32
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>Encodes the first <paramref name="bits"/> bits (a multiple of 5), most significant first.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes, int bits)
    {
        var text = new StringBuilder(bits / 5);
        for (var bit = 0; bit < bits; bit += 5)
        {
            var value = 0;
            for (var i = bit; i < bit + 5; i++) value = value << 1 | bytes[i / 8] >> 7 - i % 8 & 1;
            text.Append(Alphabet[value]);
        }

        return text.ToString();
    }
}
