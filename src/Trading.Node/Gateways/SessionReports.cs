using System.Diagnostics;
using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Gateways;
using static Trading.Node.Gateways.SessionMessage;

namespace Trading.Node.Gateways;

/// <summary>What the stream reports goes on to the positions, after the snapshot that a new session waits for.</summary>
public sealed partial class AccountSessionActor
{
    private const int HeldAtMost = 4096;
    private readonly Queue<SessionReport> _held = new();
    private bool _holding;

    private void Hold(SessionReport report)
    {
        _held.Enqueue(report);
        if (_held.Count >= HeldAtMost) Release("too many reports were waiting for a snapshot");
    }

    private void Release(string? why = null)
    {
        if (!_holding) return;
        _holding = false;
        CancelTimer("hold");
        if (why is not null && _held.Count > 0)
            account.Log($"{account.Id}: {_held.Count} reports of the new session go on before its snapshot: {why}");
        while (_held.TryDequeue(out var report)) Forward(report);
    }

    private void Forward(SessionReport report)
    {
        switch (report)
        {
            case SessionReport.ForPosition { Input: PositionInput.PositionStreamed streamed } told:
                account.Observations.Learn(told.Key, streamed);
                Tell(told.Key, streamed);
                break;
            case SessionReport.ForPosition told: Tell(told.Key, told.Input); break;
            case SessionReport.CashMoved moved: Assign(moved.Report); break;
            default: throw new UnreachableException($"{report}");
        }
    }

    private void Assign(CashReport report)
    {
        var (key, counts) = CashOwner.Of(
            report, report.Symbol is { } symbol ? account.KeysOf(symbol) : [], key => account.Board.Find(key)?.State);
        if (key is { } owner && !account.IsNoted(report)) Tell(owner, new PositionInput.CashMoved(report.Cash));
        else account.TellAccount(new AccountInput.CashTold(report.Cash, report.Symbol, counts));
    }
}
