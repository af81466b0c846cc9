using Trading.Domain.Positions;
using Trading.Domain.Signals;

namespace Trading.Domain.Waves;

/// <summary>
/// What became of a signal's opening, read from the events of its position: the only place that knows.
/// </summary>
public static class OpeningOutcome
{
    /// <summary>From the whole stream of the position.</summary>
    public static OpeningAnswer Of(IEnumerable<PositionEvent> stream, string signalId, WaveName wave)
    {
        OpeningAnswer answer = new OpeningAnswer.NeverIntended();
        foreach (var happened in stream)
        {
            if (happened is PositionEvent.EntryIntended intent && intent.SignalId == signalId
                && intent.Wave == wave.Value)
                answer = new OpeningAnswer.InDoubt("the entry is intended and nobody has verified it yet");
            else if (answer is OpeningAnswer.InDoubt && Ends(happened) is { } end)
                return end;
        }

        return answer;
    }

    /// <summary>
    /// The answer that this event of the position gives to the wave whose opening is under way; else null.
    /// </summary>
    public static OpeningAnswer? Ends(PositionEvent happened) => happened switch
    {
        PositionEvent.EntryVerified or PositionEvent.EntryCompleted or PositionEvent.OrderFilled =>
            new OpeningAnswer.Opened(),
        PositionEvent.EntryFailed failed => new OpeningAnswer.Failed(failed.Code, failed.Why),
        _ => null,
    };
}
