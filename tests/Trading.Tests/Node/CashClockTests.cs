using System.Globalization;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Node.Gateways;

namespace Trading.Tests.Node;

/// <summary>When the exchange's list of payments is read, and from when on.</summary>
public sealed class CashClockTests
{
    [Theory]
    [InlineData("10:00:00", 30)]
    [InlineData("10:00:29", 1)]
    [InlineData("10:00:30", 3600)]
    [InlineData("10:59:00", 90)]
    public void It_is_read_half_a_minute_after_every_full_hour(string now, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), CashClock.UntilNext(At(now)));

    [Fact]
    public void Nothing_is_asked_where_nothing_was_held_over_a_full_hour()
    {
        Assert.Null(Since(null, "11:30:00"));
        Assert.Null(Since(null, "11:30:00", Held("11:00:01"), new PositionState.Flat(), Ended("09:30:00", "10:20:00"), Ended("11:05:00", "11:20:00")));
        Assert.Equal(At("10:59:00"), Since(null, "11:30:00", Held("11:00:01"), Held("10:59:00")));
        Assert.Equal(At("10:40:00"), Since(null, "11:30:00", Ended("10:40:00", "11:00:01"))); // it was funded, then closed
    }

    [Fact]
    public void What_was_missed_is_asked_for_from_the_earliest_and_not_beyond_a_day()
    {
        Assert.Equal(At("11:10:00"), Since("11:10:00", "11:30:00", Held("11:20:00")));
        Assert.Equal(At("10:10:00"), Since("11:10:00", "11:30:00", Held("10:10:00")));
        Assert.Equal(At("11:30:00").AddDays(-1), CashClock.Since(At("11:30:00").AddDays(-3), [], At("11:30:00")));
    }

    private static DateTime? Since(string? missed, string now, params PositionState[] positions) =>
        CashClock.Since(missed is null ? null : At(missed), positions, At(now));

    private static PositionState Held(string opened) => new PositionState.Open(Book(opened));

    private static PositionState Ended(string opened, string closed) => new PositionState.Flat(Book(opened)) { ClosedUtc = At(closed) };

    private static Holding Book(string opened) => new(1, Side.Long, new ProtectionPlan(), null) { Quantity = 1, OpenedUtc = At(opened) };

    private static DateTime At(string time) => new DateTime(2026, 11, 20, 0, 0, 0, DateTimeKind.Utc) + TimeSpan.Parse(time, CultureInfo.InvariantCulture);
}
