using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Trading.Domain.Signals;

namespace Trading.Node.Signals;

/// <summary><c>POST /signals</c>: signals as webhooks, under secrets of their own.</summary>
public static class WebhookRoutes
{
    private const int MostBytes = 1024 * 1024;

    public static void MapSignals(
        this IEndpointRouteBuilder routes, WebhookAuth auth, SignalReader reader, SignalIntake intake,
        TimeProvider time) =>
        routes.MapPost("/signals", async Task (HttpContext http) =>
        {
            var result = await Take(http, auth, reader, intake, time);
            await result.ExecuteAsync(http);
        });

    private static async Task<IResult> Take(
        HttpContext http, WebhookAuth auth, SignalReader reader, SignalIntake intake, TimeProvider time)
    {
        var body = await ReadBody(http);
        if (body is null)
            return Problem(
                StatusCodes.Status413PayloadTooLarge, "too_large",
                $"at most {MostBytes} bytes per request: send them in parts");
        var caller = auth.Check(
            http.Request.Headers["X-Timestamp"], http.Request.Headers["X-Signature"], body, time.NowUtc(), out var why);
        if (caller is not { } known) return Problem(StatusCodes.Status401Unauthorized, "unauthorized", why);

        var batch = reader.Read(known.Body, known.Source.Name, time.NowUtc());
        var answer = await intake.Take(batch, known.Source.Name);
        return Results.Json(
            new
            {
                accepted = answer.Accepted,
                duplicates = answer.Duplicates,
                rejected = answer.Rejected.Select(r =>
                    new { index = r.Index, field = r.Field, value = r.Value, reason = r.Reason }),
            },
            statusCode: answer.MustRepeat ? StatusCodes.Status503ServiceUnavailable
            : WasRead(batch) ? StatusCodes.Status202Accepted
            : StatusCodes.Status400BadRequest);
    }

    /// <summary>A signal that nobody's account takes was read all the same.</summary>
    private static bool WasRead(SignalBatch batch) =>
        batch.Unreadable is null
        && (batch.Signals.Count > 0 || batch.Faults.Count == 0
            || batch.Faults.Any(f => f.Reason.StartsWith(Reasons.NoAccount, StringComparison.Ordinal)));

    private static async Task<byte[]?> ReadBody(HttpContext http)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await http.Request.Body.ReadAsync(buffer, http.RequestAborted) is > 0 and var read)
        {
            if (body.Length + read > MostBytes) return null;
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    private static IResult Problem(int status, string code, string detail) => Results.Problem(
        statusCode: status, title: code, detail: detail,
        extensions: new Dictionary<string, object?> { ["code"] = code });
}
