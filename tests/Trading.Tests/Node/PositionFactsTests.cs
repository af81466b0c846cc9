using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Node.Positions;
using Trading.Tests.Positions;
using static Trading.Domain.Positions.PositionInput;
using static Trading.Tests.Positions.Exchanges;

namespace Trading.Tests.Node;

public sealed class PositionFactsTests
{
    /// <summary>A cooldown counts from it: the time of the entry would end it before it began.</summary>
    [Fact]
    public void A_position_whose_closing_fill_nobody_told_was_closed_when_flat_was_proven()
    {
        var on = new PositionScenario("binance/TAGUSDT")
            .Quietly("10:00:00.000", Want(Side.Long, 100m, 2m))
            .Quietly("10:00:00.100", s => s.Fill("e1", "t1", Side.Long, 100m, 2m, "10:00:00.090"))
            .Quietly("10:00:00.200", s => s.Stop("s1", StopStatus.Live, "10:00:00.190"))
            .Quietly("11:30:00.000", s => s.Amount(0m, 0m, "11:29:59.990"));

        var facts = PositionFactsOf.State(PositionKey.Parse("binance/TAGUSDT"), on.State);

        Assert.Equal((on.Utc("11:30:00.000"), false), (facts.ClosedUtc, facts.HoldsSlot));
    }
}
