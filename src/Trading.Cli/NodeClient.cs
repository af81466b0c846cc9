using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Trading.Node.Api;

namespace Trading.Cli;

/// <summary>
/// The node's HTTP API as the verbs use it. A question that fails is a failure; an order that may have arrived and was not
/// answered is unknown, and is never sent twice.
/// </summary>
internal sealed class NodeClient(HttpMessageHandler handler, Uri url, string? token, string tokenSource) : IDisposable
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenConnections = TimeSpan.FromMilliseconds(500);
    private readonly HttpClient _http = new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    public void Dispose() => _http.Dispose();

    /// <summary>The answer as the node wrote it.</summary>
    /// <exception cref="VerbFailedException">Not reachable, not found, not understood.</exception>
    public Task<string> Get(string path, CancellationToken cancel) => Answered(
        HttpMethod.Get, path, content: null, AnswerTimeout, () => NotReachable($"no answer within {AnswerTimeout.TotalSeconds:0} s"), cancel);

    public static T Read<T>(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, ApiJson.Options) ?? throw new JsonException("the answer is null");
        }
        catch (JsonException e)
        {
            throw new VerbFailedException(
                ExitCode.NotReachable, "not_understood", $"the answer is not one of a node of this version: {e.Message}");
        }
    }

    /// <summary>Sends an order once. A refusal is an answer, not an exception.</summary>
    /// <exception cref="VerbFailedException">Not sent (3), not understood (2), or outcome unknown (5).</exception>
    public async Task<CommandAnswer> Order(string path, IReadOnlyDictionary<string, string> fields, TimeSpan wait, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(wait + AnswerTimeout);
        try
        {
            var (status, body) = await Send(HttpMethod.Post, path, Body(fields), deadline.Token);
            if (IsSuccess(status)) return Read<CommandAnswer>(body);
            if (status is not HttpStatusCode.Conflict) throw Failed(status, body, isOrder: true);
            var refused = Read<Problem>(body);
            return new CommandAnswer(CommandOutcome.Refused, refused.Code, refused.Detail, refused.Results ?? []);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError)
        {
            throw NotReachable(e.Message); // nothing has left
        }
        catch (HttpRequestException e)
        {
            throw Unknown($"the connection broke before the answer ({e.HttpRequestError})");
        }
        catch (OperationCanceledException)
        {
            throw Unknown(cancel.IsCancellationRequested ? "interrupted before the answer" : "no answer in time");
        }
    }

    /// <summary>Asks for work that takes the node a while; the answer as the node wrote it.</summary>
    /// <exception cref="VerbFailedException">Not reachable, not understood, or no answer in time.</exception>
    public Task<string> Post(string path, IReadOnlyDictionary<string, string> fields, TimeSpan wait, CancellationToken cancel) =>
        Answered(HttpMethod.Post, path, Body(fields), wait + AnswerTimeout, () => Unknown("no answer in time"), cancel);

    private async Task<string> Answered(
        HttpMethod method, string path, HttpContent? content, TimeSpan within, Func<VerbFailedException> late, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(within);
        try
        {
            var (status, body) = await Send(method, path, content, deadline.Token);
            return IsSuccess(status) ? body : throw Failed(status, body, isOrder: false);
        }
        catch (HttpRequestException e)
        {
            throw NotReachable(e.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw late();
        }
    }

    private async Task<(HttpStatusCode Status, string Body)> Send(HttpMethod method, string path, HttpContent? content, CancellationToken stop)
    {
        using var request = Request(method, path, "application/json");
        request.Content = content;
        using var response = await _http.SendAsync(request, stop);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(stop));
    }

    private static bool IsSuccess(HttpStatusCode status) => (int)status is >= 200 and < 300;

    private static ByteArrayContent Body(IReadOnlyDictionary<string, string> fields) =>
        new(JsonSerializer.SerializeToUtf8Bytes(fields, ApiJson.Options)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    /// <summary>Events as they happen, without end; after a break it goes on where it was.</summary>
    public async IAsyncEnumerable<EventAnswer> Follow(int tail, [EnumeratorCancellation] CancellationToken cancel)
    {
        string? last = null;
        while (!cancel.IsCancellationRequested)
        {
            var path = last is null ? $"events?tail={tail}" : "events";
            using var request = Request(HttpMethod.Get, path, "text/event-stream");
            if (last is not null) request.Headers.Add("Last-Event-ID", last);
            using var response = await Connect(request, cancel);
            await using var body = await response.Content.ReadAsStreamAsync(cancel);
            await using var items = SseParser.Create(body).EnumerateAsync(cancel).GetAsyncEnumerator(cancel);
            while (await Next(items))
            {
                if (items.Current.EventType is "ping") continue;
                last = items.Current.EventId ?? last;
                yield return Read<EventAnswer>(items.Current.Data);
            }

            await Task.Delay(BetweenConnections, cancel);
        }
    }

    private async Task<HttpResponseMessage> Connect(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (response.IsSuccessStatusCode) return response;
            using (response) throw Failed(response.StatusCode, await response.Content.ReadAsStringAsync(cancel), isOrder: false);
        }
        catch (HttpRequestException e)
        {
            throw NotReachable(e.Message);
        }
    }

    /// <summary>False: the connection is gone. The next one says whether the node is.</summary>
    private static async Task<bool> Next(IAsyncEnumerator<SseItem<string>> items)
    {
        try
        {
            return await items.MoveNextAsync();
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return false;
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string path, string accept)
    {
        var request = new HttpRequestMessage(method, new Uri(url, $"/api/v1/{path}"));
        request.Headers.Accept.ParseAdd(accept);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    private VerbFailedException Failed(HttpStatusCode status, string body, bool isOrder)
    {
        var problem = ProblemIn(body);
        var code = problem?.Code ?? $"http_{(int)status}";
        var detail = problem?.Detail ?? $"{url} answered {(int)status}: is that the address of a node?";
        if (status is HttpStatusCode.Unauthorized)
            return new VerbFailedException(
                ExitCode.Usage, code, $"the node at {url} does not take the token from {tokenSource}; "
                + "point --data at its data directory or set TRADING_TOKEN");
        if (status is HttpStatusCode.ServiceUnavailable) return new VerbFailedException(ExitCode.NotReachable, code, detail);
        if ((int)status < 500) return new VerbFailedException(ExitCode.Usage, code, detail);
        return isOrder ? Unknown(detail) : new VerbFailedException(ExitCode.CheckFailed, code, detail);
    }

    private static Problem? ProblemIn(string body)
    {
        try
        {
            return JsonSerializer.Deserialize<Problem>(body, ApiJson.Options) is { Code.Length: > 0 } problem ? problem : null;
        }
        catch (JsonException)
        {
            return null; // not a node's words: the status says enough
        }
    }

    private VerbFailedException NotReachable(string why) => new(
        ExitCode.NotReachable, "not_reachable",
        $"no node at {url} ({why}); start one with `dotnet run --project src/Trading.Node`, or name its address with --url");

    private static VerbFailedException Unknown(string why) => new(
        ExitCode.Unknown, "unknown",
        $"{why}: whether the order was carried out is unknown; look with `trading status` before you repeat it");
}
