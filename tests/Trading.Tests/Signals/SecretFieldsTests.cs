using System.Text;
using System.Text.Json;
using Trading.Domain;
using Trading.Domain.Signals;
using Trading.Node.Signals;

namespace Trading.Tests.Signals;

/// <summary>What a sender puts into a field that looks like a secret is kept nowhere.</summary>
public sealed class SecretFieldsTests
{
    [Theory]
    [InlineData("secret"), InlineData("Secret"), InlineData("passphrase"), InlineData("apiKey"), InlineData("API_KEY"), InlineData("api-secret")]
    [InlineData("accessToken"), InlineData("PASSWORD"), InlineData("private_key")]
    public void A_field_that_looks_like_a_secret_is_emptied_at_any_depth(string name)
    {
        Assert.True(SecretFields.IsNamed(name));
        var reader = new SignalReader(new SignalRouting(
            new Dictionary<AccountId, Exchange> { [AccountId.Parse("binance")] = Exchange.Binance }, []));
        var body = $$"""{"id":"1","symbol":"TAGUSDT","side":"long","note":"kept","{{name}}":"h1dden","more":[{"{{name}}":{"x":"h1dden"},"y":1}]}""";

        var signal = Assert.Single(reader.Read(System.Text.Encoding.UTF8.GetBytes(body), "tv", DateTime.UnixEpoch).Signals).Signal;

        Assert.DoesNotContain("h1dden", JsonSerializer.Serialize(signal), StringComparison.Ordinal);
        Assert.Contains("\"note\":\"kept\"", signal.Extra!, StringComparison.Ordinal);
        Assert.Contains($"\"{name}\":\"(not kept)\"", signal.Extra!, StringComparison.Ordinal);
        Assert.Contains("\"y\":1", signal.Extra!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"apiKey":"h1dden","id":1,}""")]
    [InlineData("""{"passphrase" : "h1\"dden h1dden" "id":1}""")]
    [InlineData("""{"apiKey":"h1dden""")]
    [InlineData("apiKey=h1dden&id=1")]
    [InlineData("{&quot;API_SECRET&quot;:&quot;h1dden&quot;,&quot;id&quot;:1}")]
    [InlineData("{'token': 'h1dden', id: 1}")]
    [InlineData("%22apiSecret%22%3A%22h1dden%22")]
    public void A_body_that_cannot_be_read_is_kept_without_what_looks_like_a_secret_in_it(string body)
    {
        Assert.DoesNotContain("dden", RejectedSignal.Shortened(System.Text.Encoding.UTF8.GetBytes(body)), StringComparison.Ordinal);
        Assert.DoesNotContain("dden", SignalFault.Of(0, "body", body, "not JSON").ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","settings":{"apiKey":"AKIAXYZ"}}""")]
    [InlineData("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","settings":{"passphrase":"AKIAXYZ"}}""")]
    [InlineData("""{"id":{"apiKey":"AKIAXYZ"},"symbol":"TAGUSDT","account":"binance","side":"buy"}""")]
    [InlineData("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","extra":{"api_key":"AKIAXYZ"}}""")]
    [InlineData("""{"id":1,"symbol":"TAGUSDT","account":"binance","side":"buy","note":"apiKey=AKIAXYZ"}""")]
    public void A_secret_of_a_refused_field_is_in_no_fault_either(string json)
    {
        var reader = new SignalReader(new SignalRouting(new Dictionary<AccountId, Exchange> { [AccountId.Parse("binance")] = Exchange.Binance }, []));
        var read = reader.Read(Encoding.UTF8.GetBytes(json), "hook", new DateTime(2025, 10, 17, 19, 21, 3, DateTimeKind.Utc));
        Assert.DoesNotContain(read.Faults, static fault => fault.ToString().Contains("AKIAXYZ", StringComparison.Ordinal));
        Assert.DoesNotContain(read.Signals, static one => one.Signal.ToString().Contains("AKIAXYZ", StringComparison.Ordinal));
    }
}
