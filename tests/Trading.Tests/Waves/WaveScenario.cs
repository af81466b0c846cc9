using System.Globalization;
using System.Text;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using static Trading.Domain.Waves.WaveInput;

namespace Trading.Tests.Waves;

/// <summary>Plays inputs of one wave at stated times and writes the transcript an operator would have kept.</summary>
internal sealed class WaveScenario(WavePolicy? policy = null)
{
    public static readonly AccountId Account = AccountId.Parse("binance");
    public static readonly WaveName Wave = WaveName.Parse("2025-10-17T16:00:00+00:00");
    private static readonly DateTime Day = new(2025, 10, 17, 0, 0, 0, DateTimeKind.Utc);
    private readonly StringBuilder _transcript = new();
    private readonly List<WaveEvent> _journal = [];
    private readonly List<WaveEffect> _effects = [];

    public WaveState State { get; private set; } = WaveState.Initial;

    public IReadOnlyList<WaveEvent> Journal => _journal;

    public IReadOnlyList<WaveEffect> Effects => _effects;

    public static DateTime Utc(string time) => Day + TimeSpan.Parse(time, CultureInfo.InvariantCulture);

    public static Signal Close(string id, string symbol, Side side = Side.Short, string? created = null) =>
        Signal(id, symbol, created: created) with { Side = side, Intent = SignalIntent.Close };

    /// <summary>How far the exchange's clock is ahead of the node's.</summary>
    public TimeSpan ClockAhead { get; init; }

    public static Signal Signal(string id, string symbol, decimal? score = null, string? created = null) => new(
        id, Wave, Account, Symbol.Parse(symbol), Side.Short, score, CreatedUtc: created is null ? null : Utc(created));

    public WaveScenario At(string time, WaveInput input) => Play(time, input, write: true);

    public WaveScenario Quietly(string time, WaveInput input) => Play(time, input, write: false);

    public WaveScenario Answer(string time, string id, OpeningAnswer answer) => At(time, new Answered(id, answer));

    /// <summary>The process dies and comes back: only the journal is left.</summary>
    public WaveScenario Restart(string time)
    {
        State = _journal.Aggregate(WaveState.Initial, WaveMachine.Evolve);
        return At(time, new Recovered());
    }

    public IEnumerable<string> Ended(string outcome) =>
        State.Signals.Values.Where(s => s.Outcome == outcome).OrderBy(s => s.Number).Select(s => s.Signal.Id);

    public WaveScenario Reads(string expected)
    {
        Assert.Equal(expected.ReplaceLineEndings("\n").Trim(), _transcript.ToString().Trim());
        return this;
    }

    private WaveScenario Play(string time, WaveInput input, bool write)
    {
        var decision = WaveMachine.Decide(new WaveContext(Account, Wave, Utc(time), policy ?? WavePolicy.Default, ClockAhead), State, input);
        State = decision.Events.Aggregate(State, WaveMachine.Evolve);
        _journal.AddRange(decision.Events);
        _effects.AddRange(decision.Effects);
        if (!write) return this;
        Line(time, Notation.InputMark, input);
        foreach (var happened in decision.Events) Line("", Notation.EventMark, happened);
        foreach (var effect in decision.Effects) Line("", Notation.EffectMark, effect);
        if (decision.Verdict is Verdict.Ignored) Line("", "..", $"ignored: {decision.Note}");
        if (decision.Verdict is Verdict.Denied) Line("", "!!", $"denied: {decision.Note}");
        return this;
    }

    private void Line(string time, string mark, object what) =>
        _transcript.Append(Notation.Line(time, mark, what as string ?? Short(what))).Append('\n');

    /// <summary>A signal is told by its id and symbol; the rest of it is the same all through a scenario.</summary>
    private static string Short(object what) => what switch
    {
        Delivered it => $"Delivered {it.Signal.Id} {it.Signal.Symbol} {it.Source}",
        WaveEvent.SignalReceived it => $"SignalReceived {it.Signal.Id} {it.Signal.Symbol} {it.Source}",
        WaveEffect.Open it => $"Open {it.Signal.Id} {it.Signal.Symbol}",
        WaveEffect.Inquire it => $"Inquire {it.Signal.Id} {it.Signal.Symbol}",
        WaveEffect.ClosePosition it => $"ClosePosition {it.Signal.Id} {it.Signal.Symbol}",
        WaveEffect.ReturnSlot it => $"ReturnSlot {it.Signal.Id} {it.Signal.Symbol}",
        _ => Notation.Words(what),
    };
}
