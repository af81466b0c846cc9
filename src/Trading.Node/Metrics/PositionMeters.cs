using System.Collections.Concurrent;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Node.Positions;
using static Trading.Node.Metrics.NodeMeters;

namespace Trading.Node.Metrics;

/// <summary>Reads the figures of one account's positions off their events.</summary>
internal sealed class PositionMeters(AccountId account, TimeProvider time, NodeMeters meters)
{
    private readonly ConcurrentDictionary<PositionKey, Naked> _naked = new();

    public void On(PositionHappened happened)
    {
        var now = time.NowUtc();
        Watch(happened, now);
        switch (happened.Event)
        {
            case PositionEvent.PositionClosed closed:
                meters.Closures.Add(
                    1, Tag("closed_by", Words.Snake(closed.ClosedBy)), Tag("reason", Words.Snake(closed.Reason)));
                if (happened.After is PositionState.Flat { Last: { } last } && last.LastFillUtc > DateTime.MinValue)
                    meters.ClosureDetectionLag.Record(
                        Math.Max(0, (now - last.LastFillUtc).TotalSeconds), Tag("closed_by", Words.Snake(closed.ClosedBy)));
                break;
            case PositionEvent.EntryFailed { How: not EntryEnd.NotSent } failed:
                meters.SignalFailures.Add(1, Tag("reason", failed.Code == 0 ? "entry_failed" : failed.Code.ToString(Words.Invariant)));
                break;
            case PositionEvent.PositionLookup lookup:
                meters.PositionLookup.Record(lookup.LookupTimeMs / 1000.0, Tag("method", CanonicalText.Of(lookup.LookupMethod)));
                break;
            case PositionEvent.PositionNotFoundAbort:
                meters.PositionNotFound.Add(1);
                break;
            default:
                break;
        }
    }

    /// <summary>Opens and closes the time a quantity was without a confirmed stop.</summary>
    private void Watch(PositionHappened happened, DateTime now)
    {
        var view = new PositionView(happened.Key, happened.Version, happened.After, now);
        if (view.IsUnprotected)
        {
            var fillUtc = happened.Event is PositionEvent.OrderFilled filled ? filled.Trade.AtUtc : now;
            var first = new PositionView(happened.Key, happened.Version, happened.Before, now).Holding?.LastTrigger is null;
            _naked.TryAdd(happened.Key, new Naked(fillUtc < now ? fillUtc : now, first, view.Quantity * view.Holding!.EntryPrice));
        }
        else if (_naked.TryRemove(happened.Key, out var naked))
        {
            var seconds = (now - naked.SinceUtc).TotalSeconds;
            meters.UnprotectedQuantitySeconds.Add((double)naked.QuoteValue * seconds, Tag("account", account.Value));
            if (view.IsProtected) (naked.IsFirst ? meters.TimeToProtect : meters.StopReplaceGap).Record(seconds);
        }
        else if (happened is { Event: PositionEvent.StopConfirmed, Before: PositionState.Open { Holding.Protection: Protection.Moving } })
        {
            meters.StopReplaceGap.Record(0); // the old stop rested until this one was confirmed
        }
    }

    private readonly record struct Naked(DateTime SinceUtc, bool IsFirst, decimal QuoteValue);
}
