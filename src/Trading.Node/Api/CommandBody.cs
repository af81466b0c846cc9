using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Node.Api;

/// <summary>The body of an order: an optional JSON object of strings with known names only.</summary>
/// <remarks>No body is an order for everything with the default deadline; a body that cannot be read is an error.</remarks>
internal sealed class CommandBody
{
    private const int LargestBytes = 16 * 1024;
    private const int LongestText = 200;
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(15);
    private readonly Dictionary<string, string> _fields;

    private CommandBody(Dictionary<string, string> fields) => _fields = fields;

    public static async Task<CommandBody> Read(HttpContext http, params string[] known)
    {
        var text = await Text(http);
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (text.Length == 0) return new CommandBody(fields);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string[] all = [.. known, "by", "why", "waitSeconds"];
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind is not JsonValueKind.Object) throw Bad("the body is not a JSON object");
            foreach (var field in document.RootElement.EnumerateObject())
            {
                if (!all.Contains(field.Name))
                    throw Bad($"field '{ProblemException.Shortened(field.Name)}' is not known here; use {string.Join(", ", all)}");
                if (!seen.Add(field.Name)) throw Bad($"field '{field.Name}' is given twice; give it once");
                if (field.Value.ValueKind is JsonValueKind.Null) continue;
                fields[field.Name] = field.Value.ValueKind is JsonValueKind.String
                    ? field.Value.GetString()!
                    : field.Value.GetRawText();
            }
        }
        catch (JsonException e)
        {
            throw Bad($"the body is not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine})");
        }

        return new CommandBody(fields);
    }

    public OperatorOrder Order() => new(Limited("by") ?? "operator", Limited("why") ?? "", Wait());

    public AccountId? Account(INodeViews views) =>
        _fields.TryGetValue("account", out var text) ? QueryReader.KnownAccount(text, views) : null;

    public string? Key => _fields.GetValueOrDefault("key");

    /// <summary>True unless it says otherwise.</summary>
    public bool WithOrders() => (_fields.GetValueOrDefault("orders") ?? "true") switch
    {
        "true" => true,
        "false" => false,
        var text => throw ProblemException.BadParameter("orders", text, "is not true or false"),
    };

    public AdoptionWish Adoption() => new(Policy(), WantedSide(), OnlyLook: _fields.GetValueOrDefault("look") switch
    {
        null or "false" => false,
        "true" => true,
        var text => throw ProblemException.BadParameter("look", text, "is not true or false"),
    });

    private Side? WantedSide() => _fields.GetValueOrDefault("side") switch
    {
        null => null,
        "long" => Side.Long,
        "short" => Side.Short,
        var text => throw ProblemException.BadParameter("side", text, "is not one of long, short"),
    };

    private AdoptPolicy Policy()
    {
        var text = _fields.GetValueOrDefault("policy") ?? "protect-only";
        return text switch
        {
            "protect-only" => AdoptPolicy.ProtectOnly,
            "manage" => AdoptPolicy.Manage,
            _ => throw ProblemException.BadParameter("policy", text, "is not one of protect-only, manage"),
        };
    }

    private TimeSpan Wait()
    {
        if (!_fields.TryGetValue("waitSeconds", out var text)) return DefaultWait;
        return int.TryParse(text, out var seconds) && seconds is >= 1 and <= 120
            ? TimeSpan.FromSeconds(seconds)
            : throw ProblemException.BadParameter("waitSeconds", text, "is not a whole number from 1 to 120");
    }

    private string? Limited(string name)
    {
        if (!_fields.TryGetValue(name, out var text) || string.IsNullOrWhiteSpace(text)) return null;
        return text.Length <= LongestText && !text.Any(char.IsControl)
            ? text.Trim()
            : throw ProblemException.BadParameter(name, text, $"is longer than {LongestText} characters or has control characters");
    }

    private static async Task<string> Text(HttpContext http)
    {
        var buffer = new byte[LargestBytes + 1];
        var read = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, http.RequestAborted);
        if (read > LargestBytes)
            throw new ProblemException(
                StatusCodes.Status413PayloadTooLarge, "body_too_large", $"the body is larger than {LargestBytes} bytes");
        return System.Text.Encoding.UTF8.GetString(buffer, 0, read).Trim();
    }

    private static ProblemException Bad(string detail) => new(StatusCodes.Status400BadRequest, "bad_body", detail);
}
