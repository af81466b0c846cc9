using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Lab.Simulation;
using Trading.Node.Waves;
using static Trading.Tests.Waves.WaveScenario;

namespace Trading.Tests.Waves;

/// <summary>The wave of 2025-10-17 through intake, wave and account actors, over a database that can fail.</summary>
public sealed class WaveActorTests
{
    private static readonly string[] Five = ["COTIUSDT", "HOLOUSDT", "LQTYUSDT", "LSKUSDT", "TAGUSDT"];

    private static readonly Signal[] Sixteen =
    [
        .. new[]
        {
            "HNTUSDT", "TAGUSDT", "HNTUSDT", "HOLOUSDT", "COTIUSDT", "LQTYUSDT", "LSKUSDT", "EPICUSDT", "ONTUSDT", "SKLUSDT",
            "KAVAUSDT", "CVCUSDT", "YBUSDT", "MEMEUSDT", "TLMUSDT", "MAVIAUSDT",
        }.Select((symbol, i) => Signal($"{4776900 + i}", symbol, 1m - i / 100m, created: "19:21:02")),
    ];

    private static WaveRig WithHntHeld(ulong seed = 1, JournalFaults? faults = null)
    {
        var rig = new WaveRig(seed, faults);
        rig.Positions.Hold("HNTUSDT");
        rig.Pass(1);
        return rig;
    }

    /// <summary>Two feeds, the second interleaved, one repeat after a reconnect; then enough time for everything.</summary>
    private static void PlayTheWave(WaveRig rig)
    {
        rig.Deliver("feed-a", Sixteen[..10]);
        rig.Pass(3);
        rig.Deliver("feed-b", Sixteen[..12]);
        rig.Deliver("feed-a", Sixteen);
        rig.Pass(3);
        rig.Deliver("feed-b", Sixteen);
        rig.Deliver("feed-a", Sixteen);
        rig.Pass(20);
    }

    [Fact]
    public void Exactly_five_are_opened_and_every_repeat_is_a_duplicate()
    {
        var rig = WithHntHeld();
        PlayTheWave(rig);

        Assert.Equal(Five, rig.Positions.Intended.Order());
        Assert.Equal(Five, rig.Journal<WaveEvent>().OfType<WaveEvent.SignalOpened>().Select(e => e.Symbol.Value).Order());
        Assert.Equal(9, Skips(rig, Reasons.BelowCut).Count());
        Assert.Equal("4776900", Assert.Single(Skips(rig, Reasons.DuplicatePosition)).SignalId);
        Assert.Equal("4776902", Assert.Single(Skips(rig, Reasons.DuplicateInWave)).SignalId);
        Assert.Equal(5, Assert.Single(rig.Journal<WaveEvent>().OfType<WaveEvent.WaveCompleted>()).Opened);
        Assert.Empty(rig.Journal<WaveEvent>().OfType<WaveEvent.SignalFailed>());

        rig.Crash();
        rig.Pass(1);
        var answer = rig.Deliver("feed-a", Sixteen);
        Assert.Equal((0, 16, 0), (answer.Accepted, answer.Duplicates, answer.Rejected.Count));
        rig.Pass(60);
        Assert.Equal(5, rig.Positions.Intended.Count);
        Assert.Equal(10 + 12 + 16 + 16 + 16, rig.Duplicates.Count(r => r == Reasons.DuplicateSignal));
        Assert.Empty(rig.Failures);
        Assert.Empty(rig.Alerts);
    }

    [Fact]
    public void An_entry_refused_for_margin_is_one_failure_and_the_cut_has_no_more_to_offer()
    {
        var rig = WithHntHeld();
        rig.Positions.Refused.Add("TAGUSDT");
        PlayTheWave(rig);

        var failed = Assert.Single(rig.Journal<WaveEvent>().OfType<WaveEvent.SignalFailed>());
        Assert.Equal(("TAGUSDT", -2019), (failed.Symbol.Value, failed.Code));
        Assert.Equal(4, rig.Journal<WaveEvent>().OfType<WaveEvent.SignalOpened>().Count());
        Assert.Equal(5, rig.Positions.Intended.Count);
    }

    [Fact]
    public void A_wave_whose_positions_news_is_lost_asks_until_it_knows()
    {
        var rig = WithHntHeld();
        rig.Positions.Mute.UnionWith(Five);
        PlayTheWave(rig);
        Assert.Equal(5, rig.Journal<WaveEvent>().OfType<WaveEvent.SignalOpened>().Count());
    }

    [Fact]
    public void A_verified_entry_is_told_at_once_and_not_asked_for()
    {
        var rig = WithHntHeld();
        rig.Deliver("feed-a", Sixteen);
        rig.Pass(5.2);
        Assert.Equal(5, rig.Journal<WaveEvent>().OfType<WaveEvent.SignalOpened>().Count());
    }

    [Fact]
    public void What_the_position_denies_gives_its_slot_back_and_its_place_to_the_next()
    {
        var rig = WithHntHeld();
        rig.Positions.Answers["TAGUSDT"] = new PositionVerdict(Verdict.Denied, Reasons.OutsidePosition);
        PlayTheWave(rig);
        Assert.Equal(
            Reasons.OutsidePosition, Assert.Single(rig.Journal<WaveEvent>().OfType<WaveEvent.SignalDenied>()).Reason);
        Assert.DoesNotContain(rig.Book.Slots.Keys, key => key.Symbol.Value == "TAGUSDT");
        Assert.Equal(4 + 1, rig.Book.Slots.Count);
    }

    [Fact]
    public void An_answer_that_proves_nothing_is_doubt_and_asked_about_again()
    {
        var rig = WithHntHeld();
        rig.Positions.Answers["TAGUSDT"] = new PositionVerdict(Verdict.Ignored, "done before");
        rig.Positions.Answers["LSKUSDT"] = new PositionVerdict(Verdict.Denied, "conflict");
        PlayTheWave(rig);
        Assert.Equal(Five, rig.Positions.Intended.Order());
    }

    [Fact]
    public void Nothing_is_entered_before_its_leverage_is_set_and_everything_then()
    {
        var rig = WithHntHeld();
        rig.Unready.Add("TAGUSDT");
        PlayTheWave(rig);
        Assert.DoesNotContain("TAGUSDT", rig.Positions.Intended);
        rig.Unready.Clear();
        rig.Pass(1);
        Assert.Equal(Five, rig.Positions.Intended.Order());
    }

    [Fact]
    public void A_halted_account_denies_every_opening()
    {
        var rig = WithHntHeld();
        rig.Ask(new AccountInput.Halt("anna", "looks wrong"));
        PlayTheWave(rig);
        Assert.Empty(rig.Positions.Intended);
        Assert.All(
            rig.Journal<WaveEvent>().OfType<WaveEvent.SignalDenied>(), e => Assert.Equal(Reasons.AccountState, e.Reason));

        rig.Crash();
        rig.Pass(1);
        var answer = rig.Ask(new AccountInput.Resume("bob", "fine"));
        Assert.Equal((Verdict.Denied, AccountMode.Halted, "anna"), (answer.Verdict, answer.Status.Mode, answer.Status.By));
    }

    [Fact]
    public void What_came_while_the_journal_was_away_is_told_of_and_not_traded_once_it_is_back()
    {
        var rig = WithHntHeld();
        rig.Deliver("feed-a", Sixteen[5..10]);
        rig.JournalFaults = JournalFaults.None with { IsAway = true };
        _ = rig.Node.Start(async () => await rig.Intake.Take(new SignalBatch([.. Sixteen[..5].Select((s, i) => new ReadSignal(i, s))], []), "feed-a"));
        rig.Pass(4);
        Assert.Contains("no answer for 500 ms", rig.Silences);
        rig.JournalFaults = JournalFaults.None;
        rig.Pass(20);

        Assert.All(Sixteen[..5], signal => Assert.Equal(Reasons.Stale, Denial(rig, signal)));
        Assert.Equal(Sixteen[5..10].Select(signal => signal.Symbol.Value).Order(), rig.Positions.Intended.Order());
    }

    [Fact]
    public void A_node_that_started_while_the_journal_was_away_takes_signals_soon_after_it_is_back()
    {
        var rig = WithHntHeld();
        rig.Deliver("feed-a", Sixteen[..5]);
        rig.JournalFaults = JournalFaults.None with { IsAway = true };
        rig.Crash();
        _ = rig.Node.Start(async () => await rig.Intake.Take(new SignalBatch([new ReadSignal(0, Sixteen[0])], []), "feed-a")); // wakes the wave
        rig.Pass(60);
        rig.JournalFaults = JournalFaults.None;
        rig.Pass(JournalFaults.None.Timeout.TotalSeconds + 0.5); // the read that was under way, and the pause after it
        var backUtc = rig.World.NowUtc;

        Assert.Equal(5, rig.Deliver("feed-a", Sixteen[..5]).Duplicates);
        Assert.Equal(AccountMode.Active, rig.Ask(new AccountInput.Resume("anna", "it is back")).Status.Mode);
        Assert.InRange(rig.World.NowUtc - backUtc, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.NotEmpty(rig.Silences);
        Assert.Empty(rig.Failures);
    }

    [Fact]
    public void After_a_start_only_the_newest_waves_are_looked_at_whatever_they_are_called()
    {
        var rig = new WaveRig();
        for (var i = 0; i < 40; i++)
        {
            rig.Deliver("feed-a", Sixteen[0] with { Id = $"{i}", Wave = WaveName.Parse($"wave-{i}") });
            rig.Pass(0.1);
        }

        rig.Pass(30);

        rig.Crash();
        rig.Pass(1);

        var awake = rig.System.Inspect().Select(actor => actor.Name).Where(name => name.Contains("wave-", StringComparison.Ordinal)).ToList();
        Assert.Equal(32, awake.Count);
        Assert.Contains(awake, name => name.EndsWith("wave-39", StringComparison.Ordinal));
        Assert.DoesNotContain(awake, name => name.EndsWith("wave-7", StringComparison.Ordinal));
    }

    [Fact]
    public void Waves_named_for_the_far_future_take_nobodys_place_after_a_start()
    {
        var rig = new WaveRig();
        for (var i = 0; i < 40; i++)
        {
            rig.Deliver("feed-a", Sixteen[0] with { Id = $"{i}", Wave = WaveName.Parse($"{2100 + i}-01-01T00:00:00Z") });
            rig.Pass(0.1);
        }

        rig.Deliver("feed-a", Sixteen[0]);
        rig.Crash();
        rig.Pass(1);
        Assert.Contains(rig.System.Inspect(), actor => actor.Name.EndsWith(Wave.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void What_cannot_be_opened_costs_no_question_and_is_counted_by_source_and_reason()
    {
        var rig = new WaveRig();
        rig.Unlisted.Add("NOSUCHUSDT");
        rig.Deliver("feed-a",
            Signal("1", "NOSUCHUSDT"), Signal("2", "OLDUSDT", created: "19:00:00"), Signal("3", "AHEADUSDT", created: "22:00:00"), Signal("4", "TAGUSDT"));
        rig.Pass(6);
        rig.Deliver("feed-b", Signal("5", "NOSUCHUSDT"));
        rig.Pass(60);
        Assert.Equal(["mark TAGUSDT", "prepare TAGUSDT"], rig.Questions.Distinct().Order());
        Assert.Equal(["TAGUSDT"], rig.Positions.Intended);
        Assert.Equal(["feed-a 4: from_the_future 1, stale 1, symbol_not_trading 1", "feed-b 1: symbol_not_trading 1"], rig.Tally.Sources.Select(source =>
            $"{source.Source} {source.Received}: {string.Join(", ", source.Refused.Select(reason => $"{reason.Key} {reason.Value}"))}"));
    }

    [Fact]
    public void An_id_that_is_taken_is_rejected_buried_and_counted_and_nothing_of_it_is_journaled()
    {
        var rig = new WaveRig();
        var answer = rig.Deliver("tv", Signal("now", "TAGUSDT"), Signal("now", "HNTUSDT"), Signal("now", "TAGUSDT"));
        var refused = Assert.Single(answer.Rejected);
        Assert.Equal((1, 1, 1, "id", "now", Reasons.IdTaken), (answer.Accepted, answer.Duplicates, refused.Index, refused.Field, refused.Value, refused.Refusal));
        Assert.Contains("TAGUSDT", refused.Reason, StringComparison.Ordinal);
        Assert.Equal("id", Assert.Single(rig.RejectedSignals.Latest).Kind);
        Assert.Equal(1, Assert.Single(rig.Tally.Sources).Refused[Reasons.IdTaken]);
        Assert.DoesNotContain(rig.Journal<WaveEvent>().OfType<WaveEvent.SignalReceived>(), e => e.Signal.Symbol.Value == "HNTUSDT");
    }

    [Fact]
    public void A_close_whose_answer_was_lost_is_asked_again_and_is_one_close()
    {
        var rig = new WaveRig();
        rig.Positions.Hold("TAGUSDT");
        rig.Pass(1);
        rig.Positions.AnswerLost.Add("TAGUSDT");
        rig.Deliver("tv", Close("1", "TAGUSDT"));
        rig.Pass(1);
        Assert.Equal("1", Assert.Single(rig.Journal<WaveEvent>().OfType<WaveEvent.SignalClosed>()).SignalId);
        Assert.Single(rig.Positions.Closes);
    }

    [Fact]
    public void A_halted_account_denies_closes_by_signals()
    {
        var rig = new WaveRig { IsHalted = true };
        rig.Positions.Hold("TAGUSDT");
        rig.Deliver("tv", Close("1", "TAGUSDT"));
        rig.Pass(1);
        Assert.Empty(rig.Positions.Closes);
        Assert.Equal(Reasons.AccountState, Assert.Single(rig.Journal<WaveEvent>().OfType<WaveEvent.SignalDenied>()).Reason);
    }

    [Fact]
    public void Whenever_the_process_dies_and_whatever_the_database_loses_a_close_is_one_close()
    {
        for (ulong seed = 1; seed <= 60; seed++)
        {
            var rig = new WaveRig(seed, new JournalFaults(
                TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(500),
                RequestLoss: 0.1, AnswerLoss: 0.1));
            rig.Positions.Hold("TAGUSDT");
            rig.Pass(1);
            Signal[] signals = [Close("1", "TAGUSDT"), Close("2", "TAGUSDT")];
            _ = rig.Node.Start(async () => await rig.Intake.Take(new SignalBatch([.. signals.Select((s, i) => new ReadSignal(i, s))], []), "feed-a"));
            rig.World.Run(rig.World.Random.Between(TimeSpan.Zero, TimeSpan.FromSeconds(1)));
            rig.Crash();
            rig.Pass(1);
            rig.Deliver("feed-b", signals);
            rig.Pass(40);

            Assert.True(rig.Positions.Closes.Count == 1, $"seed {seed}: {rig.Positions.Closes.Count} closes");
            Assert.True(
                rig.Journal<WaveEvent>().OfType<WaveEvent.SignalClosed>().Count() == 1, $"seed {seed}: {string.Join('\n', rig.Journal<WaveEvent>())}");
            Assert.True(rig.World.Leaks == 0, rig.World.FirstLeak);
        }
    }

    [Fact]
    public void Whenever_the_process_dies_and_whatever_the_database_loses_five_are_opened_once()
    {
        for (ulong seed = 1; seed <= 60; seed++)
        {
            var rig = WithHntHeld(seed, new JournalFaults(
                TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(500),
                RequestLoss: 0.1, AnswerLoss: 0.1));
            rig.Positions.Latency = rig.World.Random.Between(TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(3));
            var crash = rig.World.Random.Between(TimeSpan.Zero, TimeSpan.FromSeconds(9));
            _ = rig.Node.Start(async () =>
            {
                await rig.Intake.Take(new SignalBatch([.. Sixteen.Select((s, i) => new ReadSignal(i, s))], []), "feed-a");
            });
            rig.World.Run(crash);
            rig.Crash();
            rig.Pass(1);
            rig.Deliver("feed-b", Sixteen);
            rig.Pass(40);

            Assert.True(Five.SequenceEqual(rig.Positions.Intended.Order()), $"seed {seed}: {string.Join(' ', rig.Positions.Intended)}");
            var ends = rig.Journal<WaveEvent>().OfType<WaveEvent.SignalOpened>().Count();
            Assert.True(ends == 5, $"seed {seed}: {ends} ended opened");
            Assert.True(rig.World.Leaks == 0, rig.World.FirstLeak);
        }
    }

    private static string? Denial(WaveRig rig, Signal signal) =>
        rig.Journal<WaveEvent>().OfType<WaveEvent.SignalDenied>().SingleOrDefault(e => e.SignalId == signal.Id)?.Reason;

    private static IEnumerable<WaveEvent.SignalSkipped> Skips(WaveRig rig, string reason) =>
        rig.Journal<WaveEvent>().OfType<WaveEvent.SignalSkipped>().Where(e => e.Reason == reason);
}
