using Trading.Domain;
using Trading.Gateways;
using Trading.Node.Gateways;

namespace Trading.Tests.Node;

/// <summary>Where an entry may rely on leverage and margin mode, by what was set, told and read, and when.</summary>
public sealed class PreparedSymbolsTests
{
    private static readonly Symbol Tag = Symbol.Parse("TAGUSDT");
    private static readonly AccountSetting Right = new(Tag, 1m, Isolated: true);
    private static readonly AccountSetting By75 = new(Tag, 75m);

    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 30, 0, 0, 0, TimeSpan.Zero));
    private readonly PreparedSymbols _prepared;

    public PreparedSymbolsTests() => _prepared = new PreparedSymbols(new AccountSetting(null, 1m, Isolated: true), TimeSpan.FromSeconds(135), _time);

    [Fact]
    public void What_was_set_is_relied_on_no_longer_than_a_sync_without_being_read()
    {
        Set();
        Assert.Equal((true, Right), (_prepared.Contains(Tag), _prepared.Of(Tag)));
        _time.Advance(TimeSpan.FromSeconds(120));
        _prepared.Learn([Right], _prepared.Begin());
        _time.Advance(TimeSpan.FromSeconds(120));
        Assert.True(_prepared.Contains(Tag));
        _prepared.Learn([new AccountSetting(Tag, 1m)], _prepared.Begin()); // its margin mode was not read
        _time.Advance(TimeSpan.FromSeconds(16));
        Assert.False(_prepared.Contains(Tag));
    }

    [Fact]
    public void A_list_makes_nothing_ready_that_was_not_set_by_us()
    {
        _prepared.Learn([Right], _prepared.Begin());
        Assert.Equal((false, Right), (_prepared.Contains(Tag), _prepared.Of(Tag)));
    }

    [Fact]
    public void What_a_stream_tells_to_be_otherwise_is_not_relied_on_and_our_own_change_is()
    {
        Set();
        _prepared.On(new AccountSetting(Tag, 1m));
        Assert.True(_prepared.Contains(Tag));
        _prepared.On(By75);
        Assert.Equal((false, 75m), (_prepared.Contains(Tag), _prepared.Of(Tag).Leverage));
    }

    [Fact]
    public void What_is_told_while_it_is_being_set_may_have_come_after_it()
    {
        var begun = _prepared.Begin();
        _prepared.On(By75);
        _prepared.Add(Tag, begun);
        Assert.False(_prepared.Contains(Tag));
        Set();
        Assert.True(_prepared.Contains(Tag));
    }

    [Fact]
    public void A_list_that_was_begun_before_it_was_set_or_told_is_older()
    {
        var begun = _prepared.Begin();
        Set();
        _prepared.Learn([new AccountSetting(Tag, 20m, Isolated: false), new AccountSetting(null, Isolated: false)], begun);
        Assert.Equal((true, Right), (_prepared.Contains(Tag), _prepared.Of(Tag)));

        begun = _prepared.Begin();
        _prepared.On(By75);
        _prepared.Learn([Right], begun);
        Assert.Equal((false, 75m), (_prepared.Contains(Tag), _prepared.Of(Tag).Leverage));
    }

    [Fact]
    public void A_list_finds_what_nobody_told()
    {
        Set();
        _prepared.Learn([By75 with { Isolated = true }], _prepared.Begin());
        Assert.Equal((false, 75m), (_prepared.Contains(Tag), _prepared.Of(Tag).Leverage));
    }

    [Fact]
    public void A_margin_mode_of_the_account_is_every_symbols()
    {
        Set();
        _prepared.Learn([new AccountSetting(null, Isolated: true)], _prepared.Begin());
        Assert.True(_prepared.Contains(Tag));
        _prepared.Learn([new AccountSetting(null, Isolated: false)], _prepared.Begin());
        Assert.Equal((false, false), (_prepared.Contains(Tag), _prepared.Of(Tag).Isolated));
        Assert.False(_prepared.Of(Symbol.Parse("HNTUSDT")).Isolated);
    }

    [Fact]
    public void A_change_that_names_no_symbol_may_be_of_each()
    {
        Set();
        _prepared.On(new AccountSetting(null));
        Assert.False(_prepared.Contains(Tag));
    }

    [Fact]
    public void What_was_refused_is_asked_for_again_after_a_minute_or_once_something_has_changed()
    {
        _prepared.Refuse(Tag, "no");
        Assert.Equal(("no", false), (_prepared.RefusalOf(Tag), _prepared.MayBeAsked(Tag)));
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(("no", true), (_prepared.RefusalOf(Tag), _prepared.MayBeAsked(Tag)));

        _prepared.Refuse(Tag, "no");
        _prepared.On(new AccountSetting(null) { MultiAssets = false });
        Assert.Equal((null, true), (_prepared.RefusalOf(Tag), _prepared.MayBeAsked(Tag)));

        _prepared.Refuse(Tag, "no");
        Set();
        Assert.Equal((null, true), (_prepared.RefusalOf(Tag), _prepared.Contains(Tag)));
    }

    [Fact]
    public void A_parked_symbol_is_prepared_anew()
    {
        var begun = _prepared.Begin();
        _prepared.Park(Tag);
        Assert.True(_prepared.IsParked(Tag));
        _prepared.Add(Tag, begun);
        _prepared.Release(Tag);
        Assert.Equal((false, false), (_prepared.Contains(Tag), _prepared.IsParked(Tag)));
    }

    private void Set() => _prepared.Add(Tag, _prepared.Begin());

    /// <summary>Bybit sets each side's with isolated margin; each is told with the orders of its side.</summary>
    [Fact]
    public void Where_the_sides_of_a_hedge_have_a_leverage_each_the_higher_one_counts()
    {
        var prepared = new PreparedSymbols(new AccountSetting(null, 1m, Isolated: true), TimeSpan.FromSeconds(135), new ManualTime());
        var tag = Symbol.Parse("TAGUSDT");
        var (buy, sell) = (new AccountSetting(tag, 1m) { Side = Side.Long }, new AccountSetting(tag, 75m) { Side = Side.Short });
        prepared.Add(tag, prepared.Begin());
        prepared.Learn([buy, sell], prepared.Begin());
        Assert.Equal((75m, false), (prepared.Of(tag).Leverage, prepared.Contains(tag)));

        prepared.Add(tag, prepared.Begin());
        prepared.On(sell);
        prepared.On(buy);
        Assert.Equal((75m, false), (prepared.Of(tag).Leverage, prepared.Contains(tag)));

        prepared.On(sell with { Leverage = 1m });
        Assert.Equal(1m, prepared.Of(tag).Leverage);
    }
}
