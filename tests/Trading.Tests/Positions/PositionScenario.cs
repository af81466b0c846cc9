using System.Globalization;
using System.Text;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Node;
using static Trading.Domain.Positions.PositionInput;

namespace Trading.Tests.Positions;

/// <summary>Plays inputs at stated times and writes the transcript an operator would have kept.</summary>
internal sealed class PositionScenario
{
    public static readonly JournalId Journal = new("test-journal");
    private readonly StringBuilder _transcript = new();
    private readonly PositionKey _key;
    private SymbolRules _rules;
    private readonly Dictionary<string, string> _names = [];
    private readonly DateTime _day;
    private readonly PositionPolicy _policy;
    private Decide _decide = PositionMachine.Decide;
    private long _version;

    public PositionScenario(string key, SymbolRules? rules = null, string day = "2025-10-26", Func<PositionPolicy, PositionPolicy>? policy = null)
    {
        _key = PositionKey.Parse(key);
        _rules = rules ?? Rules(_key.Symbol.Value);
        _day = DateTime.Parse(day, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
        _policy = (policy ?? (p => p))(PositionPolicy.Default(Journal));
    }

    public PositionState State { get; private set; } = PositionState.Initial;

    public Observations Seen { get; private set; } = new() { KnownAmount = 0 };

    public List<PositionEvent> Events { get; } = [];

    public List<PositionEffect> Effects { get; } = [];

    public Decision Last { get; private set; } = null!;

    public static SymbolRules Rules(string symbol, decimal tick = 0.00001m, decimal step = 0.1m) => new(
        Symbol.Parse(symbol), tick, step, step, 10_000_000m, 5m);

    /// <summary>Order ids are shown as e1, s1, s2, x1 in the order in which they appear.</summary>
    public ClientOrderId Id(string name) => new(_names.First(pair => pair.Value == name).Key);

    public DateTime Utc(string time) => _day + TimeSpan.Parse(time, CultureInfo.InvariantCulture);

    public PositionScenario Quietly(string time, PositionInput input) => Play(time, input, write: false);

    public PositionScenario At(string time, PositionInput input) => Play(time, input, write: true);

    public PositionScenario At(string time, Func<PositionScenario, PositionInput> input) => Play(time, input(this), write: true);

    public PositionScenario Quietly(string time, Func<PositionScenario, PositionInput> input) => Play(time, input(this), write: false);

    public PositionScenario Then(Action<PositionScenario> check)
    {
        check(this);
        return this;
    }

    /// <summary>From here on the exchange demands this of orders on the symbol, and the node knows it.</summary>
    public PositionScenario Demanding(Func<SymbolRules, SymbolRules> change)
    {
        _rules = change(_rules);
        return this;
    }

    /// <summary>From here on a defence is switched off.</summary>
    public PositionScenario Under(Func<Decide, Decide> spoilt)
    {
        _decide = spoilt(PositionMachine.Decide);
        return this;
    }

    /// <summary>What the process forgets when it dies.</summary>
    public PositionScenario Restart()
    {
        Seen = new Observations();
        return this;
    }

    public void Reads(string expected) =>
        Assert.Equal(expected.ReplaceLineEndings("\n").Trim(), _transcript.ToString().Trim());

    private PositionScenario Play(string time, PositionInput input, bool write)
    {
        var context = new PositionContext(_key, Journal, _version, Utc(time), _rules, _policy);
        Last = _decide(context, State, Seen, input);
        Seen = Last.Seen;
        foreach (var happened in Last.Events) State = PositionMachine.Evolve(State, happened, ++_version);
        Events.AddRange(Last.Events);
        Effects.AddRange(Last.Effects);
        foreach (var line in Notation.Of(Last).Prepend(Notation.Line(time, Notation.InputMark, Notation.Words(input))))
        {
            var named = Name(line);
            if (write) _transcript.Append(named).Append('\n');
        }

        return this;
    }

    private string Name(string line)
    {
        foreach (var word in line.Split(' ', ',', '[', ']'))
        {
            if (!OrderIds.HasOurForm(new ClientOrderId(word)) || _names.ContainsKey(word)) continue;
            _names[word] = $"{word[2]}{_names.Keys.Count(known => known[2] == word[2]) + 1}";
        }

        return _names.Aggregate(line, (text, pair) => text.Replace(pair.Key, pair.Value, StringComparison.Ordinal));
    }
}

/// <summary>Short words for what the exchange says in the scenarios.</summary>
internal static class Exchanges
{
    public static OpenPosition Want(Side side, decimal quantity, decimal price, ProtectionPlan? plan = null) =>
        new("4776923", "2025-10-17T16:00:00Z", side, quantity, price, plan ?? new ProtectionPlan());

    public static Traded Fill(this PositionScenario on, string order, string trade, Side bought, decimal quantity, decimal price, string at, decimal pnl = 0) =>
        new(new Trade(on.Id(order), "8389765543", trade, bought, quantity, price, 0.01m, "USDT", pnl, on.Utc(at), OrderOrigin.Ours), Source.Stream);

    public static Traded ForeignFill(this PositionScenario on, string trade, Side bought, decimal quantity, decimal price, string at, OrderOrigin origin = OrderOrigin.Foreign) =>
        new(new Trade(new ClientOrderId("web_1"), "77", trade, bought, quantity, price, 0.01m, "USDT", 0, on.Utc(at), origin), Source.Stream);

    public static PositionStreamed Amount(this PositionScenario on, decimal amount, decimal entry, string at) =>
        new(amount, entry, on.Utc(at), ByOrder: true);

    public static StopReported Stop(this PositionScenario on, string stop, StopStatus status, string at, Source source = Source.OrderAnswer) =>
        new(on.Id(stop), "4000001", status, 0, 0, on.Utc(at), source);

    public static OrderReported Order(this PositionScenario on, string order, OrderStatus status, decimal executed, decimal? price, string at, Source source = Source.OrderAnswer) =>
        new(on.Id(order), "8389765543", status, executed, price, on.Utc(at), source);

    public static MarkMoved Mark(decimal price, decimal? low = null, decimal? high = null) =>
        new(price, low ?? price, high ?? price, default);
}
