using System.Net;
using System.Net.WebSockets;
using System.Text;
using Trading.Simulator;
using Trading.Simulator.Faults;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;
using Trading.Tests.Simulator.Bybit;

namespace Trading.Tests.Simulator;

/// <summary>The same exchange behind real HTTP and WebSockets.</summary>
public sealed class SimulatorHostTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly HttpClient http = new() { Timeout = Patience };
    private readonly ExchangeBench signer = new();
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
            },
            TimeProvider.System);
        http.BaseAddress = host.BaseAddress;
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    public void Dispose()
    {
        http.Dispose();
        signer.Dispose();
    }

    [Fact]
    public async Task An_entry_over_http_is_told_over_the_socket_and_its_stop_protects()
    {
        var key = ExchangeBench.Parse(await Send(HttpMethod.Post, "/fapi/v1/listenKey", signed: false))
            .GetProperty("listenKey").GetString();
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(Socket("/private/ws/" + key), CancellationToken.None);

        var order = await Send(HttpMethod.Post, "/fapi/v1/order",
            "symbol=ETHUSDT&side=BUY&type=MARKET&quantity=0.5&newOrderRespType=RESULT&newClientOrderId=ta-1");
        Assert.Contains("\"status\":\"FILLED\"", order, StringComparison.Ordinal);
        var names = new List<string>();
        while (names.Count < 4) names.Add(ExchangeBench.Parse(await Receive(socket)).GetProperty("e").GetString()!);
        Assert.Equal(["TRADE_LITE", "ORDER_TRADE_UPDATE", "ACCOUNT_UPDATE", "ORDER_TRADE_UPDATE"], names);

        await Send(HttpMethod.Post, "/fapi/v1/algoOrder",
            "algoType=CONDITIONAL&symbol=ETHUSDT&side=SELL&type=STOP_MARKET&quantity=0.5&triggerPrice=2900&reduceOnly=true");
        Assert.True(host.With(e => e.Truth.AllCovered));
        Assert.Contains("ALGO_UPDATE", await Receive(socket), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_form_of_parameters_is_accepted_as_it_was_signed()
    {
        var query = Query("symbol=ETHUSDT&leverage=3");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/fapi/v1/leverage")
        {
            Content = new StringContent(query, Encoding.UTF8, "application/x-www-form-urlencoded"),
        };
        request.Headers.Add("X-MBX-APIKEY", "sim-key-0001");

        using var answer = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("1", answer.Headers.GetValues("x-mbx-used-weight-1m").Single());
    }

    [Fact]
    public async Task A_lost_answer_breaks_the_connection_and_the_order_is_there()
    {
        await Control(HttpMethod.Post, "/control/faults", """{"do":"lose_answer","purpose":"entry"}""");

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Send(
            HttpMethod.Post, "/fapi/v1/order", "symbol=ETHUSDT&side=BUY&type=MARKET&quantity=0.5&newClientOrderId=lost"));

        Assert.Contains("FILLED", await Send(HttpMethod.Get, "/fapi/v1/order",
            "symbol=ETHUSDT&origClientOrderId=lost"), StringComparison.Ordinal);
        var truth = ExchangeBench.Parse(await Control(HttpMethod.Get, "/control/truth"));
        Assert.Equal(1, truth.GetProperty("unprotected_now").GetInt32());
    }

    [Fact]
    public async Task Mark_prices_stream_and_a_closed_socket_is_closed()
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(Socket("/market/stream?streams=ethusdt@markPrice@1s"), CancellationToken.None);
        Assert.Contains("\"p\":\"3000.00000000\"", await Receive(socket), StringComparison.Ordinal);

        await Control(HttpMethod.Post, "/control/sockets", """{"do":"close","of":"market"}""");

        await Assert.ThrowsAnyAsync<WebSocketException>(async () =>
        {
            while (true) await Receive(socket);
        });
    }

    [Fact]
    public async Task Bybit_answers_on_its_own_port_and_each_exchange_knows_only_its_own_paths()
    {
        using var bybit = new BybitBench();
        Assert.NotEqual(host.BaseAddress.Port, host.BybitAddress.Port);
        Assert.Equal(HttpStatusCode.NotFound, await Status(new Uri(host.BaseAddress, "/v5/market/time")));
        Assert.Equal(HttpStatusCode.NotFound, await Status(new Uri(host.BybitAddress, "/fapi/v1/time")));
        Assert.Equal(HttpStatusCode.OK, await Status(new Uri(host.BybitAddress, "/control/truth")));
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{host.BybitAddress.Port}/v5/private"), CancellationToken.None);
        var expires = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + 10_000;
        await Say(socket, $$"""{"op":"auth","args":["sim-key-0001",{{expires}},"{{bybit.Sign("GET/realtime" + expires)}}"]}""");
        await Say(socket, """{"op":"subscribe","args":["position"]}""");
        Assert.Contains("\"success\":true", await Receive(socket), StringComparison.Ordinal);
        Assert.Contains("\"success\":true", await Receive(socket), StringComparison.Ordinal);

        const string body =
            """{"category":"linear","symbol":"ETHUSDT","side":"Buy","orderType":"Market","qty":"0.5","stopLoss":"2900"}""";
        var stamp = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.BybitAddress, "/v5/order/create"))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-BAPI-API-KEY", "sim-key-0001");
        request.Headers.Add("X-BAPI-TIMESTAMP", $"{stamp}");
        request.Headers.Add("X-BAPI-RECV-WINDOW", "5000");
        request.Headers.Add("X-BAPI-SIGN", bybit.Sign($"{stamp}sim-key-00015000{body}"));
        using var answer = await http.SendAsync(request);

        Assert.Equal("9", answer.Headers.GetValues("x-bapi-limit-status").Single());
        Assert.Contains("\"stopLoss\":\"2900.00\"", await Receive(socket), StringComparison.Ordinal);
        Assert.True(host.With(e => e.Truth.AllCovered));
    }

    [Fact]
    public async Task A_delayed_request_is_executed_late()
    {
        host.With(e => e.Add(new Fault { Do = FaultAction.DelayRequest, Ms = 60 }));
        var sending = Send(HttpMethod.Post, "/fapi/v1/order", "symbol=ETHUSDT&side=BUY&type=MARKET&quantity=0.5");

        await sending;

        Assert.Equal(0.5m, host.With(e => e.Account("sim-key-0001").Find("ETHUSDT", PositionSide.Both)!.Quantity));
    }

    private async Task<HttpStatusCode> Status(Uri address)
    {
        using var answer = await http.GetAsync(address);
        return answer.StatusCode;
    }

    private static Task Say(ClientWebSocket socket, string frame) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, true, CancellationToken.None);

    private Uri Socket(string path) => new(host.BaseAddress.ToString().Replace("http", "ws").TrimEnd('/') + path);

    private string Query(string parameters)
    {
        var stamp = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        return signer.Sign((parameters.Length == 0 ? "" : parameters + "&") + $"timestamp={stamp}");
    }

    private async Task<string> Send(HttpMethod method, string path, string parameters = "", bool signed = true)
    {
        using var request = new HttpRequestMessage(method, signed ? $"{path}?{Query(parameters)}" : path);
        request.Headers.Add("X-MBX-APIKEY", "sim-key-0001");
        using var answer = await http.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<string> Control(HttpMethod method, string path, string body = "")
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body) };
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return text;
    }

    private static async Task<string> Receive(ClientWebSocket socket)
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[65536];
        var got = await socket.ReceiveAsync(buffer, patience.Token);
        if (got.MessageType == WebSocketMessageType.Close) throw new WebSocketException("closed");
        return Encoding.UTF8.GetString(buffer, 0, got.Count);
    }
}
