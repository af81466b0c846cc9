using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionEvent;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Domain.Positions.PositionState;

namespace Trading.Domain.Positions;

/// <summary>
/// The exchange refused an order because it does not fit what it demands of the symbol now: our rules of it are old. They
/// are read at once, and the same attempt goes on with them: a stop and a close under the next id, an entry under its own,
/// for the refusal proves that nothing came of it.
/// </summary>
internal sealed partial class PositionTurn
{
    /// <summary>An entry that waited longer is not sent: its price was another one.</summary>
    private static readonly TimeSpan EntryWaitsForRules = TimeSpan.FromSeconds(2);

    private void ReadRulesAnew()
    {
        if (!_seen.ReadingRules) Do(new ReadRules());
        _seen = _seen with { ReadingRules = true };
    }

    /// <summary>Once: an entry that the rules of now refuse has failed. One in doubt is being asked about, and nothing is sent for it.</summary>
    private bool EntryWaits(Rejected report)
    {
        if (report.Kind is not RejectKind.Filter || _seen.EntryRefused is not null || _state is not Opening { Entry: { Verified: false, InDoubt: false } }) return false;
        _seen = _seen with { EntryRefused = new EntryRefusal(report.Code, report.Message, context.NowUtc, Waits: true) };
        return true;
    }

    /// <summary>The stop that was to rest before the entry does not fit: another one is sent when the rules are known.</summary>
    private bool UnsentEntryWaits(Rejected report)
    {
        if (_state is not Opening { Entry.AwaitsStop: true } || !EntryWaits(report)) return false;
        Do(new CancelTimer(PositionTimer.StopAnswer));
        Emit(new StopRefused(report.Order, report.Code, report.Message));
        return true;
    }

    public void OnRules(RulesRead report)
    {
        _seen = _seen with { ReadingRules = false };
        if (_seen.EntryRefused is { Waits: true } refused) EnterByTheRulesOfNow(refused, report.Told);
        if (_state is Closing) CloseByTheRulesOfNow();
        else StopByTheRulesOfNow(report.Told);
        Ignore("the rules of now serve from the next order on");
    }

    private void EnterByTheRulesOfNow(EntryRefusal refused, bool areTold)
    {
        _seen = _seen with { EntryRefused = refused with { Waits = false } };
        if (_state is not Opening { Entry: var entry, Holding: var held }) return;
        var quantity = Enterable(entry.Quantity);
        if (entry.Verified) ContradictEntry(entry, held);
        else if (!areTold || entry.InDoubt || context.NowUtc - refused.AtUtc > EntryWaitsForRules || !IsEnough(quantity, held.ReferencePrice))
            FailEntry(refused.Code, refused.Message, EntryEnd.Rejected);
        else if (entry.AwaitsStop) PlaceStopBeforeEntry(held, quantity);
        else Do(EntryOrderOf(entry.Id, held, quantity));
    }

    private bool IsEnough(decimal quantity, decimal price) => quantity > 0 && context.Rules is { IsTrading: true } rules
        && quantity >= rules.MinQuantity && quantity * price >= rules.MinNotional;

    /// <summary>What one entry may ask for of a quantity that was decided by other rules; never more.</summary>
    private decimal Enterable(decimal quantity) => context.Rules.RoundQuantity(Math.Min(quantity, context.Rules.MaxMarketQuantity));

    /// <summary>At once where it is the first that was refused: rules that do not cure it must not make a loop at the speed of the wire.</summary>
    private void CloseByTheRulesOfNow()
    {
        if (_state is Closing { Attempt: { Working: false, Number: 1 } }) CloseAgain();
    }

    /// <summary>
    /// A first stop has one more try by them, however many were refused for another reason before. A larger one goes at once
    /// where it is the first that was refused; else its timer is due.
    /// </summary>
    private void StopByTheRulesOfNow(bool areTold)
    {
        if (Held is not { Quantity: > 0, LiveStop: null, IntendedStop: null } || _seen.AwaitsMark is not null)
        {
            if (_seen.StopsInVain <= 1) EnsureProtected();
            return;
        }

        var isFirst = areTold && !_seen.StopTriedByNewRules;
        _seen = _seen with { StopTriedByNewRules = true };
        if (isFirst) EnsureProtected();
        else PlaceAgain();
    }
}
