using Trading.Lab.Repair;
using Trading.Lab.Replay;
using Trading.Tests.Projections;

namespace Trading.Tests.Postgres;

/// <summary>S4 on a copy of the legacy table: exactly the four ghosts, and back again.</summary>
public sealed class GhostRepairTests
{
    [PostgresFact]
    public async Task A_look_names_the_four_ghosts_and_changes_nothing()
    {
        var bot = await LegacyBot.Create(await PostgresServer.NewDatabase());
        var before = await bot.Text();
        var found = await new GhostRepair(bot.Database, TimeProvider.System).Look();

        Assert.Equal(
            ["COTIUSDT 585 590", "HOLOUSDT 584 588", "LSKUSDT 586 587", "TAGUSDT 583 589"],
            found.Groups.Select(group => $"{group.Symbol} {group.Keep.Id} {string.Join(',', group.Ghosts.Select(ghost => ghost.Id))}"));
        Assert.Null(found.RunId);
        Assert.Equal(before, await bot.Text());
    }

    [PostgresFact]
    public async Task Applied_the_reports_find_nothing_and_undone_the_table_is_as_it_was_byte_for_byte()
    {
        var bot = await LegacyBot.Create(await PostgresServer.NewDatabase());
        var repair = new GhostRepair(bot.Database, TimeProvider.System);
        var before = await bot.Text();

        Assert.Equal(4, (await repair.Apply(force: false)).Changed);
        Assert.Equal("587,588,589,590", await bot.Run(
            "SELECT string_agg(id::text, ',' ORDER BY id) FROM monitoring.positions WHERE status='closed' AND exit_reason='duplicate_cleanup'"));
        Assert.Null(await bot.Run(ReportSql.DuplicatesBySymbol));
        Assert.Null(await bot.Run(ReportSql.DuplicatesBySymbolAndExchange));
        Assert.Null(await bot.Run(ReportSql.Ghosts));
        Assert.Empty((await repair.Look()).Groups);
        Assert.Null((await repair.Apply(force: false)).RunId);

        Assert.Equal(4, (await repair.Undo(force: false)).Changed);
        Assert.Equal(before, await bot.Text());
        Assert.Contains("no repair", (await Assert.ThrowsAsync<RepairRefusedException>(() => repair.Undo(force: false))).Message);
        Assert.Equal("O", (await bot.Run("SELECT tgenabled FROM pg_trigger WHERE tgname='stamp'"))?.ToString());
    }

    [PostgresFact]
    public async Task While_the_bot_writes_it_refuses_and_force_goes_on()
    {
        var bot = await LegacyBot.Create(await PostgresServer.NewDatabase());
        var repair = new GhostRepair(bot.Database, TimeProvider.System);
        await bot.Run("UPDATE monitoring.positions SET notes='alive' WHERE id=582");
        var before = await bot.Text();
        Assert.Contains("--force", (await Assert.ThrowsAsync<RepairRefusedException>(() => repair.Apply(force: false))).Message);
        Assert.Equal(before, await bot.Text());
        Assert.Equal(4, (await repair.Apply(force: true)).Changed);
    }

    [PostgresFact]
    public async Task Two_rows_with_different_orders_are_listed_and_left_alone()
    {
        var bot = await LegacyBot.Create(await PostgresServer.NewDatabase());
        await bot.Run("INSERT INTO monitoring.orders(position_id, exchange_order_id) VALUES('589', '777')");
        await bot.Run("ALTER TABLE monitoring.positions DISABLE TRIGGER stamp; UPDATE monitoring.positions SET exchange_order_id='888' WHERE id=590");
        var found = await new GhostRepair(bot.Database, TimeProvider.System).Apply(force: false);
        Assert.Equal(
            ["COTIUSDT #585 and #590 have different orders", "TAGUSDT #583 and #589 have different orders"],
            found.Groups.Where(group => group.Why is not null).Select(group => $"{group.Symbol} {group.Why}"));
        Assert.Equal(2, found.Changed);
        Assert.Equal("active", await bot.Run("SELECT status FROM monitoring.positions WHERE id=589"));
    }

    [PostgresFact]
    public async Task A_row_that_was_changed_since_is_not_taken_back()
    {
        var bot = await LegacyBot.Create(await PostgresServer.NewDatabase());
        var repair = new GhostRepair(bot.Database, TimeProvider.System);
        await repair.Apply(force: false);
        await bot.Run("ALTER TABLE monitoring.positions DISABLE TRIGGER stamp; UPDATE monitoring.positions SET quantity=1 WHERE id=589");
        var repaired = await bot.Text();
        Assert.Contains("row 589", (await Assert.ThrowsAsync<RepairRefusedException>(() => repair.Undo(force: false))).Message);
        Assert.Equal(repaired, await bot.Text());
    }

    [PostgresFact]
    public async Task A_database_without_such_a_table_is_refused_in_one_line()
    {
        var repair = new GhostRepair(await PostgresServer.NewDatabase(), TimeProvider.System);
        Assert.Contains("monitoring", (await Assert.ThrowsAsync<RepairRefusedException>(repair.Look)).Message);
    }

    [Theory]
    [InlineData("1 short - 0 | 2 short - 0", "1", "2")] // nothing proves anything: the oldest stays
    [InlineData("1 short - 0 | 2 short x 0", "2", "1")]
    [InlineData("1 short x 0 | 2 short x 2", "2", "1")]
    [InlineData("1 short x 0 | 2 short y 2", "2", "")]
    [InlineData("1 short x 1 | 2 short x 1", "1", "2")]
    [InlineData("1 short x 2 | 2 long - 0", "1", "")]
    public void What_stays_is_what_has_an_order(string rows, string keep, string ghosts)
    {
        var group = Assert.Single(GhostRules.Judge(rows.Split(" | ").Select(Row)));
        Assert.Equal((keep, ghosts), ($"{group.Keep.Id}", string.Join(',', group.Ghosts.Select(ghost => ghost.Id))));
    }

    [Fact]
    public void Names_count_in_every_spelling()
    {
        var spelled = new[] { ("TAGUSDT", "binance"), ("TAG/USDT:USDT", "Binance"), ("TAGUSDT", "bybit") };
        var rows = spelled.Select((name, i) => new BookedRow(i, name.Item1, name.Item2, "short", null, 0, 0, []));
        Assert.Equal([0L, 1L], Assert.Single(GhostRules.Judge(rows)).Rows.Select(row => row.Id));
    }

    private static BookedRow Row(string text)
    {
        var words = text.Split(' ');
        var order = words[2] == "-" ? null : words[2];
        return new BookedRow(
            long.Parse(words[0], null), "TAGUSDT", "binance", words[1], order, int.Parse(words[3], null), 0, order is null ? [] : [order]);
    }
}
