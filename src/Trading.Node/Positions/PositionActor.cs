using System.Diagnostics;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Node.Orders;
using Trading.Runtime;

namespace Trading.Node.Positions;

/// <summary>
/// The only writer of one position. What it does is <see cref="PositionProcess"/>: decide, journal, remember, act, answer.
/// This shell tells it what happens and does what it wants done.
/// </summary>
public sealed partial class PositionActor : Actor<PositionMessage>
{
    private static readonly TimeSpan HaltedAgain = TimeSpan.FromSeconds(30);

    private readonly PositionKey _key;
    private readonly PositionSurroundings _around;
    private readonly PositionProcess _process;
    private readonly JournalStream<PositionEvent> _stream;
    private readonly OrderDesk _desk;
    private readonly Dictionary<long, Action<PositionAnswer>> _asking = [];
    private long _asked;

    public PositionActor(PositionKey key, PositionSurroundings around)
    {
        (_key, _around) = (key, around);
        _process = new PositionProcess(key, around.Journal.Id, around.NewId(), around.Decide);
        _stream = new JournalStream<PositionEvent>(key.Stream, around.Journal, around.Lease.Epoch, around.Time, JournalIsSilent);
        _desk = new OrderDesk(
            key, around.Sender, around.Session, around.Time, around.ReadRules, symbol => around.Symbols.Find(symbol) is not null);
    }

    protected override bool IsIdle => _process.HasNothingToLose;

    protected override async ValueTask Started(CancellationToken stop)
    {
        await Carry(_process.Start(), stop);
        WakeOnPricesThatMatter();
    }

    protected override async ValueTask Receive(PositionMessage message, CancellationToken stop)
    {
        switch (message)
        {
            case PositionMessage.Told { Input: PositionInput.TimerFired { Timer: PositionTimer.Aged } } when OnlyProtects:
                Context.StartTimer(Name(PositionTimer.Aged), HaltedAgain, message);
                break;
            case PositionMessage.Told { Input: var input }:
                await Carry(_process.Tell(Now(), [input], byMark: input is PositionInput.TimerFired), stop);
                break;
            case PositionMessage.Answered answered: await Carry(_process.Tell(Now(), answered.Inputs, byMark: true), stop); break;
            case PositionMessage.Appended appended: await Carry(_process.Appended(Now(), appended.Answer), stop); break;
            case PositionMessage.Asked { Command: PositionInput.OpenPosition } asked when _around.IsStopping():
                asked.Reply(new PositionAnswer(Verdict.Denied, PositionProcess.Stopping, _process.State));
                break;
            case PositionMessage.Asked { Command: PositionInput.OpenPosition } asked when !_around.Lease.IsValid():
                asked.Reply(new PositionAnswer(Verdict.Denied, Reasons.AccountState, _process.State));
                break;
            case PositionMessage.Asked asked:
                _asking.Add(++_asked, asked.Reply);
                await Carry(_process.Ask(Now(), asked.Command, asked.CommandId, _asked), stop);
                break;
            case PositionMessage.Awake awake: awake.Reply(true); break;
            default: throw new UnreachableException($"{message}");
        }

        WakeOnPricesThatMatter();
    }

    /// <summary>Prices move trailing stops and time exits.</summary>
    protected override async ValueTask Ticked(PriceWindow window, CancellationToken stop)
    {
        if (OnlyProtects) return;
        var began = _around.Time.GetTimestamp();
        await Carry(
            _process.Tick(Now(isTick: true), new PositionInput.MarkMoved(
                window.Latest, window.Lowest, window.Highest, new DateTime(window.AtUtcTicks, DateTimeKind.Utc))),
            stop);
        _around.Meters.TickToDecision.Record(_around.Time.GetElapsedTime(began).TotalSeconds);
        WakeOnPricesThatMatter();
    }

    protected override ValueTask Stopped()
    {
        _around.Prices.Drop(_key);
        return ValueTask.CompletedTask;
    }

    /// <summary>Halted, or on the way to a stop: no stop trails and nothing is closed for its age.</summary>
    private bool OnlyProtects => _around.IsHalted() || _around.IsStopping();

    /// <param name="isTick">It brings a price of its own.</param>
    private PositionMoment Now(bool isTick = false) => new(
        _around.Time.NowUtc(), _around.Time.GetElapsedTime(0), _around.Symbols.RulesOf(_key.Symbol), Policy(), _around.Lease.IsValid(),
        _around.IsStopping(), isTick || OnlyProtects ? null : _around.Prices.PriceOf(_key.Symbol));

    private PositionPolicy Policy()
    {
        var policy = _around.IsHalted() ? _around.Policy with { Adopt = AdoptPolicy.Alert } : _around.Policy;
        return policy.StopFirst && !_around.AllowsStopFirst() ? policy with { StopFirst = false } : policy;
    }

    private void WakeOnPricesThatMatter()
    {
        if (PriceBand.Of(_process.State, _process.Seen, _around.Symbols.RulesOf(_key.Symbol)) is { } band)
            Context.WakeOnPrice(band.AtOrBelow, band.AtOrAbove);
        else
            Context.WakeOnEveryPrice();
    }
}
