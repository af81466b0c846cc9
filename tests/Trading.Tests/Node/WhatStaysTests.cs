using System.Collections.Immutable;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Node.Operators;
using Trading.Node.Positions;

namespace Trading.Tests.Node;

/// <summary>When a position is at rest, and what the last lines of a node say of it.</summary>
public sealed class WhatStaysTests
{
    private static readonly PositionKey Key = PositionKey.Parse("binance/TAGUSDT");
    private static readonly ClientOrderId Old = new("old"), New = new("new"), Entry = new("entry");
    private static readonly DateTime FilledUtc = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    private static readonly Holding Bare = new(1, Side.Long, new ProtectionPlan(), Policy: null)
    {
        Quantity = 100m, EntryPrice = 2m, LastFillUtc = FilledUtc,
    };

    private static readonly Holding Covered = Bare with { Protection = new Protection.Protected(new LiveStop(Old, "1", 100m, 1.96m)) };
    private static readonly StopIntent Intent = new(New, 100m, 1.97m, StopCause.Trailing);

    /// <summary>State, whether a stop of the node waits for it, and its last line; null: none.</summary>
    public static TheoryData<PositionState, bool, string?> States => new()
    {
        { new PositionState.Flat(), true, null },
        { new PositionState.Flat { RedundantStops = [Old] }, false, null },
        { new PositionState.Opening(Bare with { Quantity = 0 }, new EntryOrder(Entry, 100m)), false, "binance/TAGUSDT long: how much of its entry of 100 has filled is not known" },
        { new PositionState.Opening(Bare with { Quantity = 0 }, new EntryOrder(Entry, 100m, AwaitsStop: true)), false, "binance/TAGUSDT long: its entry of 100 was not sent" },
        { new PositionState.Open(Bare), false, "binance/TAGUSDT long 100: NO confirmed stop" },
        { new PositionState.Open(Bare with { Policy = AdoptPolicy.Alert }), true, "binance/TAGUSDT long 100: NO confirmed stop; left alone by policy alert" },
        { new PositionState.Open(Bare with { Protection = new Protection.Placing(Intent) }), false, "binance/TAGUSDT long 100: NO confirmed stop; one at 1.97 was asked for and is not answered" },
        { new PositionState.Open(Covered), true, "binance/TAGUSDT long 100: stop at 1.96 for 100 stays" },
        { new PositionState.Open(Covered with { InDoubt = true }), false, "binance/TAGUSDT long 100: stop at 1.96 for 100 stays; in doubt" },
        { new PositionState.Open(Covered with { RedundantStops = [New] }), false, "binance/TAGUSDT long 100: stop at 1.96 for 100 stays" },
        { new PositionState.Open(Covered with { Hard = new HardStop(New, 1.9m) }), false, "binance/TAGUSDT long 100: stop at 1.96 for 100 stays" },
        { new PositionState.Open(Covered with { Quantity = 120m }), false, "binance/TAGUSDT long 120: stop at 1.96 for 100 stays, NO confirmed stop for the rest" },
        { new PositionState.Open(Covered with { Protection = new Protection.Moving(new LiveStop(Old, "1", 100m, 1.96m), Intent) }), false, "binance/TAGUSDT long 100: stop at 1.96 for 100 stays" },
        { new PositionState.Closing(Covered, new CloseAttempt(New, 100m, CloseReason.Manual, 1)), false, "binance/TAGUSDT long 100: stop at 1.96 for 100 stays; how much of its close has filled is not known" },
    };

    [Theory]
    [MemberData(nameof(States))]
    public void A_position_is_waited_for_while_something_of_it_is_under_way_and_said_as_it_is_known(PositionState state, bool atRest, string? line)
    {
        var view = new PositionView(Key, 1, state, FilledUtc);
        Assert.Equal(atRest, view.IsAtRest);
        Assert.Equal(line, Said(view, look: null)?.ToString());
    }

    [Fact]
    public void A_stop_that_the_exchange_lists_stays_though_its_answer_was_never_heard()
    {
        var placing = new PositionView(Key, 1, new PositionState.Open(Bare with { Protection = new Protection.Placing(Intent) }), FilledUtc);
        var said = Said(placing, Look(Row(100m, seconds: 0), Stop(100m, 1.97m)))!;
        Assert.Equal((false, "binance/TAGUSDT long 100: stop at 1.97 for 100 stays; one at 1.97 was asked for and is not answered"), (said.IsNaked, said.ToString()));
    }

    [Fact]
    public void A_confirmed_stop_that_a_list_leaves_out_is_not_taken_for_gone()
    {
        var said = Said(new PositionView(Key, 1, new PositionState.Open(Covered), FilledUtc), Look(Row(100m, seconds: 0)))!;
        Assert.False(said.IsNaked);
        Assert.Contains("not in the exchange's list now", said.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 100)] // of the moment of our last fill: what we know stands
    [InlineData(1, 130)]
    public void The_newer_word_says_how_much_is_held(int seconds, decimal quantity) =>
        Assert.Equal(quantity, Said(new PositionView(Key, 1, new PositionState.Open(Covered), FilledUtc), Look(Row(130m, seconds)))!.Quantity);

    [Fact]
    public void What_the_exchange_shows_to_be_closed_since_is_not_said_to_stay() =>
        Assert.Null(Said(new PositionView(Key, 1, new PositionState.Open(Covered), FilledUtc), Look(Row(0m, seconds: 1))));

    [Fact]
    public void A_late_row_of_a_position_that_has_closed_is_not_said_to_stay()
    {
        var closed = new PositionView(Key, 1, new PositionState.Flat(Bare) { ClosedUtc = FilledUtc.AddSeconds(1), LastFillUtc = FilledUtc.AddSeconds(1) }, FilledUtc);
        Assert.Null(Said(closed, Look(Row(100m, seconds: 0))));
        Assert.Equal("binance/TAGUSDT long 100: NO confirmed stop; not looked after by this node", Said(closed, Look(Row(100m, seconds: 2)))!.ToString());
    }

    /// <summary>A node that is told to stop as a trailing step leaves hears no answer of it; the exchange has one stop, the new one.</summary>
    [Fact]
    public void A_positions_own_stop_that_is_listed_where_it_was_asked_for_is_said_in_place_of_the_one_before()
    {
        var moving = new PositionView(
            Key, 1, new PositionState.Open(Covered with { Protection = new Protection.Moving(new LiveStop(Old, "", 100m, 1.96m), Intent) }), FilledUtc);
        Assert.Equal("binance/TAGUSDT long 100: stop at 1.97 for 100 stays", Said(moving, Look(Row(100m, seconds: 0), Own(1.97m)))!.ToString());
        Assert.Equal("binance/TAGUSDT long 100: stop at 1.96 for 100 stays", Said(moving, Look(Row(100m, seconds: 0), Own(1.96m)))!.ToString());
    }

    /// <summary>Its fills were counted and its end was not proven yet: "stop at 1.96 for 100 stays" was said of nothing.</summary>
    [Fact]
    public void What_has_sold_all_by_its_fills_and_is_listed_with_nothing_is_not_said_to_stay() =>
        Assert.Null(Said(new PositionView(Key, 1, new PositionState.Open(Covered with { Quantity = 0 }), FilledUtc), Look(Row(0m, seconds: 0))));

    [Fact]
    public void The_last_lines_count_what_is_naked_and_name_the_exchange_that_did_not_answer()
    {
        PositionView[] views =
        [
            new(Key, 1, new PositionState.Open(Bare), FilledUtc),
            new(PositionKey.Parse("binance/HNTUSDT"), 1, new PositionState.Open(Covered), FilledUtc),
        ];
        var stays = WhatStays.Of(
            views, [PositionKey.Parse("binance/LSKUSDT")], [Key.Account], ImmutableDictionary<AccountId, AccountSnapshot>.Empty);
        Assert.Equal(
            [
                "The node stops; nothing is closed. What stays on the exchange:",
                "  binance/HNTUSDT long 100: stop at 1.96 for 100 stays",
                "  binance/TAGUSDT long 100: NO confirmed stop",
                "  binance/LSKUSDT: LEFT ALONE, its journal could not be read: look at the exchange for what is held and what stop rests",
                "  1 WITHOUT a confirmed stop: look at the exchange, or start the node again, which protects what it finds.",
                "  binance: the exchange did not answer; this is what was known before.",
            ],
            stays.Lines());
        var headline = stays.Correct(new Headline(0, 0, 0, 4m, 0, 0, TimeSpan.Zero, 1, 0));
        Assert.Equal((2, 1, 1), (headline.Positions, headline.Protected, headline.Unprotected));
    }

    [Fact]
    public void What_nobody_looks_after_is_said_as_the_exchange_tells_it()
    {
        var look = Look(Row(-5m, seconds: 0)) with { Untraded = [new UntradedPosition("BTCUSDT_260327", 0.5m, 60_000m, FilledUtc)] };
        var stays = WhatStays.Of([], [Key], [Key.Account], new Dictionary<AccountId, AccountSnapshot> { [Key.Account] = look });
        Assert.Equal(
            [
                "The node stops; nothing is closed. What stays on the exchange:",
                "  binance/TAGUSDT short 5: NO confirmed stop; not looked after by this node",
                "  binance BTCUSDT_260327 0.5: not managed, a contract that this node does not trade",
            ],
            stays.Lines());
    }

    private static StayingPosition? Said(PositionView view, AccountSnapshot? look) => StayingPosition.Of(Key, view, look);

    private static PositionRow Row(decimal amount, int seconds) => new(amount, 2m, FilledUtc.AddSeconds(seconds));

    private static StopView Stop(decimal quantity, decimal trigger) =>
        new(New, "2", Side.Long, quantity, trigger, ClosesPosition: false, OrderOrigin.Ours);

    private static StopView Own(decimal trigger) =>
        new(PositionStops.At(trigger), "", Side.Long, 100m, trigger, ClosesPosition: true, OrderOrigin.Foreign);

    private static AccountSnapshot Look(PositionRow row, params StopView[] stops) => new(
        FilledUtc, new Dictionary<PositionKey, PositionRow> { [Key] = row }, [.. stops.Select(static stop => (Key, stop))], [], stops.Length);
}
