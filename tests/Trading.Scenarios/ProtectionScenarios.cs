using Trading.Domain;
using Trading.Lab.Replay;
using Trading.Simulator.Faults;
using Trading.Simulator.Matching;
using Xunit;
using Side = Trading.Domain.Side;

namespace Trading.Scenarios;

/// <summary>A stop that rests before its entry, and a stop that fires and does not fill, over the real wire.</summary>
public sealed class ProtectionScenarios
{
    private static readonly ScenarioSetting Setting = new() { Prices = [("TAGUSDT", 0.5m), ("KAVAUSDT", 0.16m)] };

    [Theory]
    [InlineData(OversizeStop.Trim)]
    [InlineData(OversizeStop.Expire)]
    public async Task With_its_stop_first_a_position_is_never_without_one_and_an_entry_that_fails_leaves_none(OversizeStop oversize)
    {
        var setting = Setting with { StopFirst = true, Venue = new VenueOptions { OversizeStop = oversize } };
        await using var run = await ScenarioRun.Start(setting, TimeProvider.System);
        await run.Until("the probe has seen a stop rest", () => run.Node.Accounts[run.Account].LastProbe is { AllowsStopFirst: true });
        await run.OpenProtected("TAGUSDT", Side.Long);
        run.Exchange.Inject(new Fault { Do = FaultAction.Refuse, Purpose = "entry", Code = -2019, Symbol = "KAVAUSDT" });
        await run.Open("KAVAUSDT", Side.Short);
        await run.Until("nothing rests on the key of the entry that failed", () => run.Exchange.Orders("KAVAUSDT").Count > 0
            && run.Exchange.RestingStops("KAVAUSDT").Count == 0);

        run.Exchange.Price("TAGUSDT", 0.48m);
        await run.UntilFlat("TAGUSDT");

        var truth = run.Exchange.Truth();
        Assert.Equal((0L, 0), (truth.MaxUnprotectedMs, truth.DuplicatePositions));
        Assert.All(run.Exchange.Orders("TAGUSDT"), order => Assert.False(order.ClientId.StartsWith("tax", StringComparison.Ordinal), "its own stop closed it"));
    }

    [Fact]
    public async Task A_stop_that_stays_triggering_is_followed_by_a_close()
    {
        await using var run = await ScenarioRun.Start(Setting, TimeProvider.System);
        await run.OpenProtected("TAGUSDT", Side.Long);
        run.Exchange.Inject(new Fault { Do = FaultAction.StickTriggering, Symbol = "TAGUSDT", Ms = 0 });
        run.Exchange.Price("TAGUSDT", 0.48m);
        await run.UntilFlat("TAGUSDT");

        Assert.Equal(0m, run.Exchange.Held("TAGUSDT"));
        Assert.Contains(run.Exchange.Orders("TAGUSDT"), order => order.ClientId.StartsWith("tax", StringComparison.Ordinal));
    }
}
