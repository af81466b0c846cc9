using Trading.Domain;
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
public sealed record Mutation(string Name, string About, int Within, Func<NodeDependencies, NodeDependencies> Change)
{
    /// <summary>What is switched off outside the node's parts.</summary>
    public Outside Off { get; init; }

    /// <summary>The invariant that must break; empty: any.</summary>
    public string Invariant { get; init; } = "";

    /// <summary>
    /// Where it must be caught: each exchange that has the defence, with a seed that noticed when it was last looked at, which
    /// is played first.
    /// </summary>
    public IReadOnlyDictionary<Exchange, ulong> Known { get; init; } = Seeds(binance: 2);

    /// <summary>
    /// A test of the rule itself that fails without the defence, for the exchanges that are not among <see cref="Known"/> and have
    /// it: the simulation notices its absence there too seldom. Empty: all that have it are known.
    /// </summary>
    public string RuleTest { get; init; } = "";

    private const string Naked = "no quantity was without a stop";
    private const string Books = "the books come to what the wallet comes to";

    public static IReadOnlyList<Mutation> All { get; } =
    [
        OfJournal("intent-first", "orders leave before their intent is durable", 60, static journal => new AnsweredBeforeDurable(journal)) with { Known = Seeds(binance: 2, bybit: 1) },
        OfJournal("protect-first", "what protects leaves before its intent is durable, though the journal answers", 60, static journal => new ProtectionAnsweredBeforeDurable(journal)) with { Invariant = "R1", Known = Seeds(binance: 6, bybit: 25) },
        OfJournal("lost-append", "an append whose answer is lost is taken for done", 60, static journal => new LostAppendIsDone(journal)) with { Known = Seeds(binance: 2, bybit: 4) },
        OfJournal("command-id", "an append is tried again as another command", 60, static journal => new RetryIsANewCommand(journal)) with { Known = Seeds(binance: 2, bybit: 1) },
        OfJournal("expected-version", "appends go on top of what others wrote, without fence", 1000, static journal => new NoExpectedVersion(journal)) with { Known = Seeds(binance: 8, bybit: 4) },
        OfSender("absence-wait", "absence is believed while the entry may still arrive", 200, static (sender, _) => new NoWaitBeforeAbsence(sender)) with { Known = Seeds(binance: 35, bybit: 276) },
        OfSender("absence-query", "absence is believed without asking", 60, static (sender, _) => new NoQueryBeforeAbsence(sender)) with { Known = Seeds(binance: 2, bybit: 9) },
        OfSender("entry-once", "an entry whose answer is lost is sent again", 60, static (sender, _) => new ResentEntry(sender)) with { Known = Seeds(binance: 2) },
        OfSender("unknown-entry", "an entry whose answer is lost is taken for refused", 60, static (sender, _) => new UnknownEntryIsRefused(sender)) with { Known = Seeds(binance: 2, bybit: 14) },
        OfSender("unknown-close", "a close whose answer is lost is taken for filled", 200, static (sender, time) => new UnknownCloseIsDone(sender, time)) with { Known = Seeds(binance: 126, bybit: 459) },
        OfSender("keep-old-stop", "the old stop is cancelled before the new one rests", 60, static (sender, _) => new OldStopCancelledFirst(sender)) with { Known = Seeds(binance: 2) },
        OfSender("empty-list", "an empty list of positions is taken for flat", 60, static (sender, time) => new EmptyListIsFlat(sender, time)) with { Known = Seeds(binance: 8, bybit: 4) },
        OfSender("sweep", "stops that are not needed stay", 60, static (sender, _) => new StopsNotCancelled(sender)),
        OfSession("gap-resync", "no snapshot after a gap of the stream", 60, static session => new NoResync(session)) with { Known = Seeds(binance: 2, bybit: 1) },
        OfSession("foreign-orders", "the operator's own stops are taken for ours", 60, static session => new EverybodysStopsAreOurs(session)) with { Known = Seeds(binance: 19) },
        new("journal-down", "what protects waits for a journal that is away", 400, NothingAhead) { Invariant = "I6", Known = Seeds(binance: 47), RuleTest = "PositionProcessTests.While_the_journal_hangs_everything_that_protects_leaves_under_the_ids_that_are_written_later" },
        OfRules("deadline", "no deadline runs while a quantity is without a stop", 400, MutatedRules.NoDeadline) with { Invariant = "I6", Known = Seeds(binance: 41), RuleTest = "PositionStopScenarios.That_the_position_states_no_stop_after_ours_was_known_to_rest_is_its_end_and_it_is_restored_at_once" },
        OfRules("seen-trades", "a trade told twice counts twice", 60, MutatedRules.TradesCountTwice) with { Known = Seeds(binance: 2, bybit: 1) },
        OfRules("past-rows", "a position row is believed however old it is", 200, MutatedRules.OldRowsAreBelieved) with { Known = Seeds(binance: 2, bybit: 5) },
        OfRules("past-amounts", "an amount of the stream is believed however old it is", 200, MutatedRules.OldAmountsAreBelieved) with { Known = Seeds(binance: 10, bybit: 860) },
        OfRules("adopt-once", "what is held is taken over again", 200, MutatedRules.HeldIsTakenOverAgain) with { Invariant = "I1", Known = Seeds(binance: 2, bybit: 4) },
        OfRules("recover-doubt", "a start does not ask about the entry that was under way", 60, MutatedRules.NothingIsRecovered) with { Known = Seeds(binance: 8, bybit: 4) },
        OfRules("close-again", "a close that did not close everything is not tried again", 200, MutatedRules.ClosedOnce) with { Known = Seeds(binance: 3, bybit: 77) },
        OfRules("stop-before-entry", "the stop of an entry that is not sent yet goes ahead of the journal as if it protected something", 4000, MutatedRules.StopsBeforeEntriesGoAhead) with { Invariant = "R1", Known = Seeds(binance: 210184) },
        OfRules("lost-stop", "a stop that was taken away is not noticed", 400, MutatedRules.LostStopsUnnoticed) with { Invariant = "I6", Known = Seeds(binance: 180, bybit: 24) },
        OfSender("in-place", "the position's stop is taken away before the next is set", 60, static (sender, _) => new PositionStopClearedFirst(sender)) with { Invariant = "I6", Known = Seeds(bybit: 5) },
        OfSender("replaced-in-place", "the cancel of a stop that was replaced takes the position's away", 60, static (sender, _) => new ReplacedStopCleared(sender)) with { Invariant = "I6", Known = Seeds(bybit: 5) },
        OfSender("attached-stop", "an entry leaves without the stop that comes with its fill", 60, static (sender, _) => new NothingAttached(sender)) with { Invariant = "I6", Known = Seeds(bybit: 1) },
        OfSender("unknown-stop", "a stop whose outcome is unknown is taken for one that rests", 200, static (sender, _) => new UnknownStopRests(sender)) with { Invariant = "I6", Known = Seeds(binance: 2, bybit: 1) },
        OfSender("acknowledged", "an order that is acknowledged is taken for filled", 60, static (sender, _) => new AcknowledgedIsFilled(sender)) with { Known = Seeds(bybit: 2639) },
        OfRules("stop-by-price", "the position's own stop is somebody's, whatever its price", 200, MutatedRules.PositionStopsAreNobodys) with { Known = Seeds(bybit: 235) },
        OfRules("landed-stop", "a stop that was given up may not come through any more", 400, MutatedRules.NothingLandsLate) with { Known = Seeds(bybit: 14) },
        OfRules("no-position", "a stop that is refused for want of a position is taken for proof that there is none", 200, MutatedRules.NoPositionIsFlat) with { Known = Seeds(bybit: 22) },
        OfSession("sequence", "a position is told by its own clock, and not by that of the executions that it contains", 400, static session => new ChangedReports(session, ChangedReports.ByItsOwnClock)) with { Known = Seeds(), RuleTest = "BybitStreamTests.A_position_is_not_older_than_the_trade_it_contains_and_older_than_one_it_does_not" },
        OfSession("flat-again", "a flat position that is told again is news of an order", 400, static session => new ChangedReports(session, ChangedReports.AlwaysByOrder)) with { Known = Seeds(), RuleTest = "BybitStreamTests.A_flat_position_that_is_told_again_is_no_news_of_an_order" },
        OfSession("unlisted", "what a list names no more is flat", 1500, static session => new UnlistedIsFlat(session)) with { Known = Seeds(bybit: 2392) },
        OfSession("hedge-side", "an execution is counted for the side of the hedge that it buys", 200, static session => new ChangedReports(session, ChangedReports.ForTheSideBought)) with { Known = Seeds(binance: 10, bybit: 16) },
        new("shared-weight", "two accounts behind one address have its weight each", 400, static parts => parts) { Off = Outside.SharedWeight, Known = Seeds(), RuleTest = "SeveralAccountsTests.Accounts_at_one_address_share_its_weight_and_a_ban_while_another_exchange_goes_on" },
        new("epoch", "appends of a node that was replaced are taken", 200, static parts => parts) { Invariant = "I4", Known = Seeds(binance: 48, bybit: 4), Off = Outside.EpochFence },
        new("self-fence", "a node that slept past its lease does not look at it before it enters", 200, static parts => parts) { Invariant = "I7", Known = Seeds(binance: 48, bybit: 4), Off = Outside.Lease },
    ];

    /// <summary>
    /// Too seldom without an excuse in the simulation to be caught within a stated number of seeds: a scenario fails with
    /// each over the wire, by a check that begins so.
    /// </summary>
    public static IReadOnlyList<(Mutation Mutation, string Scenario, string Check)> OverTheWire { get; } =
    [
        (OfSession("empty-snapshot", "a list of positions that names no symbol at all is taken for one that was read", 0, static session => new EmptySnapshotIsRead(session)), "empty-answer/nobody", Naked),
        (OfRules("stop-due", "a mark beyond our stop asks nobody", 0, MutatedRules.NoStopIsDue), "close-not-told/stop-rejected", Naked),
        (OfRules("seen-payments", "a payment told twice is booked twice", 0, MutatedRules.PaymentsCountTwice), "money/funding-twice", Books),
        (OfRules("fee-asset", "a fee in another asset counts as so much USDT", 0, MutatedRules.FeesAreInQuote), "money/fees-in-bnb", Books),
        (OfSession("payments", "what moves the balance without a trade is dropped", 0, static session => new PaymentsDropped(session)), "money/liquidation", Books),
        (OfSession("payments-list", "the exchange's list of payments is not read", 0, static session => new PaymentsNotListed(session)), "money/liquidation-untold", Books),
    ];

    private static Dictionary<Exchange, ulong> Seeds(ulong? binance = null, ulong? bybit = null)
    {
        var seeds = new Dictionary<Exchange, ulong>();
        if (binance is { } one) seeds[Exchange.Binance] = one;
        if (bybit is { } other) seeds[Exchange.Bybit] = other;
        return seeds;
    }

    /// <summary>Only the positions have this lease: while an append is not answered they send nothing ahead of it.</summary>
    private static NodeDependencies NothingAhead(NodeDependencies parts)
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

    /// <summary>Accounts behind one address spend one budget of its weight.</summary>
    SharedWeight,
}
