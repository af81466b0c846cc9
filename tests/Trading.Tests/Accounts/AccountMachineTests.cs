using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using static Trading.Domain.Accounts.AccountInput;
using static Trading.Tests.Accounts.AccountScenario;

namespace Trading.Tests.Accounts;

public sealed class AccountMachineTests
{
    [Fact]
    public void A_slot_is_handed_out_held_by_its_position_and_freed_by_its_report_only() => new AccountScenario()
        .At("10:00:00.000", Request("1", "TAGUSDT"))
        .At("10:00:00.100", Request("1", "TAGUSDT"))
        .At("10:00:00.200", Request("2", "TAGUSDT"))
        .At("10:00:01.000", Told(AccountNews.Opened, "1", "TAGUSDT", holds: true))
        .At("10:00:02.000", new ReturnSlot(Key("TAGUSDT"), "1"))
        .At("10:05:00.000", Told(AccountNews.Closed, "1", "TAGUSDT", holds: false, net: 1.5m, closed: "10:05:00"))
        .At("10:25:00.000", Request("3", "TAGUSDT"))
        .At("10:25:01.000", Told(AccountNews.EntryFailed, "3", "TAGUSDT", holds: false))
        .Reads("""
            10:00:00.000 <- RequestSlot 1 TAGUSDT
                         -> grant 100.0 @ 2
            10:00:00.100 <- RequestSlot 1 TAGUSDT
                         -> grant 100.0 @ 2
            10:00:00.200 <- RequestSlot 2 TAGUSDT
                         !! denied: duplicate_position: binance/TAGUSDT is held or being opened by signal '1'
            10:00:01.000 <- PositionTold Opened PositionFacts binance/TAGUSDT 1 yes Long 100 2 0 1
            10:00:02.000 <- ReturnSlot binance/TAGUSDT 1
                         .. ignored: no slot is reserved for this signal
            10:05:00.000 <- PositionTold Closed PositionFacts binance/TAGUSDT 1 Long 100 2 1.5 1
                         :: ClosureNoted binance/TAGUSDT 1 1.5
            10:25:00.000 <- RequestSlot 3 TAGUSDT
                         -> grant 100.0 @ 2
            10:25:01.000 <- PositionTold EntryFailed PositionFacts binance/TAGUSDT 1 Long 100 2 0 3
            """);

    [Fact]
    public void A_late_word_of_an_earlier_position_does_not_free_a_slot_reserved_since()
    {
        var account = new AccountScenario().Quietly("10:00:00", Request("2", "TAGUSDT"))
            .Quietly("10:00:01", Told(AccountNews.Closed, "1", "TAGUSDT", holds: false, closed: "09:00:00"));
        Assert.Equal("2", Assert.Single(account.Book.Slots).Value.SignalId);
    }

    [Fact]
    public void No_slot_is_handed_out_before_all_positions_were_read()
    {
        var account = new AccountScenario(AccountPolicy.Default with { MaxOpenPositions = 1 }, ready: false)
            .Quietly("10:00:00", Request("1", "TAGUSDT"));
        Assert.Equal((Verdict.Denied, null), (account.Last.Verdict, account.Last.Denial));

        account.Quietly("10:00:01", new PositionsRead([Told(AccountNews.Opened, "0", "HNTUSDT", holds: true).Facts]));
        Assert.Equal(Reasons.NoSlot, account.Denial("10:00:02", Request("1", "TAGUSDT")));
    }

    [Fact]
    public void What_a_position_told_while_the_positions_were_read_is_newer_than_what_was_read()
    {
        var account = new AccountScenario(ready: false)
            .Quietly("10:00:00", Told(AccountNews.Closed, "1", "TAGUSDT", holds: false, closed: "10:00:00"))
            .Quietly("10:00:01", new PositionsRead(
                [Told(AccountNews.Opened, "1", "TAGUSDT", holds: true).Facts, Told(AccountNews.Opened, "2", "HNTUSDT", holds: true).Facts]));
        Assert.Equal(Key("HNTUSDT"), Assert.Single(account.Book.Slots).Key);
    }

    [Fact]
    public void A_position_that_never_opened_gives_back_the_slot_it_was_promised()
    {
        var account = new AccountScenario().Quietly("10:00:00", Request("1", "TAGUSDT"))
            .Quietly("10:00:01", new PositionTold(
                AccountNews.EntryFailed, new PositionFacts(Key("TAGUSDT"), 0, HoldsSlot: false, Side.Long, 0, 0, 0, "")));
        Assert.Empty(account.Book.Slots);
    }

    [Fact]
    public void A_closure_missed_while_the_account_was_away_counts_once()
    {
        var closed = Told(AccountNews.Closed, "1", "TAGUSDT", holds: false, net: -3m, closed: "09:59:00").Facts;
        var account = new AccountScenario(ready: false).Quietly("10:00:00", new PositionsRead([closed]))
            .Quietly("10:00:01", new PositionsRead([closed]))
            .Quietly("10:00:02", new PositionTold(AccountNews.Closed, closed));
        Assert.Single(account.Journal);
        Assert.Equal(-3m, account.State.Realized);
    }

    [Fact]
    public void A_fill_told_after_the_closure_corrects_the_net_and_with_it_the_cooldown()
    {
        var account = new AccountScenario()
            .Quietly("10:00:00", Told(AccountNews.Closed, "1", "TAGUSDT", holds: false, net: -0.1m, closed: "09:59:00"))
            .Quietly("10:00:01", Told(AccountNews.Closed, "1", "TAGUSDT", holds: false, net: 1.7m, closed: "10:00:00"));
        Assert.Equal(1.7m, account.State.Realized);
        Assert.Equal(Reasons.Cooldown, account.Denial("10:14:59", Request("2", "TAGUSDT")));
        Assert.Null(account.Denial("10:15:00", Request("2", "TAGUSDT")));
    }

    [Fact]
    public void A_key_rests_one_wave_after_a_close_and_an_hour_after_a_loss()
    {
        var account = new AccountScenario()
            .Quietly("10:00:00", Told(AccountNews.Closed, "1", "TAGUSDT", holds: false, net: 0m, closed: "10:00:00"))
            .Quietly("10:00:00", Told(AccountNews.Closed, "2", "HNTUSDT", holds: false, net: -0.01m, closed: "10:00:00"));
        Assert.Equal(Reasons.Cooldown, account.Denial("10:14:59", Request("3", "TAGUSDT")));
        Assert.Null(account.Denial("10:15:00", Request("3", "TAGUSDT")));
        Assert.Equal(Reasons.Cooldown, account.Denial("10:59:59", Request("4", "HNTUSDT")));
        Assert.Null(account.Denial("11:00:00", Request("4", "HNTUSDT")));
    }

    [Fact]
    public void Pause_and_halt_say_who_when_and_why_and_only_their_own_word_ends_them()
    {
        var account = new AccountScenario().Quietly("10:00:00", new Pause("anna", "news at noon"));
        var standing = AccountMachine.Status(account.State, Utc("10:00:01"));
        Assert.Equal((AccountMode.Reducing, "anna", "news at noon", Utc("10:00:00")), (standing.Mode, standing.By, standing.Why, standing.SinceUtc!.Value));
        Assert.Equal(Reasons.AccountState, account.Denial("10:00:02", Request("1", "TAGUSDT")));

        account.Quietly("10:01:00", new Halt("anna", "looks wrong")).Quietly("10:02:00", new Resume("bob", "fine"));
        Assert.Equal(Verdict.Denied, account.Last.Verdict);
        account.Quietly("10:03:00", new Unhalt("anna", "looked"));
        Assert.Equal(AccountMode.Reducing, AccountMachine.Status(account.State, Utc("10:03:01")).Mode);
        account.Quietly("10:04:00", new Resume("anna", "over"));
        Assert.Null(account.Denial("10:05:00", Request("1", "TAGUSDT")));
        account.Quietly("10:06:00", new Resume("anna", "again"));
        Assert.Equal(Verdict.Ignored, account.Last.Verdict);
    }

    [Fact]
    public void One_missed_protection_stops_entries_until_a_stop_is_confirmed_again() => new AccountScenario()
        .At("10:00:00.000", Told(AccountNews.ProtectionMissed, "1", "TAGUSDT", holds: true))
        .At("10:00:01.000", Request("2", "HNTUSDT"))
        .At("10:00:02.000", Told(AccountNews.StopConfirmed, "3", "LSKUSDT", holds: true))
        .At("10:00:03.000", Request("2", "HNTUSDT"))
        .Reads("""
            10:00:00.000 <- PositionTold ProtectionMissed PositionFacts binance/TAGUSDT 1 yes Long 100 2 0 1
                         :: ProtectionMissNoted binance/TAGUSDT
                         -> Announce Reducing
                         -> AlertOperator account binance: binance/TAGUSDT was not protected in time, entries wait
            10:00:01.000 <- RequestSlot 2 HNTUSDT
                         !! denied: account_state: Reducing: binance/TAGUSDT was not protected in time (protection)
            10:00:02.000 <- PositionTold StopConfirmed PositionFacts binance/LSKUSDT 1 yes Long 100 2 0 3
                         :: ProtectionRestored binance/LSKUSDT
                         -> Announce Active
            10:00:03.000 <- RequestSlot 2 HNTUSDT
                         -> grant 100.0 @ 2
            """);

    [Fact]
    public void A_missed_protection_is_over_after_fifteen_minutes_or_by_resume()
    {
        var account = new AccountScenario().Quietly("10:00:00", Told(AccountNews.ProtectionMissed, "1", "TAGUSDT", holds: true));
        Assert.Equal(Reasons.AccountState, account.Denial("10:14:59", Request("2", "HNTUSDT")));
        Assert.Null(account.Denial("10:15:00", Request("2", "HNTUSDT")));

        account.Quietly("11:00:00", Told(AccountNews.ProtectionMissed, "1", "TAGUSDT", holds: true))
            .Quietly("11:00:01", new Resume("anna", "looked"));
        Assert.Null(account.Denial("11:00:02", Request("3", "LSKUSDT")));
    }

    [Fact]
    public void Three_misses_in_ten_minutes_halt_and_two_in_eleven_do_not()
    {
        static AccountScenario Misses(params string[] times) => times.Aggregate(new AccountScenario(), (account, time) =>
            account.Quietly(time, Told(AccountNews.ProtectionMissed, "1", "TAGUSDT", holds: true)));

        Assert.NotNull(Misses("10:00:00", "10:05:00", "10:10:00").State.HaltedBy);
        Assert.Contains(Misses("10:00:00", "10:05:00", "10:10:00").Last.Effects, e => e is AccountEffect.AlertOperator { Page: true });
        Assert.Null(Misses("10:00:00", "10:05:00", "10:10:01").State.HaltedBy);
        var released = Misses("10:00:00", "10:05:00", "10:10:00").Quietly("10:11:00", new Unhalt("anna", "looked"))
            .Quietly("10:12:00", Told(AccountNews.ProtectionMissed, "1", "TAGUSDT", holds: true));
        Assert.Null(released.State.HaltedBy);
    }

    [Fact]
    public void The_daily_loss_stops_entries_until_midnight_and_resume_sets_it_aside_until_then()
    {
        var policy = AccountPolicy.Default with { DailyLoss = 20m };
        var account = new AccountScenario(policy)
            .Quietly("10:00:00", Told(AccountNews.Opened, "1", "TAGUSDT", holds: true, net: -0.2m))
            .Quietly("10:00:01", Told(AccountNews.Closed, "2", "HNTUSDT", holds: false, net: -9.8m, closed: "10:00:01"))
            .Quietly("10:00:02", new Marked(new Dictionary<Symbol, decimal> { [Symbol.Parse("TAGUSDT")] = 1.901m }));
        Assert.Null(account.State.DailyLoss);

        account.Quietly("10:00:03", new Marked(new Dictionary<Symbol, decimal> { [Symbol.Parse("TAGUSDT")] = 1.9m }));
        Assert.Equal((-20m, Utc("1.00:00:00")), (account.State.DailyLoss!.Net, account.State.DailyLoss.UntilUtc));
        Assert.Equal(Reasons.AccountState, account.Denial("23:59:59", Request("3", "LSKUSDT")));

        account.Quietly("23:59:59.1", new Resume("anna", "accepted"))
            .Quietly("23:59:59.2", new Marked(new Dictionary<Symbol, decimal> { [Symbol.Parse("TAGUSDT")] = 1.5m }));
        Assert.Null(account.Denial("23:59:59.3", Request("3", "LSKUSDT")));
        account.Quietly("1.00:00:00", new Marked(new Dictionary<Symbol, decimal> { [Symbol.Parse("TAGUSDT")] = 1.5m }));
        Assert.Equal(-50.2m, account.State.DailyLoss!.Net);
    }

    [Fact]
    public void An_open_gain_does_not_make_up_for_a_realised_loss()
    {
        var account = new AccountScenario(AccountPolicy.Default with { DailyLoss = 20m })
            .Quietly("10:00:00", Told(AccountNews.Opened, "1", "TAGUSDT", holds: true))
            .Quietly("10:00:01", new Marked(new Dictionary<Symbol, decimal> { [Symbol.Parse("TAGUSDT")] = 5m }))
            .Quietly("10:00:02", Told(AccountNews.Closed, "2", "HNTUSDT", holds: false, net: -20m, closed: "10:00:02"));
        Assert.NotNull(account.State.DailyLoss);
    }

    [Fact]
    public void Suspect_stream_second_writer_and_full_order_list_deny_while_they_last()
    {
        var account = new AccountScenario().Quietly("10:00:00", new StreamHealthTold(Suspect: true, "silent"));
        Assert.Equal(Reasons.StreamSuspect, account.Denial("10:00:01", Request("1", "TAGUSDT")));
        account.Quietly("10:00:02", new StreamHealthTold(Suspect: false, ""))
            .Quietly("10:00:03", new SecondWriterTold([new ClientOrderId("taexxxxxxaaaaaaaaaaaaaaaaaaaa")]));
        var told = Assert.IsType<AccountEffect.AlertOperator>(Assert.Single(account.Last.Effects));
        Assert.EndsWith("previous-journals: [\"xxxxxx\"]", told.Text, StringComparison.Ordinal);
        Assert.Equal(Reasons.SecondWriter, account.Denial("10:00:04", Request("1", "TAGUSDT")));
        account.Quietly("10:00:05", new SecondWriterTold([])).Quietly("10:00:06", new ConditionalOrdersCounted(194));
        Assert.Null(account.Denial("10:00:07", Request("1", "TAGUSDT")));
        Assert.Equal(Reasons.ConditionalLimit, account.Denial("10:00:08", Request("2", "HNTUSDT")));
    }

    [Fact]
    public void In_hedge_mode_each_side_of_a_symbol_has_a_slot_of_its_own()
    {
        var account = new AccountScenario(AccountPolicy.Default with { Hedge = true });
        RequestSlot Wish(string id, Side side) => new(Signal(id, "TAGUSDT", side: side), new MarketView(2m, Rules("TAGUSDT")));
        Assert.Null(account.Denial("10:00:00", Wish("1", Side.Long)));
        Assert.Equal(Reasons.DuplicatePosition, account.Denial("10:00:01", Wish("2", Side.Long)));
        Assert.Null(account.Denial("10:00:02", Wish("3", Side.Short)));
        Assert.Equal(["binance/TAGUSDT/long", "binance/TAGUSDT/short"], account.Book.Slots.Keys.Select(key => key.ToString()).Order());
    }

    [Fact]
    public void What_the_venue_probe_found_wrong_denies_entries_until_it_is_mended()
    {
        var account = new AccountScenario().Quietly("10:00:00", new VenueProbed("the key may withdraw: make another"));
        Assert.Equal(Reasons.AccountState, account.Denial("10:00:01", Request("1", "TAGUSDT")));
        Assert.Equal("venue probe: the key may withdraw: make another", account.Last.Note);
        Assert.Null(account.Quietly("10:00:02", new VenueProbed(null)).Denial("10:00:03", Request("1", "TAGUSDT")));
    }

    [Fact]
    public void Notional_of_all_positions_is_bounded()
    {
        var account = new AccountScenario(AccountPolicy.Default with { MaxTotalNotional = 399m });
        Assert.Null(account.Denial("10:00:00", Request("1", "TAGUSDT")));
        Assert.Equal(Reasons.MaxNotional, account.Denial("10:00:01", Request("2", "HNTUSDT")));
    }

    [Fact]
    public void A_share_of_the_equity_waits_for_the_equity_and_is_capped()
    {
        var account = new AccountScenario(AccountPolicy.Default with { EquityShare = 0.1m, MaxPositionNotional = 150m });
        Assert.Null(account.Denial("10:00:00", Request("1", "TAGUSDT")));
        Assert.Null(account.Last.Grant);
        account.Quietly("10:00:01", new EquityRead(1000m)).Quietly("10:00:02", Request("1", "TAGUSDT"));
        Assert.Equal(50m, account.Last.Grant!.Quantity);
        account.Quietly("10:00:03", new EquityRead(9000m)).Quietly("10:00:04", Request("2", "HNTUSDT"));
        Assert.Equal(75m, account.Last.Grant!.Quantity);
    }

    [Fact]
    public void The_journal_replayed_is_the_live_state()
    {
        var account = new AccountScenario(AccountPolicy.Default with { DailyLoss = 1m })
            .Quietly("10:00:00", Told(AccountNews.ProtectionMissed, "1", "TAGUSDT", holds: true))
            .Quietly("10:00:01", Told(AccountNews.Closed, "1", "TAGUSDT", holds: false, net: -2m, closed: "10:00:01"))
            .Quietly("10:00:02", new Pause("anna", "why")).Quietly("10:00:03", new Halt("anna", "why"));
        var replayed = account.Journal.Aggregate(AccountState.Initial, AccountMachine.Evolve);
        Assert.Equal(account.State with { MissesUtc = [], Closures = replayed.Closures }, replayed with { MissesUtc = [] });
        Assert.Equal(account.State.MissesUtc, replayed.MissesUtc);
        Assert.Equal(account.State.Closures, replayed.Closures);
    }

    [Fact]
    public void Every_input_is_decided_in_every_standing()
    {
        AccountInput[] inputs =
        [
            Request("1", "TAGUSDT"), new ReturnSlot(Key("TAGUSDT"), "1"), new Pause("a", ""), new Resume("a", ""), new Halt("a", ""),
            new Unhalt("a", ""), Told(AccountNews.Opened, "1", "TAGUSDT", true), new PositionsRead([]), new StreamHealthTold(true, ""),
            new SecondWriterTold([]), new ConditionalOrdersCounted(1), new EquityRead(1m), new Marked(new Dictionary<Symbol, decimal>()),
            new Recovered(), new VenueProbed(null), new CashTold(new Cash("c", CashKind.Funding, -1m, "USDT", "FUNDING_FEE", default), null, Counts: true),
        ];
        Assert.Equal(
            typeof(AccountInput).GetNestedTypes().Select(t => t.Name).Order(), inputs.Select(i => i.GetType().Name).Order());
        AccountInput[][] standings = [[], [new Pause("a", "")], [new Halt("a", "")], [Told(AccountNews.ProtectionMissed, "1", "TAGUSDT", true)]];
        foreach (var standing in standings)
            foreach (var input in inputs.Concat(Enum.GetValues<AccountNews>().Select(n => Told(n, "1", "TAGUSDT", true))))
                Assert.NotNull(standing.Append(input)
                    .Aggregate(new AccountScenario(), (account, i) => account.Quietly("10:00:00", i)).Last);
    }
}
