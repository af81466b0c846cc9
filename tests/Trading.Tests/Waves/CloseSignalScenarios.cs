using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using static Trading.Domain.Waves.OpeningAnswer;
using static Trading.Domain.Waves.WaveInput;
using static Trading.Tests.Waves.WaveScenario;

namespace Trading.Tests.Waves;

/// <summary>Signals that want a position closed: beside the ranking, once, with one end.</summary>
public sealed class CloseSignalScenarios
{
    private static readonly ClosingAnswer Taken = new ClosingAnswer.Taken();
    private static readonly ClosingAnswer NotHeld = new ClosingAnswer.Denied(Reasons.NotHeld, "binance/TAGUSDT holds nothing short");

    [Fact]
    public void A_close_waits_for_no_ranking_and_takes_no_place_in_the_cut() => new WaveScenario()
        .At("19:21:03.000", new Delivered(Close("1", "TAGUSDT"), "tv"))
        .At("19:21:03.100", new CloseAnswered("1", Taken))
        .Quietly("19:21:04.000", new Delivered(Signal("2", "HNTUSDT"), "tv"))
        .At("19:21:08.000", new CloseDue())
        .At("19:21:09.000", new Answered("2", new Opened()))
        .Reads("""
            19:21:03.000 <- Delivered 1 TAGUSDT tv
                         :: WaveOpened binance 2025-10-17T16:00:00Z
                         :: SignalReceived 1 TAGUSDT tv
                         -> CloseAfter 5s
                         -> ClosePosition 1 TAGUSDT
            19:21:03.100 <- CloseAnswered 1 Taken
                         :: SignalClosed 1 TAGUSDT
            19:21:08.000 <- CloseDue
                         :: WaveClosed collected 5 7 [2]
                         :: SignalSelected 2
                         -> Open 2 HNTUSDT
            19:21:09.000 <- Answered 2 Opened
                         :: SignalOpened 2 HNTUSDT
                         :: WaveCompleted 1 0 0 0 1
            """);

    [Fact]
    public void A_close_that_comes_long_after_its_wave_was_ranked_is_as_good_as_an_early_one()
    {
        var wave = new WaveScenario()
            .Quietly("19:21:03", new Delivered(Signal("1", "TAGUSDT"), "tv"))
            .Quietly("19:21:08", new CloseDue())
            .Quietly("19:21:09", new Answered("1", new Opened()))
            .Quietly("19:29:00", new Delivered(Close("2", "TAGUSDT"), "tv"));
        Assert.False(((WaveState.Closed)wave.State).Completed); // its actor stays until the close has its end
        wave.Quietly("19:29:00", new CloseAnswered("2", Taken));
        Assert.Equal(["2"], wave.Ended(Outcomes.Closed));
        Assert.Equal([0, 1], wave.Journal.OfType<WaveEvent.WaveCompleted>().Select(e => e.Closed));
    }

    [Fact]
    public void Of_one_symbol_and_side_a_wave_closes_once_and_a_close_that_found_nothing_stands_in_nobodys_way()
    {
        var wave = new WaveScenario()
            .Quietly("19:21:03", new Delivered(Close("1", "TAGUSDT"), "tv"))
            .Quietly("19:21:03", new CloseAnswered("1", NotHeld))
            .Quietly("19:21:04", new Delivered(Close("2", "TAGUSDT"), "tv"))
            .Quietly("19:21:04", new Delivered(Close("3", "TAGUSDT"), "tv"))
            .Quietly("19:21:04", new Delivered(Close("4", "TAGUSDT", Side.Long), "tv"))
            .Quietly("19:21:05", new CloseAnswered("2", Taken))
            .Quietly("19:21:05", new Delivered(Close("5", "TAGUSDT"), "tv"))
            .Quietly("19:21:05", new Delivered(Close("2", "TAGUSDT"), "feed"));
        Assert.Equal(["1"], wave.Ended(Reasons.NotHeld));
        Assert.Equal(["2"], wave.Ended(Outcomes.Closed));
        Assert.Equal(["3", "5"], wave.Ended(Reasons.DuplicatePosition));
        Assert.Equal(["1", "2", "4"], wave.Effects.OfType<WaveEffect.ClosePosition>().Select(e => e.Signal.Id));
    }

    [Fact]
    public void What_only_waits_to_be_opened_is_withdrawn_by_a_close_of_its_side()
    {
        var wave = new WaveScenario()
            .Quietly("19:21:03", new Delivered(Signal("short", "TAGUSDT", 0.9m), "tv"))
            .Quietly("19:21:03", new Delivered(Signal("long", "TAGUSDT", 0.5m) with { Side = Side.Long }, "tv"))
            .Quietly("19:21:03", new Delivered(Signal("other", "HNTUSDT", 0.1m), "tv"))
            .Quietly("19:21:04", new Delivered(Close("close", "TAGUSDT"), "tv"))
            .Quietly("19:21:08", new CloseDue());
        Assert.Equal(["short"], wave.Ended(Reasons.Withdrawn));
        Assert.Equal(["long", "other"], wave.Journal.OfType<WaveEvent.WaveClosed>().Single().Cut);
    }

    [Fact]
    public void A_close_waits_for_an_opening_that_is_under_way_and_closes_what_it_opened() => new WaveScenario()
        .Quietly("19:21:03", new Delivered(Signal("1", "TAGUSDT"), "tv"))
        .Quietly("19:21:08", new CloseDue())
        .At("19:21:08.010", new Delivered(Close("2", "TAGUSDT"), "tv"))
        .At("19:21:08.020", new CloseAnswered("2", NotHeld))
        .At("19:21:08.030", new Answered("1", new Opened()))
        .At("19:21:08.270", new AskDue("2"))
        .At("19:21:08.280", new CloseAnswered("2", Taken))
        .At("19:21:08.290", new CloseAnswered("2", Taken))
        .Reads("""
            19:21:08.010 <- Delivered 2 TAGUSDT tv
                         :: SignalReceived 2 TAGUSDT tv
                         -> ClosePosition 2 TAGUSDT
            19:21:08.020 <- CloseAnswered 2 Denied not_held binance/TAGUSDT holds nothing short
                         -> AskAfter 2 0.25s
            19:21:08.030 <- Answered 1 Opened
                         :: SignalOpened 1 TAGUSDT
            19:21:08.270 <- AskDue 2
                         -> ClosePosition 2 TAGUSDT
            19:21:08.280 <- CloseAnswered 2 Taken
                         :: SignalClosed 2 TAGUSDT
                         :: WaveCompleted 1 0 0 0 1
            19:21:08.290 <- CloseAnswered 2 Taken
                         .. ignored: its close has ended
            """);

    [Fact]
    public void An_old_or_a_future_close_closes_nothing_and_withdraws_nothing()
    {
        var wave = new WaveScenario()
            .Quietly("19:21:03", new Delivered(Signal("1", "TAGUSDT"), "tv"))
            .Quietly("19:21:04", new Delivered(Close("old", "TAGUSDT", created: "19:16:00"), "tv"))
            .Quietly("19:21:04", new Delivered(Close("ahead", "TAGUSDT", created: "22:21:04"), "tv"))
            .Quietly("19:21:08", new CloseDue());
        Assert.Equal(["old"], wave.Ended(Reasons.Stale));
        Assert.Equal(["ahead"], wave.Ended(Reasons.FromTheFuture));
        Assert.Empty(wave.Effects.OfType<WaveEffect.ClosePosition>());
        Assert.Equal(["1"], wave.Effects.OfType<WaveEffect.Open>().Select(e => e.Signal.Id));
    }

    [Fact]
    public void A_close_that_nobody_can_decide_is_asked_for_while_it_is_fresh()
    {
        var wave = new WaveScenario()
            .Quietly("19:21:03", new Delivered(Close("1", "TAGUSDT"), "tv"))
            .Quietly("19:26:03", new CloseAnswered("1", new ClosingAnswer.NotYet("key_in_doubt")))
            .Quietly("19:26:04", new CloseAnswered("1", new ClosingAnswer.NotYet("key_in_doubt")));
        Assert.Single(wave.Effects.OfType<WaveEffect.AskAfter>());
        Assert.Equal(["1"], wave.Ended(Reasons.Stale));
    }

    [Fact]
    public void A_close_that_became_durable_late_is_no_opening_and_goes_on()
    {
        var wave = new WaveScenario()
            .Quietly("19:21:03", new Delivered(Close("1", "TAGUSDT"), "tv"))
            .At("19:21:10.000", new DurableLate(["1"], TimeSpan.FromSeconds(7)));
        wave.Reads("""
            19:21:10.000 <- DurableLate [1] 7s
                         .. ignored: all of them have ended
            """);
    }

    [Theory]
    [InlineData("19:21:04.000")]
    [InlineData("19:21:30.000")]
    public void A_close_cut_by_a_crash_is_asked_for_again(string restart)
    {
        var wave = new WaveScenario()
            .Quietly("19:21:03", new Delivered(Signal("1", "HNTUSDT"), "tv"))
            .Quietly("19:21:03", new Delivered(Close("2", "TAGUSDT"), "tv"))
            .Restart(restart);
        Assert.Equal(2, wave.Effects.OfType<WaveEffect.ClosePosition>().Count());
        wave.Restart("19:21:40.000");
        Assert.Equal(3, wave.Effects.OfType<WaveEffect.ClosePosition>().Count());
    }
}
