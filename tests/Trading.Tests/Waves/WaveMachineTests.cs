using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using static Trading.Domain.Waves.OpeningAnswer;
using static Trading.Domain.Waves.WaveInput;
using static Trading.Domain.Waves.WaveState;
using static Trading.Tests.Waves.WaveScenario;

namespace Trading.Tests.Waves;

public sealed class WaveMachineTests
{
    [Fact]
    public void A_wave_closes_when_its_time_to_collect_is_over_or_at_the_scheduled_minute_before_it()
    {
        var free = new WaveScenario().Quietly("19:21:03", new Delivered(Signal("1", "TAGUSDT"), "a"));
        Assert.Equal(Utc("19:21:08"), Assert.IsType<Collecting>(free.State).ClosesUtc);

        var scheduled = new WaveScenario().Quietly("19:20:57", new Delivered(Signal("1", "TAGUSDT"), "a"));
        Assert.Equal(Utc("19:21:00"), Assert.IsType<Collecting>(scheduled.State).ClosesUtc);
        scheduled.Quietly("19:21:00", new CloseDue());
        Assert.Equal("scheduled", scheduled.Journal.OfType<WaveEvent.WaveClosed>().Single().Why);
    }

    [Fact]
    public void The_feeds_word_that_the_wave_is_complete_closes_it_once() => new WaveScenario()
        .At("19:21:02.000", new FeedComplete(1))
        .At("19:21:03.000", new Delivered(Signal("1", "TAGUSDT"), "a"))
        .At("19:21:03.100", new FeedComplete(1))
        .At("19:21:03.200", new FeedComplete(1))
        .At("19:21:08.000", new CloseDue())
        .Reads("""
            19:21:02.000 <- FeedComplete 1
                         .. ignored: nothing of this wave is for this account
            19:21:03.000 <- Delivered 1 TAGUSDT a
                         :: WaveOpened binance 2025-10-17T16:00:00Z
                         :: SignalReceived 1 TAGUSDT a
                         -> CloseAfter 5s
                         -> PrepareSymbol TAGUSDT
            19:21:03.100 <- FeedComplete 1
                         :: WaveClosed complete 5 7 [1]
                         :: SignalSelected 1
                         -> Open 1 TAGUSDT
            19:21:03.200 <- FeedComplete 1
                         .. ignored: closed before
            19:21:08.000 <- CloseDue
                         .. ignored: closed before
            """);

    [Fact]
    public void Rank_is_the_score_then_the_order_of_arrival_and_no_score_is_last()
    {
        var wave = new WaveScenario()
            .Quietly("19:21:03", new Delivered(Signal("none", "AUSDT"), "a"))
            .Quietly("19:21:03", new Delivered(Signal("low", "BUSDT", 0.1m), "a"))
            .Quietly("19:21:04", new Delivered(Signal("first", "CUSDT", 0.9m), "a"))
            .Quietly("19:21:05", new Delivered(Signal("second", "DUSDT", 0.9m), "a"))
            .Quietly("19:21:08", new CloseDue());
        Assert.Equal(["first", "second", "low", "none"], wave.Journal.OfType<WaveEvent.WaveClosed>().Single().Cut);
    }

    [Fact]
    public void A_signal_made_too_long_ago_is_stale_and_one_without_a_time_is_as_old_as_its_receipt()
    {
        var wave = new WaveScenario()
            .Quietly("19:21:03", new Delivered(Signal("old", "AUSDT", created: "19:16:02.999"), "a"))
            .Quietly("19:21:03", new Delivered(Signal("young", "BUSDT", created: "19:16:03.000"), "a"))
            .Quietly("19:21:03", new Delivered(Signal("untimed", "CUSDT"), "a"));
        Assert.Equal(["old"], wave.Ended(Reasons.Stale));
    }

    [Fact]
    public void A_createdAt_in_the_future_does_not_switch_staleness_off()
    {
        var wave = new WaveScenario()
            .Quietly("19:21:03", new Delivered(Signal("naive +3 h", "AUSDT", created: "22:21:02"), "a"))
            .Quietly("19:21:03", new Delivered(Signal("year 9999", "BUSDT") with { CreatedUtc = DateTime.MaxValue.ToUniversalTime() }, "a"))
            .Quietly("19:21:03", new Delivered(Signal("61 s", "CUSDT", created: "19:22:04"), "a"))
            .Quietly("19:21:03", new Delivered(Signal("60 s", "DUSDT", created: "19:22:03"), "a"))
            .Quietly("19:21:08", new CloseDue())
            .Quietly("19:21:09", new Delivered(Signal("late", "EUSDT", created: "22:21:02"), "a"));
        Assert.Equal(["naive +3 h", "year 9999", "61 s", "late"], wave.Ended(Reasons.FromTheFuture));
        Assert.Equal(["60 s"], wave.Journal.OfType<WaveEvent.WaveClosed>().Single().Cut);
        Assert.All(wave.Journal.OfType<WaveEvent.SignalDenied>(), e => Assert.DoesNotContain("-", e.Text, StringComparison.Ordinal));
        Assert.Equal(
            "dated 10799 s ahead of the exchange's clock, at most 60 s; a time without an offset is read as UTC",
            wave.Journal.OfType<WaveEvent.SignalDenied>().First().Text);
    }

    [Fact]
    public void Ages_are_told_by_the_exchanges_clock_and_not_by_a_clock_of_ours_that_is_wrong()
    {
        var slow = new WaveScenario { ClockAhead = TimeSpan.FromMinutes(10) } // ours says 19:21:03 where it is 19:31:03
            .Quietly("19:21:03", new Delivered(Signal("now", "AUSDT", created: "19:31:02"), "a"))
            .Quietly("19:21:03", new Delivered(Signal("old", "BUSDT", created: "19:26:02"), "a"))
            .Quietly("19:21:03", new Delivered(Signal("undated", "CUSDT"), "a"));
        Assert.Equal(["old"], slow.Ended(Reasons.Stale));
        Assert.Equal("301 s old, at most 300 s", slow.Journal.OfType<WaveEvent.SignalDenied>().Single().Text);
        Assert.Empty(slow.Ended(Reasons.FromTheFuture));
    }

    [Fact]
    public void A_symbol_that_nobody_lists_takes_no_place_in_the_cut_and_nothing_is_asked_for_it()
    {
        var barred = new Denial(Reasons.SymbolNotTrading, "binance does not list it");
        var wave = new WaveScenario();
        for (var i = 0; i < 10; i++) wave.Quietly("19:21:03", new Delivered(Signal($"no-{i}", $"NO{i}USDT", 1m), "a", barred));
        wave.Quietly("19:21:03", new Delivered(Signal("old", "OLDUSDT", 1m, created: "19:00:00"), "a"))
            .Quietly("19:21:03", new Delivered(Signal("1", "AUSDT", 0.1m), "a"))
            .Quietly("19:21:08", new CloseDue())
            .Quietly("19:21:09", new Delivered(Signal("late", "LATEUSDT"), "a", barred));
        Assert.Equal(11, wave.Ended(Reasons.SymbolNotTrading).Count());
        Assert.Equal(["1"], wave.Journal.OfType<WaveEvent.WaveClosed>().Single().Cut);
        Assert.Equal(["AUSDT"], wave.Effects.OfType<WaveEffect.PrepareSymbol>().Select(e => e.Symbol.Value));
        Assert.Equal(["1"], wave.Effects.OfType<WaveEffect.Open>().Select(e => e.Signal.Id));
    }

    [Fact]
    public void The_same_id_for_another_symbol_or_side_is_no_duplicate_but_an_error_that_names_the_other() => new WaveScenario()
        .Quietly("19:21:03", new Delivered(Signal("19:21:00", "TAGUSDT"), "tv"))
        .At("19:21:03.100", new Delivered(Signal("19:21:00", "HNTUSDT"), "tv"))
        .At("19:21:03.200", new Delivered(Signal("19:21:00", "TAGUSDT") with { Side = Side.Long }, "tv"))
        .At("19:21:03.300", new Delivered(Close("19:21:00", "TAGUSDT"), "tv"))
        .At("19:21:03.400", new Delivered(Signal("19:21:00", "TAGUSDT", score: 0.5m), "tv"))
        .Reads("""
            19:21:03.100 <- Delivered 19:21:00 HNTUSDT tv
                         !! denied: in this wave the id is that of another signal, open TAGUSDT short: every signal needs an id of its own; a time alone, such as {{timenow}}, is the same for every alert of its second
            19:21:03.200 <- Delivered 19:21:00 TAGUSDT tv
                         !! denied: in this wave the id is that of another signal, open TAGUSDT short: every signal needs an id of its own; a time alone, such as {{timenow}}, is the same for every alert of its second
            19:21:03.300 <- Delivered 19:21:00 TAGUSDT tv
                         !! denied: in this wave the id is that of another signal, open TAGUSDT short: every signal needs an id of its own; a time alone, such as {{timenow}}, is the same for every alert of its second
            19:21:03.400 <- Delivered 19:21:00 TAGUSDT tv
                         :: SignalSkipped 19:21:00 tv TAGUSDT duplicate_signal
                         -> CountDuplicate duplicate_signal
                         .. ignored: duplicate_signal 19:21:00
            """);

    [Fact]
    public void A_latecomer_takes_a_free_place_in_the_cut_within_a_minute_and_is_stale_after_it()
    {
        var wave = new WaveScenario()
            .Quietly("19:21:03", new Delivered(Signal("1", "AUSDT"), "a"))
            .Quietly("19:21:08", new CloseDue())
            .Quietly("19:21:09", new Answered("1", new Opened()))
            .Quietly("19:22:08", new Delivered(Signal("2", "BUSDT"), "a"))
            .Quietly("19:22:09", new Answered("2", new Opened()))
            .Quietly("19:22:09", new Delivered(Signal("3", "CUSDT"), "a"));
        Assert.Equal(["1", "2"], wave.Ended(Outcomes.Opened));
        Assert.Equal(["3"], wave.Ended(Reasons.Stale));
        Assert.Equal([1, 2], wave.Journal.OfType<WaveEvent.WaveCompleted>().Select(e => e.Opened));
    }

    [Fact]
    public void A_latecomer_finds_a_full_cut_closed()
    {
        var wave = new WaveScenario();
        for (var i = 1; i <= 7; i++) wave.Quietly("19:21:03", new Delivered(Signal($"{i}", $"A{i}USDT"), "a"));
        wave.Quietly("19:21:08", new CloseDue()).Quietly("19:21:09", new Delivered(Signal("late", "BUSDT", 99m), "a"));
        Assert.Equal(["late"], wave.Ended(Reasons.BelowCut));
    }

    [Fact]
    public void A_signal_that_came_while_the_journal_was_away_is_stale_and_its_place_goes_to_the_next() => new WaveScenario()
        .Quietly("19:21:03", new Delivered(Signal("1", "TAGUSDT", 0.9m), "a"))
        .Quietly("19:21:04", new Delivered(Signal("2", "LSKUSDT", 0.1m), "a"))
        .At("19:21:05.000", new DurableLate(["1"], TimeSpan.FromSeconds(3.5)))
        .At("19:21:08.000", new CloseDue())
        .At("19:21:09.000", new Delivered(Signal("3", "KAVAUSDT"), "a"))
        .At("19:21:09.010", new DurableLate(["3"], TimeSpan.FromSeconds(2.1)))
        .At("19:21:09.020", new DurableLate(["3"], TimeSpan.FromSeconds(2.1)))
        .Reads("""
            19:21:05.000 <- DurableLate [1] 3.5s
                         :: SignalDenied 1 TAGUSDT stale durable 3.5 s after it came, at most 2 s
            19:21:08.000 <- CloseDue
                         :: WaveClosed collected 5 7 [2]
                         :: SignalSelected 2
                         -> Open 2 LSKUSDT
            19:21:09.000 <- Delivered 3 KAVAUSDT a
                         :: SignalReceived 3 KAVAUSDT a
                         :: SignalAdmitted 3
                         :: SignalSelected 3
                         -> PrepareSymbol KAVAUSDT
                         -> Open 3 KAVAUSDT
            19:21:09.010 <- DurableLate [3] 2.1s
                         :: SignalDenied 3 KAVAUSDT stale durable 2.1 s after it came, at most 2 s
            19:21:09.020 <- DurableLate [3] 2.1s
                         .. ignored: all of them have ended
            """);

    [Fact]
    public void A_crash_while_collecting_ends_the_collecting_in_time() => new WaveScenario()
        .Quietly("19:21:03", new Delivered(Signal("1", "TAGUSDT"), "a"))
        .Restart("19:21:06.000")
        .Restart("19:21:30.000")
        .Reads("""
            19:21:06.000 <- Recovered
                         -> CloseAfter 2s
            19:21:30.000 <- Recovered
                         :: WaveClosed collected 5 7 [1]
                         :: SignalSelected 1
                         -> Open 1 TAGUSDT
            """);

    [Fact]
    public void An_opening_that_nobody_could_decide_is_tried_again_while_it_is_fresh() => new WaveScenario()
        .Quietly("19:21:03", new Delivered(Signal("1", "TAGUSDT"), "a"))
        .Quietly("19:21:08", new CloseDue())
        .Answer("19:21:08.010", "1", new NotYet("the positions of the account are still being read"))
        .At("19:21:09.010", new AskDue("1"))
        .Answer("19:21:09.020", "1", new NeverIntended())
        .Answer("19:22:10.000", "1", new NeverIntended())
        .Reads("""
            19:21:08.010 <- Answered 1 NotYet the positions of the account are still being read
                         -> AskAfter 1 0.25s
            19:21:09.010 <- AskDue 1
                         -> Inquire 1 TAGUSDT
            19:21:09.020 <- Answered 1 NeverIntended
                         -> Open 1 TAGUSDT
            19:22:10.000 <- Answered 1 NeverIntended
                         :: SignalDenied 1 TAGUSDT stale the wave closed 62 s ago, at most 60 s
                         :: WaveCompleted 0 0 1 0 0
                         -> ReturnSlot 1 TAGUSDT
            """);

    [Fact]
    public void A_wave_at_its_bound_takes_no_more_signals()
    {
        var wave = new WaveScenario(WavePolicy.Default with { MaxSignals = 1 })
            .Quietly("19:21:03", new Delivered(Signal("1", "AUSDT"), "a"))
            .At("19:21:04.000", new Delivered(Signal("2", "BUSDT"), "a"));
        wave.Reads("""
            19:21:04.000 <- Delivered 2 BUSDT a
                         !! denied: the wave holds 1 signals, its bound
            """);
    }
}

/// <summary>Every state meets every input. A pair nobody thought of fails here, not in the night.</summary>
public sealed class WaveMachineTable
{
    private static readonly WaveScenario Waiting = new WaveScenario().Quietly("19:21:03", new Delivered(Signal("1", "TAGUSDT"), "a"));

    private static readonly WaveScenario Worked = new WaveScenario()
        .Quietly("19:21:03", new Delivered(Signal("1", "TAGUSDT"), "a")).Quietly("19:21:08", new CloseDue());

    private static readonly WaveState[] States = [new Absent(), Waiting.State, Worked.State];

    /// <summary>The same with a close under way.</summary>
    private static readonly WaveState[] Closing =
    [
        new WaveScenario().Quietly("19:21:03", new Delivered(Close("1", "TAGUSDT"), "a")).State,
        new WaveScenario().Quietly("19:21:03", new Delivered(Close("1", "TAGUSDT"), "a")).Quietly("19:21:08", new CloseDue()).State,
    ];

    private static readonly ClosingAnswer[] ClosingAnswers =
        [new ClosingAnswer.Taken(), new ClosingAnswer.Denied("not_held", ""), new ClosingAnswer.NotYet("")];

    private static readonly WaveInput[] Inputs =
    [
        new Delivered(Signal("1", "TAGUSDT"), "b"), new FeedComplete(1), new Answered("1", new Opened()), new CloseDue(),
        new AskDue("1"), new CloseAnswered("1", new ClosingAnswer.Taken()), new DurableLate(["1"], TimeSpan.FromSeconds(3)), new Recovered(),
    ];

    private static readonly OpeningAnswer[] Answers =
        [new Opened(), new Failed(-2019, "margin"), new Denied("cooldown", ""), new InDoubt(""), new NotYet(""), new NeverIntended()];

    [Fact]
    public void No_case_is_missing_from_the_table()
    {
        Assert.Equal(CasesOf<WaveState>(), States.Select(s => s.GetType().Name).Order());
        Assert.Equal(CasesOf<WaveInput>(), Inputs.Select(i => i.GetType().Name).Order());
        Assert.Equal(CasesOf<OpeningAnswer>(), Answers.Select(a => a.GetType().Name).Order());
        Assert.Equal(CasesOf<ClosingAnswer>(), ClosingAnswers.Select(a => a.GetType().Name).Order());
    }

    [Fact]
    public void Every_pair_is_decided_and_every_event_can_be_remembered()
    {
        foreach (var state in States.Concat(Closing))
            foreach (var input in Inputs.Concat(Answers.Select(a => new Answered("1", a))).Concat(ClosingAnswers.Select(a => new CloseAnswered("1", a))))
            {
                var decision = WaveMachine.Decide(At(), state, input);
                _ = decision.Events.Aggregate(state, WaveMachine.Evolve);
                Assert.True(decision.Verdict is Verdict.Accepted || decision.Note.Length > 0, $"{state.GetType().Name} x {input} says no why");
            }
    }

    [Fact]
    public void Every_opening_was_journaled_in_the_same_decision_or_before()
    {
        foreach (var state in States)
            foreach (var input in Inputs.Concat(Answers.Select(a => new Answered("1", a))))
            {
                var decision = WaveMachine.Decide(At(), state, input);
                var after = decision.Events.Aggregate(state, WaveMachine.Evolve);
                foreach (var open in decision.Effects.OfType<WaveEffect.Open>())
                    Assert.Equal(SignalStage.Opening, after.Signals[open.Signal.Id].Stage);
            }
    }

    private static WaveContext At() => new(Account, Wave, Utc("19:21:10"), WavePolicy.Default);

    private static IEnumerable<string> CasesOf<T>() =>
        typeof(T).GetNestedTypes().Where(t => t.IsSubclassOf(typeof(T))).Select(t => t.Name).Order();
}
