using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Journal;
using Trading.Node;
using Trading.Node.Positions;

namespace Trading.Lab.Simulation.Mutations;

/// <summary>
/// One defence switched off. A simulation that does not catch it proves nothing about that defence. It is put into a
/// node's parts here and nowhere else: no configuration of a node can do it.
/// </summary>
/// <param name="Within">Seeds from 1 on within which it must be caught where <see cref="Known"/> notices nothing any more.</param>
public sealed record Mutation(string Name, string About, int Within, Func<NodeParts, NodeParts> Change)
{
    /// <summary>What is switched off outside the node's parts.</summary>
    public Outside Off { get; init; }

    /// <summary>The invariant that must break; empty: any.</summary>
    public string Invariant { get; init; } = "";

    /// <summary>A seed that noticed when it was last looked at: it is played first.</summary>
    public ulong Known { get; init; } = 1;

    public static IReadOnlyList<Mutation> All { get; } =
    [
        OfJournal("intent-first", "orders leave before their intent is durable", 60, static journal => new AnsweredBeforeDurable(journal)),
        OfJournal("protect-first", "what protects leaves before its intent is durable, though the journal answers", 60, static journal => new ProtectionAnsweredBeforeDurable(journal)) with { Invariant = "R1", Known = 7 },
        OfJournal("lost-append", "an append whose answer is lost is taken for done", 60, static journal => new LostAppendIsDone(journal)),
        OfJournal("command-id", "an append is tried again as another command", 60, static journal => new RetryIsANewCommand(journal)) with { Known = 2 },
        OfJournal("expected-version", "appends go on top of what others wrote, without fence", 1000, static journal => new NoExpectedVersion(journal)) with { Known = 8 },
        OfSender("absence-wait", "absence is believed while the entry may still arrive", 200, static (sender, _) => new NoWaitBeforeAbsence(sender)) with { Known = 8 },
        OfSender("absence-query", "absence is believed without asking", 60, static (sender, _) => new NoQueryBeforeAbsence(sender)) with { Known = 2 },
        OfSender("entry-once", "an entry whose answer is lost is sent again", 60, static (sender, _) => new ResentEntry(sender)) with { Known = 14 },
        OfSender("unknown-entry", "an entry whose answer is lost is taken for refused", 60, static (sender, _) => new UnknownEntryIsRefused(sender)),
        OfSender("unknown-close", "a close whose answer is lost is taken for filled", 200, static (sender, time) => new UnknownCloseIsDone(sender, time)) with { Known = 93 },
        OfSender("keep-old-stop", "the old stop is cancelled before the new one rests", 60, static (sender, _) => new OldStopCancelledFirst(sender)) with { Known = 2 },
        OfSender("empty-list", "an empty list of positions is taken for flat", 60, static (sender, time) => new EmptyListIsFlat(sender, time)) with { Known = 4 },
        OfSender("sweep", "stops that are not needed stay", 60, static (sender, _) => new StopsNotCancelled(sender)),
        OfSession("gap-resync", "no snapshot after a gap of the stream", 60, static session => new NoResync(session)),
        OfSession("foreign-orders", "the operator's own stops are taken for ours", 60, static session => new EverybodysStopsAreOurs(session)) with { Known = 16 },
        new("journal-down", "what protects waits for a journal that is away", 400, NothingAhead) { Invariant = "I6", Known = 47 },
        OfRules("deadline", "no deadline runs while a quantity is without a stop", 400, SpoiltRules.NoDeadline) with { Invariant = "I6" },
        OfRules("seen-trades", "a trade told twice counts twice", 60, SpoiltRules.TradesCountTwice),
        OfRules("past-rows", "a position row is believed however old it is", 200, SpoiltRules.OldRowsAreBelieved) with { Known = 5 },
        OfRules("past-amounts", "an amount of the stream is believed however old it is", 200, SpoiltRules.OldAmountsAreBelieved) with { Known = 9 },
        OfRules("adopt-once", "what is held is taken over again", 200, SpoiltRules.HeldIsTakenOverAgain) with { Invariant = "I1", Known = 3 },
        OfRules("recover-doubt", "a start does not ask about the entry that was under way", 60, SpoiltRules.NothingIsRecovered) with { Known = 4 },
        OfRules("close-again", "a close that did not close everything is not tried again", 200, SpoiltRules.ClosedOnce) with { Known = 14 },
        OfRules("stop-before-entry", "the stop of an entry that is not sent yet goes ahead of the journal as if it protected something", 4000, SpoiltRules.StopsBeforeEntriesGoAhead) with { Invariant = "R1", Known = 210184 },
        OfRules("lost-stop", "a stop that was taken away is not noticed", 400, SpoiltRules.LostStopsUnnoticed) with { Invariant = "I6", Known = 180 },
        new("epoch", "appends of a node that was replaced are taken", 200, static parts => parts) { Invariant = "I4", Known = 27, Off = Outside.EpochFence },
        new("self-fence", "a node that slept past its lease does not look at it before it enters", 200, static parts => parts) { Invariant = "I7", Known = 27, Off = Outside.Lease },
    ];

    /// <summary>
    /// Too seldom without an excuse in the simulation to be caught within a stated number of seeds: a scenario fails with
    /// each over the wire.
    /// </summary>
    public static IReadOnlyList<(Mutation Mutation, string Scenario)> OverTheWire { get; } =
    [
        (OfSession("empty-snapshot", "a list of positions that names no symbol at all is taken for one that was read", 0, static session => new EmptySnapshotIsRead(session)), "empty-answer/nobody"),
        (OfRules("stop-due", "a mark beyond our stop asks nobody", 0, SpoiltRules.NoStopIsDue), "close-not-told/stop-rejected"),
    ];

    /// <summary>Only the positions have this lease: while an append is not answered they send nothing ahead of it.</summary>
    private static NodeParts NothingAhead(NodeParts parts)
    {
        var journal = new CountedAppends(parts.Journal);
        return parts with { Journal = journal, Lease = new Lease(parts.Lease.Epoch, () => journal.Unanswered == 0) };
    }

    private static Mutation OfJournal(string name, string about, int within, Func<IJournal, IJournal> spoil) =>
        new(name, about, within, parts => parts with { Journal = spoil(parts.Journal) });

    private static Mutation OfSender(string name, string about, int within, Func<IOrderSender, TimeProvider, IOrderSender> spoil) =>
        new(name, about, within, parts => parts with
        {
            OpenAccount = account => parts.OpenAccount(account) is var gateway
                ? gateway with { Sender = spoil(gateway.Sender, parts.Time) }
                : gateway,
        });

    private static Mutation OfSession(string name, string about, int within, Func<IAccountSession, IAccountSession> spoil) =>
        new(name, about, within, parts => parts with
        {
            OpenAccount = account => parts.OpenAccount(account) is var gateway
                ? gateway with { Session = spoil(gateway.Session) }
                : gateway,
        });

    private static Mutation OfRules(string name, string about, int within, Func<Decide, Decide> spoil) =>
        new(name, about, within, parts => parts with { Decide = spoil(PositionMachine.Decide) });
}

/// <summary>A defence that is not one of the node's parts.</summary>
public enum Outside
{
    Nothing,

    /// <summary>The journal's own: an append under an old epoch is refused.</summary>
    EpochFence,

    /// <summary>The lease ends for its owner before anybody else may have it.</summary>
    Lease,
}
