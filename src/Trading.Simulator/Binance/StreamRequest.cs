using System.Text.Json;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

internal enum StreamMethod { Subscribe, Unsubscribe, ListSubscriptions, GetProperty, SetProperty }

/// <summary>A frame that cannot be done, in the exchange's words.</summary>
internal sealed class StreamRefusal(int code, string message, string id) : Exception(message)
{
    /// <summary>The answer.</summary>
    public string Frame => $$"""{"error":{{Error}},"id":{{id}}}""";

    private string Error => $$"""{"code":{{code}},"msg":{{JsonSerializer.Serialize(Message, StreamRequest.Relaxed)}}}""";
}

/// <summary>One frame of a client on a stream connection, as it can be done (protocol page, section 9).</summary>
/// <param name="Id">The client's number or text of it, as JSON.</param>
internal sealed record StreamRequest(StreamMethod Method, string Id)
{
    private const string Property = "combined";

    public static JsonSerializerOptions Relaxed { get; } = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Streams to subscribe to or to leave.</summary>
    public IReadOnlyList<string> Names { get; private init; } = [];

    /// <summary>What the property is set to.</summary>
    public bool Value { get; private init; }

    /// <exception cref="StreamRefusal">The frame is no request.</exception>
    public static StreamRequest Read(string frame)
    {
        if (!JsonInput.TryRead(frame, out var document))
            throw new StreamRefusal(3, "Invalid JSON: expected value at line 1 column 1", "null");
        using (document)
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) throw Invalid("expected an object", "null");
            var id = IdOf(root);
            return Read(root, MethodOf(root, id), id);
        }
    }

    private static StreamRequest Read(JsonElement root, StreamMethod method, string id)
    {
        if (method == StreamMethod.ListSubscriptions) return new StreamRequest(method, id);
        var parameters = root.TryGetProperty("params", out var given) && given.ValueKind == JsonValueKind.Array
            ? given.EnumerateArray().ToList()
            : throw Invalid("expected a list of parameters", id);
        if (method is StreamMethod.Subscribe or StreamMethod.Unsubscribe)
            return new StreamRequest(method, id)
            {
                Names = parameters.TrueForAll(p => p.ValueKind == JsonValueKind.String)
                    ? parameters.ConvertAll(p => p.GetString()!)
                    : throw Invalid("the name of a stream must be a string", id),
            };
        if (parameters.Count == 0 || parameters[0].ValueKind != JsonValueKind.String)
            throw Invalid("property name must be a string", id);
        if (parameters[0].GetString() != Property) throw new StreamRefusal(0, "Unknown property", id);
        var most = method == StreamMethod.SetProperty ? 2 : 1;
        if (parameters.Count != most)
            throw Invalid(parameters.Count > most ? "too many parameters" : "missing the value of the property", id);
        if (method == StreamMethod.GetProperty) return new StreamRequest(method, id);
        return parameters[1].ValueKind is JsonValueKind.True or JsonValueKind.False
            ? new StreamRequest(method, id) { Value = parameters[1].GetBoolean() }
            : throw new StreamRefusal(1, "Invalid value type: expected Boolean", id);
    }

    private static StreamMethod MethodOf(JsonElement root, string id)
    {
        if (!root.TryGetProperty("method", out var named)) throw Invalid("missing field `method`", id);
        return (named.ValueKind == JsonValueKind.String ? named.GetString() : named.GetRawText()) switch
        {
            "SUBSCRIBE" => StreamMethod.Subscribe,
            "UNSUBSCRIBE" => StreamMethod.Unsubscribe,
            "LIST_SUBSCRIPTIONS" => StreamMethod.ListSubscriptions,
            "GET_PROPERTY" => StreamMethod.GetProperty,
            "SET_PROPERTY" => StreamMethod.SetProperty,
            var unknown => throw Invalid(
                $"unknown variant `{unknown}`, expected one of `SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, "
                + "`SET_PROPERTY`, `GET_PROPERTY`", id),
        };
    }

    /// <summary>A number without a sign, a text, or nothing.</summary>
    private static string IdOf(JsonElement root)
    {
        if (!root.TryGetProperty("id", out var id)) return "null";
        var isId = id.ValueKind is JsonValueKind.String or JsonValueKind.Null
            || (id.ValueKind == JsonValueKind.Number && id.TryGetUInt64(out _));
        return isId ? id.GetRawText() : throw Invalid("request ID must be an unsigned integer", "null");
    }

    private static StreamRefusal Invalid(string why, string id) => new(2, "Invalid request: " + why, id);
}
