using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Benchmarks;

/// <summary>A mark price that moves nothing, decided by the position machine, against reading its frame with a bare JSON reader.</summary>
internal static class DecideBenchmark
{
    private const int PerRound = 200_000;

    /// <summary>Twice what a decision takes: something is made at every price that was not.</summary>
    private const int BytesAtMost = 1024;

    private static readonly JournalId Journal = new("benchmark");
    private static readonly byte[] Frame = Encoding.UTF8.GetBytes(
        """{"e":"markPriceUpdate","E":1795000001000,"s":"ETHUSDT","p":"3120.55000000","ap":"3120.54000000","P":"3119.80000000","i":"3121.90127660","r":"0.00004100","T":1795017600000,"st":1}""");

    /// <returns>Gross breaches.</returns>
    public static IEnumerable<string> Run()
    {
        var (state, context) = Protected();
        var (decided, read, bytes) = (new Rounds(), new Rounds(), new Rounds());
        for (var round = 0; round < Rounds.Count; round++)
        {
            read.Add(PerSecond(static () => ReadFrame()));
            var before = GC.GetAllocatedBytesForCurrentThread();
            var seen = new Observations { KnownAmount = 1 };
            decided.Add(PerSecond(() => seen = PositionMachine.Decide(context, state, seen, Tick).Seen));
            bytes.Add((double)(GC.GetAllocatedBytesForCurrentThread() - before) / PerRound);
        }

        Console.WriteLine($"ticks decided per second        {decided}");
        Console.WriteLine($"bare Utf8JsonReader passes      {read}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio                           {decided.Median / read.Median:0.00}"));
        Console.WriteLine($"bytes allocated per decision    {bytes}");
        return bytes.Median <= BytesAtMost ? [] : [$"a decision allocates {bytes.Median:n0} bytes, more than {BytesAtMost}"];
    }

    private static readonly PositionInput.MarkMoved Tick = new(3001m, 3001m, 3001m, DateTime.UnixEpoch);

    private static (PositionState State, PositionContext Context) Protected()
    {
        var key = PositionKey.Parse("binance/ETHUSDT");
        var stop = OrderIds.For(Journal, key.Stream, 5, OrderPurpose.Stop);
        var held = new Holding(1, Side.Long, new ProtectionPlan(), Policy: null)
        {
            Quantity = 1, EntryPrice = 3000, StopBase = 3000, EntryFilled = 1, Cost = 3000, LastTrigger = 2940,
            Protection = new Protection.Protected(new LiveStop(stop, "1", 1, 2940)),
        };
        var rules = new SymbolRules(key.Symbol, 0.01m, 0.001m, 0.001m, 2000m, 20m);
        return (new PositionState.Open(held), new PositionContext(key, Journal, 9, DateTime.UnixEpoch, rules, PositionPolicy.Default(Journal)));
    }

    private static void ReadFrame()
    {
        var reader = new Utf8JsonReader(Frame);
        while (reader.Read())
        {
        }
    }

    private static double PerSecond(Action once)
    {
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < PerRound; i++) once();
        return PerRound / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
