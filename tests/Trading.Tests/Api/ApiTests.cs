using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using Trading.Node.Api;

namespace Trading.Tests.Api;

public sealed class ApiTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    public async Task InitializeAsync() => _host = await ApiHost.Start();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("GET", "status")]
    [InlineData("GET", "positions")]
    [InlineData("GET", "events")]
    [InlineData("GET", "nothing-here")]
    [InlineData("POST", "flatten")]
    [InlineData("POST", "positions/binance%2FTAGUSDT/close")]
    public async Task Without_the_token_every_address_is_closed_and_nothing_is_done(string method, string path)
    {
        foreach (var authorization in new[] { null, "Bearer", "Bearer wrong", $"Basic {ApiHost.Token}", $"Bearer {ApiHost.Token}x" })
        {
            using var client = _host.Stranger;
            using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/v1/{path}");
            if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
            using var response = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            var problem = await Problem(response);
            Assert.Equal("unauthorized", problem.Code);
            Assert.DoesNotContain(ApiHost.Token, problem.Detail, StringComparison.Ordinal);
        }

        Assert.Empty(_host.Node.Orders);
    }

    [Theory]
    [InlineData("status"), InlineData("positions"), InlineData("positions/binance%2FTAGUSDT"), InlineData("waves")]
    [InlineData("positions/binance%2FTAGUSDT/timeline"), InlineData("signals"), InlineData("signals/4776908")]
    [InlineData("slots"), InlineData("risk"), InlineData("accounts"), InlineData("actors"), InlineData("nodes")]
    [InlineData("shards"), InlineData("alerts")]
    public async Task Every_view_is_json_with_names_in_camel_case_and_never_a_fractional_number(string path)
    {
        var document = JsonDocument.Parse(await _host.Client.GetStringAsync($"/api/v1/{path}"));
        var seen = 0;
        Look(document.RootElement);
        Assert.True(seen > 3, "the canned view is not empty");

        void Look(JsonElement element)
        {
            if (element.ValueKind is JsonValueKind.Array) foreach (var item in element.EnumerateArray()) Look(item);
            if (element.ValueKind is JsonValueKind.Number) Assert.True(element.TryGetInt64(out _), $"{element} is no whole number");
            if (element.ValueKind is not JsonValueKind.Object) return;
            foreach (var field in element.EnumerateObject())
            {
                seen++;
                Assert.Matches("^[a-z][A-Za-z0-9]*$", field.Name);
                Look(field.Value);
            }
        }
    }

    [Fact]
    public async Task Decimals_are_canonical_text_and_times_have_milliseconds()
    {
        var json = await _host.Client.GetStringAsync("/api/v1/status");
        Assert.Contains("\"todayNet\":\"-12.4\"", json, StringComparison.Ordinal);
        Assert.Contains("\"startedAt\":\"2025-10-17T12:00:00.007Z\"", json, StringComparison.Ordinal);
        Assert.Equal(-12.4m, JsonSerializer.Deserialize<StatusAnswer>(json, ApiJson.Options)!.TodayNet);
    }

    [Theory]
    [InlineData("binance%2FTAGUSDT")]
    [InlineData("binance%2Ftagusdt")]
    [InlineData("Binance%2FTAG%2FUSDT")]
    [InlineData("binance%2FTAG%2FUSDT%3AUSDT")]
    [InlineData("binance%2FTAG-USDT")]
    [InlineData("binance%2FBINANCE%3ATAGUSDT.P")]
    public async Task A_key_is_read_in_any_spelling(string key)
    {
        var position = JsonSerializer.Deserialize<PositionAnswer>(
            await _host.Client.GetStringAsync($"/api/v1/positions/{key}"), ApiJson.Options)!;
        Assert.Equal("binance/TAGUSDT", position.Key);
        Assert.Contains("EntryIntended", await _host.Client.GetStringAsync($"/api/v1/positions/{key}/timeline"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_symbol_alone_means_the_one_position_held_in_it()
    {
        var json = await _host.Client.GetStringAsync("/api/v1/positions/1000SHIB-USDT");
        Assert.Equal("binance/1000SHIBUSDT", JsonSerializer.Deserialize<PositionAnswer>(json, ApiJson.Options)!.Key);
    }

    [Theory]
    [InlineData("GET", "positions/TAGUSDT", 400, "ambiguous_key")]
    [InlineData("GET", "positions/kraken%2FTAGUSDT", 404, "unknown_key")]
    [InlineData("POST", "positions/bybit%2FETHUSDT/close", 400, "bad_key")] // hedge mode: the side is missing
    [InlineData("POST", "positions/binance%2FETHUSDT%2Flong/close", 400, "bad_key")] // one-way mode: there are no sides
    [InlineData("GET", "positions/%01%02", 400, "bad_key")]
    [InlineData("GET", "positions/binance%2F%F0%9F%92%A9", 400, "bad_key")]
    [InlineData("GET", "positions/binance%2FBTCUSDT", 404, "unknown_position")]
    [InlineData("GET", "positions/binance%2FBTCUSDT/timeline", 404, "unknown_position")]
    [InlineData("GET", "positions/binance/TAGUSDT", 404, "unknown_path")]
    [InlineData("GET", "signals/nobody", 404, "unknown_signal")]
    [InlineData("GET", "positions?status=some", 400, "bad_parameter")]
    [InlineData("GET", "positions?acount=binance", 400, "bad_parameter")]
    [InlineData("GET", "positions?account=kraken", 400, "unknown_account")]
    [InlineData("GET", "positions?limit=0", 400, "bad_parameter")]
    [InlineData("GET", "positions?limit=99999999999", 400, "bad_parameter")]
    [InlineData("GET", "status?x=1", 400, "bad_parameter")]
    [InlineData("GET", "positions?account=binance&account=bybit", 400, "bad_parameter")]
    [InlineData("GET", "signals?symbol=TAGUSDT&symbol=TAGUSDT", 400, "bad_parameter")]
    [InlineData("GET", "waves?limit=-1", 400, "bad_parameter")]
    [InlineData("GET", "events?after=soon", 400, "bad_parameter")]
    [InlineData("POST", "status", 404, "unknown_path")]
    [InlineData("DELETE", "positions/binance%2FTAGUSDT", 404, "unknown_path")]
    [InlineData("POST", "positions/TAGUSDT/close", 400, "ambiguous_key")]
    public async Task What_cannot_be_served_is_a_problem_with_a_code(string method, string path, int status, string code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/v1/{path}");
        using var response = await _host.Client.SendAsync(request);
        var problem = await Problem(response);
        Assert.Equal((status, code), ((int)response.StatusCode, problem.Code));
        Assert.Equal(status, problem.Status);
        Assert.NotEmpty(problem.Detail);
        Assert.Empty(_host.Node.Orders);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[1]")]
    [InlineData("\"text\"")]
    [InlineData("{\"acount\":\"binance\"}")]
    [InlineData("{\"account\":\"kraken\"}")]
    [InlineData("{\"account\":7}")]
    [InlineData("{\"account\":\"binance\",\"account\":null}")]
    [InlineData("{\"waitSeconds\":\"forever\"}")]
    [InlineData("{\"why\":\"line\\u0007break\"}")]
    public async Task An_order_that_cannot_be_read_is_not_taken_for_one_that_means_everything(string body)
    {
        using var response = await Post("flatten", body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(_host.Node.Orders);
    }

    [Fact]
    public async Task A_body_beyond_the_bound_is_refused()
    {
        using var response = await Post("flatten", $"{{\"why\":\"{new string('x', 20_000)}\"}}");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        using var huge = new HttpRequestMessage(HttpMethod.Post, "/api/v1/flatten") { Content = new ByteArrayContent(new byte[31_000_000]) };
        huge.Headers.ExpectContinue = true; // the server says no before the body is sent
        using var refused = await _host.Client.SendAsync(huge);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        Assert.Equal("body_too_large", (await Problem(refused)).Code);
        Assert.Empty(_host.Node.Orders);
    }

    [Theory]
    [InlineData("50%25")]
    [InlineData("50%")]
    [InlineData("a%2Fb")]
    [InlineData("a/b c?d")]
    [InlineData("long-50%-ü")]
    public async Task An_id_is_taken_as_it_was_written_whatever_characters_it_has(string id)
    {
        var json = await _host.Client.GetStringAsync($"/api/v1/signals/{Uri.EscapeDataString($"as-sent {id}")}");
        Assert.Equal($"as-sent {id}", JsonSerializer.Deserialize<SignalAnswer>(json, ApiJson.Options)!.Id);
    }

    [Theory]
    [InlineData("done", 200)]
    [InlineData("refused", 409)]
    [InlineData("unknown", 202)]
    public async Task The_three_outcomes_of_an_order_have_three_answers(string outcome, int status)
    {
        _host.Node.Next = new CommandAnswer(outcome, outcome == "refused" ? "is_flat" : null, "words", []);
        foreach (var path in new[] { "positions/binance%2FTAGUSDT/close", "flatten", "pause", "resume", "halt", "unhalt", "reconcile" })
        {
            using var response = await Post(path, "");
            Assert.Equal(status, (int)response.StatusCode);
            if (outcome == "refused") Assert.Equal("is_flat", (await Problem(response)).Code);
        }

        Assert.Equal(7, _host.Node.Orders.Count);
    }

    [Fact]
    public async Task An_order_carries_who_why_and_its_deadline()
    {
        using var response = await Post("pause", """{"account":"Binance","by":"anna","why":"news","waitSeconds":"3"}""");
        Assert.Equal(["pause binance by anna why 'news' within 3"], _host.Node.Orders);
        using var adopted = await Post("adopt", """{"key":"binance/TAGUSDT","policy":"manage"}""");
        Assert.Equal("adopt binance/TAGUSDT Manage by operator why '' within 15", _host.Node.Orders[^1]);
        using var nameless = await Post("adopt", "{}");
        Assert.Equal(HttpStatusCode.BadRequest, nameless.StatusCode);
    }

    [Fact]
    public async Task A_listener_that_was_cut_off_goes_on_after_the_last_event_it_has()
    {
        await using (var first = await Listen("events?tail=2", null))
        {
            Assert.Equal([2L, 3L], await Ids(first, 2));
        }

        _host.Node.Log.Add(_host.Node.Log[0] with { Id = 4 });
        await using var second = await Listen("events", "2");
        Assert.Equal([3L, 4L], await Ids(second, 2));
        _host.Node.Log.Add(_host.Node.Log[0] with { Id = 5 });
        Assert.Equal([5L], await Ids(second, 1));
    }

    [Fact]
    public async Task Events_are_a_document_for_those_who_ask_for_json()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events?after=1&limit=1");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await _host.Client.SendAsync(request);
        var events = JsonSerializer.Deserialize<EventAnswer[]>(await response.Content.ReadAsStringAsync(), ApiJson.Options)!;
        Assert.Equal([2L], events.Select(e => e.Id));
    }

    private async Task<HttpResponseMessage> Post(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await _host.Client.PostAsync($"/api/v1/{path}", content);
    }

    private async Task<Listener> Listen(string path, string? lastEventId)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/{path}");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        var response = await _host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        return new Listener(response, SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator());
    }

    private static async Task<List<long>> Ids(Listener listener, int count)
    {
        var ids = new List<long>();
        while (ids.Count < count && await listener.Items.MoveNextAsync())
            if (listener.Items.Current.EventType != "ping") ids.Add(long.Parse(listener.Items.Current.EventId!));
        return ids;
    }

    private static async Task<Problem> Problem(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return JsonSerializer.Deserialize<Problem>(await response.Content.ReadAsStringAsync(), ApiJson.Options)!;
    }

    private sealed record Listener(HttpResponseMessage Response, IAsyncEnumerator<SseItem<string>> Items) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Items.DisposeAsync();
            Response.Dispose();
        }
    }
}
