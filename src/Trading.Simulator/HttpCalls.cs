using System.Text;
using Microsoft.AspNetCore.Http;
using Trading.Simulator.Wire;

namespace Trading.Simulator;

/// <summary>Between Kestrel's request and the core's: raw bytes stay raw, because they are signed.</summary>
internal static class HttpCalls
{
    public static async Task<WireCall> Read(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in request.Headers) headers[name] = value.ToString();
        return new WireCall(
            request.Method, request.Path.Value ?? "/", request.QueryString.Value?.TrimStart('?') ?? "", body, headers)
        {
            RemoteIp = request.HttpContext.Connection.RemoteIpAddress?.ToString() ?? "127.0.0.1",
        };
    }

    public static async Task Write(HttpResponse response, WireAnswer answer)
    {
        response.StatusCode = answer.Status;
        response.ContentType = "application/json;charset=UTF-8";
        foreach (var (name, value) in answer.Headers) response.Headers[name] = value;
        await response.WriteAsync(answer.Body);
    }
}
