using System.Globalization;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Journal;
using Trading.Node.Metrics;

namespace Trading.Node.Positions;

/// <summary>What a position needs from whatever runs it: another actor framework implements these three.</summary>
public interface IPositionHost
{
    /// <summary>Must not wait: the answer comes back as an input.</summary>
    /// <param name="after">The position as the decision left it that wanted this.</param>
    void Perform(PositionEffect effect, PositionState after);

    /// <summary>Calls <see cref="PositionWriter.GoOn"/>, in the position's own turn, once the append has its answer.</summary>
    void Resume(Task append);

    /// <summary>This writer may not go on: fenced, or its journal holds what this build cannot read.</summary>
    void Leave(string why);
}

/// <summary>
/// The order of things, and nothing else: decide, journal, remember, act, answer. One call at a time.
/// </summary>
/// <remarks>
/// It never retries an order. An append whose answer is lost is tried again under the same command id, which can write
/// once only. While the journal is away the position goes on deciding, and what is not written yet waits in order
/// (<see cref="UnwrittenDecisions"/>): what protects is sent at once, what adds exposure waits for its append.
/// </remarks>
public sealed class PositionWriter(PositionKey key, PositionSurroundings around, IPositionHost host)
{
    private const int DecisionsPerInput = 4;

    private readonly JournalStream<PositionEvent> _stream =
        new(key.Stream, around.Journal, around.Lease.Epoch, around.Time, why => JournalIsSilent(key, around, why));

    private readonly UnwrittenDecisions _unwritten = new();
    private readonly string _incarnation = around.NewId();
    private bool _left;

    /// <summary>What was decided so far, also where the journal has not answered yet.</summary>
    public PositionState State { get; private set; } = PositionState.Initial;
    public Sightings Seen { get; private set; } = new();
    public long Version { get; private set; }

    /// <summary>The journal is away: no stop is moved and nothing is closed for its price or age.</summary>
    public bool IsAhead => _unwritten.Any;

    public bool HasNothingToLose => State is PositionState.Flat { Surplus.IsEmpty: true } && !IsAhead;

    /// <summary>Replays the journal. False: it holds what this build cannot read, and the position is left alone.</summary>
    /// <param name="stop">Gives up waiting for a journal that is away.</param>
    public async Task<bool> Recover(CancellationToken stop)
    {
        try
        {
            await CatchUp(stop);
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

    /// <param name="reply">Told once what was decided is durable, or that nothing was; never while the journal is away.</param>
    public async Task Take(PositionInput input, string? commandId = null, Action<PositionAnswer>? reply = null)
    {
        for (var decisions = 0; decisions < DecisionsPerInput && !_left; decisions++)
        {
            var decision = around.Decide(Context(), State, Seen, input);
            if (decision.Events.Count == 0)
            {
                Seen = decision.Seen;
                foreach (var effect in _unwritten.Hold(decision.Effects)) host.Perform(effect, State);
                reply?.Invoke(new PositionAnswer(decision.Verdict, decision.Note, State));
                return;
            }

            var written = new UnwrittenDecision(
                decision, input, Version, commandId ?? string.Create(CultureInfo.InvariantCulture, $"{_incarnation}-{Version}"),
                around.Time.GetTimestamp(), reply);
            if (await Commit(written)) return;
        }

        reply?.Invoke(new PositionAnswer(Verdict.Denied, _left ? "not_owner" : "conflict", State));
    }

    /// <summary>The oldest decision that was not written has its answer.</summary>
    /// <returns>
    /// False: the journal went another way (an append of an earlier life arrived). It was read again, what was decided is
    /// forgotten, and what is under way is to be taken up as after a start.
    /// </returns>
    public async Task<bool> GoOn()
    {
        var oldest = _unwritten.Oldest;
        switch (await oldest.Append!)
        {
            case AppendResult.Fenced fenced:
                LeaveTo(fenced);
                return true;
            case AppendResult.AlreadyDone when !await _stream.Holds(oldest.Version + 1, oldest.CommandId):
            case AppendResult.Conflict:
                await ReadAgain();
                return false;
        }

        _unwritten.RemoveOldest();
        if (_unwritten.Any) Resume(_unwritten.Oldest);
        await Settle(oldest);
        return true;
    }

    private async Task ReadAgain()
    {
        var forgotten = _unwritten.RemoveAll();
        (State, Seen, Version) = (PositionState.Initial, new Sightings(), 0);
        await CatchUp();
        around.Board.Show(key, Version, State);
        foreach (var one in forgotten) one.Reply?.Invoke(new PositionAnswer(Verdict.Denied, "conflict", State));
    }

    /// <returns>False: to be decided again, or this writer has left.</returns>
    private async Task<bool> Commit(UnwrittenDecision one)
    {
        if (_unwritten.Any)
        {
            GoAhead(one);
            return true;
        }

        one.Append = _stream.Append(one.Version, one.CommandId, one.Decision.Events);
        if (!await JournalPatience.IsAnswered(one.Append, around.Time))
        {
            JournalIsSilent(key, around, JournalPatience.Exhausted);
            GoAhead(one);
            Resume(one);
            return true;
        }

        switch (await one.Append)
        {
            case AppendResult.Fenced fenced:
                LeaveTo(fenced);
                return false;
            case AppendResult.Conflict:
                await CatchUp();
                return false;
            case AppendResult.AlreadyDone when !await _stream.Holds(one.Version + 1, one.CommandId):
                one.Reply?.Invoke(new PositionAnswer(Verdict.Ignored, "done before", State));
                return true;
            default:
                Remember(one);
                await Settle(one);
                return true;
        }
    }

    /// <summary>
    /// The journal is away: the position goes on. What protects goes out under the id its append will have, while the lease
    /// is valid; questions and timers add no exposure; everything else waits.
    /// </summary>
    private void GoAhead(UnwrittenDecision one)
    {
        Remember(one);
        _unwritten.Add(one);
        foreach (var effect in _unwritten.Hold(one.Decision.Effects, around.Lease.IsValid))
        {
            host.Perform(OnTime(effect, one), State);
            if (UnwrittenDecisions.Protects(effect)) around.ProtectedAhead(key, effect);
        }
    }

    private void Resume(UnwrittenDecision one)
    {
        one.Append ??= _stream.Append(one.Version, one.CommandId, one.Decision.Events);
        host.Resume(one.Append);
    }

    private void Remember(UnwrittenDecision one)
    {
        Seen = one.Decision.Seen;
        foreach (var happened in one.Decision.Events)
        {
            var before = State;
            Evolve(happened);
            one.Happened.Add(new PositionHappened(key, Version, happened, before, State, one.Input));
        }

        around.Board.Show(key, Version, State);
    }

    /// <summary>It is durable: what waited for that is done, those who look are told, the caller has its answer.</summary>
    private async Task Settle(UnwrittenDecision one)
    {
        var took = around.Time.GetElapsedTime(one.Began);
        var late = new List<PositionInput>();
        foreach (var effect in one.Held ?? one.Decision.Effects)
        {
            if (UnwrittenDecisions.IsTooLate(effect, took) is { } notSent) late.Add(notSent);
            else if (one.Held is null || UnwrittenDecisions.IsStillRight(effect, State, Seen)) host.Perform(OnTime(effect, one), one.Happened[^1].After);
        }

        around.Meters.JournalAppend.Record(took.TotalSeconds);
        foreach (var happened in one.Happened) around.Happened(happened);
        foreach (var notSent in late) await Take(notSent);
        one.Reply?.Invoke(new PositionAnswer(one.Decision.Verdict, one.Decision.Note, State));
    }

    /// <summary>
    /// The deadline runs from when we learned of the quantity, not from when the journal was given up (design §4). What a
    /// process slept is not the journal's: it has the whole deadline before it when it wakes.
    /// </summary>
    private PositionEffect OnTime(PositionEffect effect, UnwrittenDecision one) =>
        effect is PositionEffect.StartTimer { Timer: PositionTimer.Protect } deadline
            ? deadline with { Due = deadline.Due - Waited(one) }
            : effect;

    private TimeSpan Waited(UnwrittenDecision one) =>
        around.Time.GetElapsedTime(one.Began) is var took && took < JournalPatience.Limit ? took : JournalPatience.Limit;

    private async Task CatchUp(CancellationToken stop = default)
    {
        foreach (var happened in await _stream.ReadAfter(Version, stop)) Evolve(happened);
    }

    private void Evolve(PositionEvent happened)
    {
        Version++;
        State = PositionMachine.Evolve(State, happened, Version);
    }

    private PositionContext Context() => new(
        key, around.Journal.Id, Version, around.Time.NowUtc(), around.Symbols.RulesOf(key.Symbol), Policy());

    private PositionPolicy Policy()
    {
        var policy = around.IsHalted() ? around.Policy with { Adopt = AdoptPolicy.Alert } : around.Policy;
        return policy.StopFirst && !around.AllowsStopFirst() ? policy with { StopFirst = false } : policy;
    }

    private static void JournalIsSilent(PositionKey key, PositionSurroundings around, string why) => around.Alerts.Raise(
        "JournalSilent", key.Account.Value,
        $"the journal does not answer ({why}): it is asked again; meanwhile no stop is moved and nothing is opened");

    private void LeaveTo(AppendResult.Fenced fenced) => Leave(string.Create(
        CultureInfo.InvariantCulture, $"{key} belongs to epoch {fenced.CurrentEpoch}, this is epoch {around.Lease.Epoch}"));

    private void Leave(string why)
    {
        _left = true;
        host.Leave(why);
    }
}
