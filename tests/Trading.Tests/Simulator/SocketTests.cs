using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Trading.Simulator;
using Trading.Simulator.Market;

namespace Trading.Tests.Simulator;

/// <summary>How the exchange ends a WebSocket, and keeps it alive, over real sockets.</summary>
public sealed class SocketTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly StandingTime time = new(new DateTimeOffset(2026, 11, 20, 8, 0, 0, TimeSpan.Zero));
    private readonly HttpClient http = new() { Timeout = Patience };
    private SimulatorHost host = null!;

    public async Task InitializeAsync()
    {
        host = await SimulatorHost.Start(
            new SimulatorOptions
            {
                Port = 0,
                Market = start =>
                {
                    var market = new ManualMarket(new SymbolSpec("ETHUSDT", 0.01m, 0.001m));
                    market.Set(start.FromUtc, "ETHUSDT", 3000m);
                    return market;
                },
                Binance = new(), Bybit = new(),
            },
            time);
        http.BaseAddress = host.BaseAddress;
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task Twelve_messages_a_second_are_answered_ten_times_and_then_closed_with_1008_and_its_reason()
    {
        using var socket = await Open(host.BaseAddress, "/market/stream");

        for (var id = 1; id <= 12; id++) await Say(socket, $$"""{"method":"LIST_SUBSCRIPTIONS","id":{{id}}}""");
        var heard = await Rest(socket);

        Assert.Equal(Enumerable.Range(1, 10).Select(id => $$"""{"result":[],"id":{{id}}}"""), heard);
        Assert.Equal(
            (WebSocketCloseStatus.PolicyViolation, "Too many requests"),
            (socket.CloseStatus, socket.CloseStatusDescription));
    }

    [Theory]
    [InlineData("/v5/private")]
    [InlineData("/v5/trade")]
    public async Task A_login_with_a_bad_secret_hears_its_refusal_before_the_end(string path)
    {
        for (var i = 0; i < 10; i++)
        {
            using var socket = await Open(host.BybitAddress, path);
            await Say(socket, """{"op":"auth","req_id":"a","args":["sim-key-0001",99999999999999,"00"]}""");

            var heard = await Rest(socket);

            Assert.Contains("sign", Assert.Single(heard), StringComparison.Ordinal);
            Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
        }
    }

    [Fact]
    public async Task A_client_that_closes_is_closed_in_return()
    {
        using var socket = await Open(host.BaseAddress, "/market/ws/ethusdt@markPrice@1s");
        using var patience = new CancellationTokenSource(Patience);

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", patience.Token);

        Assert.Equal((WebSocketState.Closed, WebSocketCloseStatus.NormalClosure), (socket.State, socket.CloseStatus));
    }

    [Fact]
    public async Task A_client_that_does_not_close_in_return_is_cut_off_after_five_seconds()
    {
        using var raw = await RawSocket.Open(host.BaseAddress, "/market/ws");
        for (var i = 0; i < 11; i++) await raw.Say("""{"method":"LIST_SUBSCRIPTIONS","id":1}""");
        for (var i = 0; i < 10; i++) Assert.Equal(1, (await raw.Receive()).Opcode);
        Assert.Equal(8, (await raw.Receive()).Opcode);

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(-1, (await raw.Receive()).Opcode);
    }

    [Fact]
    public async Task A_message_above_a_megabyte_is_refused_by_its_close_code()
    {
        using var socket = await Open(host.BaseAddress, "/market/ws");

        await Say(socket, new string(' ', (1 << 20) + 1));
        await Rest(socket);

        Assert.Equal(WebSocketCloseStatus.MessageTooBig, socket.CloseStatus);
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/market/nothing")]
    [InlineData("/ws-fapi/v2")]
    [InlineData("/v5/public/spotlight")]
    public async Task A_WebSocket_path_that_is_not_there_is_answered_404(string path)
    {
        var address = path.StartsWith("/v5", StringComparison.Ordinal) ? host.BybitAddress : host.BaseAddress;
        using var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };
        using var patience = new CancellationTokenSource(Patience);

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(Socket(address, path), patience.Token));

        Assert.Equal(System.Net.HttpStatusCode.NotFound, socket.HttpStatusCode);
    }

    [Fact]
    public async Task A_ping_comes_every_three_minutes_and_carries_the_milliseconds_of_the_exchange()
    {
        using var raw = await RawSocket.Open(host.BaseAddress, "/market/ws");
        await raw.Say("""{"method":"LIST_SUBSCRIPTIONS","id":1}""");
        Assert.Equal((1, """{"result":[],"id":1}"""), await raw.Receive());

        time.Advance(TimeSpan.FromMinutes(3));

        var sent = time.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.Equal((9, sent.ToString(CultureInfo.InvariantCulture)), await raw.Receive());
    }

    [Fact]
    public async Task A_client_that_has_not_answered_a_ping_for_ten_minutes_is_dropped()
    {
        using var raw = await RawSocket.Open(host.BaseAddress, "/market/ws");
        await raw.Say("""{"method":"LIST_SUBSCRIPTIONS","id":1}""");
        await raw.Receive();

        var heard = new List<int>();
        for (var minute = 3; minute <= 12; minute += 3)
        {
            time.Advance(TimeSpan.FromMinutes(3));
            heard.Add((await raw.Receive()).Opcode);
        }

        Assert.Equal([9, 9, 9, -1], heard);
    }

    private static Uri Socket(Uri address, string path) =>
        new(address.ToString().Replace("http", "ws", StringComparison.Ordinal).TrimEnd('/') + path);

    private static async Task<ClientWebSocket> Open(Uri address, string path)
    {
        var socket = new ClientWebSocket();
        using var patience = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(Socket(address, path), patience.Token);
        return socket;
    }

    private static Task Say(ClientWebSocket socket, string frame) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, true, CancellationToken.None);

    /// <summary>Every frame until the exchange's close.</summary>
    private static async Task<List<string>> Rest(ClientWebSocket socket)
    {
        using var patience = new CancellationTokenSource(Patience);
        var (frames, buffer) = (new List<string>(), new byte[65536]);
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, patience.Token);
            if (part.MessageType == WebSocketMessageType.Close) return frames;
            frames.Add(Encoding.UTF8.GetString(buffer, 0, part.Count));
        }
    }

    /// <summary>Stands still until a test moves it; what is due at once is done at once, by a thread of the pool.</summary>
    private sealed class StandingTime(DateTimeOffset startUtc) : TimeProvider
    {
        private readonly ManualTime clock = new(startUtc);

        public override long TimestampFrequency => clock.TimestampFrequency;

        public override long GetTimestamp() => clock.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public void Advance(TimeSpan span) => clock.Advance(span);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new PromptTimer(clock, clock.CreateTimer(callback, state, dueTime, period));

        private sealed class PromptTimer(ManualTime clock, ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                var changed = timer.Change(dueTime, period);
                if (dueTime == TimeSpan.Zero)
                    ThreadPool.QueueUserWorkItem(_ => clock.Advance(TimeSpan.Zero));
                return changed;
            }

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }

    /// <summary>A client that sees every frame, and answers no ping.</summary>
    private sealed class RawSocket(TcpClient tcp, NetworkStream bytes) : IDisposable
    {
        public static async Task<RawSocket> Open(Uri address, string path)
        {
            var tcp = new TcpClient();
            await tcp.ConnectAsync(address.Host, address.Port);
            var raw = new RawSocket(tcp, tcp.GetStream());
            await raw.Write(Encoding.ASCII.GetBytes(
                $"GET {path} HTTP/1.1\r\nHost: {address.Authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
            var head = "";
            while (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal)) head += (char)(await raw.Read(1))[0];
            Assert.StartsWith("HTTP/1.1 101", head, StringComparison.Ordinal);
            return raw;
        }

        /// <summary>A text frame under an empty mask.</summary>
        public Task Say(string text) =>
            Write([0x81, (byte)(0x80 | text.Length), 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(text)]);

        /// <returns>Opcode and text; -1 when the connection has ended.</returns>
        public async Task<(int Opcode, string Text)> Receive()
        {
            try
            {
                var head = await Read(2);
                var length = head[1] & 0x7F;
                if (length == 126) length = BinaryPrimitives.ReadUInt16BigEndian(await Read(2));
                return (head[0] & 0x0F, Encoding.UTF8.GetString(await Read(length)));
            }
            catch (IOException)
            {
                return (-1, "");
            }
        }

        public void Dispose() => tcp.Dispose();

        private async Task Write(byte[] all)
        {
            using var patience = new CancellationTokenSource(Patience);
            await bytes.WriteAsync(all, patience.Token);
        }

        private async Task<byte[]> Read(int count)
        {
            using var patience = new CancellationTokenSource(Patience);
            var all = new byte[count];
            await bytes.ReadExactlyAsync(all, patience.Token);
            return all;
        }
    }
}
