using System.Text.Json;

namespace Trading.Scenarios.Processes;

/// <summary>kill -9 of the node while the exchange, its own process, goes on. The verdict is the exchange's truth log.</summary>
public sealed class KilledNode
{
    private static readonly string[] Symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "ADAUSDT", "DOGEUSDT"];

    [Fact]
    public async Task Killed_with_open_positions_it_goes_on_with_stops_in_place_and_no_second_entry()
    {
        using var world = new ProcessWorld();
        await world.Listening();
        await world.StartNode();
        await world.Post("w1", Symbols);
        await world.Until("five positions are open and covered", async () => await Opened(world) == 5 && await Unprotected(world) == 0);

        world.Node.Kill();
        await world.StartNode();

        await world.Until("the books equal the exchange's", async () => await BooksAgree(world));
        await world.Post("w1", Symbols);
        await Judge(world, entries: 5);
    }

    [Fact]
    public async Task Killed_while_an_entrys_answer_is_lost_it_finds_the_position_and_protects_it()
    {
        using var world = new ProcessWorld();
        await world.Listening();
        await world.StartNode();
        await world.Fault(new { @do = "lose_answer", purpose = "entry", symbol = "BTCUSDT", count = 1 });
        await world.Fault(new { @do = "delay_event", @event = "ACCOUNT_UPDATE", symbol = "BTCUSDT", ms = 3000, count = 5 });
        await world.Fault(new { @do = "delay_event", @event = "ORDER_TRADE_UPDATE", symbol = "BTCUSDT", ms = 3000, count = 5 });
        await world.Post("w1", "BTCUSDT");
        await world.Until("the entry has filled", async () => await Opened(world) == 1);

        world.Node.Kill();
        await world.StartNode();

        await world.Until("it is protected", async () => await Unprotected(world) == 0);
        await world.Until("the books equal the exchange's", async () => await BooksAgree(world));
        await Judge(world, entries: 1);
    }

    private static async Task Judge(ProcessWorld world, int entries)
    {
        var truth = await world.Truth();
        Assert.Equal(0, truth.GetProperty("duplicate_positions").GetInt32());
        Assert.Equal(0, truth.GetProperty("max_gap_ms").GetInt32());
        Assert.Equal(0, truth.GetProperty("unprotected_now").GetInt32());
        var sent = truth.GetProperty("orders").EnumerateArray()
            .Select(order => order.GetProperty("client_id").GetString()!)
            .Where(id => id.StartsWith("tae", StringComparison.Ordinal)).Distinct().ToList();
        Assert.True(sent.Count == entries, $"entries sent: {string.Join(", ", sent)}\n{world.Node.Printed}");
    }

    private static async Task<int> Opened(ProcessWorld world) => (await world.Truth()).GetProperty("positions").GetArrayLength();

    private static async Task<int> Unprotected(ProcessWorld world) => (await world.Truth()).GetProperty("unprotected_now").GetInt32();

    private static async Task<bool> BooksAgree(ProcessWorld world)
    {
        var positions = await world.Positions();
        if (positions.ValueKind is JsonValueKind.Object) positions = positions.GetProperty("positions");
        if (positions.ValueKind is not JsonValueKind.Array) return false;
        var ours = positions.EnumerateArray().Select(position => position.GetProperty("symbol").GetString()!).Order().ToList();
        return ours.SequenceEqual(await world.OpenAtExchange());
    }
}
