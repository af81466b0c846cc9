using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Tests.Positions;

/// <summary>Decide, journal, remember, act, answer; and what becomes of that order when the journal does not answer.</summary>
public sealed class PositionProcessTests
{
    [Fact]
    public void An_entry_is_journaled_before_it_is_sent_and_nobody_who_only_looks_on_delays_it()
    {
        var story = new ProcessStory().Started();
        story.Heard();

        story.Ask(ProcessStory.Open("s1"));
        Assert.Equal(["write EntryIntended"], story.Heard());
        Assert.Equal(ProcessPhase.Writing, story.Process.Phase);

        story.Written();
        Assert.Equal(
            ["show", "do SendEntry", "do StartTimer", "do WatchPrice", "append took", "EntryIntended happened", "answer 1: Accepted"], story.Heard());
        Assert.Equal(ProcessPhase.Ready, story.Process.Phase);
    }

    [Fact]
    public void Recovered_it_takes_up_what_was_under_way_and_then_what_the_exchange_said_meanwhile()
    {
        var story = new ProcessStory([.. new ProcessStory().Opening().Events]);
        story.Ask(new PositionInput.ClosePosition(CloseReason.Manual, "operator"), "close/1", caller: 7);
        Assert.Equal((ProcessPhase.Recovering, 0), (story.Process.Phase, story.Heard().Count));

        story.Started(story.Fill());
        Assert.Equal(["read after 0", "show", "write OutcomeLost"], story.Heard());

        story.AllWritten();
        var order = story.Events.Select(static e => e.GetType().Name).ToList();
        Assert.True(
            order.IndexOf("OutcomeLost") < order.IndexOf("OrderFilled") && order.IndexOf("OrderFilled") < order.IndexOf("CloseIntended"),
            string.Join(", ", order));
        Assert.Equal((7L, Verdict.Accepted, ""), Told(Assert.Single(story.Answers)));
    }

    [Fact]
    public void An_entry_whose_append_took_more_than_two_seconds_is_not_sent_and_ends_failed()
    {
        var story = new ProcessStory().Started().Ask(ProcessStory.Open("s1")).Silent().Pass(1.6).AllWritten();

        Assert.DoesNotContain(story.Done, static effect => effect is PositionEffect.SendEntry);
        Assert.Equal(["EntryIntended", "EntryFailed"], story.Events.Select(static e => e.GetType().Name));
        Assert.IsType<PositionState.Flat>(Assert.Single(story.Answers).State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_entry_that_becomes_durable_after_the_word_to_stop_is_not_sent_and_ends_failed(bool stopFirst)
    {
        var story = new ProcessStory(stopFirst: stopFirst).Started().Ask(ProcessStory.Open("s1"));
        story.IsStopping = true;
        story.AllWritten();

        Assert.DoesNotContain(story.Done, static effect => effect is PositionEffect.SendEntry or PositionEffect.SendStop);
        Assert.IsType<PositionState.Flat>(story.Process.State);
        Assert.IsType<PositionEvent.EntryFailed>(story.Events[^1]);
    }

    [Fact]
    public void A_first_stop_goes_out_under_its_id_when_the_journal_is_silent_for_half_a_second()
    {
        var story = new ProcessStory().Opening();
        story.Tell(story.Fill());
        Assert.Empty(story.Stops);

        story.Heard();
        story.Silent();
        var lines = story.Heard();
        Assert.Equal("JournalIsSilent", lines[0]);
        Assert.Contains("ahead SendStop", lines);
        Assert.Equal(ProcessPhase.Ahead, story.Process.Phase);

        story.AllWritten();
        Assert.DoesNotContain("do SendStop", story.Heard());
        Assert.Equal(Assert.Single(story.Stops).Stop, Assert.Single(story.Events.OfType<PositionEvent.StopIntended>()).Stop);
        Assert.Equal(ProcessPhase.Ready, story.Process.Phase);
    }

    [Fact]
    public void Patience_that_ends_after_the_answer_changes_nothing()
    {
        var story = new ProcessStory().Opening();
        story.Heard();
        story.Silent();
        Assert.Empty(story.Heard());
        Assert.Equal(ProcessPhase.Ready, story.Process.Phase);
    }

    [Theory]
    [InlineData(0.5, 2.5)] // from when the fill was learned of, not from when the journal was given up
    [InlineData(4.5, 2.5)] // what the process slept is not the journal's: it wakes with the whole of the rest before it
    public void The_deadline_runs_from_when_the_fill_was_learned_of(double silentFor, double left)
    {
        var story = new ProcessStory().Opening();
        story.Tell(story.Fill()).Pass(silentFor - 0.5).Silent();
        var deadline = story.Done.OfType<PositionEffect.StartTimer>().Single(static timer => timer.Timer is PositionTimer.Protect);
        Assert.Equal(TimeSpan.FromSeconds(left), deadline.Due);
    }

    [Fact]
    public void Nothing_goes_ahead_of_the_journal_without_a_valid_lease()
    {
        var story = new ProcessStory().Opening();
        story.OwnsLease = false;
        story.Tell(story.Fill()).Silent();
        Assert.Empty(story.Stops);

        story.AllWritten();
        Assert.Single(story.Stops);
    }

    [Fact]
    public void While_the_journal_hangs_everything_that_protects_leaves_under_the_ids_that_are_written_later()
    {
        var story = new ProcessStory().Opening();
        story.Tell(new PositionInput.OrderReported(story.Entry, "1", OrderStatus.Filled, 100m, null, story.NowUtc, Source.OrderAnswer)).Silent();
        story.Heard();

        story.Tell(story.Fill());
        story.Tell(new PositionInput.Rejected(story.Stops[0].Stop, -1000, "try again"));
        Assert.Equal(2, story.Stops.Count);
        story.Tell(new PositionInput.TimerFired(PositionTimer.Protect));
        var close = Assert.Single(story.Done.OfType<PositionEffect.SendClose>());
        Assert.Contains(story.Done, static effect => effect is PositionEffect.StartTimer { Timer: PositionTimer.Protect });
        Assert.DoesNotContain(story.Heard(), static line => line.EndsWith("happened", StringComparison.Ordinal));

        story.AllWritten();

        Assert.Equal(ProcessPhase.Ready, story.Process.Phase);
        Assert.Equal(story.Stops.Select(static stop => stop.Stop), story.Events.OfType<PositionEvent.StopIntended>().Select(static e => e.Stop));
        Assert.Equal(close.Order, Assert.Single(story.Events.OfType<PositionEvent.CloseIntended>()).Order);
        Assert.Equal(2, story.Stops.Count);
        Assert.Equal(story.Events.Count - 1, story.Heard().Count(static line => line.EndsWith("happened", StringComparison.Ordinal)));
        Assert.Equal(Words(story), Words(new ProcessStory([.. story.Events]).Started()));
    }

    [Fact]
    public void While_the_journal_hangs_the_old_stop_stays_until_the_new_ones_confirmation_is_durable()
    {
        var story = new ProcessStory().Opening();
        story.Tell(story.Fill()).AllWritten();
        story.Tell(story.Live(story.Stops[0].Stop)).AllWritten();

        story.Tell(new PositionInput.PositionStreamed(150m, 1m, story.NowUtc.AddSeconds(1), ByOrder: true)).Silent();
        story.Tell(story.Live(story.Stops[1].Stop));
        Assert.Equal((150m, true), (story.Stops[1].Quantity, story.Stops[1].First));
        Assert.DoesNotContain(story.Done, static effect => effect is PositionEffect.CancelStop);

        story.AllWritten();
        Assert.Equal(story.Stops[0].Stop, Assert.Single(story.Done.OfType<PositionEffect.CancelStop>()).Stop);
    }

    [Theory]
    [InlineData(1.5, 1)]
    [InlineData(2.5, 0)]
    public void An_entry_waits_for_its_append_and_leaves_only_when_that_came_in_time(double away, int sent)
    {
        var story = new ProcessStory().Started().Ask(ProcessStory.Open("s1")).Silent();
        Assert.Empty(story.Answers);

        story.Pass(away - 0.5).AllWritten();

        Assert.Equal(Verdict.Accepted, Assert.Single(story.Answers).Verdict);
        Assert.Equal(sent, story.Done.Count(static effect => effect is PositionEffect.SendEntry));
        Assert.Equal(sent == 0, story.Process.State is PositionState.Flat);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ahead_of_a_journal_that_went_another_way_it_forgets_reads_and_takes_up_again(bool conflict)
    {
        var story = new ProcessStory().Opening();
        story.Tell(story.Fill()).Silent();
        story.Ask(ProcessStory.Open("s2"), "w1/s2", caller: 2);
        story.Tell(new PositionInput.Rejected(story.Stops[0].Stop, -1000, "try again"));
        story.Meanwhile(new PositionEvent.EntryFailed(story.Entry, 0, "an earlier life, late"));
        story.Heard();

        story.Answered(conflict ? new JournalAnswer.Conflict() : new JournalAnswer.DoneBefore());
        Assert.Equal(["read after 0"], story.Heard());
        Assert.Equal((ProcessPhase.Recovering, 0L), (story.Process.Phase, story.Process.Version));

        story.Read();
        Assert.Equal("show", story.Heard()[0]);
        Assert.Equal(Words(new ProcessStory([.. story.Events]).Started()), Words(story));
    }

    [Fact]
    public void A_caller_whose_decision_is_forgotten_is_told_so()
    {
        var story = new ProcessStory().Started().Ask(ProcessStory.Open("s1"), caller: 4).Silent();
        story.Answered(new JournalAnswer.Conflict()).Read();
        Assert.Equal((4L, Verdict.Denied, "conflict"), Told(Assert.Single(story.Answers)));
    }

    [Fact]
    public void A_fenced_position_does_nothing_leaves_and_denies_whoever_asks_or_waits()
    {
        var story = new ProcessStory().Started().Ask(ProcessStory.Open("s1"));
        story.Ask(ProcessStory.Open("s2"), "w1/s2", caller: 2);
        story.Heard();

        story.Answered(new JournalAnswer.Fenced("position/binance/TAGUSDT belongs to epoch 2"));
        story.Ask(ProcessStory.Open("s3"), "w1/s3", caller: 3).Tell(new PositionInput.Recovered()).Tick(1m, 1m, 1m);

        Assert.Equal(
            [
                "leave: position/binance/TAGUSDT belongs to epoch 2", "answer 1: Denied not_owner", "answer 2: Denied not_owner",
                "answer 3: Denied not_owner",
            ],
            story.Heard());
        Assert.Equal((ProcessPhase.Left, 0), (story.Process.Phase, story.Events.Count));
    }

    [Fact]
    public void Fenced_while_it_is_ahead_it_denies_all_that_is_not_written()
    {
        var story = new ProcessStory().Started().Ask(ProcessStory.Open("s1")).Silent();
        story.Ask(ProcessStory.Open("s2"), "w1/s2", caller: 2).Answered(new JournalAnswer.Fenced("another owner"));
        Assert.Contains((1L, Verdict.Denied, "not_owner"), story.Answers.Select(Told));
        Assert.Equal(ProcessPhase.Left, story.Process.Phase);
    }

    [Fact]
    public void What_somebody_else_wrote_is_read_before_the_input_is_decided_again()
    {
        var other = new ProcessStory().Opening();
        var story = new ProcessStory().Started().Ask(ProcessStory.Open("s2"), "w1/s2");
        story.Meanwhile([.. other.Events]);
        story.Heard();

        story.Answered(new JournalAnswer.Conflict());
        Assert.Equal(["read after 0"], story.Heard());
        story.Read();

        Assert.Equal((1L, Verdict.Ignored, "duplicate_position"), Told(Assert.Single(story.Answers)));
        Assert.DoesNotContain(story.Done, static effect => effect is PositionEffect.SendEntry);
    }

    [Fact]
    public void A_command_that_meets_a_foreign_hand_four_times_is_denied_and_a_report_is_never_given_up()
    {
        var asked = new ProcessStory().Started().Ask(ProcessStory.Open("s1"));
        for (var tries = 1; tries <= 4; tries++) asked.Answered(new JournalAnswer.Conflict()).Read();
        Assert.Equal((1L, Verdict.Denied, "conflict"), Told(Assert.Single(asked.Answers)));
        Assert.Equal(ProcessPhase.Ready, asked.Process.Phase);

        var told = new ProcessStory().Opening();
        told.Tell(told.Fill());
        for (var tries = 1; tries <= 9; tries++) told.Answered(new JournalAnswer.Conflict()).Read();
        told.AllWritten();
        Assert.Single(told.Events.OfType<PositionEvent.OrderFilled>());
    }

    [Fact]
    public void The_same_command_after_a_restart_has_no_second_effect()
    {
        var story = new ProcessStory().Started().Ask(ProcessStory.Open("s1")).Answered(new JournalAnswer.DoneBefore());
        Assert.Equal((1L, Verdict.Ignored, "done before"), Told(Assert.Single(story.Answers)));
        Assert.DoesNotContain(story.Done, static effect => effect is PositionEffect.SendEntry);
        Assert.Equal(ProcessPhase.Ready, story.Process.Phase);
    }

    [Fact]
    public void A_stop_that_was_given_up_while_its_append_was_under_way_is_not_sent_when_it_is_durable()
    {
        var story = new ProcessStory(stopFirst: true).Started().Ask(ProcessStory.Open("s1")).Silent();
        story.Tell(new PositionInput.TimerFired(PositionTimer.StopAnswer)).Tell(new PositionInput.StopsRead([], story.NowUtc));
        Assert.IsType<PositionState.Flat>(story.Process.State);

        story.AllWritten();
        Assert.Equal(["EntryIntended", "StopIntended", "StopRefused", "EntryFailed"], story.Events.Select(static e => e.GetType().Name));
        Assert.DoesNotContain(story.Done, static effect => effect is PositionEffect.SendStop or PositionEffect.SendEntry);
    }

    [Fact]
    public void What_comes_while_it_writes_waits_in_its_order_and_prices_are_one()
    {
        var story = new ProcessStory().Opening();
        story.Tell(story.Fill());
        story.Tell(story.Live(new ClientOrderId("nobody's"))).Tick(1.01m, 1m, 1.02m).Tick(1.015m, 0.99m, 1.016m);
        story.Ask(ProcessStory.Open("s2"), "w1/s2", caller: 2);
        story.Heard();
        Assert.False(story.Process.HasNothingToLose);

        story.Written();
        var answered = story.Heard();
        Assert.Contains("answer 2: Ignored duplicate_position", answered);
        Assert.Equal(1.015m, story.Process.Seen.Mark);
    }

    [Fact]
    public void What_waits_is_bounded_and_whatever_does_not_fit_is_said()
    {
        var story = new ProcessStory().Opening();
        story.Tell(story.Fill());
        for (var i = 0; i < PositionProcess.MostWaiting; i++) story.Tell(new PositionInput.TimerFired(PositionTimer.Aged));
        story.Heard();

        story.Tell(new PositionInput.Recovered()).Ask(ProcessStory.Open("s2"), "w1/s2", caller: 2);

        Assert.Equal(["lost Recovered", "answer 2: Denied busy"], story.Heard());
    }

    [Fact]
    public void A_report_that_no_price_led_to_is_decided_by_the_latest_mark_and_a_position_ahead_of_its_journal_by_none()
    {
        var story = new ProcessStory().Opening();
        story.Tell(story.Fill()).AllWritten();
        story.Mark = 1.03m;
        story.Tell(byMark: true, new PositionInput.TimerFired(PositionTimer.Aged)).AllWritten();
        Assert.Equal(1.03m, story.Process.Seen.Mark);

        story.Tell(story.Live(story.Stops[0].Stop)).Silent();
        story.Mark = 1.01m;
        story.Tell(byMark: true, new PositionInput.TimerFired(PositionTimer.Aged)).Tick(1.02m, 1.02m, 1.02m);
        Assert.Equal(1.03m, story.Process.Seen.Mark);
    }

    [Fact]
    public void Replayed_it_is_where_it_was()
    {
        var story = new ProcessStory().Opening();
        story.Tell(story.Fill()).AllWritten();
        var again = new ProcessStory([.. story.Events]).Started();
        Assert.Equal((story.Process.Version, Words(story)), (again.Process.Version, Words(again)));
    }

    private static (long Caller, Verdict Verdict, string Note) Told(PositionAction.Answer answer) => (answer.Caller, answer.Verdict, answer.Note);

    private static string Words(ProcessStory story) => Notation.Words(story.Process.State);

    /// <summary>Its event is durable, so nothing is written: the decision is what sends it.</summary>
    [Fact]
    public void An_entry_that_waits_for_rules_is_not_sent_once_the_node_stops()
    {
        var story = new ProcessStory().Opening();
        story.Tell(new PositionInput.Rejected(story.Entry, -4023, "lot", RejectKind.Filter)).AllWritten();
        story.IsStopping = true;
        story.Tell(new PositionInput.RulesRead(Told: true)).AllWritten();

        Assert.Single(story.Done.OfType<PositionEffect.SendEntry>());
        Assert.IsType<PositionState.Flat>(story.Process.State);
        Assert.IsType<PositionEvent.EntryFailed>(story.Events[^1]);
    }
}
