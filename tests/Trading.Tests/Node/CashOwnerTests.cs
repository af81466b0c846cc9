using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Node.Gateways;

namespace Trading.Tests.Node;

/// <summary>Whose money it is that an exchange names by symbol alone, or not at all.</summary>
public sealed class CashOwnerTests
{
    private static readonly PositionKey Tag = PositionKey.Parse("binance/TAGUSDT");
    private static readonly PositionKey Long = Tag with { Hedge = Side.Long };
    private static readonly PositionKey Short = Tag with { Hedge = Side.Short };
    private static readonly DateTime Now = new(2026, 11, 20, 16, 0, 0, DateTimeKind.Utc);
    private static readonly Holding Book = new(1, Side.Long, new ProtectionPlan(), null) { Quantity = 1, OpenedUtc = Now.AddHours(-2) };
    private static readonly PositionState Held = new PositionState.Open(Book);
    private static readonly PositionState Ended = new PositionState.Flat(Book with { Quantity = 0 }) { ClosedUtc = Now.AddSeconds(-2) };

    private readonly Dictionary<PositionKey, PositionState> _states = [];

    [Fact]
    public void In_one_way_mode_it_is_the_positions_of_the_symbol()
    {
        _states[Tag] = Held;
        Assert.Equal((Tag, false), Of(null, Tag));
        _states[Tag] = Ended; // a liquidation is cleared after the last fill
        Assert.Equal((Tag, false), Of(null, Tag));
        _states[Tag] = new PositionState.Flat(Book) { ClosedUtc = Now.AddHours(-1) };
        Assert.Equal((null, false), Of(null, Tag)); // somebody else's, opened since
        _states[Tag] = new PositionState.Open(Book with { OpenedUtc = Now.AddHours(1) });
        Assert.Equal((null, false), Of(null, Tag)); // paid before it was opened
        _states.Clear();
        Assert.Equal((null, false), Of(null, Tag));
    }

    [Fact]
    public void In_hedge_mode_funding_that_names_no_side_is_the_side_that_is_held_and_of_both_the_accounts()
    {
        _states[Short] = Held;
        Assert.Equal((Short, false), Of(null, Long, Short));
        _states[Long] = Ended;
        Assert.Equal((Short, false), Of(null, Long, Short));
        _states[Long] = Held;
        Assert.Equal((null, true), Of(null, Long, Short));
        Assert.Equal((Long, false), Of(Long, Long, Short)); // a side that is named is believed
        _states.Remove(Long);
        Assert.Equal((Short, false), Of(Long, Long, Short)); // unless only the other is held
    }

    [Fact]
    public void What_was_booked_for_a_position_is_told_again_to_that_position()
    {
        _states[Long] = Ended with { CashBooked = [BookedCash.Of(Cash(CashKind.Funding))] };
        _states[Short] = Held;
        Assert.Equal((Long, false), Of(null, Long, Short));
    }

    [Fact]
    public void What_names_no_symbol_is_the_accounts_and_what_nobody_knows_is_nobodys()
    {
        Assert.Equal((null, true), CashOwner.Of(new CashReport(Cash(CashKind.Liquidation), null, null), [], _ => null));
        _states[Tag] = Held;
        Assert.Equal((null, false), CashOwner.Of(new CashReport(Cash(CashKind.Unknown), Tag.Symbol, Tag), [Tag], _states.GetValueOrDefault));
    }

    [Fact]
    public void What_names_a_contract_that_is_not_traded_here_is_no_result_of_ours()
    {
        _states[Tag] = Held;
        var elsewhere = new CashReport(Cash(CashKind.Liquidation), null, null) { Untraded = true };
        Assert.Equal((null, false), CashOwner.Of(elsewhere, [], _states.GetValueOrDefault));
    }

    private static Cash Cash(CashKind kind) => new("c1", kind, -1m, "USDT", "REASON", Now);

    private (PositionKey?, bool) Of(PositionKey? named, params PositionKey[] keys) =>
        CashOwner.Of(new CashReport(Cash(CashKind.Funding), Tag.Symbol, named), keys, _states.GetValueOrDefault);
}
