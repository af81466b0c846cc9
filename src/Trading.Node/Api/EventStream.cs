using System.Buffers;
using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Trading.Node.Api;

/// <summary>
/// The rows of <c>monitoring.events</c> as server-sent events. The id of each is its place, so that a listener that was cut
/// off goes on with <c>Last-Event-ID</c> and misses nothing.
/// </summary>
internal sealed class EventStream(INodeViews views, TimeProvider time)
{
    private const int PageEvents = 200;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SilenceAtMost = TimeSpan.FromSeconds(15);

    public async Task<IResult> Answer(HttpContext http)
    {
        var query = new QueryReader(http, views, "after", "tail", "limit");
        var end = StreamEnd(http);
        if (http.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last)
            return Stream(From(Id("Last-Event-ID", last), [], end));
        if (query.Number("after") is { } after)
        {
            return WantsStream(http)
                ? Stream(From(after, [], end))
                : Results.Json(await views.EventsAfter(after, query.Limit(100), http.RequestAborted), ApiJson.Options);
        }

        if (!WantsStream(http)) return Results.Json(await views.LatestEvents(query.Limit(100), http.RequestAborted), ApiJson.Options);
        var tail = (int)Math.Min(query.Number("tail") ?? 0, 1000);
        var first = await views.LatestEvents(Math.Max(tail, 1), http.RequestAborted);
        return Stream(From(first.Count == 0 ? 0 : first[^1].Id, tail == 0 ? [] : first, end));
    }

    private async IAsyncEnumerable<SseItem<EventAnswer?>> From(
        long after, IReadOnlyList<EventAnswer> first, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var happened in first) yield return Item(happened);
        var spoken = time.GetTimestamp();
        yield return new SseItem<EventAnswer?>(null, "ping"); // the headers leave at once, not with the first event
        while (!cancel.IsCancellationRequested)
        {
            var page = await views.EventsAfter(after, PageEvents, cancel);
            foreach (var happened in page)
            {
                yield return Item(happened);
                after = happened.Id;
                spoken = time.GetTimestamp();
            }

            if (page.Count == PageEvents) continue;
            if (time.GetElapsedTime(spoken) >= SilenceAtMost)
            {
                yield return new SseItem<EventAnswer?>(null, "ping");
                spoken = time.GetTimestamp();
            }

            await Task.Delay(LookAgain, time, cancel);
        }
    }

    private static SseItem<EventAnswer?> Item(EventAnswer happened) =>
        new(happened) { EventId = happened.Id.ToString(CultureInfo.InvariantCulture) };

    private static ServerSentEvents Stream(IAsyncEnumerable<SseItem<EventAnswer?>> items) => new(items);

    private static bool WantsStream(HttpContext http) =>
        !http.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.OrdinalIgnoreCase);

    /// <summary>The listener has gone, or the node stops: it does not wait for its listeners.</summary>
    private static CancellationToken StreamEnd(HttpContext http)
    {
        var stopping = http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        http.Response.RegisterForDispose(either);
        return either.Token;
    }

    private static long Id(string field, string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw ProblemException.BadParameter(field, text, "is not an id of an event");

    /// <summary>Written with the JSON of the API; the framework's own result takes the options of the host.</summary>
    private sealed class ServerSentEvents(IAsyncEnumerable<SseItem<EventAnswer?>> items) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = "text/event-stream";
            httpContext.Response.Headers.CacheControl = "no-store";
            httpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResponseBodyFeature>()?.DisableBuffering();
            try
            {
                await SseFormatter.WriteAsync(
                    items, httpContext.Response.Body,
                    (item, buffer) => buffer.Write(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(item.Data, ApiJson.Options)),
                    httpContext.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                // The listener is gone, or is to go: it will come back with the id of the last event it has.
            }
        }
    }
}
