using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Trading.Domain.Signals;

/// <summary>
/// Reads signals from the JSON of webhook, feed and file. A bad one is a fault of its own and spoils no other; nothing
/// here throws for what a sender wrote.
/// </summary>
/// <param name="honoursSettings">A signal's own distances are used (<c>replay --market</c>); else one that has some is refused.</param>
public sealed class SignalReader(SignalRouting routing, bool honoursSettings = false)
{
    /// <summary>Signals of one request or feed frame.</summary>
    public const int MostPerRequest = 500;

    /// <summary>A wave without a name is the quarter of an hour of its creation, else of its receipt.</summary>
    private static readonly TimeSpan WaveEvery = TimeSpan.FromMinutes(15);

    /// <summary>A source's clock may be ahead by this much; a createdAt beyond it says nothing about the quarter either.</summary>
    private static readonly TimeSpan AheadWithin = Waves.WavePolicy.Default.AheadWithin;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 16 };

    private static readonly string[] KnownFields =
    [
        "id", "wave", "symbol", "account", "exchange", "side", "score", "price", "createdAt", "settings", "secret",
        .. SignalSides.Names,
    ];

    /// <summary>One object or an array of at most <see cref="MostPerRequest"/>.</summary>
    public SignalBatch Read(ReadOnlyMemory<byte> json, string source, DateTime receivedUtc)
    {
        json = UnreadableBody.Trimmed(json);
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return Read(document.RootElement, source, receivedUtc, MostPerRequest);
        }
        catch (JsonException e)
        {
            return SignalBatch.Of(SignalFault.Of(0, "body", Beginning(json), UnreadableBody.Why(json.Span, e)));
        }
    }

    /// <summary>The <c>signals</c> of a feed frame.</summary>
    public SignalBatch Read(JsonElement element, string source, DateTime receivedUtc, int most = MostPerRequest)
    {
        if (element.ValueKind is JsonValueKind.Object) return Collect([(0, element)], source, receivedUtc);
        if (element.ValueKind is not JsonValueKind.Array)
            return SignalBatch.Of(
                SignalFault.Of(0, "body", element.GetRawText(), "expected one signal object or an array of them"));
        if (element.GetArrayLength() > most)
        {
            var count = element.GetArrayLength().ToString(CultureInfo.InvariantCulture);
            return SignalBatch.Of(
                SignalFault.Of(0, "signals", count, $"at most {most} per request: send them in parts"));
        }

        return Collect(element.EnumerateArray().Select((item, index) => (index, item)), source, receivedUtc);
    }

    /// <summary>A file: one signal per line, or one JSON array; lines that begin with <c>#</c> are comments.</summary>
    public SignalBatch ReadFile(string text, string source, DateTime receivedUtc)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
            if (lines[i].TrimStart().StartsWith('#')) lines[i] = "";
        if (string.Concat(lines).TrimStart().StartsWith('['))
            return ReadArray(string.Join('\n', lines), source, receivedUtc);

        var signals = new List<ReadSignal>();
        var faults = new List<SignalFault>();
        for (var i = 0; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i])) continue;
            var line = Read(Encoding.UTF8.GetBytes(lines[i]), source, receivedUtc);
            signals.AddRange(line.Signals.Select(s => s with { Index = i + 1 }));
            faults.AddRange(line.Faults.Select(f => f with { Index = i + 1 }));
            if (line.Unreadable is { } fault) faults.Add(fault with { Index = i + 1, Field = "line" });
        }

        return new SignalBatch(signals, faults);
    }

    private SignalBatch ReadArray(string json, string source, DateTime receivedUtc)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return Read(document.RootElement, source, receivedUtc, most: int.MaxValue);
        }
        catch (JsonException e)
        {
            return SignalBatch.Of(SignalFault.Of(0, "file", json, UnreadableBody.Why(Encoding.UTF8.GetBytes(json), e)));
        }
    }

    private SignalBatch Collect(IEnumerable<(int Index, JsonElement Item)> items, string source, DateTime receivedUtc)
    {
        var signals = new List<ReadSignal>();
        var faults = new List<SignalFault>();
        foreach (var (index, item) in items)
        {
            var (signal, fault) = ReadText(item, index, source, receivedUtc);
            if (signal is not null) signals.Add(new ReadSignal(index, signal));
            else faults.Add(fault!);
        }

        return new SignalBatch(signals, faults);
    }

    /// <summary>JSON may carry bytes and escapes that are no text: the JSON reader tells only when they are looked at.</summary>
    private (Signal?, SignalFault?) ReadText(JsonElement item, int index, string source, DateTime receivedUtc)
    {
        try
        {
            var fields = new Fields(item, index);
            return (ReadOne(fields, source, receivedUtc), fields.Fault);
        }
        catch (InvalidOperationException)
        {
            return (null, SignalFault.Of(index, "signal", "", "expected UTF-8 text without halves of surrogate pairs"));
        }
    }

    private Signal? ReadOne(Fields fields, string source, DateTime receivedUtc)
    {
        if (!fields.IsObject) return null;
        var id = fields.Id("id");
        var symbol = fields.Required("symbol", Symbol.TryParse, "a contract name such as TAGUSDT or TAG/USDT:USDT",
            out Symbol _);
        fields.RefusePlaceholders(KnownFields);
        var (intent, side) = SignalSides.Read(fields);
        var score = fields.Number("score");
        var price = fields.Number("price", mustBePositive: true);
        var created = fields.Time("createdAt");
        var wave = fields.Text("wave") is null
            ? WaveOf(created <= receivedUtc + AheadWithin ? created.Value : receivedUtc)
            : fields.Required("wave", WaveName.TryParse, "a name of 1 to 64 characters without spaces and slashes",
                out WaveName _);
        var settings = ReadSettings(fields);
        if (fields.Fault is not null) return null;

        var account = routing.Find(fields.Text("account"), fields.Text("exchange"), symbol, source, out var why);
        if (account is null)
        {
            var field = fields.Text("account") is null && fields.Text("exchange") is not null ? "exchange" : "account";
            fields.Refuse(Reasons.NoAccount, field, fields.Text(field), $"{Reasons.NoAccount}: {why}");
            return null;
        }

        return new Signal(id!, wave, account.Value, symbol, side, score, price, created, fields.Unknown(KnownFields),
            settings, intent);
    }

    private SignalSettings? ReadSettings(Fields fields)
    {
        if (fields.Child("settings") is not { } settings) return null;
        if (!honoursSettings && settings.First() is var (name, value))
        {
            fields.Refuse("settings", $"settings.{name}", value,
                "a signal's own distances are used by `replay --market` only; those of live trading stand in the configuration under positions");
            return null;
        }

        var read = new SignalSettings(
            settings.Number("stopLoss", mustBePositive: true), settings.Number("activation", mustBePositive: true),
            settings.Number("callback", mustBePositive: true), settings.WholeNumber("minStepTicks"));
        if (settings.Fault is { } fault) fields.Fail($"settings.{fault.Field}", fault.Value, fault.Reason);
        return read;
    }

    private static WaveName WaveOf(DateTime utc) =>
        WaveName.At(new DateTime(utc.Ticks - utc.Ticks % WaveEvery.Ticks, DateTimeKind.Utc));

    private static string Beginning(ReadOnlyMemory<byte> json) =>
        Encoding.UTF8.GetString(json.Span[..Math.Min(json.Length, 64)]);
}
