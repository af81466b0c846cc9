using System.Net;
using System.Net.Sockets;
using System.Text;
using Trading.Gateways;

namespace Trading.Tests.Gateways;

/// <summary>The production wire against a server of bare sockets: what it sends, and above all how often.</summary>
public sealed class HttpWireTests : IDisposable
{
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private readonly HttpWire _wire = new(TimeProvider.System);

    public HttpWireTests() => _server.Start();

    public void Dispose()
    {
        _wire.Dispose();
        _server.Dispose();
    }

    [Theory]
    [InlineData("POST", "a=1")]
    [InlineData("POST", "")]
    [InlineData("PUT", "")]
    [InlineData("DELETE", "")]
    public async Task A_request_whose_pooled_connection_dies_unanswered_is_not_sent_again(string method, string body)
    {
        var seen = new List<string>();
        var serving = Serve(seen, answers: 1);
        Assert.Equal(200, (await Send(method, body)).Status);
        Assert.Equal(WireAnswer.NoAnswer, (await Send(method, body)).Status);
        await Stop(serving);
        Assert.Equal(2, seen.Count);
    }

    [Fact]
    public async Task Target_body_and_headers_are_sent_as_they_are_and_the_answer_comes_back_whole()
    {
        var seen = new List<string>();
        var serving = Serve(seen, answers: 1);
        var answer = await _wire.Send(
            Request("POST", "/fapi/v1/order?symbol=%E5%B8%81USDT&a=%2B", "b=2") with { Headers = [new("X-MBX-APIKEY", "key")] }, default);
        await Stop(serving);
        Assert.StartsWith("POST /fapi/v1/order?symbol=%E5%B8%81USDT&a=%2B HTTP/1.1\r\n", seen[0], StringComparison.Ordinal);
        Assert.Contains("X-MBX-APIKEY: key\r\n", seen[0], StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/x-www-form-urlencoded\r\n", seen[0], StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nb=2", seen[0], StringComparison.Ordinal);
        Assert.Equal((200, "ok", "7"), (answer.Status, Encoding.UTF8.GetString(answer.Body.Span), answer.Headers["x-mbx-used-weight-1m"]));
    }

    [Fact]
    public async Task A_connection_that_cannot_be_made_means_that_nothing_left()
    {
        var request = Request("POST", "/", "");
        _server.Stop();
        Assert.Equal(WireAnswer.NotConnected, (await _wire.Send(request, default)).Status);
        await Assert.ThrowsAsync<IOException>(() => _wire.Connect(new UriBuilder(request.Host) { Scheme = "ws" }.Uri, default));
    }

    [Fact]
    public async Task Without_an_answer_in_time_the_outcome_is_open()
    {
        var seen = new List<string>();
        var serving = Serve(seen, answers: 0);
        var answer = await _wire.Send(Request("POST", "/", "a=1") with { Timeout = TimeSpan.FromMilliseconds(200) }, default);
        Assert.Equal(WireAnswer.NoAnswer, answer.Status);
        await Stop(serving);
    }

    [Fact]
    public void A_request_shows_neither_query_nor_body_nor_headers()
    {
        var text = $"{Request("POST", "/fapi/v1/order?signature=abc", "signature=def") with { Headers = [new("X-MBX-APIKEY", "key-1")] }}";
        Assert.Equal("POST 127.0.0.1/fapi/v1/order", text);
    }

    /// <summary>The wire first: its pooled connections are what the server still listens to.</summary>
    private Task Stop(Task serving)
    {
        _wire.Dispose();
        _server.Stop();
        return serving;
    }

    private Task<WireAnswer> Send(string method, string body) => _wire.Send(Request(method, "/path", body), default);

    private WireRequest Request(string method, string target, string body) => new(
        new Uri($"http://127.0.0.1:{((IPEndPoint)_server.LocalEndpoint).Port}"), method, target, body, [], TimeSpan.FromSeconds(20));

    /// <summary>Answers so many requests; each later one is read whole and its connection closed without a word.</summary>
    private async Task Serve(List<string> seen, int answers)
    {
        while (true)
        {
            try
            {
                using var client = await _server.AcceptTcpClientAsync();
                var stream = client.GetStream();
                while (await Read(stream) is { } request)
                {
                    seen.Add(request);
                    if (seen.Count > answers) break;
                    await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Mbx-Used-Weight-1M: 7\r\n\r\nok"u8.ToArray());
                }

                if (answers == 0) await Read(stream);
            }
            catch (Exception stopped) when (stopped is SocketException or InvalidOperationException or IOException)
            {
                return;
            }
        }
    }

    private static async Task<string?> Read(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (true)
        {
            var count = await stream.ReadAsync(buffer);
            if (count == 0) return null;
            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
            var head = text.ToString().IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head < 0) continue;
            var length = text.ToString().Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal));
            var expected = length is null ? 0 : int.Parse(length["Content-Length: ".Length..], System.Globalization.CultureInfo.InvariantCulture);
            if (text.Length >= head + 4 + expected) return text.ToString();
        }
    }
}
