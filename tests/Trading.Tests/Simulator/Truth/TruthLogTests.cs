using Trading.Simulator.Faults;
using Trading.Simulator.Matching;
using Trading.Simulator.Truth;

namespace Trading.Tests.Simulator.Truth;

/// <summary>The referee must see what happened, whoever says otherwise.</summary>
public sealed class TruthLogTests
{
    [Fact]
    public void A_stop_never_sent_is_an_interval_that_is_still_open()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1");
        bench.Pass(90_000);

        var report = bench.Exchange.TruthReport();
        var gap = report.Positions.Single().Intervals.Single();

        Assert.Equal((GapKind.First, null), (gap.Kind, gap.ToUtc));
        Assert.Equal((90_000, 0, 1), (report.MaxUnprotectedMs, report.MaxGapMs, report.UnprotectedNow));
    }

    [Fact]
    public void Time_to_the_first_stop_is_counted_and_ends_there()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "SELL", "1");
        bench.Pass(250);
        Assert.Equal(0, bench.Stop("symbol=ETHUSDT&side=BUY&quantity=1&reduceOnly=true&triggerPrice=3060"));
        bench.Pass(90_000);

        Assert.Equal(250, bench.Exchange.TruthReport().MaxUnprotectedMs);
    }

    [Fact]
    public void A_stop_too_small_or_on_the_wrong_side_or_taking_profit_does_not_cover()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1");
        Assert.Equal(0, bench.Stop("symbol=ETHUSDT&side=SELL&quantity=0.9&reduceOnly=true&triggerPrice=2900"));
        Assert.Equal(0, bench.Stop("symbol=ETHUSDT&side=BUY&quantity=1&triggerPrice=3100"));
        Assert.Equal(0, bench.Code("POST", "/fapi/v1/algoOrder",
            "algoType=CONDITIONAL&type=TAKE_PROFIT_MARKET&symbol=ETHUSDT&side=SELL&quantity=1&reduceOnly=true&triggerPrice=3200"));
        Assert.False(bench.Exchange.Truth.AllCovered);

        Assert.Equal(0, bench.Stop("symbol=ETHUSDT&side=SELL&quantity=0.1&reduceOnly=true&triggerPrice=2950"));

        Assert.True(bench.Exchange.Truth.AllCovered);
    }

    [Fact]
    public void Cancel_before_the_new_stop_is_a_gap_and_new_stop_first_is_none()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1", "2900", "a");
        Assert.Equal(0, bench.Stop("symbol=ETHUSDT&side=SELL&quantity=1&reduceOnly=true&triggerPrice=2910&clientAlgoId=b"));
        bench.Pass(10);
        Assert.Equal(0, bench.Code("DELETE", "/fapi/v1/algoOrder", "clientAlgoId=a-s"));
        bench.Pass(10);
        Assert.Equal(0, bench.Exchange.TruthReport().MaxGapMs);

        Assert.Equal(0, bench.Code("DELETE", "/fapi/v1/algoOrder", "clientAlgoId=b"));
        bench.Pass(70);
        Assert.Equal(0, bench.Stop("symbol=ETHUSDT&side=SELL&quantity=1&reduceOnly=true&triggerPrice=2920"));

        var report = bench.Exchange.TruthReport();
        Assert.Equal((70, 0), (report.MaxGapMs, report.MaxUnprotectedMs));
    }

    [Fact]
    public void A_stop_taken_away_by_hand_counts_as_unprotected_not_as_our_gap()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1", "2900");
        bench.Pass(1000);
        bench.Exchange.Venue.Hand.CancelStop(bench.Account, bench.Account.OpenStops.Single());
        bench.Pass(400);
        Assert.Equal(0, bench.Stop("symbol=ETHUSDT&side=SELL&quantity=1&reduceOnly=true&triggerPrice=2900"));

        var report = bench.Exchange.TruthReport();

        Assert.Equal((400, 0), (report.MaxUnprotectedMs, report.MaxGapMs));
        Assert.Equal(GapKind.Outside, report.Positions.Single().Intervals.Single().Kind);
    }

    [Fact]
    public void What_a_hand_added_in_the_middle_of_a_move_is_unprotected_from_outside_when_the_old_stop_goes()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1", "2900", "a");
        Assert.Equal(0, bench.Stop("symbol=ETHUSDT&side=SELL&quantity=1&reduceOnly=true&triggerPrice=2910&clientAlgoId=b"));
        bench.Exchange.Venue.Hand.Open(bench.Account, ExchangeBench.Eth, 0.5m);
        Assert.Equal(0, bench.Code("DELETE", "/fapi/v1/algoOrder", "clientAlgoId=a-s"));
        bench.Pass(40);
        Assert.Equal(0, bench.Stop("symbol=ETHUSDT&side=SELL&quantity=1.5&reduceOnly=true&triggerPrice=2910&clientAlgoId=c"));
        Assert.Equal((40, 0), (bench.Exchange.TruthReport().MaxUnprotectedMs, bench.Exchange.TruthReport().MaxGapMs));

        Assert.Equal(0, bench.Code("DELETE", "/fapi/v1/algoOrder", "clientAlgoId=c"));
        bench.Pass(30);
        Assert.Equal(0, bench.Stop("symbol=ETHUSDT&side=SELL&quantity=1.5&reduceOnly=true&triggerPrice=2910"));
        Assert.Equal(30, bench.Exchange.TruthReport().MaxGapMs);
    }

    [Fact]
    public void What_a_hand_added_before_the_first_stop_is_unprotected_from_outside_since_then_once_ours_is_covered()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1");
        bench.Pass(100);
        bench.Exchange.Venue.Hand.Open(bench.Account, ExchangeBench.Eth, 0.5m);
        bench.Pass(50);
        Assert.Equal(0, bench.Stop("symbol=ETHUSDT&side=SELL&quantity=1&reduceOnly=true&triggerPrice=2910"));
        bench.Pass(1000);

        Assert.Equal(
            [(GapKind.First, 150d), (GapKind.Outside, 1050d)],
            bench.Exchange.TruthReport().Positions.Single().Intervals.Select(one => (one.Kind, one.MillisecondsAt(bench.Exchange.NowUtc))));
    }

    [Fact]
    public void A_stop_that_does_its_work_leaves_no_interval_and_a_rejected_one_does()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1", "2900", "a");
        bench.Price(ExchangeBench.Eth, 2899m);
        var closed = bench.Exchange.TruthReport().Positions.Single();
        Assert.Empty(closed.Intervals);
        Assert.Equal(Origin.Conditional, closed.ClosedBy);

        bench.Open(ExchangeBench.Eth, "BUY", "1", "2800", "b");
        bench.Fault(new Fault { Do = FaultAction.RejectTrigger, ClientId = "b" });
        bench.Price(ExchangeBench.Eth, 2799m);
        bench.Pass(980);

        var interval = bench.Exchange.TruthReport().Positions[1].Intervals.Single();
        Assert.Equal((GapKind.Venue, null), (interval.Kind, interval.ToUtc));
        Assert.Equal(1000, bench.Exchange.TruthReport().MaxUnprotectedMs);
    }

    [Fact]
    public void Close_and_reopen_at_once_are_two_positions_and_the_second_needs_its_own_stop()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1", "2900", "a");
        Assert.Equal(0, bench.Order("symbol=ETHUSDT&side=SELL&type=MARKET&quantity=1&reduceOnly=true"));
        bench.Pass(10);
        Assert.Equal(0, bench.Code("DELETE", "/fapi/v1/algoOrder", "clientAlgoId=a-s"));
        bench.Open(ExchangeBench.Eth, "BUY", "1", id: "b");
        bench.Pass(30);

        var report = bench.Exchange.TruthReport();

        Assert.Equal(["a", "b"], report.Positions.Select(p => p.EntryClientId));
        Assert.Equal(0, report.DuplicatePositions);
        Assert.Equal(30, report.MaxUnprotectedMs);
    }

    [Fact]
    public void A_second_entry_is_a_double_a_hand_from_outside_is_not()
    {
        using var bench = new ExchangeBench();
        bench.Open(ExchangeBench.Eth, "BUY", "1", id: "first");
        bench.Exchange.Venue.Hand.Open(bench.Account, ExchangeBench.Eth, 1m);
        Assert.Equal(0, bench.Exchange.TruthReport().DuplicatePositions);

        bench.Open(ExchangeBench.Eth, "BUY", "1", id: "second");

        Assert.Equal(["second"], bench.Exchange.TruthReport().Positions.Single().DuplicateClientIds);
    }
}
