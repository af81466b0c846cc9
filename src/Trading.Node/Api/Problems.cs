using Microsoft.AspNetCore.Http;

namespace Trading.Node.Api;

/// <summary>A request that cannot be served, thrown where it is found and answered as problem+json.</summary>
public sealed class ProblemException(int status, string code, string detail) : Exception(detail)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public static ProblemException BadParameter(string field, string value, string remedy) =>
        new(StatusCodes.Status400BadRequest, "bad_parameter", $"{field} '{Shortened(value)}' {remedy}");

    public static ProblemException NotFound(string code, string detail) => new(StatusCodes.Status404NotFound, code, detail);

    /// <summary>What came from outside is quoted only as far as it helps.</summary>
    public static string Shortened(string value) => value.Length <= 64 ? value : value[..64] + "…";
}

internal static class Problems
{
    public static IResult Answer(int status, string code, string detail, IReadOnlyList<CommandResult>? results = null) =>
        Results.Json(
            new Problem("about:blank", Title(status), status, code, detail, results), ApiJson.Options,
            "application/problem+json", status);

    private static string Title(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "Bad request",
        StatusCodes.Status401Unauthorized => "Not the operator",
        StatusCodes.Status404NotFound => "Not found",
        StatusCodes.Status409Conflict => "Refused",
        StatusCodes.Status413PayloadTooLarge => "Body too large",
        StatusCodes.Status503ServiceUnavailable => "Not ready",
        _ => "Failed",
    };
}
