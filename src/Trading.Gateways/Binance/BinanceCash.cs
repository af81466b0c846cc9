using System.Globalization;
using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Gateways.Binance;

/// <summary>
/// Money that an ACCOUNT_UPDATE moved beside profit and fees of fills (<c>bc</c>). It has no id: reason, time, symbol,
/// asset, amount and the balance after it are its identity, and a frame told again has the same.
/// </summary>
internal sealed class BinanceCash(BinanceTranslator translator)
{
    public const string Funding = "FUNDING_FEE";
    public const string Liquidation = "INSURANCE_CLEAR";

    public IReadOnlyList<CashReport> Read(AccountUpdate.Account wire, DateTime at)
    {
        if (IsTheWalletsOwn(wire.Reason)) return [];
        var position = PositionOf(wire);
        var contract = position?.Symbol ?? wire.FundedSymbol ?? "";
        var key = position is null ? null : translator.KeyOf(position.Symbol, position.PositionSide);
        var symbol = translator.KeyOf(contract, null)?.Symbol;
        return [.. (wire.Balances ?? []).Where(balance => balance.Change is not (null or 0))
            .Select(balance => Report(CashOf(wire.Reason, balance, contract, at), contract, symbol, key))];
    }

    private static CashReport Report(Cash cash, string contract, Symbol? symbol, PositionKey? key) =>
        new(cash, symbol, key) { Untraded = contract.Length > 0 && symbol is null };

    /// <summary>The one position that the frame names; sides that are only listed with it hold nothing.</summary>
    private static AccountUpdate.Position? PositionOf(AccountUpdate.Account wire)
    {
        var named = wire.Positions ?? [];
        if (named.Length > 1) named = [.. named.Where(position => position.Amount != 0)];
        return named is [var position] ? position : null;
    }

    private static Cash CashOf(string reason, AccountUpdate.Balance balance, string contract, DateTime at)
    {
        var kind = KindOf(reason);
        var word = StreamReading.Clip(reason);
        var id = string.Create(
            CultureInfo.InvariantCulture,
            $"{word} {WireText.Milliseconds(at)} {StreamReading.Clip(contract)} {balance.Asset} {CanonicalText.Of(balance.Change!.Value)} {CanonicalText.Of(balance.Wallet)}");
        return new Cash(id, kind, balance.Change.Value, balance.Asset, word, at);
    }

    private static CashKind KindOf(string reason) => reason switch
    {
        Funding => CashKind.Funding,
        Liquidation => CashKind.Liquidation,
        _ => CashKind.Unknown,
    };

    /// <summary>Of the account's list, which has ids, and names no side. Null where it has no time, or moved nothing.</summary>
    public CashReport? Of(Income wire) => wire.Amount != 0 && WireText.Time(wire.Time) is { } at
        ? Report(
            new Cash($"{Cash.OfList}{BinanceTranslator.WireId(wire.TransactionId)}", KindOf(wire.Type), wire.Amount, wire.Asset, wire.Type, at),
            wire.Symbol, translator.KeyOf(wire.Symbol, null)?.Symbol, key: null)
        : null;

    /// <summary>Moved in or out, or between its parts: no result of a position.</summary>
    private static bool IsTheWalletsOwn(string reason) => reason is "DEPOSIT" or "WITHDRAW" or "WITHDRAW_REJECT" or "ADMIN_DEPOSIT"
        or "ADMIN_WITHDRAW" or "ASSET_TRANSFER" or "MARGIN_TRANSFER" or "MARGIN_TYPE_CHANGE" or "COIN_SWAP_DEPOSIT" or "COIN_SWAP_WITHDRAW"
        or "AUTO_EXCHANGE" or "OPTIONS_PREMIUM_FEE" or "OPTIONS_SETTLE_PROFIT";
}
