using System.Globalization;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;

namespace Trading.Simulator;

/// <summary>Arguments of the simulator's own program.</summary>
internal static class CommandLine
{
    public const string Usage = """
        trading simulator: an exchange on loopback with the wires of Binance USD-M and Bybit V5 linear
          --port N              REST and WebSockets of Binance, Bybit on N + 1 (5490)
          --data DIR            keeps the book in DIR/exchange.db (default data)
          --memory              keeps nothing
          --seed N              chance of prices, slippage and delays (1)
          --lively              synthetic prices that move ten times as much
          --market FILE...      replays recorded prices instead (frame log, minute-bar zip, archive CSV)
          --speed X             exchange seconds per real second in a replay (1)
          --oversize trim|expire  what a reduce-only stop larger than the position does (trim)
          --fee-asset BNB       what accounts pay their fees in, 10 of it each (USDT)
        """;

    /// <returns>What is wrong with the arguments, or null.</returns>
    public static string? Parse(string[] args, TimeProvider real, out SimulatorOptions? options, out TimeProvider time)
    {
        options = null;
        time = real;
        var (port, data, seed, speed) = (5490, (string?)"data", 1UL, 1.0);
        var lively = false;
        var oversize = OversizeStop.Trim;
        var feeAsset = Account.Quote;
        var files = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            switch (args[i])
            {
                case "--memory": data = null; continue;
                case "--lively": lively = true; continue;
                case "--port" when int.TryParse(value, out port) && port is >= 0 and <= 65534: break;
                case "--data" when value.Length > 0: data = value; break;
                case "--seed" when ulong.TryParse(value, out seed): break;
                case "--speed" when double.TryParse(value, CultureInfo.InvariantCulture, out speed) && speed > 0: break;
                case "--oversize" when value is "trim" or "expire":
                    oversize = value == "trim" ? OversizeStop.Trim : OversizeStop.Expire;
                    break;
                case "--fee-asset" when value.Length > 0: feeAsset = value; break;
                case "--market" when File.Exists(value):
                    while (i + 1 < args.Length && File.Exists(args[i + 1])) files.Add(args[++i]);
                    continue;
                default: return $"argument '{args[i]}' with value '{value}' is not understood\n{Usage}";
            }

            i++;
        }

        if (files.Count == 0 && feeAsset != Account.Quote && SyntheticSymbol.Find(feeAsset + Account.Quote) is null)
            return $"argument '--fee-asset' with value '{feeAsset}': {feeAsset}{Account.Quote} is not quoted here; take BNB";
        Func<MarketStart, IMarket> market = start => Synthetic(start, lively);
        try
        {
            if (files.Count > 0)
            {
                var replay = MarketFiles.Open(files);
                market = _ => replay;
                time = new ScaledTime(real, replay.NextAtUtc ?? real.GetUtcNow().UtcDateTime, speed);
            }
        }
        catch (MarketException e)
        {
            return e.Message;
        }

        options = new SimulatorOptions { Port = port, DataFolder = data, Market = market };
        options = options with { Venue = options.Venue with { Seed = seed, OversizeStop = oversize, FeeAsset = feeAsset } };
        return null;
    }

    /// <summary>Synthetic prices that go on where the exchange left off.</summary>
    private static SyntheticMarket Synthetic(MarketStart start, bool lively)
    {
        var options = lively ? SyntheticOptions.Lively : SyntheticOptions.Calm;
        var known = new SyntheticMarket(options, start.FromUtc).Symbols.Select(s => s.Symbol).ToHashSet();
        var prices = start.LastTicks.Where(t => known.Contains(t.Key)).ToDictionary(t => t.Key, t => t.Value.Mark);
        return new SyntheticMarket(options with { Seed = start.Seed, StartPrices = prices }, start.FromUtc);
    }
}
