using Trading.Gateways;

namespace Trading.Tests.Gateways;

public sealed class WireSignerTests
{
    [Theory]
    [InlineData(
        "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9",
        "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943",
        "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9")]
    [InlineData(
        "sim-secret-0001",
        "symbol=ETHUSDT&side=SELL&type=MARKET&quantity=0.75&reduceOnly=true&newClientOrderId=ta-exit-7&newOrderRespType=RESULT&recvWindow=5000&timestamp=1795000000123",
        "b6ff2c00304f8d05dc51e1b3d7f80b2ea8144a216aee006752444cd72aa9635f")]
    [InlineData(
        "sim-secret-0001",
        "symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT&timestamp=1795000000123",
        "e7794783876c3d85075477229a969297b300da31d9715bd143ea3dbf2e08e37e")]
    public void Parameters_are_signed_as_the_protocol_vectors_say(string secret, string parameters, string signature) =>
        Assert.Equal(signature, new WireSigner(secret).Sign(parameters));

    [Fact]
    public void Keys_never_show_themselves()
    {
        var keys = new ApiKeys("sim-key-0001", "sim-secret-0001");
        var account = new VenueAccount(Trading.Domain.AccountId.Parse("binance"), keys, []);
        Assert.DoesNotContain("sim-", $"{keys} {keys.Signer} {account}", StringComparison.Ordinal);
    }
}
