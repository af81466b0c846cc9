using Akka.Actor;
using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Node.Hosting;
using Trading.Node.Journal;

namespace Trading.Node.Waves;

/// <summary>
/// The only writer of one wave on one account. What it does is <see cref="WaveProcess"/>; this shell tells it what happens and
/// does what it wants done.
/// </summary>
public sealed partial class WaveActor : EntityActor
{
    private readonly WaveKey _key;
    private readonly WaveDependencies _around;
    private readonly WaveProcess _process;
    private readonly EntityJournal<WaveEvent> _journal;
    private readonly Dictionary<Symbol, WaveMessage.MarketSeen> _markets = [];
    private readonly Askers _askers = new();

    public WaveActor(WaveKey key, WaveDependencies around)
        : base(key.Stream)
    {
        (_key, _around) = (key, around);
        _process = new WaveProcess(key, around.NewId());
        _journal = new EntityJournal<WaveEvent>(this, key.Stream, around.Journal, around.Epoch, around.Time, around.JournalSilent);
    }

    protected override bool HasNothingToLose => _process.HasNothingToLose;

    protected override void Began()
    {
        Carry(_process.Start());
        HoldFor(_process.Phase);
    }

    protected override void Take(object message)
    {
        switch (message)
        {
            case WaveMessage.Told told: Carry(_process.Tell(Now(), told.Input)); break;
            case WaveMessage.Delivered it: Deliver(it); break;
            case WaveMessage.MarketSeen seen: _markets[seen.Symbol] = seen; break;
            case JournalAppended appended:
                _journal.StopWaiting();
                Carry(_process.Appended(Now(), appended.Answer));
                break;
            case JournalWaited when _journal.WaitsAgain(): break;
            case JournalWaited: _around.JournalSilent(JournalTimeouts.Exhausted); break;
            case JournalRead<WaveEvent> read: Carry(_process.Recovered(Now(), read.Events)); break;
            case JournalUnreadable unreadable:
                _around.Alert(_key, unreadable.Why);
                Stop(unreadable.Why);
                break;
            case WaveMessage.Awake: break;
            default: Unhandled(message); break;
        }

        HoldFor(_process.Phase);
    }

    private void Deliver(WaveMessage.Delivered it)
    {
        List<WaveInput> signals = [.. it.Signals.Select(signal => Delivered(signal, it.Source))];
        Carry(_process.Deliver(Now(), signals, SinceStart(it.TakenAt), _askers.Add(Sender)));
    }

    private WaveInput.Delivered Delivered(Signal signal, string source) =>
        new(signal, source, signal.Intent is SignalIntent.Open ? _around.Barred(signal.Symbol) : null);

    private WaveContext Now() => new(_key.Account, _key.Wave, _around.Time.NowUtc(), _around.Policy, _around.ClockAhead())
    {
        Elapsed = SinceStart(_around.Time.GetTimestamp()),
    };

    private TimeSpan SinceStart(long timestamp) => _around.Time.GetElapsedTime(0, timestamp);
}
