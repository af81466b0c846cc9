using System.Globalization;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Journal;
using Trading.Node.Metrics;
using static Trading.Domain.Positions.PositionEffect;

namespace Trading.Node.Positions;

/// <summary>What a position needs from whatever runs it: another actor framework implements these two.</summary>
public interface IPositionHost
{
    /// <summary>Must not wait: the answer comes back as an input.</summary>
    void Perform(PositionEffect effect);

    /// <summary>This writer may not go on: fenced, or its journal holds what this build cannot read.</summary>
    void Leave(string why);
}

/// <summary>
/// The order of things, and nothing else: decide, journal, remember, act, answer. One call at a time.
/// </summary>
/// <remarks>
/// It never retries an order. An append whose answer is lost is tried again under the same command id, which can write
/// once only; until the journal answers, nothing else is decided for this position.
/// </remarks>
public sealed class PositionWriter(PositionKey key, PositionSurroundings around, IPositionHost host)
{
    private const int DecisionsPerInput = 4;

    /// <summary>An entry whose append took longer is not sent: its price is no longer the one that was decided on.</summary>
    private static readonly TimeSpan EntryAppendWithin = TimeSpan.FromSeconds(2);

    private readonly PositionStream _stream = new(
        key, around.Journal, around.Lease, around.Time, why => around.Alerts.Raise(
            "JournalSilent", key.Account.Value,
            $"the journal does not take events ({why}): they are tried again; meanwhile no stop is moved and nothing is opened"));
    private readonly string _incarnation = around.NewId();
    private bool _left;

    public PositionState State { get; private set; } = PositionState.Initial;
    public Sightings Seen { get; private set; } = new();
    public long Version { get; private set; }

    public bool HasNothingToLose => State is PositionState.Flat { Surplus.IsEmpty: true };

    /// <summary>Replays the journal. False: it holds what this build cannot read, and the position is left alone.</summary>
    public async Task<bool> Recover()
    {
        try
        {
            await CatchUp();
        }
        catch (UnreadableEventException unreadable)
        {
            around.Alerts.Raise("UnreadableEvent", key.ToString(), $"this position is left alone: {unreadable.Message}");
            Leave(unreadable.Message);
            return false;
        }

        around.Board.Show(key, Version, State);
        return true;
    }

    public async Task<PositionAnswer> Take(PositionInput input, string? commandId = null)
    {
        for (var decisions = 0; decisions < DecisionsPerInput && !_left; decisions++)
        {
            var decision = around.Decide(Context(), State, Seen, input);
            if (decision.Events.Count == 0) Act(decision, []);
            else
            {
                var commit = await Commit(decision, input, commandId);
                if (commit is Committed.DecideAgain) continue;
                if (commit is Committed.LongAgo) return new PositionAnswer(Verdict.Ignored, "done before", State);
            }

            return new PositionAnswer(decision.Verdict, decision.Note, State);
        }

        return new PositionAnswer(Verdict.Denied, _left ? "not_owner" : "conflict", State);
    }

    private async Task<Committed> Commit(Decision decision, PositionInput input, string? commandId)
    {
        var version = Version;
        var started = around.Time.GetTimestamp();
        var ahead = new List<PositionEffect>();
        var command = commandId ?? string.Create(CultureInfo.InvariantCulture, $"{_incarnation}-{version}");
        var result = await _stream.Append(
            version, command, decision.Events, decision.Effects.Any(Protects) ? () => ActAhead(decision, ahead) : null);
        switch (result)
        {
            case AppendResult.Fenced fenced:
                Leave(string.Create(CultureInfo.InvariantCulture,
                    $"{key} belongs to epoch {fenced.CurrentEpoch}, this is epoch {around.Lease.Epoch}"));
                return Committed.DecideAgain;
            case AppendResult.Conflict:
                await CatchUp();
                return Committed.DecideAgain;
            case AppendResult.AlreadyDone when !await _stream.Holds(version + 1, command):
                return Committed.LongAgo;
            default:
                var happened = Remember(decision.Events, input);
                var took = around.Time.GetElapsedTime(started);
                var late = ActTimely(decision, ahead, took);
                around.Meters.JournalAppend.Record(took.TotalSeconds);
                foreach (var one in happened) around.Happened(one);
                foreach (var entry in late) await Take(NotSent(entry, took));
                return Committed.Now;
        }
    }

    private List<PositionHappened> Remember(IReadOnlyList<PositionEvent> events, PositionInput input)
    {
        var happened = new List<PositionHappened>(events.Count);
        foreach (var one in events)
        {
            var before = State;
            Evolve(one);
            happened.Add(new PositionHappened(key, Version, one, before, State, input));
        }

        around.Board.Show(key, Version, State);
        return happened;
    }

    /// <returns>Entries that come too late to be sent.</returns>
    private List<SendEntry> ActTimely(Decision decision, List<PositionEffect> ahead, TimeSpan appendTook)
    {
        var late = appendTook > EntryAppendWithin ? decision.Effects.OfType<SendEntry>().ToList() : [];
        ahead.AddRange(late);
        Act(decision, ahead);
        return late;
    }

    private static PositionInput.NotSent NotSent(SendEntry entry, TimeSpan appendTook) => new(
        entry.Order, string.Create(CultureInfo.InvariantCulture,
            $"its append took {appendTook.TotalSeconds:0.0} s, longer than {EntryAppendWithin.TotalSeconds:0} s"));

    private void Act(Decision decision, List<PositionEffect> done)
    {
        Seen = decision.Seen;
        foreach (var effect in decision.Effects)
            if (!done.Exists(other => ReferenceEquals(other, effect)))
                host.Perform(effect);
    }

    /// <summary>
    /// The journal is away: what protects goes out under the id its append will have; what adds exposure waits.
    /// </summary>
    private void ActAhead(Decision decision, List<PositionEffect> ahead)
    {
        foreach (var effect in decision.Effects.Where(Protects))
        {
            if (!around.Lease.IsValid()) return;
            ahead.Add(effect);
            host.Perform(effect);
            around.ProtectedAhead(key, effect);
        }
    }

    private static bool Protects(PositionEffect effect) => effect is SendStop { First: true } or SendClose;

    private async Task CatchUp()
    {
        foreach (var happened in await _stream.ReadAfter(Version)) Evolve(happened);
    }

    private void Evolve(PositionEvent happened)
    {
        Version++;
        State = PositionMachine.Evolve(State, happened, Version);
    }

    private PositionContext Context() => new(
        key, around.Journal.Id, Version, around.Time.NowUtc(), around.Symbols.RulesOf(key.Symbol),
        around.IsHalted() ? around.Policy with { Adopt = AdoptPolicy.Alert } : around.Policy);

    private void Leave(string why)
    {
        _left = true;
        host.Leave(why);
    }

    private enum Committed
    {
        Now,

        /// <summary>Somebody else wrote the stream, and it has been read again; or this writer has left.</summary>
        DecideAgain,

        /// <summary>The caller's command id was answered before, perhaps by an earlier incarnation.</summary>
        LongAgo,
    }
}
