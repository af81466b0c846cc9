using System.Text.Json;

namespace Trading.Node.Api;

// What the API answers, in the order an operator asks. Names are the JSON names in camelCase; decimals travel as strings,
// times as ISO-8601 with milliseconds. Prices and profits are in quote (USDT), quantities in base. Add, never rename.

/// <param name="Headline">
/// The one sentence: positions, protected, unprotected, at risk, today, drift, oldest unknown; left alone and not managed where there are some.
/// </param>
/// <param name="Mode">paper, testnet or live.</param>
/// <param name="JournalId">Made once with the journal.</param>
/// <param name="JournalTag">Six characters of it that the client ids of our orders carry.</param>
/// <param name="AtRiskToStops">Quote lost against the entries if every stop fills at its trigger.</param>
/// <param name="TodayNet">Net realised since 00:00 UTC.</param>
/// <param name="Drift">Corrections the last reconciliation made; 0 in steady state.</param>
/// <param name="OldestUnknownSeconds">Age of the oldest outcome nobody knows yet; 0 when all is known.</param>
public sealed record StatusAnswer(
    string Headline, string Node, string Mode, string Version, string JournalId, string JournalTag, string JournalEngine, DateTime StartedAt,
    int Positions, int Protected, int Unprotected, decimal AtRiskToStops, decimal TodayNet, int Drift,
    int OldestUnknownSeconds, int? ProjectionLagMs, int Alerts, IReadOnlyList<AccountAnswer> Accounts,
    IReadOnlyList<SignalSourceAnswer> Signals)
{
    /// <summary>Positions whose journal could not be read: nobody looks after them.</summary>
    public int LeftAlone { get; init; }

    /// <summary>What is held in contracts that this node does not trade.</summary>
    public int NotManaged { get; init; }
}

/// <summary>What one source of signals sent since the start of the node.</summary>
/// <param name="Source">Name of the webhook, feed or file; <c>unknown</c>: requests without a known secret.</param>
/// <param name="Received">Signals that could be read, repeats included.</param>
/// <param name="Refused">Of them refused at the door or denied by their wave, by reason; of <c>unknown</c>: requests.</param>
/// <param name="Dead">Inputs that could not be read, by kind of dead letter.</param>
public sealed record SignalSourceAnswer(
    string Source, long Received, IReadOnlyDictionary<string, long> Refused, IReadOnlyDictionary<string, long> Dead);

/// <summary>One position of a key: the one held now, or one that was.</summary>
/// <param name="Id">Journal position of its opening event; null until the projection has shown it.</param>
/// <param name="Status">active or closed.</param>
/// <param name="State">
/// flat, opening, open or closing; left_alone: its journal could not be read, and the quantity is what the exchange told last; not_managed:
/// of a contract that this node does not trade.
/// </param>
/// <param name="Protection">unprotected, placing, partial (the stop covers less than is held), protected or moving; null when flat.</param>
/// <param name="StopDistancePercent">From the mark to the trigger.</param>
/// <param name="StopOwner">ours, or foreign: the operator's own stop that covers everything.</param>
/// <param name="Trailing">off, waiting or active.</param>
/// <param name="Origin">opened, or adopted and the policy; for left_alone and not_managed why nobody looks after it.</param>
/// <param name="EstimatedPnl">The part of the net that was converted from other assets.</param>
/// <param name="Unpriced">Amounts that are not in the net yet, because the price of their asset is not known; null: none.</param>
/// <param name="AtRisk">Quote lost against the entry if the stop fills at its trigger; negative secures a gain.</param>
public sealed record PositionAnswer(
    string Key, long? Id, string Account, string Exchange, string Symbol, string Side, string Status, string State,
    bool InDoubt, decimal Quantity, decimal? EntryPrice, decimal? MarkPrice, decimal? ExitPrice,
    decimal? UnrealizedPnl, decimal? RoiPercent,
    string? Protection, decimal? StopPrice, decimal? StopQuantity, decimal? StopDistancePercent, string? StopOrder,
    string? StopOwner, decimal? AtRisk,
    string? Trailing, decimal? BestPrice, decimal? ActivationPrice, decimal? CallbackPercent,
    string Origin, string? SignalId, string? Wave, decimal RealizedPnl, decimal Fees, decimal Funding, decimal NetPnl,
    string? Reason, string? ClosedBy, DateTime? OpenedAt, DateTime? ClosedAt, long? AgeSeconds, decimal EstimatedPnl, string? Unpriced);

/// <summary>One line of a position's history in the notation of the transcripts.</summary>
/// <param name="Id">Journal position.</param>
/// <param name="Mark">What the line is: <c>::</c> event.</param>
/// <param name="Text">The event in words, its name first.</param>
public sealed record TimelineAnswer(long Id, long Version, DateTime At, string Mark, string Type, string Text, JsonElement Data);

/// <param name="State">collecting, closed (being worked down) or completed.</param>
/// <param name="CutSize">How many of the best may be tried in all.</param>
public sealed record WaveAnswer(
    string Account, string Wave, string State, DateTime? OpenedAt, DateTime? ClosedAt, string? Why, int? MaxTrades, int? CutSize,
    int Signals, int Opened, int Failed, int Denied, int Skipped, int Closed = 0);

/// <param name="Side">Of the position: the one to be opened, or the one to be closed.</param>
/// <param name="Rank">Place in the wave, 1 is best; null until ranked.</param>
/// <param name="Outcome">pending, opened, entry_failed, closed, denied or skipped.</param>
/// <param name="Reason">One of the reasons of the vocabulary; null for a signal that was traded.</param>
/// <param name="Text">The reason with its numbers, as the decision gave it.</param>
/// <param name="Explanation">Why it was or was not traded, in one or two sentences.</param>
/// <param name="Intent">open or close.</param>
public sealed record SignalAnswer(
    string Id, string Account, string Wave, string Symbol, string Side, decimal? Score, decimal? Price, DateTime? CreatedAt,
    DateTime? ReceivedAt, string? Source, int? Rank, string Outcome, string? Reason, string? Text, string? PositionKey,
    string Explanation, string Intent = "open");

/// <param name="Free">0 as well while the account hands out none.</param>
/// <param name="Why">Why none is handed out; null when entries are allowed.</param>
public sealed record SlotsAnswer(
    string Account, int Max, int Used, int Free, string? Why, IReadOnlyList<SlotAnswer> Slots);

/// <param name="Held">False: handed out, and the position has not told of it yet.</param>
public sealed record SlotAnswer(string Key, string? SignalId, string Side, decimal Quantity, decimal Notional, bool Held);

/// <param name="DailyLossLimit">Positive; null: no daily rule.</param>
public sealed record RiskAnswer(
    string Account, string State, decimal? Equity, decimal TotalNotional, decimal? MaxTotalNotional, decimal MaxPositionNotional,
    decimal AtRiskToStops, decimal TodayNet, decimal? DailyLossLimit, bool DailyLossReached, int ConditionalOrders,
    int ConditionalLimit, IReadOnlyList<CooldownAnswer> Cooldowns, IReadOnlyList<string> Allow, IReadOnlyList<string> Block);

public sealed record CooldownAnswer(string Key, DateTime Until, string Why);

/// <param name="State">active, reducing or halted.</param>
/// <param name="StateText">What the state stops and what goes on.</param>
/// <param name="Stream">live, unproven or suspect: what can be believed of the user stream.</param>
public sealed record AccountAnswer(
    string Account, string Exchange, string State, string StateText, string? By, string? Why, DateTime? Since, DateTime? Until,
    string Stream, string? StreamWhy, decimal? Equity, int Positions, int ConditionalOrders, IReadOnlyList<string> SecondWriterOrders);

public sealed record ActorAnswer(
    string Name, string State, int ReportsWaiting, int CommandsWaiting, int GreatestDepth, long Processed, int Restarts,
    string? LastFailure, DateTime? LastFailureAt, string? StoppedBecause);

public sealed record NodeAnswer(string Node, string State, string Version, DateTime StartedAt, int Shards, int Positions, string? Url);

public sealed record ShardAnswer(int Shard, string Node, long Epoch, int Actors);

/// <param name="Severity">page: somebody must look now; warning otherwise.</param>
/// <param name="Subject">Position key, account or part of the node.</param>
public sealed record AlertAnswer(
    long Id, string Kind, string Severity, string Subject, string Text, DateTime FirstAt, DateTime LastAt, int Count);

/// <summary>One row of <c>monitoring.events</c>.</summary>
public sealed record EventAnswer(
    long Id, string Type, string Severity, string? Account, string? Exchange, string? Symbol, string? SignalId,
    string? PositionId, JsonElement? Data, string? TraceId, DateTime At);

/// <summary>What the doctor found.</summary>
/// <param name="Passed">Everything is known, and nothing failed.</param>
public sealed record DoctorAnswer(bool Passed, IReadOnlyList<DoctorCheck> Checks);

/// <param name="Subject"><c>node</c>, or an account.</param>
/// <param name="Verdict">passed, skipped, warned, unknown or failed.</param>
/// <param name="Remedy">What to do about it; null: nothing.</param>
public sealed record DoctorCheck(string Subject, string Check, string Verdict, string Text, string? Remedy);

/// <summary>What became of an order of the operator.</summary>
/// <param name="Outcome">done, refused or unknown.</param>
/// <param name="Code">Why it was refused; null otherwise.</param>
/// <param name="Text">One sentence for the operator.</param>
/// <param name="Results">One for each position or account it touched.</param>
public sealed record CommandAnswer(string Outcome, string? Code, string Text, IReadOnlyList<CommandResult> Results);

/// <param name="Subject">Position key or account.</param>
public sealed record CommandResult(string Subject, string Outcome, string? Code, string Text);

/// <summary>Why a request was not served: the body of every error, <c>application/problem+json</c>.</summary>
/// <param name="Code">Stable; what a program decides on.</param>
/// <param name="Detail">One sentence that names field, value and remedy.</param>
public sealed record Problem(
    string Type, string Title, int Status, string Code, string Detail, IReadOnlyList<CommandResult>? Results = null);
