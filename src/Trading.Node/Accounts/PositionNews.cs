using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Node.Gateways;
using Trading.Node.Operators;
using Trading.Node.Positions;

namespace Trading.Node.Accounts;

/// <summary>What follows for an account, its session and its operator from an event of one of its positions, once it is durable.</summary>
/// <param name="tellAccount">Must not wait.</param>
/// <param name="tellSession">Must not wait.</param>
internal sealed class PositionNews(
    PositionBoard board, AlertBoard alerts, TimeProvider time, Action<AccountInput> tellAccount, Action<SessionMessage> tellSession)
{
    public void On(PositionHappened happened)
    {
        if (happened.Cause is PositionInput.Rejected { Kind: RejectKind.NotTrading }) tellSession(new SessionMessage.SymbolsWanted());
        if (happened.Cause is PositionInput.Rejected { Kind: RejectKind.Mode } refused)
            tellSession(new SessionMessage.AccountDoubted($"an order of {happened.Key} was refused: {refused.Code} {refused.Message}"));
        if (MovesMoney(happened.Event)) TellMoney(happened);
        if (happened.Event is PositionEvent.PositionClosed { Reason: CloseReason.Rollback or CloseReason.ProtectionDeadline } closed)
            RolledBack(happened, closed);
        if (IsLiquidatedUntold(happened.Event) && (happened.After as PositionState.Flat)?.Last is { } ended)
            tellSession(new SessionMessage.CashMissed(ended.OpenedUtc));
        if (happened.Event is PositionEvent.PositionDoubted) tellSession(new SessionMessage.SyncWanted($"{happened.Key} is in doubt"));
    }

    private void RolledBack(PositionHappened happened, PositionEvent.PositionClosed closed)
    {
        var why = closed.Reason is CloseReason.Rollback ? "its stop was refused" : "no stop was confirmed in time";
        var net = happened.After is PositionState.Flat { Last: { } last } ? $", net {Words.Money(last.Net)} USDT as far as known" : "";
        alerts.Raise(
            "RolledBack", happened.Key.ToString(),
            $"{happened.Key} was closed again at {time.NowUtc():HH:mm:ss} UTC, because {why}{net}; `trading timeline {happened.Key}` has its history");
    }

    private static bool MovesMoney(PositionEvent happened) => happened is PositionEvent.OrderFilled or PositionEvent.FundingBooked
        or PositionEvent.LiquidationCleared or PositionEvent.AssetPriced;

    /// <summary>The stream has not told all of it: the fee that came after it neither, perhaps.</summary>
    private static bool IsLiquidatedUntold(PositionEvent happened) =>
        happened is PositionEvent.PositionClosed { Reason: CloseReason.Liquidation, ClosedBy: not ClosedBy.WebsocketClosure }
            or PositionEvent.ClosureExplained { Reason: CloseReason.Liquidation };

    /// <summary>The daily loss is judged by the net of what is held, too. That a position ended its own news says, once.</summary>
    private void TellMoney(PositionHappened happened)
    {
        var ended = happened.After is PositionState.Flat;
        if (ended || board.Find(happened.Key) is { State: not PositionState.Flat })
            tellAccount(new AccountInput.PositionTold(
                ended ? AccountNews.Closed : AccountNews.Opened, PositionFactsOf.State(happened.Key, happened.After)));
    }
}
