using System.Security.Cryptography;
using System.Text;
using Trading.Node.Signals;

namespace Trading.Tests.Signals;

public sealed class WebhookAuthTests
{
    private static readonly DateTime Now = new(2025, 10, 17, 19, 21, 3, DateTimeKind.Utc);
    private static readonly byte[] Body = "[{\"id\":1}]"u8.ToArray();
    private static readonly string Timestamp = $"{new DateTimeOffset(Now).ToUnixTimeSeconds()}";

    private static readonly WebhookAuth Auth = new(
        [new WebhookSource("bot", "s3cret"), new WebhookSource("tradingview", "plain-one", PlainSecret: true)]);

    private static string Sign(string secret, string timestamp, byte[] body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(timestamp + "."), .. body];
        return $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }

    [Fact]
    public void A_signed_request_names_its_source()
    {
        var caller = Known(Auth.Check(Timestamp, Sign("s3cret", Timestamp, Body), Body, Now));
        Assert.Equal("bot", caller.Source.Name);
        Assert.Equal(Body, caller.Body);
        var milliseconds = $"{Timestamp}000";
        Known(Auth.Check(milliseconds, Sign("s3cret", milliseconds, Body), Body, Now));
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(-60, true)]
    [InlineData(61, false)]
    [InlineData(-61, false)]
    public void A_timestamp_is_good_for_sixty_seconds_either_way(int seconds, bool good)
    {
        var timestamp = $"{new DateTimeOffset(Now).ToUnixTimeSeconds() + seconds}";
        Assert.Equal(good, Auth.Check(timestamp, Sign("s3cret", timestamp, Body), Body, Now) is WebhookCaller.Known);
    }

    [Fact]
    public void Another_body_secret_timestamp_or_form_is_refused_and_says_why()
    {
        var signature = Sign("s3cret", Timestamp, Body);
        string[] reasons =
        [
            Refusal(Timestamp, signature, "[{\"id\":2}]"u8.ToArray()),
            Refusal(Timestamp, Sign("guess", Timestamp, Body), Body),
            Refusal(Timestamp, Sign("plain-one", Timestamp, Body), Body),
            Refusal(Timestamp, signature["sha256=".Length..], Body),
            Refusal(Timestamp, "sha256=xyz", Body),
            Refusal("yesterday", signature, Body),
            Refusal("99999999999999999", signature, Body),
            Refusal(null, signature, Body),
            Refusal(null, null, Body),
        ];
        Assert.All(reasons, reason =>
        {
            Assert.Contains("X-", reason, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", reason, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_plain_secret_is_known_by_its_body_and_taken_out_of_it()
    {
        var caller = Known(Plain("""{"id":1,"secret":"plain-one","price":0.10}"""));
        Assert.Equal("tradingview", caller.Source.Name);
        Assert.Equal("""{"id":1,"price":0.10}""", Encoding.UTF8.GetString(caller.Body));
        var many = Known(Plain("""[{"id":1,"secret":"plain-one"},{"id":2,"secret":"plain-one"}]"""));
        Assert.DoesNotContain("plain-one", Encoding.UTF8.GetString(many.Body), StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_and_white_space_around_a_body_say_nothing() =>
        Known(Auth.Check(null, null, [0xEF, 0xBB, 0xBF, .. "\r\n {\"id\":1,\"secret\":\"plain-one\"} \n"u8], Now));

    [Theory]
    [InlineData("""id=1&secret=plain-one&symbol=TAGUSDT""")]
    [InlineData("""id=1&secret=plain%2Done""")]
    [InlineData("""{&quot;secret&quot;:&quot;plain-one&quot;}""")]
    [InlineData("""{"secret":"plain-one","price":NaN}""")]
    public void A_body_that_cannot_be_read_is_its_senders_when_the_secret_is_in_it_and_shows_no_secret(string body)
    {
        var garbled = Assert.IsType<WebhookCaller.Garbled>(Plain(body));
        Assert.Equal("tradingview", garbled.Source.Name);
        Assert.DoesNotContain("plain-one", garbled.ToString(), StringComparison.Ordinal);
        Assert.Contains("***", garbled.Text, StringComparison.Ordinal);
        Assert.StartsWith("not JSON: ", garbled.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"secret":"s3cret","price":NaN}""")]
    [InlineData("""{"secret":"plain-on","price":NaN}""")]
    public void A_body_that_cannot_be_read_and_has_no_plain_secret_in_it_is_nobodys_and_is_told_why(string body) =>
        Assert.Contains("NaN", Assert.IsType<WebhookCaller.Nobody>(Plain(body)).Why, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"id":1,"secret":"wrong"}""")]
    [InlineData("""{"id":1,"secret":"s3cret"}""")]
    [InlineData("""{"id":1,"secret":1}""")]
    [InlineData("""{"id":1}""")]
    [InlineData("""[{"id":1,"secret":"plain-one"},{"id":2}]""")]
    [InlineData("nonsense")]
    public void A_missing_wrong_or_foreign_plain_secret_is_refused(string body) => Assert.IsType<WebhookCaller.Nobody>(Plain(body));

    [Fact]
    public void A_source_never_shows_its_secret() => Assert.Equal("bot", $"{new WebhookSource("bot", "s3cret")}");

    private static string Refusal(string? timestamp, string? signature, byte[] body) =>
        Assert.IsType<WebhookCaller.Nobody>(Auth.Check(timestamp, signature, body, Now)).Why;

    private static WebhookCaller Plain(string body) => Auth.Check(null, null, Encoding.UTF8.GetBytes(body), Now);

    private static WebhookCaller.Known Known(WebhookCaller caller) => Assert.IsType<WebhookCaller.Known>(caller);
}
