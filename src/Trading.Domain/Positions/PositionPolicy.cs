namespace Trading.Domain.Positions;

/// <summary>Rules of the account that do not travel with the position.</summary>
/// <param name="ProtectWithin">From the moment a fill is learned of to a confirmed stop, else market close.</param>
/// <param name="StopAnswerWithin">Until a stop that is needed is looked for: nothing else covers the position.</param>
/// <param name="TrimsOversizeStop">The probe has shown that an oversize reduce-only stop is trimmed, not refused.</param>
/// <param name="AttachesStop">The venue takes a stop with the entry: it is there the moment the fill is (Bybit).</param>
/// <param name="TakerFee">Fraction of quote value, for break-even.</param>
/// <param name="StopFirst">The stop rests before the entry is sent, where the venue takes a reduce-only stop without a position (Binance).</param>
/// <param name="HardLoss">Distance of the second layer from the entry as a fraction; null: one layer (the default).</param>
/// <param name="Tags">Journal tags whose orders are ours.</param>
public sealed record PositionPolicy(
    TimeSpan ProtectWithin,
    TimeSpan VerifyAlert,
    TimeSpan StopAnswerWithin,
    AdoptPolicy Adopt,
    ProtectionPlan AdoptPlan,
    bool TrimsOversizeStop,
    bool AttachesStop,
    decimal TakerFee,
    ManualStopPolicy OnManualStop,
    decimal? HardLoss,
    bool StopFirst,
    IReadOnlyCollection<string> Tags)
{
    public static PositionPolicy Default(JournalId journal) => new(
        ProtectWithin: TimeSpan.FromSeconds(3),
        VerifyAlert: TimeSpan.FromSeconds(10),
        StopAnswerWithin: TimeSpan.FromMilliseconds(600),
        Adopt: AdoptPolicy.ProtectOnly,
        AdoptPlan: new ProtectionPlan(),
        TrimsOversizeStop: false,
        AttachesStop: false,
        TakerFee: 0.0005m,
        OnManualStop: ManualStopPolicy.Restore,
        HardLoss: null,
        StopFirst: false,
        Tags: [journal.Tag]);
}

/// <summary>What is done with a position that this journal did not open.</summary>
public enum AdoptPolicy
{
    Ignore,
    ProtectOnly,
    Manage,
    Alert,
}

/// <summary>What is done when somebody loosens our stop by hand. A tighter one is respected, a missing one never.</summary>
public enum ManualStopPolicy
{
    Restore,
    Respect,
}
