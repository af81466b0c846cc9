using Trading.Domain;
using Trading.Domain.Positions;
using static Trading.Domain.Positions.PositionEvent;

namespace Trading.Lab.Verify;

/// <summary>Positions replayed through the machine that wrote them: one at a time per key, every order intended before.</summary>
internal sealed class PositionRules(Findings findings, JournalId journal)
{
    /// <summary>How far ahead of the journal an order may have been sent that its append never followed.</summary>
    private const int AppendsAhead = 16;

    private readonly Findings.Rule _replays = findings.Check("I9", "replaying every position gives a state");
    private readonly Findings.Rule _one = findings.Check("I1", "a key has at most one open position");
    private readonly Findings.Rule _ids = findings.Check("R1", "every intent carries the id of its own event");
    private readonly Findings.Rule _intended = findings.Check("R1", "every order of ours was intended in the journal before");
    private readonly Findings.Rule _trades = findings.Check("I2", "every trade is counted once");
    private readonly string[] _tags = [journal.Tag];
    private readonly SortedDictionary<string, Stream> _streams = new(StringComparer.Ordinal);

    /// <summary>Every position stream's last state.</summary>
    public IEnumerable<(PositionKey Key, PositionState State)> States =>
        _streams.Where(pair => !pair.Value.Broken).Select(pair => (KeyOf(pair.Key), pair.Value.State));

    public int Open => States.Count(it => it.State is not PositionState.Flat);

    /// <summary>Orders that were sent before the journal had them and whose intent never came: protective ones only.</summary>
    public int SentFirst { get; private set; }

    /// <summary>Behind an event that cannot be read nothing is known.</summary>
    public void Abandon(string stream) => Of(stream).Broken = true;

    /// <returns>What the position was before.</returns>
    public PositionState Follow(string name, long version, PositionEvent happened)
    {
        var stream = Of(name);
        var before = stream.State;
        if (stream.Broken) return before;
        if (happened is EntryIntended or PositionAdopted && before is not PositionState.Flat)
            _one.Broken($"{name} #{version}: {happened.GetType().Name} while {before.GetType().Name}");
        JudgeIntent(stream, name, version, happened);
        JudgeMention(stream, name, version, happened);
        if (happened is OrderFilled { Trade.TradeId: var trade } && !stream.Trades.Add(trade))
            _trades.Broken($"{name} #{version}: trade {trade} is counted again");
        Replay(stream, name, version, happened);
        return before;
    }

    private void Replay(Stream stream, string name, long version, PositionEvent happened)
    {
        try
        {
            stream.State = PositionMachine.Evolve(stream.State, happened, version);
        }
        catch (Exception impossible) when (impossible is not OutOfMemoryException)
        {
            stream.Broken = true;
            _replays.Broken($"{name} #{version}: {happened.GetType().Name} cannot follow {stream.State.GetType().Name}: {impossible.Message}");
        }
    }

    private void JudgeIntent(Stream stream, string name, long version, PositionEvent happened)
    {
        if (Intended(happened) is not var (order, purpose)) return;
        stream.Intents.Add(order);
        if (order != OrderIds.For(journal, name, version, purpose))
            _ids.Broken($"{name} #{version}: {order} is not the id that this event gives");
    }

    private void JudgeMention(Stream stream, string name, long version, PositionEvent happened)
    {
        if (Mentioned(happened) is not { } order || !OrderIds.IsOurs(order, _tags) || stream.Intents.Contains(order)) return;
        if (WentFirst(name, version, order))
        {
            stream.Intents.Add(order);
            SentFirst++;
            return;
        }

        _intended.Broken($"{name} #{version}: {happened.GetType().Name} of {order}, which no event before it intends");
    }

    /// <summary>
    /// A protective order may leave before its append (design §4, "Journal down"); when the process died before the
    /// journal came back, its id is still the one that append would have carried.
    /// </summary>
    private bool WentFirst(string name, long version, ClientOrderId order)
    {
        if (OrderIds.PurposeOf(order) is not (OrderPurpose.Stop or OrderPurpose.Close)) return false;
        var purpose = OrderIds.PurposeOf(order)!.Value;
        for (var at = 1L; at <= version + AppendsAhead; at++)
            if (OrderIds.For(journal, name, at, purpose) == order) return true;
        return false;
    }

    private static (ClientOrderId Order, OrderPurpose Purpose)? Intended(PositionEvent happened) => happened switch
    {
        EntryIntended it => (it.Order, OrderPurpose.Entry),
        StopIntended it => (it.Stop, OrderPurpose.Stop),
        HardStopIntended it => (it.Stop, OrderPurpose.Stop),
        CloseIntended it => (it.Order, OrderPurpose.Close),
        _ => null,
    };

    private static ClientOrderId? Mentioned(PositionEvent happened) => happened switch
    {
        EntryVerified it => it.Order,
        OutcomeLost it => it.Order,
        EntryCompleted it => it.Order,
        EntryFailed it => it.Order,
        OrderFilled it => it.Trade.Order,
        StopConfirmed it => it.Stop,
        StopRefused it => it.Stop,
        StopMoveRefused it => it.Stop,
        StopEnded it => it.Stop,
        StopChangedExternally it => it.Stop,
        StopCleared it => it.Stop,
        HardStopConfirmed it => it.Stop,
        HardStopEnded it => it.Stop,
        CloseAttemptFailed it => it.Order,
        _ => null,
    };

    private static PositionKey KeyOf(string stream) => PositionKey.Parse(stream["position/".Length..]);

    private Stream Of(string name)
    {
        if (!_streams.TryGetValue(name, out var stream)) _streams[name] = stream = new Stream();
        return stream;
    }

    private sealed class Stream
    {
        public PositionState State { get; set; } = PositionState.Initial;

        /// <summary>What cannot be replayed is reported once and not followed further.</summary>
        public bool Broken { get; set; }
        public HashSet<ClientOrderId> Intents { get; } = [];
        public HashSet<string> Trades { get; } = new(StringComparer.Ordinal);
    }
}
