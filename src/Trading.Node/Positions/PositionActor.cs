using System.Diagnostics;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Node.Metrics;
using Trading.Node.Orders;
using Trading.Runtime;
using static Trading.Domain.Positions.PositionEffect;

namespace Trading.Node.Positions;

/// <summary>
/// The only writer of one position. What it does is <see cref="PositionWriter"/>: decide, journal, remember, act,
/// answer. This shell holds everything that belongs to the runtime: mailbox, timers, prices, work beside the actor.
/// </summary>
public sealed class PositionActor : Actor<PositionMessage>, IPositionHost
{
    private static readonly TimeSpan HaltedAgain = TimeSpan.FromSeconds(30);

    private readonly PositionKey _key;
    private readonly PositionSurroundings _around;
    private readonly PositionWriter _writer;
    private readonly OrderDesk _desk;

    public PositionActor(PositionKey key, PositionSurroundings around)
    {
        (_key, _around) = (key, around);
        _writer = new PositionWriter(key, around, this);
        _desk = new OrderDesk(key, around.Sender, around.Session, around.Time);
    }

    protected override bool IsIdle => _writer.HasNothingToLose;

    /// <summary>Reads the journal, takes up what was under way, then learns what the exchange said meanwhile.</summary>
    protected override async ValueTask Started(CancellationToken stop)
    {
        if (!await _writer.Recover(stop)) return;
        await TakeUp();
        WakeOnPricesThatMatter();
    }

    private async Task TakeUp()
    {
        await _writer.Take(new PositionInput.Recovered());
        foreach (var input in _around.Sightings.ShareOf(_key)) await _writer.Take(input);
    }

    protected override async ValueTask Receive(PositionMessage message, CancellationToken stop)
    {
        switch (message)
        {
            case PositionMessage.Told { Input: PositionInput.TimerFired { Timer: PositionTimer.Aged } } when _around.IsHalted():
                Context.StartTimer(Name(PositionTimer.Aged), HaltedAgain, message);
                break;
            case PositionMessage.Told told:
                if (told.Input is PositionInput.TimerFired) await LearnMark();
                await _writer.Take(told.Input);
                break;
            case PositionMessage.Answered answered:
                await LearnMark();
                foreach (var input in answered.Inputs) await _writer.Take(input);
                break;
            case PositionMessage.Asked { Command: PositionInput.OpenPosition } asked when !_around.MayEnter():
                asked.Reply(new PositionAnswer(Verdict.Denied, Reasons.AccountState, _writer.State));
                break;
            case PositionMessage.Asked asked:
                await _writer.Take(asked.Command, asked.CommandId, asked.Reply);
                break;
            case PositionMessage.Written:
                if (!await _writer.GoOn()) await TakeUp();
                break;
            case PositionMessage.Awake awake:
                awake.Reply(true);
                break;
            default:
                throw new UnreachableException($"{message}");
        }

        WakeOnPricesThatMatter();
    }

    /// <summary>Prices move trailing stops and time exits; a halted account, and one whose journal is away, does neither.</summary>
    protected override async ValueTask Ticked(PriceWindow window, CancellationToken stop)
    {
        if (_around.IsHalted() || _writer.IsAhead) return;
        var began = _around.Time.GetTimestamp();
        await _writer.Take(new PositionInput.MarkMoved(
            window.Latest, window.Lowest, window.Highest, new DateTime(window.AtUtcTicks, DateTimeKind.Utc)));
        _around.Meters.TickToDecision.Record(_around.Time.GetElapsedTime(began).TotalSeconds);
        WakeOnPricesThatMatter();
    }

    /// <summary>Prices that it slept through are not lost to a decision that needs the mark.</summary>
    private async ValueTask LearnMark()
    {
        if (_writer.State is PositionState.Flat || _around.IsHalted() || _writer.IsAhead) return;
        if (_around.Prices.PriceOf(_key.Symbol) is { } mark)
            await _writer.Take(new PositionInput.MarkMoved(mark, mark, mark, _around.Time.NowUtc()));
    }

    private void WakeOnPricesThatMatter()
    {
        if (PriceBand.Of(_writer.State, _writer.Seen, _around.Symbols.RulesOf(_key.Symbol)) is { } band)
            Context.WakeOnPrice(band.AtOrBelow, band.AtOrAbove);
        else
            Context.WakeOnEveryPrice();
    }

    protected override ValueTask Stopped()
    {
        _around.Prices.Drop(_key);
        return ValueTask.CompletedTask;
    }

    void IPositionHost.Perform(PositionEffect effect, PositionState after)
    {
        switch (effect)
        {
            case StartTimer timer:
                Context.StartTimer(
                    Name(timer.Timer), timer.Due, new PositionMessage.Told(new PositionInput.TimerFired(timer.Timer)));
                break;
            case CancelTimer timer: Context.CancelTimer(Name(timer.Timer)); break;
            case CancelAllTimers:
                foreach (var name in TimerNames) Context.CancelTimer(name);
                break;
            case WatchPrice:
                Context.ForgetPrices(); // the extremes of the position before are not this one's
                _around.Prices.Watch(_key, Context.Self);
                break;
            case DropPrice: _around.Prices.Drop(_key); break;
            case TellAccount tell: _around.TellAccount(_key, tell.News, after); break;
            case AlertOperator alert:
                if (alert.Kind is AlertKind.StrayFill) _around.Meters.DuplicatePositions.Add(1);
                _around.Alerts.Raise(alert.Kind.ToString(), _key.ToString(), alert.Text);
                break;
            default: Context.Pipe(stop => Work(effect, stop), Failed); break;
        }
    }

    void IPositionHost.Resume(Task append) => Context.Pipe(
        async _ =>
        {
            await append;
            return new PositionMessage.Written();
        },
        Failed);

    void IPositionHost.Leave(string why) => Context.Stop(why);

    private async Task<PositionMessage> Work(PositionEffect effect, CancellationToken stop) =>
        new PositionMessage.Answered(await _desk.Perform(effect, stop));

    /// <summary>
    /// The desk answers in words of its own; an exception there is a fault of this program. The actor is made anew and
    /// asks the exchange about everything that was under way.
    /// </summary>
    private PositionMessage Failed(Exception fault) =>
        throw new InvalidOperationException($"{_key}: a piece of work of the order desk failed", fault);

    private static string Name(PositionTimer timer) => TimerNames[(int)timer];

    private static readonly string[] TimerNames = Enum.GetNames<PositionTimer>();
}
