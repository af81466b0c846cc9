using System.Collections.Immutable;
using Trading.Domain.Positions;
using Trading.Domain.Signals;

namespace Trading.Domain.Waves;

/// <summary>
/// The journaled life of one wave on one account: Absent, Collecting, Closed. A function of its events alone.
/// </summary>
public abstract record WaveState
{
    private WaveState()
    {
    }

    public static readonly WaveState Initial = new Absent();

    /// <summary>Every signal of the wave by id.</summary>
    public ImmutableDictionary<string, WaveSignal> Signals { get; init; } =
        ImmutableDictionary.Create<string, WaveSignal>(StringComparer.Ordinal);

    /// <summary>(id, source) of repeated deliveries that are in the journal: later ones only count.</summary>
    public ImmutableHashSet<(string SignalId, string Source)> Skipped { get; init; } = [];

    public sealed record Absent : WaveState;

    public sealed record Collecting(DateTime ClosesUtc) : WaveState;

    /// <summary>Ranked, and worked down in order until enough are opened or the cut is used up.</summary>
    public sealed record Closed(DateTime AtUtc, int MaxTrades, int CutSize) : WaveState
    {
        /// <summary>Ids inside the cut, best first.</summary>
        public ImmutableList<string> Cut { get; init; } = [];

        /// <summary>A WaveCompleted stands in the journal and nothing has come since.</summary>
        public bool Completed { get; init; }

        public int Opened => Signals.Values.Count(s => s.Outcome == Outcomes.Opened);

        /// <summary>Openings under way, those in doubt included: they keep their slots.</summary>
        public int UnderWay => Signals.Values.Count(s => s.Stage is SignalStage.Opening);
    }
}

/// <summary>One signal in its wave.</summary>
/// <param name="Number">Order of arrival, from 1; ties of the score are ranked by it.</param>
/// <param name="Outcome">How it ended: one of <see cref="Outcomes"/> or <see cref="Reasons"/>; else null.</param>
public sealed record WaveSignal(
    Signal Signal, string Source, DateTime ReceivedUtc, int Number, SignalStage Stage = SignalStage.Waiting,
    string? Outcome = null)
{
    public WaveSignal Ended(string outcome) => this with { Stage = SignalStage.Ended, Outcome = outcome };
}

public enum SignalStage
{
    Waiting,

    /// <summary>Selected: its entry may be intended, sent, or in doubt.</summary>
    Opening,

    /// <summary>A close whose position has not answered for good. Takes no part in the ranking.</summary>
    Closing,
    Ended,
}

/// <summary>Ends of a signal that was tried; all others are <see cref="Reasons"/>.</summary>
public static class Outcomes
{
    public const string Opened = "opened";
    public const string EntryFailed = "entry_failed";
    public const string Closed = "closed";
}

/// <summary>What surrounds a decision: all of it input, none of it clock or chance.</summary>
/// <param name="ClockAhead">How far the exchange's clock is ahead of ours; what sources date is judged by the exchange's.</param>
public sealed record WaveContext(
    AccountId Account, WaveName Wave, DateTime NowUtc, WavePolicy Policy, TimeSpan ClockAhead = default)
{
    /// <summary>On a clock that nobody sets: only differences of it mean anything.</summary>
    public TimeSpan Elapsed { get; init; }
}

/// <param name="MaxTrades">Positions one wave may open, 1 or more.</param>
/// <param name="BufferPercent">How many more may be tried, in percent of max-trades, rounded down.</param>
/// <param name="CollectFor">From the first signal to the ranking.</param>
/// <param name="ScheduleMinutes">Minutes of the hour at which collecting ends at the latest.</param>
/// <param name="LateWithin">A signal received later than this after the wave closed is stale.</param>
/// <param name="MaxAge">A signal created earlier than this before now is stale.</param>
/// <param name="AheadWithin">A signal dated further ahead of the exchange's clock is from the future.</param>
/// <param name="DurableWithin">A signal that becomes durable later than this after it was received is stale.</param>
/// <param name="AskAgain">Between two questions about an opening in doubt.</param>
/// <param name="TryAgain">Until an opening that could not begin yet is tried again.</param>
/// <param name="MaxSignals">Bound of one wave; what comes beyond it ends below the cut.</param>
public sealed record WavePolicy(
    int MaxTrades, int BufferPercent, TimeSpan CollectFor, ImmutableArray<int> ScheduleMinutes, TimeSpan LateWithin,
    TimeSpan MaxAge, TimeSpan AheadWithin, TimeSpan DurableWithin, TimeSpan AskAgain, TimeSpan TryAgain, int MaxSignals)
{
    public static readonly WavePolicy Default = new(
        MaxTrades: 5,
        BufferPercent: 50,
        CollectFor: TimeSpan.FromSeconds(5),
        ScheduleMinutes: [6, 21, 36, 51],
        LateWithin: TimeSpan.FromSeconds(60),
        MaxAge: TimeSpan.FromSeconds(300),
        AheadWithin: TimeSpan.FromSeconds(60),
        DurableWithin: TimeSpan.FromSeconds(2),
        AskAgain: TimeSpan.FromSeconds(1),
        TryAgain: TimeSpan.FromMilliseconds(250),
        MaxSignals: 5000);

    public int CutSize => MaxTrades + MaxTrades * BufferPercent / 100;
}

/// <summary>What follows from one input: events are journaled first, then the effects performed, in order.</summary>
/// <param name="Denial">Reason code of a delivery that was not taken; null otherwise.</param>
public sealed record WaveDecision(
    IReadOnlyList<WaveEvent> Events, IReadOnlyList<WaveEffect> Effects, Verdict Verdict, string Note = "",
    string? Denial = null);
