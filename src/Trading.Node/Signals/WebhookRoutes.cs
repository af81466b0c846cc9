using System.Diagnostics;
using System.Text;
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
        {
            intake.TurnAway("too_large");
            return Problem(
                StatusCodes.Status413PayloadTooLarge, "too_large",
                $"at most {MostBytes} bytes per request: send them in parts");
        }

        switch (auth.Check(http.Request.Headers["X-Timestamp"], http.Request.Headers["X-Signature"], body, time.NowUtc()))
        {
            case WebhookCaller.Known known:
                return await Take(known, reader, intake, time);
            case WebhookCaller.Garbled garbled:
                return Bury(
                    intake, garbled.Source, Encoding.UTF8.GetBytes(garbled.Text), SignalFault.Of(0, "body", garbled.Text, garbled.Why));
            case WebhookCaller.Nobody nobody:
                intake.TurnAway("unauthorized");
                return Problem(StatusCodes.Status401Unauthorized, "unauthorized", nobody.Why);
            case var caller:
                throw new UnreachableException($"{caller}");
        }
    }

    private static async Task<IResult> Take(WebhookCaller.Known known, SignalReader reader, SignalIntake intake, TimeProvider time)
    {
        var batch = reader.Read(known.Body, known.Source.Name, time.NowUtc());
        if (batch.Unreadable is { } unreadable) return Bury(intake, known.Source, known.Body, unreadable);
        return Answer(await intake.Take(batch, known.Source.Name), WasRead(batch));
    }

    /// <summary>Nothing of it could be read: all of it is kept, so that the sender's mistake can be found.</summary>
    private static IResult Bury(SignalIntake intake, WebhookSource source, byte[] body, SignalFault fault)
    {
        intake.Bury(source.Name, fault.Field, body, fault.Reason);
        return Answer(new IntakeAnswer(0, 0, [fault], MustRepeat: false), wasRead: false);
    }

    private static IResult Answer(IntakeAnswer answer, bool wasRead) => Results.Json(
        new
        {
            accepted = answer.Accepted,
            duplicates = answer.Duplicates,
            rejected = answer.Rejected.Select(r =>
                new { index = r.Index, field = r.Field, value = r.Value, reason = r.Reason }),
        },
        statusCode: answer.MustRepeat ? StatusCodes.Status503ServiceUnavailable
        : wasRead ? StatusCodes.Status202Accepted
        : StatusCodes.Status400BadRequest);

    /// <summary>A signal that nobody's account takes was read all the same.</summary>
    private static bool WasRead(SignalBatch batch) =>
        batch.Signals.Count > 0 || batch.Faults.Count == 0 || batch.Faults.Any(fault => fault.Refusal is Reasons.NoAccount);

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
