using Trading.Domain.Signals;

namespace Trading.Node.Signals;

/// <summary>Signals from a file or from standard input.</summary>
public static class SignalFile
{
    /// <summary>Delivers all of it in parts; the answer adds them up.</summary>
    /// <param name="text">JSON Lines or one JSON array; lines that begin with <c>#</c> are comments.</param>
    public static async Task<IntakeAnswer> Deliver(
        string text, string source, SignalReader reader, SignalIntake intake, TimeProvider time)
    {
        var all = reader.ReadFile(text, source, time.NowUtc());
        var sum = await intake.Take(all with { Signals = [] }, source);
        foreach (var part in all.Signals.Chunk(SignalReader.MostPerRequest))
        {
            var answer = await intake.Take(new SignalBatch(part, []), source);
            sum = new IntakeAnswer(
                sum.Accepted + answer.Accepted, sum.Duplicates + answer.Duplicates,
                [.. sum.Rejected, .. answer.Rejected],
                sum.MustRepeat || answer.MustRepeat);
        }

        return sum;
    }
}
