using System.Text.Json.Serialization;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;

namespace Trading.Simulator.Book;

public sealed record AccountRow(string Name, decimal Wallet, bool Hedge, DateTime UpdatedUtc)
{
    public bool MultiAssets { get; init; }
    public bool FeeBurn { get; init; }
    public string FeeAsset { get => field ?? Account.Quote; init; }
    public decimal FeeWallet { get; init; }
}

public sealed record SettingRow(string Account, string Symbol, decimal Leverage, bool Isolated);

/// <summary>The exchange was alive at this time and knew these prices.</summary>
public sealed record ClockRow(DateTime AtUtc, IReadOnlyList<MarketTick> Ticks);

[JsonSourceGenerationOptions(UseStringEnumConverter = true, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(AccountRow))]
[JsonSerializable(typeof(SettingRow))]
[JsonSerializable(typeof(ClockRow))]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(StopOrder))]
[JsonSerializable(typeof(Trade))]
[JsonSerializable(typeof(Income))]
[JsonSerializable(typeof(Position))]
internal sealed partial class BookJson : JsonSerializerContext;
