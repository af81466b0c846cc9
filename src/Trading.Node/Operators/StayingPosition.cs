using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Node.Positions;

namespace Trading.Node.Operators;

/// <summary>One position as a node leaves it.</summary>
/// <param name="Quantity">Base quantity known to be held; zero: whether its entry has filled is not known.</param>
/// <param name="Stop">Where its stop rests; null: none is known to.</param>
/// <param name="IsNaked">Confirmed stops do not cover all of it, or of what may be held.</param>
/// <param name="IsTakenUp">False: the exchange holds it, and this node did not look after it.</param>
/// <param name="Note">What else there is to say; empty: nothing.</param>
public sealed record StayingPosition(
    PositionKey Key, Side Side, decimal Quantity, RestingStop? Stop, bool IsNaked, bool IsTakenUp, string Note)
{
    /// <summary>
    /// Newer news wins. A list may lag behind what was confirmed a moment ago, so a stop that is missing in it is not taken
    /// for gone; one that is listed rests, whoever of us knew of it.
    /// </summary>
    /// <param name="view">What this node knows; null: it never met the position.</param>
    /// <param name="look">What the exchange said; null: it did not answer.</param>
    /// <returns>Null: nothing is held.</returns>
    public static StayingPosition? Of(PositionKey key, PositionView? view, AccountSnapshot? look)
    {
        var row = look?.Positions.GetValueOrDefault(key);
        if (view?.Holding is { } held) return Taken(view, held, row, look);
        return row is null || IsOfBefore(row, view) ? null : Outside(key, row, look!);
    }

    public override string ToString()
    {
        var held = Quantity > 0 ? $" {Words.Number(Quantity)}" : "";
        string?[] said = [Cover(), Note.Length > 0 ? Note : null];
        return $"{Key} {Side.Text()}{held}: {string.Join("; ", said.OfType<string>())}";
    }

    private string? Cover()
    {
        var stop = Stop is { } rests ? $"stop at {Words.Number(rests.Trigger)} for {Words.Number(rests.Quantity)} stays" : null;
        if (!IsNaked || Quantity == 0) return stop;
        return stop is null ? "NO confirmed stop" : $"{stop}, NO confirmed stop for the rest";
    }

    private static StayingPosition? Taken(PositionView view, Holding held, PositionRow? row, AccountSnapshot? look)
    {
        var isNews = row is { UpdatedUtc: { } at } && at > LastWordUtc(held);
        if (row is { Amount: 0 } && (isNews || held.Quantity == 0) && view.State is not PositionState.Opening) return null;
        var told = isNews ? row!.Amount * held.Side.Sign() : 0;
        var quantity = told > 0 ? told : held.Quantity;
        var listed = Listed(look, view.Key, held.Side);
        var known = HasArrived(held, listed) ? null
            : held.LiveStop is { } live ? new RestingStop(live.Trigger, live.Quantity)
            : held.Hard is { Resting: true } hard ? new RestingStop(hard.Trigger, quantity) : null;
        var covered = quantity > 0 ? held.Covered >= quantity || Cover(listed, quantity) : view.State is PositionState.Opening { Entry.AwaitsStop: true };
        var unlisted = known is not null && look is not null && listed.Count == 0 ? "confirmed before, not in the exchange's list now" : "";
        string[] notes = [unlisted, Pending(view)];
        return new StayingPosition(
            view.Key, held.Side, quantity, known ?? Nearest(listed, held.Side, quantity), !covered, IsTakenUp: true,
            string.Join("; ", notes.Where(static note => note.Length > 0)));
    }

    /// <summary>A position's own stop has one place: the one that was asked for and is listed there is there in place of what was known.</summary>
    private static bool HasArrived(Holding held, List<StopView> listed) =>
        held.IntendedStop is { } intent && listed.Exists(stop => PositionStops.IsPositionStop(stop.Id) && stop.Trigger == intent.Trigger);

    private static StayingPosition Outside(PositionKey key, PositionRow row, AccountSnapshot look)
    {
        var (side, quantity) = (row.Amount > 0 ? Side.Long : Side.Short, Math.Abs(row.Amount));
        var listed = Listed(look, key, side);
        return new StayingPosition(
            key, side, quantity, Nearest(listed, side, quantity), !Cover(listed, quantity), IsTakenUp: false, "not looked after by this node");
    }

    private static List<StopView> Listed(AccountSnapshot? look, PositionKey key, Side side) =>
        look?.Stops.Where(one => one.Key == key && one.Stop.Protects == side).Select(static one => one.Stop).ToList() ?? [];

    private static bool Cover(List<StopView> listed, decimal quantity) =>
        listed.Exists(static stop => stop.ClosesPosition) || listed.Sum(static stop => stop.Quantity) >= quantity;

    /// <summary>The one that fires first.</summary>
    private static RestingStop? Nearest(List<StopView> listed, Side side, decimal quantity) =>
        listed.MaxBy(stop => stop.Trigger * side.Sign()) is { } first
            ? new RestingStop(first.Trigger, first.ClosesPosition ? quantity : first.Quantity) : null;

    /// <summary>The row is of the position that this node knows to be closed.</summary>
    private static bool IsOfBefore(PositionRow row, PositionView? view) =>
        view?.State is PositionState.Flat { EndedUtc: var ended } && ended != default && (row.UpdatedUtc ?? ended) <= ended;

    private static DateTime LastWordUtc(Holding held) =>
        new[] { held.LastFillUtc, held.StatedUtc, held.BeforeUtc }.Max();

    private static string Pending(PositionView view) => view.State switch
    {
        PositionState.Opening { Entry: { AwaitsStop: true } entry } => $"its entry of {Words.Number(entry.Quantity)} was not sent",
        PositionState.Opening { Entry: { Completed: false } entry } => $"how much of its entry of {Words.Number(entry.Quantity)} has filled is not known",
        PositionState.Closing => "how much of its close has filled is not known",
        _ when view.Holding is { Policy: AdoptPolicy.Ignore or AdoptPolicy.Alert } held => $"left alone by policy {Words.Snake(held.Policy!.Value)}",
        _ when view.Holding is { LiveStop: null, IntendedStop: { } intent } => $"one at {Words.Number(intent.Trigger)} was asked for and is not answered",
        _ when view.InDoubt => "in doubt",
        _ => "",
    };
}

public sealed record RestingStop(decimal Trigger, decimal Quantity);
