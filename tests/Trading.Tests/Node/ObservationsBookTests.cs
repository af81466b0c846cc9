using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Node.Gateways;

namespace Trading.Tests.Node;

/// <summary>What was read of a symbol by itself, where snapshots name only what is held (Bybit).</summary>
public sealed class ObservationsBookTests
{
    private static readonly PositionKey Key = new(AccountId.Parse("bybit"), Symbol.Parse("TAGUSDT"));
    private static readonly DateTime Noon = new(2026, 11, 20, 12, 0, 0, DateTimeKind.Utc);
    private readonly ObservationsBook _book = new();

    [Fact]
    public void A_flat_read_from_before_an_entry_is_not_what_is_held_after_it()
    {
        _book.Learn(Key, Flat, Noon);
        _book.Learn(Key, new PositionInput.PositionStreamed(100m, 1m, Noon.AddSeconds(1), ByOrder: true));
        Assert.Equal(100m, _book.AmountOf(Key));
        Assert.IsType<PositionInput.PositionStreamed>(_book.ShareOf(Key)[^1]);
    }

    [Fact]
    public void A_snapshot_that_names_the_key_takes_the_place_of_a_flat_read_and_one_that_leaves_it_out_is_told_after_it()
    {
        _book.Learn(Key, Flat, Noon);
        _book.Learn(Snapshot(Noon.AddSeconds(1)));
        Assert.Equal(Noon.AddSeconds(1), Assert.IsType<PositionInput.SnapshotShare>(_book.ShareOf(Key)[^1]).StartedUtc);
        Assert.Null(_book.SnapshotShareOf(Key)!.Row);
        Assert.True(_book.Names(Key));

        _book.Learn(Snapshot(Noon.AddSeconds(2), (Key, new PositionRow(100m, 1m, Noon.AddSeconds(2)))));
        Assert.Equal(100m, _book.AmountOf(Key));
        Assert.Single(_book.ShareOf(Key));
    }

    private static PositionRow Flat => new(0m, 0m, null);

    private static AccountSnapshot Snapshot(DateTime startedUtc, params (PositionKey Key, PositionRow Row)[] held) =>
        new(startedUtc, held.ToDictionary(one => one.Key, one => one.Row), [], [], ConditionalOrders: 0);
}
