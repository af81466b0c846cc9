using Akka.Actor;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Node.Hosting;
using Trading.Node.Journal;
using Trading.Node.Orders;

namespace Trading.Node.Positions;

/// <summary>
/// The only writer of one position. What it does is <see cref="PositionProcess"/>: decide, journal, remember, act, answer.
/// This shell tells it what happens and does what it wants done.
/// </summary>
public sealed partial class PositionActor : EntityActor
{
    private static readonly TimeSpan HaltedAgain = TimeSpan.FromSeconds(30);

    private readonly PositionKey _key;
    private readonly PositionDependencies _around;
    private readonly PositionProcess _process;
    private readonly EntityJournal<PositionEvent> _journal;
    private readonly OrderExecutor _executor;
    private readonly PriceCell _prices;
    private readonly Askers _askers = new();

    public PositionActor(PositionKey key, PositionDependencies around)
        : base(key.Stream)
    {
        (_key, _around, _prices) = (key, around, new PriceCell(Self));
        _process = new PositionProcess(key, around.Journal.Id, around.NewId(), around.Decide);
        _journal = new EntityJournal<PositionEvent>(
            this, key.Stream, around.Journal, around.Lease.Epoch, around.Time, JournalIsSilent);
        _executor = new OrderExecutor(
            key, around.Sender, around.Session, around.Time, around.ReadRules, symbol => around.Symbols.Find(symbol) is not null);
    }

    protected override bool HasNothingToLose => _process.HasNothingToLose;

    protected override void Began()
    {
        Carry(_process.Start());
        Rest();
    }

    protected override void Take(object message)
    {
        switch (message)
        {
            case PositionMessage.Told { Input: PositionInput.TimerFired { Timer: PositionTimer.Aged } } when OnlyProtects:
                StartTimer(NameOf(PositionTimer.Aged), HaltedAgain, message);
                break;
            case PositionMessage.Told { Input: var input }:
                Carry(_process.Tell(Now(), [input], byMark: input is PositionInput.TimerFired));
                break;
            case PositionMessage.Answered answered: Carry(_process.Tell(Now(), answered.Inputs, byMark: true)); break;
            case PricesMoved: TakePrices(); break;
            case JournalAppended appended:
                _journal.StopWaiting();
                Carry(_process.Appended(Now(), appended.Answer));
                break;
            case JournalWaited when _journal.WaitsAgain(): break;
            case JournalWaited: Carry(_process.PatienceEnded(Now())); break;
            case JournalRead<PositionEvent> read:
                Carry(_process.Recovered(Now(), read.Events, _around.Observations.ShareOf(_key)));
                break;
            case JournalUnreadable unreadable: LeaveAlone(unreadable.Why); break;
            case PositionMessage.Asked { Command: PositionInput.OpenPosition } when _around.IsStopping():
                Sender.Tell(new PositionAnswer(Verdict.Denied, PositionProcess.Stopping, _process.State));
                break;
            case PositionMessage.Asked { Command: PositionInput.OpenPosition } when !_around.Lease.IsValid():
                Sender.Tell(new PositionAnswer(Verdict.Denied, Reasons.AccountState, _process.State));
                break;
            case PositionMessage.Asked asked:
                Carry(_process.Ask(Now(), asked.Command, asked.CommandId, _askers.Add(Sender)));
                break;
            case PositionMessage.Awake: Sender.Tell(message); break;
            default: Unhandled(message); break;
        }

        Rest();
    }

    protected override void Ended() => _around.Prices.Drop(_key);

    /// <summary>Prices move trailing stops and time exits.</summary>
    private void TakePrices()
    {
        if (!_prices.TryTake(out var window) || OnlyProtects) return;
        var began = _around.Time.GetTimestamp();
        Carry(_process.Tick(Now(isTick: true), new PositionInput.MarkMoved(
            window.Latest, window.Lowest, window.Highest, new DateTime(window.AtUtcTicks, DateTimeKind.Utc))));
        _around.Meters.TickToDecision.Record(_around.Time.GetElapsedTime(began).TotalSeconds);
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

    /// <summary>Before the next message: which prices matter, and whether commands wait for the journal.</summary>
    private void Rest()
    {
        HoldFor(_process.Phase);
        if (PriceBand.Of(_process.State, _process.Seen, _around.Symbols.RulesOf(_key.Symbol)) is { } band)
            _prices.WakeOn(band.AtOrBelow, band.AtOrAbove);
        else
            _prices.WakeOnEvery();
    }
}
