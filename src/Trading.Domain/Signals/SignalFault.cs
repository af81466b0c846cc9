namespace Trading.Domain.Signals;

/// <summary>Why an input was not read as a signal, so that its sender can mend it.</summary>
/// <param name="Index">Place in the request from 0; in a file of lines the line number from 1.</param>
/// <param name="Value">The value as it came, shortened; never a secret.</param>
/// <param name="Reason">What is wrong and what is expected instead.</param>
public sealed record SignalFault(int Index, string Field, string Value, string Reason)
{
    private const int LongestValue = 64;

    /// <summary>Reason code of a signal that could be read and was refused; null: it could not be read.</summary>
    public string? Refusal { get; init; }

    public static SignalFault Of(int index, string field, string? value, string reason) =>
        new(index, Shortened(field), SecretFields.IsNamed(field) ? SecretFields.NotKept : Shortened(SecretFields.Masked(value ?? "")), reason);

    private static string Shortened(string value) => value.Length > LongestValue ? value[..LongestValue] + "…" : value;

    public override string ToString() => $"signal {Index}: {Field} '{Value}': {Reason}";
}

/// <param name="Unreadable">The input as a whole could not be read; then nothing else is set.</param>
public sealed record SignalBatch(
    IReadOnlyList<ReadSignal> Signals, IReadOnlyList<SignalFault> Faults, SignalFault? Unreadable = null)
{
    public static SignalBatch Of(SignalFault unreadable) => new([], [], unreadable);
}

/// <param name="Index">As in <see cref="SignalFault.Index"/>.</param>
public sealed record ReadSignal(int Index, Signal Signal);
