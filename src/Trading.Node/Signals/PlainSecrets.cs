using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Trading.Domain.Signals;

namespace Trading.Node.Signals;

/// <summary>
/// Sources that put their secret into the body. Where the body cannot be read, the secret is looked for in its text: its
/// sender is to learn what is wrong, and nobody else's nonsense is kept.
/// </summary>
/// <param name="sources">Those that are marked plain-secret.</param>
internal sealed class PlainSecrets(IReadOnlyList<WebhookSource> sources)
{
    private const string Field = "secret";
    private const string Expected = $"expected \"{Field}\" in the body, or the headers X-Timestamp and X-Signature";

    /// <summary>No template is larger, and every place of the text is compared with every secret.</summary>
    private const int MostSearched = 64 * 1024;

    public WebhookCaller Check(byte[] body)
    {
        var text = UnreadableBody.Trimmed(body);
        try
        {
            using var json = JsonDocument.Parse(text);
            return SecretOf(json.RootElement) is { } secret && FindBy(secret) is { } source
                ? new WebhookCaller.Known(source, WithoutSecrets(json.RootElement))
                : new WebhookCaller.Nobody(Expected);
        }
        catch (JsonException e)
        {
            return Search(text.Span, UnreadableBody.Why(text.Span, e));
        }
        catch (InvalidOperationException)
        {
            return Search(text.Span, "not text: expected UTF-8 without halves of surrogate pairs");
        }
    }

    /// <summary>The one that all objects share; null: none, or different ones.</summary>
    private static string? SecretOf(JsonElement root)
    {
        var secrets = ObjectsOf(root).SelectMany(SecretsOf).Distinct(StringComparer.Ordinal).ToList();
        return secrets.Count == 1 ? secrets[0] : null;
    }

    private static IEnumerable<JsonElement> ObjectsOf(JsonElement root) => root.ValueKind switch
    {
        JsonValueKind.Object => [root],
        JsonValueKind.Array => root.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.Object),
        _ => [],
    };

    private static IEnumerable<string?> SecretsOf(JsonElement signal) => signal.EnumerateObject()
        .Where(field => field.NameEquals(Field))
        .Select(field => field.Value.ValueKind is JsonValueKind.String ? field.Value.GetString() : null)
        .DefaultIfEmpty(null);

    private WebhookSource? FindBy(string secret)
    {
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
        WebhookSource? found = null;
        foreach (var source in sources)
            if (CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(source.Secret)), given))
                found ??= source;
        return found;
    }

    /// <summary>Everything else as it came, names given twice too: whoever reads the signals says what is wrong with them.</summary>
    private static byte[] WithoutSecrets(JsonElement root)
    {
        using var stripped = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stripped))
        {
            if (root.ValueKind is JsonValueKind.Array)
            {
                writer.WriteStartArray();
                foreach (var item in root.EnumerateArray()) Write(item, writer);
                writer.WriteEndArray();
            }
            else
            {
                Write(root, writer);
            }
        }

        return stripped.ToArray();
    }

    private static void Write(JsonElement item, Utf8JsonWriter writer)
    {
        if (item.ValueKind is not JsonValueKind.Object)
        {
            item.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (var field in item.EnumerateObject().Where(field => !field.NameEquals(Field))) field.WriteTo(writer);
        writer.WriteEndObject();
    }

    /// <summary>As it came, or as a web form or a page escapes it.</summary>
    private WebhookCaller Search(ReadOnlySpan<byte> body, string why)
    {
        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, MostSearched)]);
        foreach (var form in new[] { text, WebUtility.UrlDecode(text), WebUtility.HtmlDecode(text) })
            if (FindIn(Encoding.UTF8.GetBytes(form)) is { } source)
                return new WebhookCaller.Garbled(source, Redacted(form), Redacted(why));
        return new WebhookCaller.Nobody($"{Expected}; the body is {why}");
    }

    private WebhookSource? FindIn(ReadOnlySpan<byte> text)
    {
        WebhookSource? found = null;
        foreach (var source in sources.Where(source => source.Secret.Length > 0))
        {
            var secret = Encoding.UTF8.GetBytes(source.Secret);
            for (var i = 0; i + secret.Length <= text.Length; i++)
                if (CryptographicOperations.FixedTimeEquals(text.Slice(i, secret.Length), secret))
                    found ??= source;
        }

        return found;
    }

    private string Redacted(string text) => sources.Where(source => source.Secret.Length > 0)
        .Aggregate(text, static (kept, source) => kept.Replace(source.Secret, "***", StringComparison.Ordinal));
}
