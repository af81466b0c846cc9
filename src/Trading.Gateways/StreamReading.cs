using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Gateways;

/// <summary>What one frame of a user stream says.</summary>
/// <param name="Kind">The exchange's name of the event, or what is wrong with the frame.</param>
internal sealed record StreamReading(string Kind, StreamMeaning Meaning)
{
    private const int LongestKind = 64;

    public IReadOnlyList<(PositionKey Key, PositionInput Input)> Reports { get; init; } = [];

    /// <summary>Money that moved without a trade.</summary>
    public IReadOnlyList<CashReport> Cash { get; init; } = [];

    /// <summary>Positions in contracts that have no key here.</summary>
    public IReadOnlyList<UntradedPosition> Untraded { get; init; } = [];

    /// <summary>The orders it is about: proof that the stream tells of them.</summary>
    public IReadOnlyList<ClientOrderId> About { get; init; } = [];

    /// <summary>Leverage and modes that were changed.</summary>
    public IReadOnlyList<AccountSetting> Settings { get; init; } = [];

    public decimal? WalletUsdt { get; init; }

    public static string Clip(string text) => text.Length <= LongestKind ? text : text[..LongestKind];
}

internal enum StreamMeaning
{
    /// <summary>An event that is understood; it may concern no position.</summary>
    Event,

    /// <summary>An answer to what we said on the socket: proves the connection, not its subscriptions.</summary>
    Control,
    Expired,

    /// <summary>A kind, status or contract this build does not know.</summary>
    Unknown,

    /// <summary>An event of a known kind that cannot be read: something was told and is lost.</summary>
    Malformed,
}
