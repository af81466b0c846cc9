using System.Text;
using System.Text.Json;
using Trading.Domain;
using Trading.Gateways;
using Trading.Gateways.Binance;

namespace Trading.Tests.Gateways;

public sealed class BinancePricesTests : IDisposable
{
    private static readonly Symbol Eth = Symbol.Parse("ETHUSDT");

    private readonly VirtualNode _node = new();
    private readonly ScriptedWire _wire;
    private readonly BinanceHost _host;
    private readonly BinancePrices _prices;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(Symbol Symbol, decimal Price, DateTime At)> _ticks = [];
    private readonly List<(Symbol Symbol, bool Suspect)> _suspects = [];
    private readonly Task _running;

    public BinancePricesTests()
    {
        _wire = new ScriptedWire(_node.Time);
        _host = new BinanceHost(BinanceAddress.Single(new Uri("http://exchange")), _wire, _node.Time);
        _prices = new BinancePrices(_host);
        _running = _node.Start(() => _prices.Run(
            (symbol, price, at) => _ticks.Add((symbol, price, at)), (symbol, suspect) => _suspects.Add((symbol, suspect)), _stop.Token));
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
    public void A_subscribed_symbol_is_asked_for_on_the_market_route_and_its_prices_arrive()
    {
        _prices.Subscribe(Eth);
        _prices.Subscribe(Eth);
        _node.Pass(TimeSpan.FromSeconds(0.5));
        var socket = Assert.Single(_wire.Sockets);
        Assert.Equal("ws://exchange/market/ws", socket.Address.ToString());
        Assert.Equal("""{"method":"SUBSCRIBE","params":["ethusdt@markPrice@1s"],"id":1}""", Assert.Single(socket.Sent));
        Tick(socket, "ETHUSDT", "3120.55000000");
        Tick(socket, "BTCUSDT", "1");
        Assert.Equal((Eth, 3120.55m, DateTime.UnixEpoch.AddMilliseconds(1795000001000)), Assert.Single(_ticks));
    }

    [Fact]
    public void Subscriptions_are_sent_in_few_messages_and_spread_over_connections()
    {
        for (var i = 0; i < 450; i++) _prices.Subscribe(Symbol.Parse($"S{i:000}USDT"));
        _node.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(3, _wire.Sockets.Count);
        Assert.All(_wire.Sockets, socket => Assert.Single(socket.Sent));
        Assert.Equal([200, 200, 50], _wire.Sockets.Select(socket => Names(socket.Sent[0]).Length));
    }

    [Fact]
    public void No_connection_sends_more_than_five_messages_a_second()
    {
        _prices.Subscribe(Eth);
        _node.Pass(TimeSpan.FromSeconds(0.5));
        var socket = _wire.Sockets[0];
        var before = socket.Sent.Count;
        for (var i = 0; i < 100; i++)
        {
            _prices.Subscribe(Symbol.Parse($"S{i:000}USDT"));
            if (i % 2 == 0) _prices.Unsubscribe(Symbol.Parse($"S{i / 2:000}USDT"));
            _node.Pass(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(socket.Sent.Count - before, 2, 5);
    }

    [Fact]
    public void What_is_not_wanted_any_more_is_told_and_delivered_to_nobody()
    {
        _prices.Subscribe(Eth);
        _node.Pass(TimeSpan.FromSeconds(0.5));
        _prices.Unsubscribe(Eth);
        _node.Pass(TimeSpan.FromSeconds(0.5));
        Assert.Equal("""{"method":"UNSUBSCRIBE","params":["ethusdt@markPrice@1s"],"id":2}""", _wire.Sockets[0].Sent[^1]);
        Tick(_wire.Sockets[0], "ETHUSDT", "1");
        Assert.Empty(_ticks);
    }

    [Fact]
    public void Five_seconds_without_a_frame_are_suspect_until_the_next_one()
    {
        var other = Symbol.Parse("TAGUSDT");
        _prices.Subscribe(Eth);
        _prices.Subscribe(other);
        for (var second = 0; second < 8; second++)
        {
            _node.Pass(TimeSpan.FromSeconds(1));
            Tick(_wire.Sockets[0], "TAGUSDT", "2");
        }

        Assert.Equal((Eth, true), Assert.Single(_suspects));
        Assert.Equal(["ethusdt@markPrice@1s"], Names(_wire.Sockets[0].Sent[^1]));
        Tick(_wire.Sockets[0], "ETHUSDT", "1");
        Assert.Equal((Eth, false), _suspects[^1]);
        Assert.Single(_wire.Sockets);
    }

    [Fact]
    public void A_node_that_stood_still_itself_waits_for_the_next_frame_before_it_calls_a_symbol_silent()
    {
        _prices.Subscribe(Eth);
        _node.Pass(TimeSpan.FromSeconds(0.5));
        Tick(_wire.Sockets[0], "ETHUSDT", "1");
        _node.Time.Advance(TimeSpan.FromSeconds(20));
        _node.Pass(TimeSpan.FromSeconds(1));
        Tick(_wire.Sockets[0], "ETHUSDT", "2");
        _node.Pass(TimeSpan.FromSeconds(3));
        Assert.Empty(_suspects);
        Assert.Single(_wire.Sockets);

        _node.Time.Advance(TimeSpan.FromSeconds(20));
        _node.Pass(TimeSpan.FromSeconds(2.5));
        Assert.Equal((Eth, true), Assert.Single(_suspects));
    }

    [Fact]
    public void A_socket_on_which_everything_is_silent_is_opened_anew()
    {
        _prices.Subscribe(Eth);
        _node.Pass(TimeSpan.FromSeconds(7));
        Assert.Equal(2, _wire.Sockets.Count);
        Assert.True(_wire.Sockets[0].IsDisposed);
        Assert.Equal(["ethusdt@markPrice@1s"], Names(Assert.Single(_wire.Sockets[1].Sent)));
        Assert.Equal((Eth, true), Assert.Single(_suspects));
    }

    [Fact]
    public void A_lost_socket_is_replaced_and_asked_for_everything_again()
    {
        _prices.Subscribe(Eth);
        _node.Pass(TimeSpan.FromSeconds(0.5));
        _wire.Sockets[0].Close();
        _node.Pass(TimeSpan.FromSeconds(0.5));
        Assert.Equal(["ethusdt@markPrice@1s"], Names(Assert.Single(_wire.Sockets[1].Sent)));
    }

    [Fact]
    public void A_receiver_that_fails_ends_the_run_with_its_failure()
    {
        using var prices = new CancellationTokenSource();
        var feed = new BinancePrices(_host);
        feed.Subscribe(Eth);
        var running = _node.Start(() => feed.Run(
            (_, _, _) => { }, (_, _) => throw new InvalidOperationException("the receiver fails"), prices.Token));
        _node.Pass(TimeSpan.FromSeconds(6));
        Assert.IsType<InvalidOperationException>(running.Exception?.InnerException);
        Assert.True(_wire.Sockets[0].IsDisposed);
    }

    [Fact]
    public void Symbols_of_any_script_are_asked_for_by_their_own_name()
    {
        _prices.Subscribe(Symbol.Parse("币安人生USDT"));
        _node.Pass(TimeSpan.FromSeconds(0.5));
        Assert.Equal(["币安人生usdt@markPrice@1s"], Names(_wire.Sockets[0].Sent[0]));
        Tick(_wire.Sockets[0], "币安人生USDT", "0.5");
        Assert.Single(_ticks);
    }

    [Fact]
    public void Ten_thousand_mutated_ticks_neither_crash_nor_invent_a_price_without_its_symbol()
    {
        var sample = Encoding.UTF8.GetBytes(TickOf("ETHUSDT", "3120.55000000"));
        Span<char> name = stackalloc char[PriceFrame.LongestSymbol];
        for (var length = 0; length < sample.Length; length++) Assert.False(MarkPriceFrame.TryRead(sample.AsSpan(0, length), name, out _));
        for (var seed = 0; seed < 10_000; seed++)
        {
            var chance = new Random(seed);
            var bytes = (byte[])sample.Clone();
            for (var i = chance.Next(1, 9); i > 0; i--) bytes[chance.Next(bytes.Length)] = (byte)chance.Next(256);
            if (!MarkPriceFrame.TryRead(bytes, name, out var frame)) continue;
            Assert.True(frame is { Price: > 0, Time: > 0, SymbolLength: > 0 }, $"seed {seed}");
        }
    }

    [Fact]
    public void Reading_a_tick_allocates_nothing()
    {
        var bytes = Encoding.UTF8.GetBytes(TickOf("ETHUSDT", "3120.55000000"));
        Span<char> name = stackalloc char[PriceFrame.LongestSymbol];
        MarkPriceFrame.TryRead(bytes, name, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = 0;
        for (var i = 0; i < 1000; i++)
            if (MarkPriceFrame.TryRead(bytes, name, out _)) read++;
        Assert.Equal((1000, 0), (read, GC.GetAllocatedBytesForCurrentThread() - before));
    }

    private void Tick(ScriptedSocket socket, string symbol, string price)
    {
        socket.Push(TickOf(symbol, price));
        _node.Settle();
    }

    private static string TickOf(string symbol, string price) =>
        $$"""{"e":"markPriceUpdate","E":1795000001000,"s":"{{symbol}}","p":"{{price}}","ap":"3120.54000000","P":"3119.80000000","i":"3121.90127660","r":"0.00004100","T":1795017600000,"st":1}""";

    private static string[] Names(string message)
    {
        using var json = JsonDocument.Parse(message);
        return [.. json.RootElement.GetProperty("params").EnumerateArray().Select(name => name.GetString()!)];
    }
}
