using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Node.Operators;
using Trading.Node.Positions;

namespace Trading.Tests.Node;

/// <summary>Contracts that are not traded here: told once, newer state wins, and a late read brings nothing back.</summary>
public sealed class UntradedPositionsTests
{
    private const string Dated = "BTCUSDT_260327";
    private static readonly DateTime Noon = new(2026, 1, 5, 12, 0, 0, DateTimeKind.Utc);
    private readonly AlertBoard _alerts = new(TimeProvider.System, static _ => { });
    private readonly UntradedPositions _untraded;

    public UntradedPositionsTests() => _untraded = new UntradedPositions(AccountId.Parse("binance"), _alerts);

    [Fact]
    public void What_is_told_by_the_stream_and_by_every_snapshot_after_it_is_one_alert()
    {
        _untraded.On(At(0.1m, 10), Noon);
        for (var second = 11; second < 20; second++) _untraded.Learn(Snapshot(second, At(0.1m, 10)));
        _untraded.On(At(0.3m, 30), Noon);
        Assert.Equal(0.3m, Assert.Single(_untraded.Held).Amount);
        var alert = Assert.Single(_alerts.Newest);
        Assert.Equal(("NotManaged", $"binance/{Dated}", 1), (alert.Kind, alert.Subject, alert.Count));
    }

    [Fact]
    public void A_late_read_of_what_has_just_been_closed_is_no_news()
    {
        _untraded.On(At(0.1m, 10), Noon);
        _untraded.On(At(0m, 20), Noon);
        _untraded.Learn(Snapshot(19, At(0.1m, 10)));
        _untraded.Learn(Snapshot(22, At(0.1m, 10)));
        Assert.Empty(_untraded.Held);
        _untraded.On(At(0.1m, 30), Noon);
        Assert.Single(_untraded.Held);
        Assert.Equal(2, Assert.Single(_alerts.Newest).Count); // opened twice
    }

    [Fact]
    public void A_snapshot_that_leaves_it_out_ends_it_unless_it_began_before_or_names_nobody()
    {
        _untraded.On(At(0.1m, 10), Noon);
        _untraded.Learn(Snapshot(9));
        _untraded.Learn(Snapshot(20) with { NamesPositions = false });
        Assert.Single(_untraded.Held);
        _untraded.Learn(Snapshot(21));
        Assert.Empty(_untraded.Held);
    }

    [Fact]
    public void A_flat_row_is_nothing_to_tell()
    {
        _untraded.Learn(Snapshot(9, At(0m, 1)));
        Assert.Empty(_untraded.Held);
        Assert.Empty(_alerts.Newest);
    }

    private static UntradedPosition At(decimal amount, int second) => new(Dated, amount, 95_000m, Noon.AddSeconds(second));

    private static AccountSnapshot Snapshot(int second, params UntradedPosition[] rows) =>
        new(Noon.AddSeconds(second), new Dictionary<PositionKey, PositionRow>(), [], [], 0) { Untraded = rows };

    [Fact]
    public void A_snapshot_says_nothing_of_a_contract_that_no_list_names()
    {
        _untraded.On(At(-100m, 10) with { IsListed = false }, Noon);
        _untraded.Learn(Snapshot(20));
        Assert.Equal(-100m, Assert.Single(_untraded.Held).Amount);
    }
}
