using Trading.Journal;

namespace Trading.Tests.Journal;

public sealed class ShardTests
{
    [Fact]
    public void Streams_keep_their_shard_for_ever()
    {
        string[] streams = ["position/binance/TAGUSDT", "position/binance/KAVAUSDT", "account/binance"];
        Assert.Equal([68, 61, 53], streams.Select(stream => Shards.Of(stream, 128)));
        var spread = Enumerable.Range(0, 12_800).GroupBy(i => Shards.Of($"position/binance/S{i}USDT", 128))
            .Select(group => group.Count()).ToList();
        Assert.Equal(128, spread.Count);
        Assert.InRange(spread.Max(), 100, 200);
    }
}
