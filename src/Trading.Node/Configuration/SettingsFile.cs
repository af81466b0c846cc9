using System.Text.Json;

namespace Trading.Node.Configuration;

/// <summary>A configuration file: JSON with comments and trailing commas, read into paths and values.</summary>
internal sealed class SettingsFile
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly string _file;
    private readonly Dictionary<string, string?> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly SortedSet<string> _emptySections = new(StringComparer.OrdinalIgnoreCase);

    private SettingsFile(string file) => _file = file;

    /// <exception cref="ConfigurationException">It is missing, cannot be read, is not JSON, or names a setting twice.</exception>
    public static SettingsLayer Read(string file)
    {
        if (!File.Exists(file))
            throw new ConfigurationException($"--config {file}: there is no such file; name one of hocon/*.conf");
        var read = new SettingsFile(file);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file), Lenient);
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
                throw new ConfigurationException($"{file}: line 1: write the settings between braces: {{ \"port\": 5480 }}");
            read.AddSection("", document.RootElement);
        }
        catch (JsonException e)
        {
            throw new ConfigurationException(
                $"{file}: line {e.LineNumber + 1}, column {e.BytePositionInLine + 1}: this is not JSON (comments are allowed): {Cause(e)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"--config {file}: the file cannot be read: {e.Message}");
        }

        return new SettingsLayer(file, IsFile: true, read._values) { EmptySections = read._emptySections };
    }

    private void AddSection(string path, JsonElement section)
    {
        var isEmpty = true;
        foreach (var field in section.EnumerateObject())
        {
            isEmpty = false;
            Add(path.Length == 0 ? field.Name : $"{path}.{field.Name}", field.Value);
        }

        if (isEmpty && path.Length > 0) _emptySections.Add(path);
    }

    private void Add(string path, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object: AddSection(path, value); break;
            case JsonValueKind.Array:
                var count = 0;
                foreach (var item in value.EnumerateArray()) Add($"{path}.{count++}", item);
                if (count == 0) Set(path, "");
                break;
            case JsonValueKind.Null: break; // as if it were left out
            case JsonValueKind.String: Set(path, value.GetString()); break;
            default: Set(path, value.GetRawText()); break;
        }
    }

    private void Set(string path, string? value)
    {
        if (!_values.TryAdd(path, value))
            throw new ConfigurationException($"{_file}: {path} is written twice; leave one of them");
    }

    /// <summary>The exception's own text ends with the place, which stands at the head of ours.</summary>
    private static string Cause(JsonException e) => e.Message.Split(" LineNumber:")[0].Split(" Path:")[0];
}
