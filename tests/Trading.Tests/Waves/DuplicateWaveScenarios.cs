using Trading.Domain.Signals;
using Trading.Domain.Waves;
using static Trading.Domain.Waves.OpeningAnswer;
using static Trading.Domain.Waves.WaveInput;
using static Trading.Tests.Waves.WaveScenario;

namespace Trading.Tests.Waves;

/// <summary>
/// 2025-10-17: two processors received the same wave, and what was prevented as a duplicate was counted as a failure.
/// HNTUSDT was open before.
/// </summary>
public sealed class DuplicateWaveScenarios
{
    private static readonly Signal[] Sixteen =
    [
        Best("4776927", "HNTUSDT", 16), Best("4776923", "TAGUSDT", 15), Best("4776908", "HNTUSDT", 14),
        Best("4776928", "HOLOUSDT", 13), Best("4776866", "COTIUSDT", 12), Best("4776869", "LQTYUSDT", 11),
        Best("4776876", "LSKUSDT", 10), Best("4776801", "EPICUSDT", 9), Best("4776802", "ONTUSDT", 8),
        Best("4776803", "SKLUSDT", 7), Best("4776804", "KAVAUSDT", 6), Best("4776805", "CVCUSDT", 5),
        Best("4776806", "YBUSDT", 4), Best("4776807", "MEMEUSDT", 3), Best("4776808", "TLMUSDT", 2),
        Best("4776809", "MAVIAUSDT", 1),
    ];

    private static readonly string[] Five = ["4776923", "4776928", "4776866", "4776869", "4776876"];

    private static Signal Best(string id, string symbol, int rank) => Signal(id, symbol, rank / 100m, created: "19:21:02");

    /// <summary>First feed at 19:21:03, the second 3 s later and interleaved, the ranking at 19:21:08.</summary>
    private static WaveScenario Collected()
    {
        var wave = new WaveScenario();
        foreach (var signal in Sixteen.Reverse().Take(10)) wave.Quietly("19:21:03", new Delivered(signal, "feed-a"));
        foreach (var signal in Sixteen.Take(8)) wave.Quietly("19:21:06", new Delivered(signal, "feed-b"));
        foreach (var signal in Sixteen.Take(6)) wave.Quietly("19:21:06.5", new Delivered(signal, "feed-a"));
        foreach (var signal in Sixteen.Skip(8)) wave.Quietly("19:21:07", new Delivered(signal, "feed-b"));
        return wave;
    }

    private static WaveScenario Worked()
    {
        var wave = Collected().Quietly("19:21:08", new CloseDue())
            .Quietly("19:21:08.01", new Answered("4776927", new Denied(Reasons.DuplicatePosition, "binance/HNTUSDT is held")));
        foreach (var id in Five) wave.Quietly("19:21:08.2", new Answered(id, new Opened()));
        return wave;
    }

    [Fact]
    public void The_wave_is_ranked_cut_and_worked_down_to_exactly_five() => Collected()
        .At("19:21:08.000", new CloseDue())
        .Answer("19:21:08.010", "4776927", new Denied(Reasons.DuplicatePosition, "binance/HNTUSDT is held"))
        .Answer("19:21:08.120", "4776923", new Opened())
        .Answer("19:21:08.130", "4776928", new Opened())
        .Answer("19:21:08.140", "4776866", new Opened())
        .Answer("19:21:08.150", "4776869", new Opened())
        .Answer("19:21:08.160", "4776876", new Opened())
        .Reads("""
            19:21:08.000 <- CloseDue
                         :: WaveClosed collected 5 7 [4776927, 4776923, 4776908, 4776928, 4776866, 4776869, 4776876]
                         :: SignalSkipped 4776908 feed-b HNTUSDT duplicate_in_wave yes
                         :: SignalSkipped 4776801 feed-a EPICUSDT below_cut yes
                         :: SignalSkipped 4776802 feed-a ONTUSDT below_cut yes
                         :: SignalSkipped 4776803 feed-a SKLUSDT below_cut yes
                         :: SignalSkipped 4776804 feed-a KAVAUSDT below_cut yes
                         :: SignalSkipped 4776805 feed-a CVCUSDT below_cut yes
                         :: SignalSkipped 4776806 feed-a YBUSDT below_cut yes
                         :: SignalSkipped 4776807 feed-a MEMEUSDT below_cut yes
                         :: SignalSkipped 4776808 feed-a TLMUSDT below_cut yes
                         :: SignalSkipped 4776809 feed-a MAVIAUSDT below_cut yes
                         :: SignalSelected 4776927
                         :: SignalSelected 4776923
                         :: SignalSelected 4776928
                         :: SignalSelected 4776866
                         :: SignalSelected 4776869
                         -> CountDuplicate duplicate_in_wave
                         -> Open 4776927 HNTUSDT
                         -> Open 4776923 TAGUSDT
                         -> Open 4776928 HOLOUSDT
                         -> Open 4776866 COTIUSDT
                         -> Open 4776869 LQTYUSDT
            19:21:08.010 <- Answered 4776927 Denied duplicate_position binance/HNTUSDT is held
                         :: SignalSkipped 4776927 feed-b HNTUSDT duplicate_position yes
                         :: SignalSelected 4776876
                         -> CountDuplicate duplicate_position
                         -> Open 4776876 LSKUSDT
            19:21:08.120 <- Answered 4776923 Opened
                         :: SignalOpened 4776923 TAGUSDT
            19:21:08.130 <- Answered 4776928 Opened
                         :: SignalOpened 4776928 HOLOUSDT
            19:21:08.140 <- Answered 4776866 Opened
                         :: SignalOpened 4776866 COTIUSDT
            19:21:08.150 <- Answered 4776869 Opened
                         :: SignalOpened 4776869 LQTYUSDT
            19:21:08.160 <- Answered 4776876 Opened
                         :: SignalOpened 4776876 LSKUSDT
                         :: WaveCompleted 5 0 0 11 0
            """);

    [Fact]
    public void Every_repeat_is_skipped_once_per_source_and_then_only_counted()
    {
        var wave = Worked();
        var journaled = wave.Journal.Count;
        foreach (var source in new[] { "feed-a", "feed-b" })
            foreach (var signal in Sixteen) wave.Quietly("19:21:40", new Delivered(signal, source));
        var afterReconnect = wave.Journal.Count;
        Assert.All(wave.Journal.Skip(journaled), e => Assert.IsType<WaveEvent.SignalSkipped>(e));

        wave.Restart("19:50:00");
        foreach (var source in new[] { "feed-a", "feed-b" })
            foreach (var signal in Sixteen) wave.Quietly("19:50:01", new Delivered(signal, source));

        Assert.Equal(afterReconnect, wave.Journal.Count);
        Assert.Equal(Five, wave.Journal.OfType<WaveEvent.SignalOpened>().Select(e => e.SignalId));
        Assert.Equal(32, wave.Journal.OfType<WaveEvent.SignalSkipped>().DistinctBy(e => (e.SignalId, e.Source)).Count());
        Assert.Equal(
            wave.Journal.OfType<WaveEvent.SignalSkipped>().Count(),
            wave.Journal.OfType<WaveEvent.SignalSkipped>().DistinctBy(e => (e.SignalId, e.Source)).Count());
        Assert.Equal(16 + 64 + 2, wave.Effects.OfType<WaveEffect.CountDuplicate>().Count());
        Assert.Empty(wave.Journal.OfType<WaveEvent.SignalFailed>());
        Assert.Equal(6, wave.Effects.OfType<WaveEffect.Open>().Count());
    }

    [Fact]
    public void Another_id_for_a_symbol_of_the_cut_is_a_duplicate_position_even_when_stale() => Worked()
        .At("19:21:30.000", new Delivered(Signal("5000001", "TAGUSDT"), "feed-c"))
        .At("19:21:31.000", new Delivered(Signal("5000001", "TAGUSDT"), "feed-c"))
        .At("20:21:32.000", new Delivered(Signal("5000002", "HOLOUSDT", created: "19:00:00"), "feed-c"))
        .Reads("""
            19:21:30.000 <- Delivered 5000001 TAGUSDT feed-c
                         :: SignalReceived 5000001 TAGUSDT feed-c
                         :: SignalSkipped 5000001 feed-c TAGUSDT duplicate_position yes
                         -> CountDuplicate duplicate_position
            19:21:31.000 <- Delivered 5000001 TAGUSDT feed-c
                         -> CountDuplicate duplicate_signal
                         .. ignored: duplicate_signal 5000001
            20:21:32.000 <- Delivered 5000002 HOLOUSDT feed-c
                         :: SignalReceived 5000002 HOLOUSDT feed-c
                         :: SignalSkipped 5000002 feed-c HOLOUSDT duplicate_position yes
                         -> CountDuplicate duplicate_position
            """);

    [Fact]
    public void An_entry_refused_for_margin_gives_its_place_to_the_next_inside_the_cut() => Collected()
        .Quietly("19:21:08.000", new CloseDue())
        .Answer("19:21:08.100", "4776923", new Failed(-2019, "Margin is insufficient."))
        .Answer("19:21:08.110", "4776927", new Denied(Reasons.DuplicatePosition, "binance/HNTUSDT is held"))
        .Answer("19:21:08.120", "4776928", new Opened())
        .Answer("19:21:08.130", "4776866", new Opened())
        .Answer("19:21:08.140", "4776869", new Opened())
        .Answer("19:21:08.150", "4776876", new Opened())
        .Reads("""
            19:21:08.100 <- Answered 4776923 Failed -2019 Margin is insufficient.
                         :: SignalFailed 4776923 TAGUSDT -2019 Margin is insufficient.
                         :: SignalSelected 4776876
                         -> Open 4776876 LSKUSDT
            19:21:08.110 <- Answered 4776927 Denied duplicate_position binance/HNTUSDT is held
                         :: SignalSkipped 4776927 feed-b HNTUSDT duplicate_position yes
                         -> CountDuplicate duplicate_position
            19:21:08.120 <- Answered 4776928 Opened
                         :: SignalOpened 4776928 HOLOUSDT
            19:21:08.130 <- Answered 4776866 Opened
                         :: SignalOpened 4776866 COTIUSDT
            19:21:08.140 <- Answered 4776869 Opened
                         :: SignalOpened 4776869 LQTYUSDT
            19:21:08.150 <- Answered 4776876 Opened
                         :: SignalOpened 4776876 LSKUSDT
                         :: WaveCompleted 4 1 0 11 0
            """);

    [Fact]
    public void An_opening_in_doubt_keeps_its_slot_and_is_asked_about_until_it_is_known() => Collected()
        .Quietly("19:21:08.000", new CloseDue())
        .Answer("19:21:11.000", "4776923", new InDoubt("no answer"))
        .At("19:21:12.000", new AskDue("4776923"))
        .Answer("19:21:12.050", "4776923", new InDoubt("no answer"))
        .At("19:21:13.050", new AskDue("4776923"))
        .Answer("19:21:13.100", "4776923", new Opened())
        .Reads("""
            19:21:11.000 <- Answered 4776923 InDoubt no answer
                         -> AskAfter 4776923 1s
            19:21:12.000 <- AskDue 4776923
                         -> Inquire 4776923 TAGUSDT
            19:21:12.050 <- Answered 4776923 InDoubt no answer
                         -> AskAfter 4776923 1s
            19:21:13.050 <- AskDue 4776923
                         -> Inquire 4776923 TAGUSDT
            19:21:13.100 <- Answered 4776923 Opened
                         :: SignalOpened 4776923 TAGUSDT
            """);

    [Fact]
    public void A_wave_cut_by_a_crash_goes_on_from_its_journal() => Collected()
        .Quietly("19:21:08.000", new CloseDue())
        .Quietly("19:21:08.100", new Answered("4776923", new Opened()))
        .Restart("19:21:20.000")
        .Answer("19:21:20.010", "4776927", new NeverIntended())
        .Answer("19:21:20.020", "4776928", new Opened())
        .Answer("19:21:20.030", "4776866", new Failed(0, "proven absent"))
        .Reads("""
            19:21:20.000 <- Recovered
                         -> Inquire 4776927 HNTUSDT
                         -> Inquire 4776928 HOLOUSDT
                         -> Inquire 4776866 COTIUSDT
                         -> Inquire 4776869 LQTYUSDT
            19:21:20.010 <- Answered 4776927 NeverIntended
                         -> Open 4776927 HNTUSDT
            19:21:20.020 <- Answered 4776928 Opened
                         :: SignalOpened 4776928 HOLOUSDT
            19:21:20.030 <- Answered 4776866 Failed 0 proven absent
                         :: SignalFailed 4776866 COTIUSDT 0 proven absent
                         :: SignalSelected 4776876
                         -> Open 4776876 LSKUSDT
            """);

    [Fact]
    public void What_is_stale_after_a_crash_ends_stale_and_gives_back_its_slot()
    {
        var wave = Collected().Quietly("19:21:08.000", new CloseDue()).Restart("19:30:00.000");
        foreach (var id in new[] { "4776927", "4776923", "4776928", "4776866" })
            wave.Quietly("19:30:00.010", new Answered(id, new NeverIntended()));
        wave.Quietly("19:30:00.020", new Answered("4776869", new Opened()));

        Assert.Equal(["4776927", "4776923", "4776928", "4776866", "4776876"], wave.Ended(Reasons.Stale).OrderBy(Rank));
        Assert.Equal(["4776869"], wave.Ended(Outcomes.Opened));
        Assert.Equal(4, wave.Effects.OfType<WaveEffect.ReturnSlot>().Count());
        Assert.IsType<WaveEvent.WaveCompleted>(wave.Journal[^1]);
    }

    private static int Rank(string id) => Array.FindIndex(Sixteen, s => s.Id == id);
}
