using Akka.Actor;
using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Node.Hosting;

namespace Trading.Node.Waves;

/// <summary>
/// The only writer of one wave on one account. What it does is <see cref="WaveProcess"/>; this shell tells it what happens and
/// does what it wants done.
/// </summary>
public sealed partial class WaveActor(WaveKey key, WaveDependencies parts) : EntityActor(key.Stream)
{
    private readonly JournalStream<WaveEvent> _stream = new(key.Stream, parts.Journal, parts.Epoch, parts.Time, parts.JournalSilent);
    private readonly WaveProcess _process = new(key, parts.NewId());
    private readonly Dictionary<Symbol, WaveMessage.MarketSeen> _markets = [];
    private readonly Dictionary<long, IActorRef> _asking = [];
    private long _asked;

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
            case WaveMessage.Appended appended:
                CancelTimer(PatienceTimer);
                Carry(_process.Appended(Now(), appended.Answer));
                break;
            case WaveMessage.PatienceEnded: parts.JournalSilent(JournalTimeouts.Exhausted); break;
            case WaveMessage.JournalRead read: Carry(_process.Recovered(Now(), read.Events)); break;
            case WaveMessage.JournalUnreadable unreadable:
                parts.Alert(key, unreadable.Why);
                Stop(unreadable.Why);
                break;
            case WaveMessage.Awake: break;
            default: Unhandled(message); break;
        }

        HoldFor(_process.Phase);
    }

    private void Deliver(WaveMessage.Delivered it)
    {
        _asking.Add(++_asked, Sender);
        Carry(_process.Deliver(
            Now(), [.. it.Signals.Select(signal => Delivered(signal, it.Source))], SinceStart(it.TakenAt), _asked));
    }

    private WaveInput.Delivered Delivered(Signal signal, string source) =>
        new(signal, source, signal.Intent is SignalIntent.Open ? parts.Barred(signal.Symbol) : null);

    private WaveContext Now() => new(key.Account, key.Wave, parts.Time.NowUtc(), parts.Policy, parts.ClockAhead())
    {
        Elapsed = SinceStart(parts.Time.GetTimestamp()),
    };

    private TimeSpan SinceStart(long timestamp) => parts.Time.GetElapsedTime(0, timestamp);
}
