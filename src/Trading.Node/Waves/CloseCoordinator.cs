using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Journal;
using Trading.Node.Hosting;

namespace Trading.Node.Waves;

/// <summary>What the close of one signal needs of an account's node.</summary>
public sealed record CloseDependencies
{
    public required AccountPolicy Policy { get; init; }
    public required IJournal Journal { get; init; }
    public required AskPosition AskPosition { get; init; }

    /// <summary>A halted account does nothing by itself: there only the operator closes.</summary>
    public required Func<bool> IsHalted { get; init; }

    /// <summary>False: the exchange does not list the symbol and nothing was ever held on it here, so no position is asked.</summary>
    public required Func<PositionKey, bool> MayBeHeld { get; init; }
}

/// <summary>
/// The way of a close signal to the position it names. It can be asked again, because the position's stream knows the
/// request by its command id.
/// </summary>
public sealed class CloseCoordinator(CloseDependencies around)
{
    private const int PageEvents = 500;

    public async Task<ClosingAnswer> Close(Signal signal)
    {
        var key = around.Policy.KeyOf(signal);
        if (around.IsHalted())
            return new ClosingAnswer.Denied(Reasons.AccountState, $"{signal.Account} is halted: a position is closed by the operator only");
        if (!around.MayBeHeld(key)) return new ClosingAnswer.Denied(Reasons.NotHeld, $"{key} was never held here");
        var wave = new WaveKey(signal.Account, signal.Wave);
        var commandId = $"{wave.Stream}/{signal.Id}";
        var command = new PositionInput.ClosePosition(CloseReason.Manual, WaveMachine.AskedBy(signal)) { OfSide = signal.Side };
        PositionVerdict answer;
        try
        {
            answer = await around.AskPosition(key, command, commandId);
        }
        catch (Exception e) when (e is TimeoutException or MailboxFullException or ActorStoppedException)
        {
            return new ClosingAnswer.NotYet(e.Message);
        }

        if (answer.Verdict is Verdict.Accepted || await WasTaken(key, commandId)) return new ClosingAnswer.Taken();
        return answer switch
        {
            { Verdict: Verdict.Ignored } => new ClosingAnswer.Denied(Reasons.DuplicatePosition, $"{key} is being closed already"),
            { Note: Reasons.NotHeld } => new ClosingAnswer.Denied(Reasons.NotHeld, $"{key} holds nothing {signal.Side.Text()}"),
            { Note: Reasons.OutsidePosition } => new ClosingAnswer.Denied(answer.Note, $"{key} was not opened here and is not managed"),
            _ => new ClosingAnswer.NotYet(answer.Note),
        };
    }

    /// <summary>An earlier ask, of this life or of one before, closed it: it may be flat, or opened anew, by now.</summary>
    private async Task<bool> WasTaken(PositionKey key, string commandId)
    {
        for (var version = 0L; ;)
        {
            var page = await around.Journal.ReadStream(key.Stream, version, PageEvents);
            if (page.Any(recorded => recorded.CommandId == commandId)) return true;
            if (page.Count < PageEvents) return false;
            version = page[^1].Version;
        }
    }
}
