using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Trading.Simulator.Wire;

/// <summary>Writes JSON through one reused buffer.</summary>
internal sealed class JsonText : IDisposable
{
    private readonly ArrayBufferWriter<byte> buffer = new(1024);
    private readonly Utf8JsonWriter writer;

    public JsonText() => writer = new Utf8JsonWriter(
        buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    public string Object(Action<Utf8JsonWriter> write)
    {
        Begin();
        writer.WriteStartObject();
        write(writer);
        writer.WriteEndObject();
        return Finish();
    }

    public string Array<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        Begin();
        writer.WriteStartArray();
        foreach (var item in items)
        {
            writer.WriteStartObject();
            write(writer, item);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        return Finish();
    }

    public void Dispose() => writer.Dispose();

    private void Begin()
    {
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
    }

    private string Finish()
    {
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}

/// <summary>The exchanges' way to write numbers and times.</summary>
internal static class JsonFields
{
    private static readonly string[] Fixed = [.. Enumerable.Range(0, 29).Select(digits => $"F{digits}")];

    /// <summary>Without trailing zeros, as a string.</summary>
    public static void Trimmed(this Utf8JsonWriter w, string name, decimal value) => w.WriteString(name, Trim(value));

    /// <summary>With exactly that many digits after the point, as a string.</summary>
    public static void Padded(this Utf8JsonWriter w, string name, decimal value, int digits) =>
        w.WriteString(name, Pad(value, digits));

    public static void Ms(this Utf8JsonWriter w, string name, DateTime utc) => w.WriteNumber(name, ToMs(utc));

    /// <summary>Milliseconds as a string.</summary>
    public static void MsText(this Utf8JsonWriter w, string name, DateTime utc) =>
        w.WriteString(name, ToMs(utc).ToString(CultureInfo.InvariantCulture));

    public static string Trim(decimal value)
    {
        var text = value.ToString(CultureInfo.InvariantCulture);
        return text.Contains('.') ? text.TrimEnd('0').TrimEnd('.') is { Length: > 0 } t && t != "-0" ? t : "0" : text;
    }

    public static string Pad(decimal value, int digits) => value.ToString(Fixed[digits], CultureInfo.InvariantCulture);

    /// <summary>Milliseconds since 1970; 0 for "never".</summary>
    public static long ToMs(DateTime utc) =>
        utc <= DateTime.UnixEpoch ? 0 : (utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;

    public static DateTime FromMs(long ms) => DateTime.UnixEpoch.AddTicks(ms * TimeSpan.TicksPerMillisecond);
}
