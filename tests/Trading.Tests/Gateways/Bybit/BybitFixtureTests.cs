using System.Text;
using Trading.Gateways;
using Trading.Gateways.Bybit;

namespace Trading.Tests.Gateways.Bybit;

/// <summary>What the examples of the documentation say; that each of them can be read stands in the fixture table.</summary>
public sealed class BybitFixtureTests
{
    private static byte[] Bytes(string name) => File.ReadAllBytes(SharedFolder.File("fixtures", "bybit-docs-examples", $"{name}.json"));

    [SharedFact]
    public void The_ticker_example_is_read()
    {
        Span<char> symbol = stackalloc char[PriceFrame.LongestSymbol];
        Assert.True(TickerFrame.TryRead(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Bytes("websocket_public_ticker.1")).Trim()), symbol, out var frame));
        Assert.Equal(("BTCUSDT", 66666.60m, 1760325052630), (symbol[..frame.SymbolLength].ToString(), frame.Price, frame.Time));
    }
}
