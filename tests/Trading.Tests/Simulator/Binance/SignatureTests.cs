using Trading.Simulator.Wire;

namespace Trading.Tests.Simulator.Binance;

/// <summary>Protocol page, section 2: the exchange checks what is signed, byte by byte.</summary>
public sealed class SignatureTests
{
    private const string VectorTime = "1795000000123";

    [Theory]
    [InlineData(
        "symbol=ETHUSDT&side=SELL&type=MARKET&quantity=0.75&reduceOnly=true&newClientOrderId=ta-exit-7&newOrderRespType="
        + "RESULT&recvWindow=5000&timestamp=" + VectorTime,
        "b6ff2c00304f8d05dc51e1b3d7f80b2ea8144a216aee006752444cd72aa9635f", -2022)]
    [InlineData(
        "symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT&timestamp=" + VectorTime,
        "e7794783876c3d85075477229a969297b300da31d9715bd143ea3dbf2e08e37e", -1102)]
    public void Both_vectors_pass_the_signature_check_and_one_changed_letter_does_not(
        string payload, string signature, int next)
    {
        using var bench = new ExchangeBench();
        var skewed = DateTime.UnixEpoch.AddMilliseconds(1795000000123) - bench.Now;
        bench.Exchange.Venue.Skew = skewed;

        Assert.Equal(next, CodeOf(bench, payload + "&signature=" + signature));
        Assert.Equal(next, CodeOf(bench, payload + "&signature=" + signature.ToUpperInvariant()));
        Assert.Equal(-1022, CodeOf(bench, payload.Replace("USDT", "USDX") + "&signature=" + signature));
    }

    [Fact]
    public void A_body_is_signed_after_the_query_without_a_separator()
    {
        using var bench = new ExchangeBench();
        var signed = bench.SignedCall("POST", "/fapi/v1/leverage", "symbol=ETHUSDT&leverage=5");

        var asBody = signed with { Query = "", Body = signed.Query };

        Assert.Equal(200, bench.Exchange.Answer(bench.Now, asBody).Status);
    }

    [Theory]
    [InlineData(-5000, 0)]
    [InlineData(-5001, -1021)]
    [InlineData(999, 0)]
    [InlineData(1000, -1021)]
    public void A_call_counts_only_inside_its_window(int clientAheadMs, int code)
    {
        using var bench = new ExchangeBench();
        var call = bench.SignedCall("GET", "/fapi/v1/accountConfig");
        bench.Exchange.Venue.Skew = TimeSpan.FromMilliseconds(-clientAheadMs);

        Assert.Equal(code, CodeOf(bench.Exchange.Answer(bench.Now, call)));
    }

    [Fact]
    public void Missing_and_unknown_keys_are_told_apart()
    {
        using var bench = new ExchangeBench();
        var call = bench.SignedCall("GET", "/fapi/v1/accountConfig");
        WireAnswer With(string key) => bench.Exchange.Answer(
            bench.Now, call with { Headers = new Dictionary<string, string> { ["x-mbx-apikey"] = key } });

        Assert.Equal((401, -2014), (With("").Status, CodeOf(With(""))));
        Assert.Equal((401, -2015), (With("nobody").Status, CodeOf(With("nobody"))));
        Assert.Equal(-1022, CodeOf(With("sim-key-0002")));
        Assert.Equal(200, With("sim-key-0001").Status);
    }

    private static int CodeOf(ExchangeBench bench, string query) =>
        CodeOf(bench.Exchange.Answer(bench.Now, bench.Unsigned("POST", "/fapi/v1/order", query)));

    private static int CodeOf(WireAnswer answer) =>
        answer.Status == 200 ? 0 : ExchangeBench.Parse(answer.Body).GetProperty("code").GetInt32();
}
