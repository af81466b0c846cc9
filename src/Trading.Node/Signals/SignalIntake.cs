using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Node.Waves;
using Trading.Node.Hosting;

namespace Trading.Node.Signals;

/// <summary>
/// The one door for signals, whatever brought them. What it says is accepted is in the journal; what it could not take
/// it says so, and delivering anything twice is harmless.
/// </summary>
public sealed class SignalIntake(WaveDirectory waves, RejectedSignals rejectedSignals, SignalTally tally, TimeProvider time)
{
    /// <summary>Whether it is in the journal is not known: its sender is to send it again.</summary>
    private const string NotTaken = "not_taken";

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);
    private long _accepted;
    private long _duplicates;
    private long _rejected;

    public IntakeCounts Counts =>
        new(Interlocked.Read(ref _accepted), Interlocked.Read(ref _duplicates), Interlocked.Read(ref _rejected));

    public async Task<IntakeAnswer> Take(SignalBatch batch, string source)
    {
        var rejected = new List<SignalFault>(batch.Faults);
        if (batch.Unreadable is { } unreadable) rejected.Add(unreadable);
        tally.Received(source, batch.Signals.Count + rejected.Count(fault => fault.Refusal is not null));
        foreach (var fault in rejected) Bury(fault, source);

        var (accepted, duplicates, mustRepeat) = (0, 0, false);
        var deliveries = batch.Signals
            .GroupBy(read => new WaveKey(read.Signal.Account, read.Signal.Wave))
            .Select(wave =>
                (Signals: wave.ToList(), Answer: Deliver(wave.Key, [.. wave.Select(r => r.Signal)], source)))
            .ToList();
        foreach (var (signals, answer) in deliveries)
        {
            var verdicts = await answer;
            mustRepeat |= verdicts is null;
            for (var i = 0; i < signals.Count; i++)
            {
                if (Refusal(signals[i], verdicts?[i]) is { } refused) rejected.Add(Refuse(refused, source));
                else if (verdicts![i].IsDuplicate) duplicates++;
                else accepted++;
            }
        }

        Interlocked.Add(ref _accepted, accepted);
        Interlocked.Add(ref _duplicates, duplicates);
        Interlocked.Add(ref _rejected, rejected.Count);
        return new IntakeAnswer(accepted, duplicates, rejected, mustRepeat);
    }

    /// <summary>The source has sent all of this wave.</summary>
    public void Complete(WaveName wave, int count) => waves.Complete(wave, count);

    /// <summary>A frame that is no signal at all.</summary>
    public void Bury(string source, string kind, ReadOnlySpan<byte> payload, string reason)
    {
        Interlocked.Increment(ref _rejected);
        tally.Dead(source, kind);
        rejectedSignals.Add(new RejectedSignal(time.NowUtc(), source, kind, RejectedSignal.Shortened(payload), reason));
    }

    /// <summary>A request that names no source known here: counted, and nothing of it is kept.</summary>
    public void TurnAway(string reason)
    {
        Interlocked.Increment(ref _rejected);
        tally.Refused(SignalTally.Unknown, reason);
    }

    private void Bury(SignalFault fault, string source)
    {
        if (fault.Refusal is { } reason) tally.Refused(source, reason);
        else tally.Dead(source, fault.Field);
        rejectedSignals.Add(new RejectedSignal(time.NowUtc(), source, fault.Field, fault.Value, fault.Reason));
    }

    /// <summary>What is to be sent again is no dead letter: it may yet be traded.</summary>
    private SignalFault Refuse(SignalFault refused, string source)
    {
        if (refused.Refusal is NotTaken) tally.Refused(source, NotTaken);
        else Bury(refused, source);
        return refused;
    }

    /// <returns>Null: whether they were taken is not known.</returns>
    private async Task<IReadOnlyList<Delivery>?> Deliver(WaveKey key, IReadOnlyList<Signal> signals, string source)
    {
        try
        {
            return (await waves.Deliver(key, signals, source, time.GetTimestamp(), AnswerWithin)).Verdicts;
        }
        catch (Exception e) when (e is TimeoutException or MailboxFullException or ActorStoppedException)
        {
            return null;
        }
    }

    /// <param name="verdict">Null: whether it was taken is not known.</param>
    /// <returns>Null: it is in the journal.</returns>
    private static SignalFault? Refusal(ReadSignal read, Delivery? verdict)
    {
        if (verdict is { Refusal: null }) return null;
        var why = verdict?.Why ?? "not taken, or its answer is lost: send it again, a repeat is harmless";
        return SignalFault.Of(read.Index, "id", read.Signal.Id, why) with { Refusal = verdict?.Refusal ?? NotTaken };
    }
}

/// <param name="Rejected">Faults of the sender, and signals that could not be taken.</param>
/// <param name="MustRepeat">Some signals could not be taken now: the sender is to deliver them again.</param>
public sealed record IntakeAnswer(int Accepted, int Duplicates, IReadOnlyList<SignalFault> Rejected, bool MustRepeat);

/// <summary>Since the start of this process.</summary>
public sealed record IntakeCounts(long Accepted, long Duplicates, long Rejected);
