using Trading.Domain.Signals;

namespace Trading.Domain.Waves;

/// <summary>
/// What happened in one wave of one account, stream <c>wave/{account}/{wave}</c>. Names and fields are the storage
/// format: add, never rename.
/// </summary>
public abstract record WaveEvent
{
    private WaveEvent()
    {
    }

    /// <param name="ClosesUtc">When collecting ends unless the feed says earlier that the wave is complete.</param>
    public sealed record WaveOpened(AccountId Account, WaveName Wave, DateTime AtUtc, DateTime ClosesUtc) : WaveEvent;

    /// <summary>The first delivery of a signal. Exactly one ending follows it, now or later.</summary>
    public sealed record SignalReceived(Signal Signal, string Source, DateTime AtUtc) : WaveEvent;

    /// <summary>
    /// Not traded, and nothing is wrong: a duplicate, or below the cut. Once per signal id and source.
    /// </summary>
    /// <param name="Ends">True: this ends the signal. False: a repeat of one that has, or will have, its end.</param>
    public sealed record SignalSkipped(string SignalId, string Source, Symbol Symbol, string Reason, bool Ends)
        : WaveEvent;

    /// <summary>Collecting has ended and the ranking is made.</summary>
    /// <param name="Why">collected, scheduled or complete.</param>
    /// <param name="MaxTrades">Openings that may be open or under way.</param>
    /// <param name="CutSize">How many of the best may be tried in all.</param>
    /// <param name="Cut">Ids inside the cut that will be tried, best first.</param>
    public sealed record WaveClosed(
        string Why, int MaxTrades, int CutSize, IReadOnlyList<string> Cut, DateTime AtUtc) : WaveEvent;

    /// <summary>A latecomer found room in the cut, at its end.</summary>
    public sealed record SignalAdmitted(string SignalId) : WaveEvent;

    /// <summary>Its opening begins: from here on the position may have intended its entry.</summary>
    public sealed record SignalSelected(string SignalId, DateTime AtUtc) : WaveEvent;

    /// <summary>The exchange showed that the entry did something. An end.</summary>
    public sealed record SignalOpened(string SignalId, Symbol Symbol) : WaveEvent;

    /// <summary>
    /// The entry was intended and came to nothing. An end (entry_failed); the next in rank may be used.
    /// </summary>
    /// <param name="Code">Exchange code, 0 where it was not the exchange that said no.</param>
    public sealed record SignalFailed(string SignalId, Symbol Symbol, int Code, string Why) : WaveEvent;

    /// <summary>
    /// The position that it names has intended its close, and goes on with it until flat is proven. The end of a close.
    /// </summary>
    public sealed record SignalClosed(string SignalId, Symbol Symbol) : WaveEvent;

    /// <summary>We said no before anything was sent. An end; the next in rank may be used.</summary>
    /// <param name="Text">The reason with its numbers, for the operator.</param>
    public sealed record SignalDenied(string SignalId, Symbol Symbol, string Reason, string Text) : WaveEvent;

    /// <summary>Every signal has its end. A latecomer may still be admitted; then this comes again.</summary>
    public sealed record WaveCompleted(
        int Opened, int Failed, int Denied, int Skipped, DateTime AtUtc, int Closed = 0) : WaveEvent;
}
