using System.Net.Sockets;
using System.Text;
using Trading.Simulator;
using Trading.Simulator.Market;

namespace Trading.Tests.Simulator;

/// <summary>Requests that no HTTP client would send, byte by byte, on both exchanges: never a 5xx.</summary>
public sealed class OddHttpTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private SimulatorHost host = null!;

    public async Task InitializeAsync() => host = await SimulatorHost.Start(
        new SimulatorOptions { Port = 0, Market = _ => new ManualMarket(new SymbolSpec("ETHUSDT", 0.01m, 0.001m)) },
        TimeProvider.System);

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Theory]
    [InlineData("GET /fapi/v1/klines?symbol=%FF%FE&interval=1h", "")]
    [InlineData("GET /fapi/v1/klines?symbol=\u00ff&interval=1h", "")]
    [InlineData("GET /fapi/v1/premiumIndex?symbol=ETHUSDT", "")]
    [InlineData("GET /fapi/v1/%zz", "")]
    [InlineData("GET /fapi/v1/order%00", "")]
    [InlineData("GET //", "")]
    [InlineData("GET /?&&==&", "")]
    [InlineData("OPTIONS *", "")]
    [InlineData("BREW /fapi/v1/order", "")]
    [InlineData("POST /fapi/v1/order", "Content-Length: 0\r\n\r\n")]
    [InlineData("POST /fapi/v1/order", "X-MBX-APIKEY: sim-key-0001\r\nContent-Length: 3\r\n\r\n\u00ff\u00fe\u0000")]
    [InlineData("POST /fapi/v1/order", "Content-Length: 99999999999\r\n\r\n")]
    [InlineData("POST /fapi/v1/order", "Transfer-Encoding: chunked\r\n\r\nzz\r\n")]
    [InlineData("POST /v5/order/create", "Content-Length: 0\r\n\r\n")]
    [InlineData("POST /v5/order/create", "Content-Length: 3\r\n\r\n\u00ff\u00fe\u0000")]
    [InlineData("GET /v5/market/kline?symbol=%FF%FE", "")]
    [InlineData("GET /market/ws", "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 99\r\n\r\n")]
    [InlineData("GET /market/ws", "Connection: Upgrade\r\nUpgrade: smoke\r\n\r\n")]
    public async Task An_odd_request_is_refused_and_the_exchange_goes_on(string line, string rest)
    {
        var address = line.Contains("/v5/", StringComparison.Ordinal) ? host.BybitAddress : host.BaseAddress;

        var status = await Status(address, $"{line} HTTP/1.1\r\nHost: x\r\n{(rest.Length > 0 ? rest : "\r\n")}");

        Assert.InRange(status, 200, 499);
        Assert.Equal(200, await Status(host.BaseAddress, "GET /fapi/v1/time HTTP/1.1\r\nHost: x\r\n\r\n"));
    }

    private static async Task<int> Status(Uri address, string request)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(address.Host, address.Port, patience.Token);
        await using var bytes = tcp.GetStream();
        await bytes.WriteAsync(Encoding.Latin1.GetBytes(request), patience.Token);
        using var reader = new StreamReader(bytes, Encoding.Latin1);
        var first = await reader.ReadLineAsync(patience.Token);
        return int.Parse(first!.Split(' ')[1]);
    }
}
