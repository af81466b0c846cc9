using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Trading.Domain;

namespace Trading.Node.Api;

/// <summary>The addresses under <c>/api/v1</c>: what may be looked at, what may be ordered, and who may do so.</summary>
public static class ApiRoutes
{
    private const string Root = "/api/v1";

    public static void MapApi(
        this IEndpointRouteBuilder routes, INodeViews views, IOperatorCommands commands, OperatorToken token, TimeProvider time,
        ILogger log)
    {
        var api = routes.MapGroup(Root).AddEndpointFilter((context, next) => Guard(context, next, token, log));
        MapViews(api, views, time);
        MapPositions(api, views, commands);
        MapOrders(api, views, commands);
        api.Map("{**rest}", NoSuchAddress).WithOrder(int.MaxValue);
    }

    private static void MapViews(RouteGroupBuilder api, INodeViews views, TimeProvider time)
    {
        var events = new EventStream(views, time);
        Get(api, "status", views, http => views.Status(http.RequestAborted));
        Get(api, "slots", views, http => views.Slots(http.RequestAborted));
        Get(api, "risk", views, http => views.Risk(http.RequestAborted));
        Get(api, "accounts", views, http => views.Accounts(http.RequestAborted));
        Get(api, "actors", views, http => views.Actors(http.RequestAborted));
        Get(api, "nodes", views, http => views.Nodes(http.RequestAborted));
        Get(api, "shards", views, http => views.Shards(http.RequestAborted));
        Get(api, "alerts", views, http => views.Alerts(http.RequestAborted));
        api.MapGet("events", (Delegate)events.Answer);
        api.MapGet("waves", async (HttpContext http) =>
        {
            var query = new QueryReader(http, views, "account", "limit");
            return Json(await views.Waves(new WaveQuery(query.Account(), query.Limit(20)), http.RequestAborted));
        });
        api.MapGet("signals", async (HttpContext http) =>
        {
            var query = new QueryReader(http, views, "account", "wave", "symbol", "outcome", "limit");
            var outcome = query.OneOf("outcome", "pending", "opened", "entry_failed", "closed", "denied", "skipped");
            var wanted = new SignalQuery(query.Account(), query.Text("wave"), query.Symbol(), outcome, query.Limit(50));
            return Json(await views.Signals(wanted, http.RequestAborted));
        });
        api.MapGet("signals/{id}", async (HttpContext http) =>
        {
            var text = LastSegment(http);
            return Json(await views.Signal(text, http.RequestAborted) ?? throw ProblemException.NotFound(
                "unknown_signal", $"no signal with id '{ProblemException.Shortened(text)}' was received; see `trading signals`"));
        });
    }

    private static void MapPositions(RouteGroupBuilder api, INodeViews views, IOperatorCommands commands)
    {
        api.MapGet("positions", async (HttpContext http) =>
        {
            var query = new QueryReader(http, views, "status", "account", "symbol", "limit");
            var status = query.OneOf("status", "active", "closed", "all") ?? "active";
            var wanted = new PositionQuery(
                Active: status is not "closed", Closed: status is not "active", query.Account(), query.Symbol(), query.Limit(500));
            return Json(await views.Positions(wanted, http.RequestAborted));
        });
        api.MapGet("positions/{key}", async (string key, HttpContext http) =>
        {
            var wanted = await KeyReader.Read(key, views, http.RequestAborted);
            return Json(await views.Position(wanted, http.RequestAborted) ?? throw NeverHeld(wanted));
        });
        api.MapGet("positions/{key}/timeline", async (string key, HttpContext http) =>
        {
            var limit = new QueryReader(http, views, "limit").Limit(200);
            var wanted = await KeyReader.Read(key, views, http.RequestAborted);
            var lines = await views.Timeline(wanted, limit, http.RequestAborted);
            return lines.Count > 0 ? Json(lines) : throw NeverHeld(wanted);
        });
        api.MapPost("positions/{key}/close", async (string key, HttpContext http) =>
        {
            var order = (await CommandBody.Read(http)).Order();
            return Answer(await commands.Close(await KeyReader.Read(key, views, http.RequestAborted), order));
        });
    }

    private static void MapOrders(RouteGroupBuilder api, INodeViews views, IOperatorCommands commands)
    {
        Post(api, "flatten", views, commands.Flatten);
        Post(api, "pause", views, commands.Pause);
        Post(api, "resume", views, commands.Resume);
        Post(api, "halt", views, commands.Halt);
        Post(api, "unhalt", views, commands.Unhalt);
        api.MapPost("reconcile", async (HttpContext http) =>
        {
            var body = await CommandBody.Read(http, "account", "key");
            PositionKey? key = body.Key is { } text ? await KeyReader.Read(text, views, http.RequestAborted) : null;
            return Answer(await commands.Reconcile(body.Account(views), key, body.Order()));
        });
        api.MapPost("doctor", async (HttpContext http) =>
        {
            var body = await CommandBody.Read(http, "account", "orders");
            return Json(await commands.Examine(body.Account(views), body.WithOrders(), body.Order()));
        });
        api.MapPost("adopt", async (HttpContext http) =>
        {
            var body = await CommandBody.Read(http, "key", "policy", "side", "look");
            var text = body.Key ?? throw new ProblemException(
                StatusCodes.Status400BadRequest, "bad_body", "field 'key' is missing; name the position, e.g. {\"key\":\"binance/TAGUSDT\"}");
            return Answer(await commands.Adopt(await KeyReader.Read(text, views, http.RequestAborted), body.Adoption(), body.Order()));
        });
    }

    private static void Get<T>(RouteGroupBuilder api, string path, INodeViews views, Func<HttpContext, Task<T>> look) =>
        api.MapGet(path, async (HttpContext http) =>
        {
            _ = new QueryReader(http, views);
            return Json(await look(http));
        });

    private static void Post(
        RouteGroupBuilder api, string path, INodeViews views, Func<AccountId?, OperatorOrder, Task<CommandAnswer>> order) =>
        api.MapPost(path, async (HttpContext http) =>
        {
            var body = await CommandBody.Read(http, "account");
            return Answer(await order(body.Account(views), body.Order()));
        });

    /// <summary>
    /// The last part of the path as it was sent, decoded once. The framework's own value has all but %2F decoded already, and an
    /// id may hold a percent sign of its own.
    /// </summary>
    private static string LastSegment(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        return Uri.UnescapeDataString(target[(target.LastIndexOf('/') + 1)..]);
    }

    private static IResult Json<T>(T value) => Results.Json(value, ApiJson.Options);

    /// <summary>200 done, 409 refused with its reason, 202 when nobody knows yet.</summary>
    private static IResult Answer(CommandAnswer answer) => answer.Outcome switch
    {
        CommandOutcome.Done => Json(answer),
        CommandOutcome.Refused => Problems.Answer(
            StatusCodes.Status409Conflict, answer.Code ?? "refused", answer.Text, answer.Results),
        _ => Results.Json(answer, ApiJson.Options, statusCode: StatusCodes.Status202Accepted),
    };

    private static IResult NoSuchAddress(HttpContext http) => Problems.Answer(
        StatusCodes.Status404NotFound, "unknown_path",
        $"there is no {http.Request.Method} {ProblemException.Shortened(http.Request.Path)}; a key stands in an address as binance%2FTAGUSDT");

    private static ProblemException NeverHeld(PositionKey key) => ProblemException.NotFound(
        "unknown_position", $"{key} was never held here; see `trading positions --all`");

    private static async ValueTask<object?> Guard(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next, OperatorToken token, ILogger log)
    {
        var http = context.HttpContext;
        http.Response.Headers.CacheControl = "no-store";
        if (!token.Admits(http.Request))
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return Problems.Answer(
                StatusCodes.Status401Unauthorized, "unauthorized",
                "the bearer token is missing or wrong; it stands in operator.token in the node's data directory");
        }

        try
        {
            return await next(context);
        }
        catch (ProblemException problem)
        {
            return Problems.Answer(problem.Status, problem.Code, problem.Message);
        }
        catch (BadHttpRequestException bad)
        {
            var tooLarge = bad.StatusCode == StatusCodes.Status413PayloadTooLarge;
            return Problems.Answer(bad.StatusCode, tooLarge ? "body_too_large" : "bad_request", $"the request cannot be read: {bad.Message}");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "{Method} {Path} failed", http.Request.Method, http.Request.Path.Value);
            return Problems.Answer(
                StatusCodes.Status500InternalServerError, "failed",
                $"{e.GetType().Name} while answering; the node's log has the rest under {http.TraceIdentifier}");
        }
    }
}
