using System.Globalization;

namespace Trading.Domain.Signals;

/// <summary>
/// One proposal of a feed, addressed to an account. What the source said, with names in our one spelling.
/// </summary>
/// <param name="Id">The source's own identity of it; the same id from another source is the same signal.</param>
/// <param name="Side">Of the position: the one to be opened, or the one to be closed.</param>
/// <param name="Score">Rank within the wave, higher first; null ranks last.</param>
/// <param name="Price">Price the source saw, in quote; null: the deviation from the mark cannot be judged.</param>
/// <param name="CreatedUtc">When the source made it; null: its age counts from receipt.</param>
/// <param name="Extra">Unknown fields as one JSON object, kept as they came; null when there are none.</param>
/// <param name="Settings">Honoured by <c>replay --market</c> only.</param>
public sealed record Signal(
    string Id, WaveName Wave, AccountId Account, Symbol Symbol, Side Side, decimal? Score = null, decimal? Price = null,
    DateTime? CreatedUtc = null, string? Extra = null, SignalSettings? Settings = null,
    SignalIntent Intent = SignalIntent.Open);

/// <summary>What a signal wants done.</summary>
public enum SignalIntent
{
    Open,

    /// <summary>Ends the position of its symbol and side, and never opens one.</summary>
    Close,
}

/// <summary>A signal's own protection, in percent as delivered: 0.04 is 0.04 %.</summary>
public sealed record SignalSettings(
    decimal? StopLoss = null, decimal? Activation = null, decimal? Callback = null, int? MinStepTicks = null);

/// <summary>
/// The name of a wave. A time is read whatever its spelling and written as <c>yyyy-MM-ddTHH:mm:ssZ</c>: two feeds that
/// spell one wave differently must not trade it twice.
/// </summary>
public readonly record struct WaveName : IComparable<WaveName>
{
    private readonly string? _value;

    private WaveName(string value) => _value = value;

    public string Value => _value ?? "";

    /// <summary>Reads 1 to 64 characters without spaces, slashes or control characters, or any ISO-8601 time.</summary>
    public static bool TryParse(string? text, out WaveName wave)
    {
        wave = default;
        var name = text?.Trim() ?? "";
        if (SourceTime.TryIso(name, out var time))
        {
            wave = At(time);
            return true;
        }

        if (name.Length is < 1 or > 64 || name.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '/'))
            return false;
        wave = new WaveName(name);
        return true;
    }

    public static WaveName Parse(string text) => TryParse(text, out var wave)
        ? wave
        : throw new FormatException($"wave '{text}' is not a name of 1 to 64 characters without spaces and slashes");

    /// <summary>The wave of a time, to the second.</summary>
    public static WaveName At(DateTime utc) =>
        new(utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));

    public int CompareTo(WaveName other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}
