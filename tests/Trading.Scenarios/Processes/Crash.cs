using System.Collections;
using System.Globalization;
using System.Text.Json;
using Trading.Lab.Databases;
using Trading.Lab.Verify;
using Xunit.Abstractions;

namespace Trading.Scenarios.Processes;

/// <summary>
/// The moments at which one node is killed, and the verdict: the exchange's truth log, the API and <c>verify</c>, never
/// what the node says of its own deeds.
/// </summary>
internal sealed class Crash(ProcessWorld world, ITestOutputHelper output)
{
    private const int ProtectWithinMs = 3000;

    /// <summary>Longer than any node waits for an answer: it is dead before.</summary>
    private const int HeldMs = 30_000;

    private readonly List<(string What, int Fault)> _points = [];
    private double _downMs;

    // Where

    /// <summary>On its way when the node dies, and carried out afterwards.</summary>
    public Task HoldRequest(string purpose, string symbol, int arrivesAfterMs) =>
        Arm($"{purpose} of {symbol} on its way", new { @do = "delay_request", purpose, symbol, ms = arrivesAfterMs, count = (int?)null });

    /// <summary>Never reaches the exchange.</summary>
    public Task LoseRequest(string purpose, string symbol) =>
        Arm($"{purpose} of {symbol} lost on its way", new { @do = "lose_request", purpose, symbol, count = (int?)null });

    /// <summary>Carried out, and the node does not learn of it, from the stream either.</summary>
    public async Task HoldAnswer(string purpose, string? symbol = null, int ms = HeldMs)
    {
        await Arm($"answer to {purpose} {(symbol is null ? "" : $"of {symbol} ")}held", new { @do = "delay_answer", purpose, symbol, ms, count = (int?)null });
        if (symbol is null || ms < HeldMs) return;
        foreach (var told in new[] { "ACCOUNT_UPDATE", "ORDER_TRADE_UPDATE", "ALGO_UPDATE", "TRADE_LITE" })
            await world.Exchange.Arm(new { @do = "drop_event", @event = told, symbol, account = $"sim-key-{world.Account}", count = (int?)null });
    }

    /// <summary>The cancel of the stop that rests now; the wire names it by its id alone.</summary>
    public async Task CancelOfStop(string symbol, string @do)
    {
        var resting = (await world.Truth()).GetProperty("orders").EnumerateArray().Single(order => IsRestingStop(order)
            && order.GetProperty("symbol").GetString() == symbol).GetProperty("client_id").GetString();
        await Arm($"cancel of the old stop of {symbol}: {@do}", new { @do, purpose = "cancel_stop", client_id = resting, ms = HeldMs, count = (int?)null });
    }

    // When

    /// <summary>The exchange has everything in its hands that the faults are to hold.</summary>
    public async Task Reached(string? what = null)
    {
        foreach (var (point, fault) in _points) await world.Until(point, () => world.Exchange.HasHit(fault));
        foreach (var (point, _) in _points) output.WriteLine($"reached: {point}");
        if (what is not null) output.WriteLine($"reached: {what}");
        _points.Clear();
    }

    public async Task Kill(string? what = null)
    {
        await Reached(what);
        world.Kill();
        await world.Exchange.DisarmAll();
        await Verify();
    }

    public async Task Start()
    {
        await world.StartNode();
        _downMs = Math.Max(_downMs, world.DownTime.TotalMilliseconds);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"down for {world.DownTime.TotalMilliseconds:0} ms"));
    }

    public async Task KillAndStart(string? what = null)
    {
        await Kill(what);
        await Start();
    }

    // The market

    /// <summary>Prices stand still: what moves is moved by the test.</summary>
    public async Task Calm(params string[] symbols)
    {
        foreach (var symbol in symbols) await Move(symbol, 1);
    }

    public async Task Move(string symbol, decimal factor) =>
        await world.Exchange.Price(symbol, await world.Exchange.Mark(symbol) * factor);

    public async Task Open(params string[] symbols)
    {
        await Calm(symbols);
        await world.Post("w1", symbols);
        await UntilOpen(symbols.Length);
    }

    public Task UntilOpen(int count) => world.Until($"{count} positions are open and covered", async () =>
        (await world.HeldAtExchange()).Count == count && (await world.Truth()).GetProperty("unprotected_now").GetInt32() == 0
        && (await world.Ask("positions")).EnumerateArray().Count(IsProtected) == count);

    public Task UntilCovered() => world.Until(
        "what is filled is behind a stop, and the node has heard of it", async () =>
            (await world.Truth()).GetProperty("unprotected_now").GetInt32() == 0
            && (await world.Ask("positions")).EnumerateArray().All(IsProtected));

    // The verdict

    /// <param name="entries">How often an entry of ours reached the exchange, by symbol.</param>
    public async Task Judge(int open, IReadOnlyDictionary<string, int> entries)
    {
        _downMs = Math.Max(_downMs, world.DownTime.TotalMilliseconds);
        await world.Until($"{open} positions are left, in the books as at the exchange", async () =>
            (await world.HeldAtExchange()).SequenceEqual(await world.HeldInBooks()) && (await world.HeldInBooks()).Count == open);
        await world.Until("every signal has its end", async () =>
            (await world.Ask("signals?outcome=pending")).EnumerateArray().ToList().Count == 0);
        await world.Until("every position is protected by one stop of ours", async () =>
            (await world.Ask("positions")).EnumerateArray().All(IsProtected) && await StopsResting() == open);
        await world.Until("the venue probe has cancelled its test stop", async () =>
            (await world.Ask("slots")).EnumerateArray().All(slots => !IsProbing(slots.GetProperty("why").GetString())));
        JudgeTruth(await world.Truth(), entries);
        world.StopNode();
        await Verify();
        await JudgeNothingLost();
    }

    private static bool IsProbing(string? whyNoEntries) => whyNoEntries is not null
        && (whyNoEntries.Contains("still being read", StringComparison.Ordinal) || whyNoEntries.Contains("probe has not ended", StringComparison.Ordinal));

    private void JudgeTruth(JsonElement truth, IReadOnlyDictionary<string, int> entries)
    {
        var unprotected = truth.GetProperty("max_unprotected_ms").GetInt64();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"unprotected at most {unprotected} ms, allowed {ProtectWithinMs + _downMs:0} ms; gap {truth.GetProperty("max_gap_ms")} ms"));
        Assert.Equal(0, truth.GetProperty("duplicate_positions").GetInt32());
        Assert.Equal(0, truth.GetProperty("max_gap_ms").GetInt32());
        Assert.InRange(unprotected, 0, (long)(ProtectWithinMs + _downMs));
        foreach (var (symbol, count) in entries)
            Assert.True(Orders(truth, "tae", symbol).Distinct().Count() == count, $"entries of {symbol}: {string.Join(", ", Orders(truth, "tae", symbol))}");
    }

    private async Task<int> StopsResting() => (await world.Truth()).GetProperty("orders").EnumerateArray().Count(IsRestingStop);

    /// <summary>
    /// Everything of ours that the exchange has ever seen stands in the tables that follow from the journal; but a stop that
    /// had to leave while the disk did not answer for 500 ms may have died with its node before it was written: then it is gone.
    /// </summary>
    private async Task JudgeNothingLost()
    {
        var known = BookedOrders.Of(Path.Combine(world.Data, "monitoring.db"));
        var truth = await world.Truth();
        var tests = TestStops(truth);
        var unknown = Orders(truth, "ta", symbol: null).Where(id => !known.Contains(id) && !tests.Contains(id)).ToHashSet();
        var lost = truth.GetProperty("orders").EnumerateArray()
            .Where(order => unknown.Contains(order.GetProperty("client_id").GetString()!) && !DiedUnwritten(order)).ToList();
        Assert.True(lost.Count == 0, $"orders at the exchange that the books do not have: {string.Join(", ", lost)}");
    }

    private bool DiedUnwritten(JsonElement order) => order.GetProperty("kind").GetString() == "stop" && !IsRestingStop(order)
        && world.SentAhead(order.GetProperty("symbol").GetString()!);

    /// <summary>What the venue probe sends has no journal: a stop placed where nothing was open, and cancelled unfilled.</summary>
    private static HashSet<string> TestStops(JsonElement truth)
    {
        var positions = truth.GetProperty("positions").EnumerateArray().ToList();
        return [.. truth.GetProperty("orders").EnumerateArray()
            .Where(order => order.GetProperty("kind").GetString() == "stop" && order.GetProperty("status").GetString() == "Canceled"
                && !positions.Any(position => IsOpenAt(position, order)))
            .Select(order => order.GetProperty("client_id").GetString()!)];
    }

    private static bool IsOpenAt(JsonElement position, JsonElement order)
    {
        var created = order.GetProperty("created_utc").GetDateTime();
        return position.GetProperty("symbol").GetString() == order.GetProperty("symbol").GetString()
            && position.GetProperty("opened_utc").GetDateTime() <= created
            && (position.GetProperty("closed_utc").ValueKind is JsonValueKind.Null || created <= position.GetProperty("closed_utc").GetDateTime());
    }

    private async Task Verify()
    {
        using var text = new StringWriter();
        var code = await VerifyCommand.Run(
            new NodePlace(Config: null, world.Data, "sqlite", new Hashtable()), json: false, text, text, TimeProvider.System, CancellationToken.None);
        Assert.True(code == 0, text.ToString());
        output.WriteLine(text.ToString().TrimEnd().Split('\n')[^1]);
    }

    private static List<string> Orders(JsonElement truth, string prefix, string? symbol) =>
        [.. truth.GetProperty("orders").EnumerateArray()
            .Where(order => symbol is null || order.GetProperty("symbol").GetString() == symbol)
            .Select(order => order.GetProperty("client_id").GetString()!)
            .Where(id => id.StartsWith(prefix, StringComparison.Ordinal) && id.Length == 29)];

    private static bool IsRestingStop(JsonElement order) =>
        order.GetProperty("kind").GetString() == "stop" && order.GetProperty("status").GetString() is "New";

    private static bool IsProtected(JsonElement position) => position.GetProperty("protection").GetString() == "protected";

    private async Task Arm(string what, object fault) => _points.Add((what, await world.Exchange.Arm(fault)));
}
