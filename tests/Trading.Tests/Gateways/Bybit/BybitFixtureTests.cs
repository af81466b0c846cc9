using System.Text;
using Trading.Gateways;
using Trading.Gateways.Bybit;

namespace Trading.Tests.Gateways.Bybit;

/// <summary>The examples of the exchange's own documentation can be read.</summary>
public sealed class BybitFixtureTests
{
    private static byte[] Bytes(string name) => File.ReadAllBytes(SharedFolder.File("fixtures", "bybit-docs-examples", $"{name}.json"));

    [SharedFact]
    public void Every_private_topic_example_is_understood_or_counted()
    {
        var frames = Directory.GetFiles(SharedFolder.File("fixtures", "bybit-docs-examples"), "websocket_private_*.json")
            .Where(file => File.ReadAllText(file).Contains("\"topic\"", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(frames);
        foreach (var file in frames)
        {
            var reading = new BybitStream(new BybitTranslator(BybitAccount.OneWay)).Read(File.ReadAllBytes(file));
            Assert.True(reading.Meaning is StreamMeaning.Event or StreamMeaning.Unknown, $"{Path.GetFileName(file)}: {reading}");
        }
    }

    [SharedFact]
    public void Every_rest_example_we_rely_on_is_read()
    {
        Assert.NotEmpty(Rows<PositionWire>("position_position.1"));
        Assert.NotEmpty(Rows<OrderWire>("order_open-order.1"));
        Assert.NotEmpty(Rows<OrderWire>("order_order-list.1"));
        Assert.NotEmpty(Rows<ExecutionWire>("order_execution.1"));
        Assert.NotEmpty(Rows<TickerWire>("market_tickers.1"));
        Assert.NotEmpty(Rows<InstrumentWire>("market_instrument.1"));
        Assert.NotEmpty(BybitJson.Result<Acknowledgement>(Bytes("order_create-order.1")).OrderId);
        Assert.NotEmpty(BybitJson.Result<AccountInfo>(Bytes("account_account-info.1")).MarginMode);
        Assert.True(BybitJson.Result<ServerTime>(Bytes("market_time.1")).TimeNano > 0);
        Assert.IsType<Done<AccountBalance>>(BybitTranslator.Balance(Bytes("account_wallet-balance.1")));
    }

    [SharedFact]
    public void The_ticker_example_is_read()
    {
        Span<char> symbol = stackalloc char[PriceFrame.LongestSymbol];
        Assert.True(TickerFrame.TryRead(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Bytes("websocket_public_ticker.1")).Trim()), symbol, out var frame));
        Assert.Equal(("BTCUSDT", 66666.60m, 1760325052630), (symbol[..frame.SymbolLength].ToString(), frame.Price, frame.Time));
    }

    private static T[] Rows<T>(string name) => BybitJson.Result<Page<T>>(Bytes(name)).List;
}
