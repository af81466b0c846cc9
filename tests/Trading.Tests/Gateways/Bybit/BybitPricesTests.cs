using System.Text;
using Trading.Domain;
using Trading.Gateways;
using Trading.Gateways.Bybit;

namespace Trading.Tests.Gateways.Bybit;

public sealed class BybitPricesTests : IDisposable
{
    private static readonly Symbol Eth = Symbol.Parse("ETHUSDT");

    private readonly VirtualNode _node = new();
    private readonly ScriptedWire _wire;
    private readonly BybitHost _host;
    private readonly BybitPrices _prices;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(Symbol Symbol, decimal Price, DateTime At)> _ticks = [];
    private readonly List<(Symbol Symbol, bool Suspect)> _suspects = [];
    private readonly Task _running;

    public BybitPricesTests()
    {
        _wire = new ScriptedWire(_node.Time);
        _host = new BybitHost(BybitAddress.Single(new Uri("http://exchange")), _wire, _node.Time);
        _prices = new BybitPrices(_host);
        _running = _node.Start(() => _prices.Run(
            (symbol, price, at) => _ticks.Add((symbol, price, at)), (symbol, suspect) => _suspects.Add((symbol, suspect)), _stop.Token));
        _prices.Subscribe(Eth);
        _prices.Subscribe(Symbol.Parse("BTCUSDT"));
        _node.Pass(TimeSpan.FromSeconds(0.5));
    }

    public void Dispose()
    {
        _stop.Cancel();
        _node.Pass(TimeSpan.FromSeconds(1));
        Assert.True(_running.IsCompletedSuccessfully, "the feed did not end when it was told to");
        _stop.Dispose();
        _host.Dispose();
    }

    [Fact]
    public void Tickers_are_subscribed_and_dropped_by_symbol()
    {
        var socket = Assert.Single(_wire.Sockets);
        Assert.Equal("ws://exchange/v5/public/linear", socket.Address.ToString());
        Assert.Equal("""{"req_id":"1","op":"subscribe","args":["tickers.BTCUSDT","tickers.ETHUSDT"]}""", Assert.Single(socket.Sent));
        _prices.Unsubscribe(Eth);
        _node.Pass(TimeSpan.FromSeconds(0.5));
        Assert.Equal("""{"req_id":"2","op":"unsubscribe","args":["tickers.ETHUSDT"]}""", socket.Sent[1]);
    }

    [Fact]
    public void A_snapshot_and_a_delta_with_a_mark_are_prices_and_a_delta_without_one_shows_that_the_symbol_lives()
    {
        Push("snapshot", "\"lastPrice\":\"1\",\"markPrice\":\"3120.55\",\"fundingRate\":\"\"");
        Push("delta", "\"markPrice\":\"3120.60\"");
        for (var i = 0; i < 4; i++)
        {
            _node.Pass(TimeSpan.FromSeconds(4));
            Push("delta", "\"lastPrice\":\"2\"");
        }

        Assert.Equal([3120.55m, 3120.60m], _ticks.Select(tick => tick.Price));
        Assert.All(_ticks, tick => Assert.Equal((Eth, DateTime.UnixEpoch.AddMilliseconds(1795000000630)), (tick.Symbol, tick.At)));
        Assert.Equal((Symbol.Parse("BTCUSDT"), true), Assert.Single(_suspects));
    }

    [Fact]
    public void The_exchange_is_pinged_every_twenty_seconds()
    {
        for (var i = 0; i < 15; i++)
        {
            Push("delta", "\"lastPrice\":\"2\"");
            _node.Pass(TimeSpan.FromSeconds(3));
        }

        Assert.Equal(2, Assert.Single(_wire.Sockets).Sent.Count(text => text == """{"req_id":"ping","op":"ping"}"""));
    }

    [Theory]
    [InlineData("""{"topic":"tickers.ETHUSDT","type":"delta","data":{"symbol":"ETHUSDT","markPrice":"-1"},"ts":1795000000630}""")]
    [InlineData("""{"topic":"tickers.ETHUSDT","type":"delta","data":{"symbol":"ETHUSDT","markPrice":"x"},"ts":1795000000630}""")]
    [InlineData("""{"topic":"tickers.ETHUSDT","type":"delta","data":{"markPrice":"1"},"ts":1795000000630}""")]
    [InlineData("""{"topic":"tickers.ETHUSDT","type":"delta","data":{"symbol":"ETHUSDT","markPrice":"1"}}""")]
    [InlineData("""{"topic":"publicTrade.ETHUSDT","data":{"symbol":"ETHUSDT","markPrice":"1"},"ts":1795000000630}""")]
    [InlineData("""{"topic":"tickers.ETHUSDT","type":"delta","data":{"symbol":"ETHUSDT","markPrice":"1"},"ts":1795000000630""")]
    [InlineData("")]
    public void What_is_no_ticker_is_no_price(string frame)
    {
        Span<char> symbol = stackalloc char[PriceFrame.LongestSymbol];
        Assert.False(TickerFrame.TryRead(Encoding.UTF8.GetBytes(frame), symbol, out _));
    }

    private void Push(string type, string fields)
    {
        _wire.Sockets[^1].Push($$$"""{"topic":"tickers.ETHUSDT","type":"{{{type}}}","data":{"symbol":"ETHUSDT",{{{fields}}}},"cs":9532239500,"ts":1795000000630}""");
        _node.Settle();
    }
}
