using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Domain.Positions.PositionState;

namespace Trading.Domain.Positions;

/// <summary>Money that no trade moved is booked once, by its identity; money of another asset counts once it has its price.</summary>
internal sealed partial class PositionTurn
{
    private Holding? Books => Held ?? (_state as Flat)?.Last;

    public void BookCash(Cash cash)
    {
        if (_state.HasBooked(cash)) Ignore($"{cash.Reason} is already booked");
        else if (Books is null) Ignore($"{cash.Reason} of a position that is not ours");
        else if (cash.Kind is CashKind.Funding) Emit(new FundingBooked(cash.Amount, cash.AtUtc, cash.Id, cash.Asset));
        else Emit(new LiquidationCleared(cash.Amount, cash.AtUtc, cash.Id, cash.Asset));
    }

    /// <summary>One question for each asset at a time: its answer prices all that moved in that minute.</summary>
    public void AskForPrices()
    {
        if (Books is not { WantsPrices: true } books) return;
        foreach (var wanted in books.PricesWanted.Where(wanted => !_seen.AskedPrices.Contains(wanted.Asset)))
        {
            _seen = _seen with { AskedPrices = _seen.AskedPrices.Add(wanted.Asset) };
            Do(new PriceAsset(wanted.Asset, wanted.AtUtc ?? context.NowUtc));
        }
    }

    public void OnPrice(AssetQuoted told)
    {
        if (told.Price is not { } price)
        {
            Alert(AlertKind.NoPrice, $"the exchange lists no price of {told.Asset}: what was paid or earned in it does not count");
            return; // asked again after the next start, or of the next position
        }

        _seen = _seen with { AskedPrices = _seen.AskedPrices.Remove(told.Asset) };
        if (Books is { } books && books.PricesWanted.Any(wanted => wanted.Asset == told.Asset))
            Emit(new AssetPriced(told.Asset, price, told.AtUtc));
        else
            Ignore($"nothing waits for a price of {told.Asset}");
    }
}
