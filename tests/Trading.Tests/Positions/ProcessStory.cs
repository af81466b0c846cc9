using System.Globalization;
using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Tests.Positions;

/// <summary>
/// Plays a <see cref="PositionProcess"/> against a journal that answers when the test says so, and writes down what it wants
/// done in the order in which it wants it.
/// </summary>
internal sealed class ProcessStory
{
    public static readonly PositionKey Key = PositionKey.Parse("binance/TAGUSDT");
    private static readonly JournalId Journal = new("test-journal");
    private static readonly SymbolRules Rules = new(Key.Symbol, 0.001m, 0.1m, 0.1m, 1_000_000m, 5m);
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly List<PositionEvent> _journal;
    private PositionAction.Write? _underWay;
    private TimeSpan _elapsed;

    public ProcessStory(List<PositionEvent>? journal = null, bool stopFirst = false)
    {
        _journal = journal ?? [];
        Policy = PositionPolicy.Default(Journal) with { StopFirst = stopFirst };
        Process = new PositionProcess(Key, Journal, "life", PositionMachine.Decide);
    }

    public PositionProcess Process { get; }
    public PositionPolicy Policy { get; set; }
    public bool OwnsLease { get; set; } = true;
    public bool IsStopping { get; set; }
    public decimal? Mark { get; set; }
    public List<string> Log { get; } = [];
    public List<PositionEffect> Done { get; } = [];
    public List<PositionAction.Answer> Answers { get; } = [];
    public IReadOnlyList<PositionEvent> Events => _journal;
    public List<string> Commands { get; } = [];
    public DateTime NowUtc => Start + _elapsed;
    public ClientOrderId Entry => _journal.OfType<PositionEvent.EntryIntended>().Last().Order;
    public IReadOnlyList<PositionEffect.SendStop> Stops => [.. Done.OfType<PositionEffect.SendStop>()];

    /// <summary>Recovered from its journal, and told by the exchange that nothing is held.</summary>
    public ProcessStory Started(params PositionInput[] meanwhile)
    {
        Carry(Process.Start());
        Read(meanwhile);
        return Tell(new PositionInput.SnapshotShare(new PositionRow(0, 0, null), [], NowUtc));
    }

    public ProcessStory Opening() => Started().Ask(Open("s1")).Written();

    public static PositionInput.OpenPosition Open(string signal) => new(signal, "w1", Side.Long, 100m, 1m, new ProtectionPlan());

    public PositionInput.Traded Fill() => new(
        new Trade(Entry, "1", "t1", Side.Long, 100m, 1m, 0.05m, Assets.OfAccounts, 0, NowUtc, OrderOrigin.Ours), Source.Stream);

    public PositionInput.StopReported Live(ClientOrderId stop) => new(stop, "2", StopStatus.Live, 0, 0, NowUtc, Source.OrderAnswer);

    public ProcessStory Pass(double seconds)
    {
        _elapsed += TimeSpan.FromSeconds(seconds);
        return this;
    }

    public ProcessStory Ask(PositionInput command, string commandId = "w1/s1", long caller = 1)
    {
        Carry(Process.Ask(Moment(), command, commandId, caller));
        return this;
    }

    public ProcessStory Tell(params PositionInput[] reports) => Tell(byMark: false, reports);

    public ProcessStory Tell(bool byMark, params PositionInput[] reports)
    {
        Carry(Process.Tell(Moment(), reports, byMark));
        return this;
    }

    public ProcessStory Tick(decimal latest, decimal lowest, decimal highest)
    {
        Carry(Process.Tick(Moment(), new PositionInput.MarkMoved(latest, lowest, highest, NowUtc)));
        return this;
    }

    /// <summary>The append that is under way reaches the journal and is answered.</summary>
    public ProcessStory Written()
    {
        var write = _underWay ?? throw new InvalidOperationException("nothing is under way");
        Assert.Equal(_journal.Count, write.ExpectedVersion);
        _journal.AddRange(write.Events);
        return Answered(new JournalAnswer.Written());
    }

    /// <summary>All of them, one after the other.</summary>
    public ProcessStory AllWritten()
    {
        while (_underWay is not null) Written();
        return this;
    }

    public ProcessStory Answered(JournalAnswer answer)
    {
        _underWay = null;
        Carry(Process.Appended(Moment(), answer));
        return this;
    }

    /// <summary>Half a second goes by, and the append has no answer.</summary>
    public ProcessStory Silent()
    {
        Pass(0.5);
        Carry(Process.PatienceEnded(Moment()));
        return this;
    }

    /// <summary>Somebody else writes the stream.</summary>
    public ProcessStory Meanwhile(params PositionEvent[] events)
    {
        _journal.AddRange(events);
        return this;
    }

    /// <summary>The journal answers what was asked of it.</summary>
    public ProcessStory Read(params PositionInput[] meanwhile)
    {
        Carry(Process.Recovered(Moment(), [.. _journal.Skip((int)Process.Version)], meanwhile));
        return this;
    }

    /// <summary>Since the last call.</summary>
    public IReadOnlyList<string> Heard()
    {
        string[] all = [.. Log];
        Log.Clear();
        return all;
    }

    private PositionMoment Moment() => new(NowUtc, _elapsed, Rules, Policy, OwnsLease, IsStopping, Mark);

    private void Carry(IReadOnlyList<PositionAction> actions)
    {
        foreach (var action in actions) Carry(action);
    }

    private void Carry(PositionAction action)
    {
        Log.Add(Words(action));
        switch (action)
        {
            case PositionAction.Write write:
                Assert.Null(_underWay);
                _underWay = write;
                Commands.Add(write.CommandId);
                break;
            case PositionAction.Perform perform: Done.Add(perform.Effect); break;
            case PositionAction.Answer answer: Answers.Add(answer); break;
        }
    }

    private static string Words(PositionAction action) => action switch
    {
        PositionAction.ReadJournal read => string.Create(CultureInfo.InvariantCulture, $"read after {read.AfterVersion}"),
        PositionAction.Write write => $"write {string.Join(" ", write.Events.Select(static e => e.GetType().Name))}",
        PositionAction.Perform perform => $"{(perform.Ahead ? "ahead" : "do")} {perform.Effect.GetType().Name}",
        PositionAction.Answer answer => string.Create(CultureInfo.InvariantCulture, $"answer {answer.Caller}: {answer.Verdict} {answer.Note}").Trim(),
        PositionAction.Announce announce => $"{announce.Happened.Event.GetType().Name} happened",
        PositionAction.Show => "show",
        PositionAction.AppendTook => "append took",
        PositionAction.Overflowed lost => $"lost {lost.Report.GetType().Name}",
        PositionAction.Leave leave => $"leave: {leave.Why}",
        _ => action.GetType().Name,
    };
}
