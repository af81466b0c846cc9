using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Weights per address in clock minutes, orders per account, and the ban for ignoring a 429.</summary>
internal sealed class RateLimits(BinanceOptions options)
{
    private const int IgnoredBeforeBan = 10;
    private static readonly TimeSpan BanTime = TimeSpan.FromMinutes(2);

    /// <summary>What was on its way when the limit was told does not ignore it.</summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromMilliseconds(500);
    private readonly Dictionary<string, Window> weights = [];
    private readonly Dictionary<string, Window> ordersMinute = [];
    private readonly Dictionary<string, Window> ordersTenSeconds = [];
    private readonly Dictionary<string, Penalty> penalties = [];

    /// <summary>Scripted limit: every call of the address is refused until the time.</summary>
    public void Limit(string address, DateTime untilUtc, bool banned) =>
        penalties[address] = new Penalty { UntilUtc = untilUtc, Banned = banned };

    /// <summary>The refusal of an address that is limited or banned; null when it is free.</summary>
    public WireAnswer? Refusal(string address, DateTime nowUtc)
    {
        if (!penalties.TryGetValue(address, out var penalty)) return null;
        if (nowUtc >= penalty.UntilUtc)
        {
            penalties.Remove(address);
            return null;
        }

        penalty.ToldUtc ??= nowUtc;
        if (!penalty.Banned && nowUtc - penalty.ToldUtc > OnItsWay && ++penalty.Ignored > IgnoredBeforeBan)
            penalty = penalties[address] = new Penalty { UntilUtc = nowUtc + BanTime, Banned = true };
        return Answer(address, penalty, nowUtc);
    }

    /// <summary>When the last ban ends; null: no address is banned.</summary>
    public DateTime? BannedUntilUtc => penalties.Values.Where(penalty => penalty.Banned).Max(penalty => (DateTime?)penalty.UntilUtc);

    /// <summary>Counts a call; the refusal when it is one too many.</summary>
    public WireAnswer? Count(string address, int weight, DateTime nowUtc)
    {
        var minute = Minute(nowUtc);
        var window = Get(weights, address);
        if (window.Add(minute, weight) <= options.WeightPerMinute) return null;
        var penalty = penalties[address] = new Penalty { UntilUtc = minute.AddMinutes(1), ToldUtc = nowUtc };
        return Answer(address, penalty, nowUtc);
    }

    public int UsedWeight(string address, DateTime nowUtc) => Get(weights, address).Used(Minute(nowUtc));

    /// <summary>Counts the orders of a call; false when they are too many.</summary>
    public bool CountOrders(string account, Route route, DateTime nowUtc)
    {
        var ten = Get(ordersTenSeconds, account).Add(TenSeconds(nowUtc), route.OrdersOfTenSeconds);
        var minute = Get(ordersMinute, account).Add(Minute(nowUtc), route.OrdersOfMinute);
        return ten <= options.OrdersPerTenSeconds && minute <= options.OrdersPerMinute;
    }

    public (int TenSeconds, int Minute) OrderCounts(string account, DateTime nowUtc) => (
        Get(ordersTenSeconds, account).Used(TenSeconds(nowUtc)), Get(ordersMinute, account).Used(Minute(nowUtc)));

    private WireAnswer Answer(string address, Penalty penalty, DateTime nowUtc)
    {
        var seconds = (int)Math.Max(1, Math.Ceiling((penalty.UntilUtc - nowUtc).TotalSeconds));
        var text = penalty.Banned
            ? $"Way too many requests; IP({address}) banned until {JsonFields.ToMs(penalty.UntilUtc)}. "
                + "Please use the websocket for live updates to avoid bans."
            : $"Too many requests; current limit of IP({address}) is {options.WeightPerMinute} requests per minute. "
                + "Please use the websocket for live updates to avoid polling the API.";
        return new WireAnswer(penalty.Banned ? 418 : 429, BinanceError.Text(-1003, text))
        {
            Headers = [new("Retry-After", seconds.ToString())],
        };
    }

    private static Window Get(Dictionary<string, Window> windows, string key)
    {
        if (windows.TryGetValue(key, out var window)) return window;
        return windows[key] = new Window();
    }

    private static DateTime Minute(DateTime utc) => new(utc.Ticks - (utc.Ticks % TimeSpan.TicksPerMinute), utc.Kind);

    private static DateTime TenSeconds(DateTime utc) =>
        new(utc.Ticks - (utc.Ticks % (10 * TimeSpan.TicksPerSecond)), utc.Kind);

    private sealed class Penalty
    {
        public DateTime UntilUtc { get; init; }
        public bool Banned { get; init; }

        /// <summary>When it was first told; null: nobody has asked since it began.</summary>
        public DateTime? ToldUtc { get; set; }
        public int Ignored { get; set; }
    }

    private sealed class Window
    {
        private DateTime startUtc;
        private int used;

        public int Add(DateTime start, int amount) => used = Used(start) + amount;

        public int Used(DateTime start)
        {
            if (start == startUtc) return used;
            startUtc = start;
            return used = 0;
        }
    }
}
