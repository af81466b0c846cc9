using System.Security.Cryptography;
using System.Text;
using Trading.Domain.Signals;

namespace Trading.Node.Signals;

/// <summary>One sender of webhooks.</summary>
/// <param name="PlainSecret">It cannot sign (TradingView): the secret comes in the body and is stripped.</param>
public sealed record WebhookSource(string Name, string Secret, bool PlainSecret = false)
{
    /// <summary>Never shows the secret.</summary>
    public override string ToString() => Name;
}

/// <summary>Who sent a webhook.</summary>
public abstract record WebhookCaller
{
    private WebhookCaller()
    {
    }

    /// <param name="Body">Without the secret.</param>
    public sealed record Known(WebhookSource Source, byte[] Body) : WebhookCaller;

    /// <summary>Its secret is in a body that cannot be read.</summary>
    /// <param name="Text">The body without any secret.</param>
    /// <param name="Why">What is wrong with it.</param>
    public sealed record Garbled(WebhookSource Source, string Text, string Why) : WebhookCaller;

    /// <summary>Nobody known here.</summary>
    public sealed record Nobody(string Why) : WebhookCaller;
}

/// <summary>
/// Tells who sent a webhook. Signed: <c>X-Timestamp</c> within 60 s and <c>X-Signature: sha256=hex(HMAC(secret,
/// timestamp + "." + body))</c>. A source marked plain-secret: <c>"secret"</c> in the body. All secrets are compared in
/// constant time.
/// </summary>
public sealed class WebhookAuth(IReadOnlyList<WebhookSource> sources)
{
    private const string Scheme = "sha256=";
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);
    private readonly PlainSecrets _plain = new([.. sources.Where(source => source.PlainSecret)]);

    public WebhookCaller Check(string? timestamp, string? signature, byte[] body, DateTime nowUtc) =>
        signature is not null ? CheckSigned(timestamp, signature, body, nowUtc)
        : sources.Any(source => source.PlainSecret) ? _plain.Check(body)
        : new WebhookCaller.Nobody("expected the headers X-Timestamp and X-Signature");

    private WebhookCaller CheckSigned(string? timestamp, string signature, byte[] body, DateTime nowUtc)
    {
        if (!SourceTime.TryUnix(timestamp, out var sentUtc))
            return new WebhookCaller.Nobody("X-Timestamp: expected Unix seconds or milliseconds");
        if ((nowUtc - sentUtc).Duration() > Window)
            return new WebhookCaller.Nobody($"X-Timestamp: more than {Window.TotalSeconds:0} s from this node's clock");
        return FindSigner(timestamp!, signature, body) is { } source
            ? new WebhookCaller.Known(source, body)
            : new WebhookCaller.Nobody("X-Signature: not the HMAC of timestamp + \".\" + body under the secret of any source");
    }

    private WebhookSource? FindSigner(string timestamp, string signature, byte[] body)
    {
        if (!signature.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        if (!TryHex(signature[Scheme.Length..], out var given)) return null;
        byte[] signed = [.. Encoding.UTF8.GetBytes(timestamp + "."), .. body];
        WebhookSource? found = null;
        foreach (var source in sources.Where(s => !s.PlainSecret))
            if (CryptographicOperations.FixedTimeEquals(
                HMACSHA256.HashData(Encoding.UTF8.GetBytes(source.Secret), signed), given))
                found ??= source;
        return found;
    }

    private static bool TryHex(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length / 2];
        return text.Length == 64
            && Convert.FromHexString(text, bytes, out _, out _) is System.Buffers.OperationStatus.Done;
    }
}
