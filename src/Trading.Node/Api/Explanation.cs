using System.Globalization;
using Trading.Domain.Signals;

namespace Trading.Node.Api;

/// <summary>Why a signal was or was not traded, in words an operator can act on.</summary>
public static class Explanation
{
    /// <param name="reason">One of <see cref="Reasons"/>, opened, entry_failed, closed, or null while the signal waits.</param>
    /// <param name="text">The reason with its numbers as the decision gave it; null or empty where it gave none.</param>
    /// <param name="rank">Place in the wave; null until ranked.</param>
    public static string Of(string signal, string symbol, string account, string wave, string? reason, string? text, int? rank)
    {
        var place = rank is { } n ? $", rank {n.ToString(CultureInfo.InvariantCulture)} of its wave," : "";
        var who = $"Signal {signal} ({symbol} on {account}){place}";
        var numbers = string.IsNullOrWhiteSpace(text) ? "" : $" ({text.Trim()})";
        return reason switch
        {
            null => $"{who} has no outcome yet: wave {wave} is still collecting or being worked down.",
            "opened" => $"{who} was traded: its position was opened.",
            "closed" => $"{who} ended its position: the close was begun for it, and goes on until flat is proven.",
            "entry_failed" => $"{who} was tried, and its entry came to nothing{numbers}. The next in rank was free to take its place.",
            _ => $"{who} was not traded: {Words(reason)}{numbers}.{Remedy(reason)}",
        };
    }

    private static string Words(string reason) => reason switch
    {
        Reasons.DuplicateSignal => "the same signal had been delivered before, and one signal is traded once",
        Reasons.DuplicateInWave => "a better ranked signal of the same wave names the same symbol",
        Reasons.DuplicatePosition => "the symbol was open or opening already, or this wave had had its one try at it",
        Reasons.BelowCut => "enough better ranked signals were traded, or it ranked below the cut of its wave",
        Reasons.Stale => "it was too old when it could have been traded",
        Reasons.OutsidePosition => "the account holds a position in this symbol that was not opened here",
        Reasons.NoSlot => "all position slots of the account were taken",
        Reasons.Cooldown => "the symbol rests after its last close",
        Reasons.Blocked => "the symbol is on the block list, or not on the allow list",
        Reasons.AccountState => "the account took no entries at that time",
        Reasons.StreamSuspect => "the price or user stream could not be trusted at that time",
        Reasons.BelowMinNotional => "its size is below what the exchange accepts",
        Reasons.SymbolNotTrading => "the exchange does not trade the symbol now",
        Reasons.PriceMoved => "the price had moved too far from the signal's",
        Reasons.NoAccount => "no account is configured for it",
        Reasons.SecondWriter => "another program places orders of our form on the account",
        Reasons.KeyInDoubt => "what became of an earlier order on this symbol is not known yet",
        Reasons.MaxNotional => "the account's limit on open value would have been passed",
        Reasons.CoarseTick => "the symbol's price step is too coarse for the trailing callback",
        Reasons.LiquidationNear => "the liquidation price would lie too near the stop",
        Reasons.ConditionalLimit => "the account has too many conditional orders for another stop",
        Reasons.Delisting => "the exchange is about to delist the symbol",
        Reasons.FromTheFuture => "it is dated ahead of the exchange's clock, so that its age cannot be judged",
        Reasons.IdTaken => "another signal of its wave has the same id",
        Reasons.WaveFull => "its wave holds as many signals as it may",
        Reasons.NotHeld => "it asks for a close, and nothing of that side that was opened or is managed here is held",
        Reasons.Withdrawn => "a close of the same symbol and side came before it was opened",
        _ => $"reason {reason}",
    };

    private static string Remedy(string reason) => reason switch
    {
        Reasons.AccountState => " See `trading accounts`; `trading resume` ends a pause.",
        Reasons.NoSlot => " See `trading slots`.",
        Reasons.SecondWriter => " Stop it, or list its tag under previous-journals.",
        Reasons.NoAccount => " Name an account in the signal, or add a routing rule.",
        Reasons.OutsidePosition => " It is untouched; `trading adopt` or closing it on the exchange frees the symbol.",
        Reasons.KeyInDoubt => " `trading reconcile` asks the exchange again.",
        Reasons.FromTheFuture => " Send createdAt in UTC, with Z, or as Unix seconds or milliseconds.",
        _ => "",
    };
}
