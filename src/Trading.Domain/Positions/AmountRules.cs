using static Trading.Domain.Positions.PositionEffect;
using static Trading.Domain.Positions.PositionState;

namespace Trading.Domain.Positions;

/// <summary>
/// What an amount proves, by the exchange's own time of it: words of one moment come in any order, reads lag, and a zero
/// of before our last fill ends nothing.
/// </summary>
internal sealed partial class PositionTurn
{
    private static readonly TimeSpan WordOfThePosition = TimeSpan.FromMilliseconds(250);

    /// <summary>An answer and the event of the same execution may state times that differ a little.</summary>
    private static readonly TimeSpan SameMoment = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Words of one moment come in any order, the last heard may be of before: a row of that moment says which was last,
    /// once reads show it.
    /// </summary>
    private void SeeRow(PositionRow row, DateTime startedUtc)
    {
        SeeRow(row.Amount, row.UpdatedUtc);
        if (_seen.StreamAmount is not null && row.UpdatedUtc == _seen.StreamAtUtc && HaveReadsCaughtUp(startedUtc))
            _seen = _seen with { StreamAmount = row.Amount };
    }

    private void SeeRow(decimal amount, DateTime? updatedUtc)
    {
        if (updatedUtc is { } at && at >= _seen.RowAtUtc) _seen = _seen with { RowAmount = amount, RowAtUtc = at };
    }

    /// <summary>Signed amount as stated by the exchange for that moment or a later one; null: nobody has said it.</summary>
    private decimal? AmountSince(DateTime at) =>
        _seen.StreamAmount is { } streamed && _seen.StreamAtUtc >= at ? streamed
        : _seen.RowAmount is { } row && _seen.RowAtUtc >= at ? row
        : null;

    /// <summary>What is held on our side, by an amount of that moment or a later one that contains all fills until then.</summary>
    private decimal? HeldSince(Holding held, DateTime at)
    {
        if (AmountSince(at) is not { } amount) return null;
        var quantity = OnSide(held.Side, amount);
        if (AmountSince(at.AddTicks(1)) is not null || !MayBeOfAnEarlierFill(held, quantity, at)) return quantity;
        AskWhatIsHeld();
        return null;
    }

    private void AskWhatIsHeld() => Do(new StartTimer(PositionTimer.CheckAgain, WordOfThePosition));

    /// <summary>
    /// Fills of one moment have an amount each, all of that time and heard in any order. One that is less than what the
    /// entry is known to have filled may be of before the last of them, or somebody else has sold: the stop covers the
    /// greater quantity, and the exchange is asked.
    /// </summary>
    private bool MayBeOfAnEarlierFill(Holding held, decimal quantity, DateTime at) =>
        quantity > 0 && held.ExitFilled == 0 && quantity < Math.Max(held.EntryFilled, held.Executed)
        && (at <= held.LastFillUtc && held.FillsOfLastMoment > 1 || IsBetweenFills(held, at));

    /// <summary>The entry is known to have filled further at that moment, or until then, than its counted fills say.</summary>
    private bool IsBetweenFills(Holding held, DateTime at) =>
        held.EntryFilled < held.Executed && (at <= _seen.FilledAtUtc || at <= _seen.EndedAtUtc);

    /// <summary>
    /// Of the moment of the last fill that added, with nothing sold since: flat, or what somebody else held on the other
    /// side, may be of before that fill. While no fill of the entry is counted, the end of the position before may be told
    /// late: it is not newer than that position's last fill, nor than our intent.
    /// </summary>
    private static bool MayPrecedeOurFill(Holding held, DateTime at) =>
        held is { ExitFilled: 0, EntryFilled: > 0 } && at <= held.LastFillUtc
        || held is { EntryFilled: 0, EntryOrder.Value: not null } && (at <= held.BeforeUtc || at <= held.OpenedUtc);

    /// <summary>The stream has said, of that moment or a later one and of no time before our last fill, that nothing is held on our side.</summary>
    private bool IsToldFlatSince(Holding held, DateTime at) =>
        _seen.StreamAmount is { } streamed && _seen.StreamAtUtc >= at && _seen.StreamAtUtc >= held.LastFillUtc && OnSide(held.Side, streamed) == 0
        && !IsBetweenFills(held, _seen.StreamAtUtc) && !MayPrecedeOurFill(held, _seen.StreamAtUtc);

    /// <summary>The row changed last in the moment of the stream's last word, which says more on the same side.</summary>
    private bool IsLessThanToldThen(PositionRow row) =>
        _seen.StreamAmount is { } told && row.UpdatedUtc == _seen.StreamAtUtc && told * row.Amount > 0 && Math.Abs(row.Amount) < Math.Abs(told);

    /// <summary>The exchange's time of the last word that something is open; null: none, or a later one took it back.</summary>
    private DateTime? SaidOpenUtc => _seen switch
    {
        { StreamAmount: not (null or 0), StreamAtUtc: var streamed } => streamed,
        { RowAmount: not (null or 0), RowAtUtc: var read } => read,
        _ => null,
    };

    /// <summary>
    /// A read may lag: a row that changed last before our last fill, before the stream said something else or before a newer
    /// row is no position, and a zero that changed last before somebody said that something is open is not its end.
    /// </summary>
    private bool IsOfThePast(PositionRow row, DateTime startedUtc) => row.Amount == 0
        ? (row.UpdatedUtc ?? startedUtc - PositionRow.LagsAtMost) < SaidOpenUtc
        : row.UpdatedUtc < _seen.RowAtUtc || _state is Flat flat && row.UpdatedUtc < flat.LastFillUtc
            || _seen.StreamAmount == 0 && row.UpdatedUtc <= _seen.StreamAtUtc
            || _seen.StreamAmount is { } told && told != row.Amount && row.UpdatedUtc < _seen.StreamAtUtc && !HaveReadsCaughtUp(startedUtc);

    /// <summary>
    /// The stream has told something since that read began, and the row does not show it. By our clock alone it would: that
    /// may be behind the exchange's, and both times of a row and of the stream are the exchange's own.
    /// </summary>
    private bool IsOvertaken(PositionRow row, DateTime startedUtc) => _seen.StreamAtUtc > startedUtc
        && !(row.UpdatedUtc > _seen.StreamAtUtc || row.UpdatedUtc == _seen.StreamAtUtc && row.Amount == _seen.StreamAmount);

    /// <summary>A read begun then shows what the stream told last, or what came after it.</summary>
    private bool HaveReadsCaughtUp(DateTime startedUtc) => HaveReadsCaughtUp(startedUtc, _seen.StreamAtUtc);

    private static bool HaveReadsCaughtUp(DateTime startedUtc, DateTime sinceUtc) => startedUtc >= sinceUtc + PositionRow.LagsAtMost;

    /// <summary>A read may lag: a zero of before our last fill, or of before a row that was seen since, proves nothing.</summary>
    private bool IsZeroTwice(Holding held, CheckEvidence evidence) =>
        evidence.Row is { IsExplicitZero: true } first && evidence.SecondRow is { IsExplicitZero: true } second
        && IsNewest(held, first.Row!) && IsNewest(held, second.Row!);

    private bool IsNewest(Holding held, PositionRow row) =>
        row.UpdatedUtc is { } at && at >= held.LastFillUtc && at >= _seen.RowAtUtc && IsSinceTheLastFill(held, row)
        && (held.EntryFilled > 0 || _seen.FilledAtUtc > default(DateTime) || IsOfNoFill(held) && IsAfterTheLastWord(at));

    /// <summary>
    /// Our entry has ended and filled nothing: what the stream told was somebody else's. A zero of after that word is no
    /// zero of before a fill of ours.
    /// </summary>
    private bool IsOfNoFill(Holding held) =>
        _state is not Opening && held is { EntryOrder.Value: not null, LeavesQuantity: 0, Executed: 0, EntryFilled: 0 };

    private bool IsAfterTheLastWord(DateTime at) =>
        at > _seen.StreamAtUtc || at == _seen.StreamAtUtc && _seen.StreamAmount is null or 0m;

    private bool IsOnOtherSide(Holding held, PositionRow row) =>
        row.Amount != 0 && OnSide(held.Side, row.Amount) == 0 && IsNewest(held, row);

    /// <summary>A row that states no time is taken for one of now.</summary>
    private bool IsSinceTheLastFill(Holding held, PositionRow row) =>
        row.UpdatedUtc is not { } at || at + SameMoment >= held.LastFillUtc && at + SameMoment >= _seen.FilledAtUtc;
}
