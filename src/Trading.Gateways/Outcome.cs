using Trading.Domain.Positions;

namespace Trading.Gateways;

/// <summary>Every answer from outside is one of three: done, refused, unknown.</summary>
public abstract record Outcome<T>
{
    private protected Outcome()
    {
    }
}

public static class Outcome
{
    public static Outcome<T> Done<T>(T value) => new Done<T>(value);

    /// <summary>The same refusal or doubt as the answer to a larger question.</summary>
    public static Outcome<TWhole> Undone<TPart, TWhole>(this Outcome<TPart> part) => part switch
    {
        Refused<TPart> refused => new Refused<TWhole>(refused.Code, refused.Message, refused.Kind),
        Unknown<TPart> unknown => new Unknown<TWhole>(unknown.Why),
        _ => throw new System.Diagnostics.UnreachableException("a done part is no refusal"),
    };
}

public sealed record Done<T>(T Value) : Outcome<T>;

/// <summary>
/// Proved that nothing happened. <see cref="Code"/> is the exchange's; <see cref="NeverSent"/> (0) means that it did not
/// leave this node: no budget, offline, halted.
/// </summary>
public sealed record Refused<T>(int Code, string Message, RejectKind Kind = RejectKind.Other) : Outcome<T>
{
    public const int NeverSent = 0;
}

/// <summary>It may have happened. Only the exchange can tell.</summary>
public sealed record Unknown<T>(string Why) : Outcome<T>;
