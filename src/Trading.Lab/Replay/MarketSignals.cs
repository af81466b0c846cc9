using System.Globalization;
using System.Text.Json;
using Trading.Domain.Positions;
using Trading.Domain.Signals;

namespace Trading.Lab.Replay;

/// <summary>Signals of a file for a recorded market: when each is delivered, and the distances they ask for.</summary>
internal sealed class MarketSignals
{
    private static readonly Domain.AccountId Account = Domain.AccountId.Parse("binance");
    private readonly List<(Signal Signal, string Json)> _signals;

    private MarketSignals(List<(Signal Signal, string Json)> signals, ProtectionPlan plan) => (_signals, Plan) = (signals, plan);

    /// <summary>One for the whole replay: a node has one plan per account.</summary>
    public ProtectionPlan Plan { get; }

    public DateTime FirstUtc => _signals[0].Signal.CreatedUtc!.Value;

    /// <summary>Waves in the order of their delivery: when its last signal was made, and its signals as they came.</summary>
    public IEnumerable<(WaveName Wave, DateTime AtUtc, IReadOnlyList<string> Signals)> Waves => _signals
        .GroupBy(entry => entry.Signal.Wave)
        .Select(wave => (wave.Key, wave.Max(entry => entry.Signal.CreatedUtc!.Value), (IReadOnlyList<string>)[.. wave.Select(entry => entry.Json)]))
        .OrderBy(wave => wave.Item2);

    /// <exception cref="ReplayMisuseException">One line: the file, what is wrong in it, and the remedy.</exception>
    public static MarketSignals Read(string file)
    {
        if (!File.Exists(file)) throw new ReplayMisuseException($"--signals {file}: there is no such file");
        var text = File.ReadAllText(file);
        var reader = new SignalReader(new SignalRouting(
            new Dictionary<Domain.AccountId, Domain.Exchange> { [Account] = Domain.Exchange.Binance }, []), honoursSettings: true);
        var batch = reader.ReadFile(text, "file", DateTime.UnixEpoch);
        if (batch.Unreadable is { } bad) throw new ReplayMisuseException($"{file}: {bad.Reason}");
        if (batch.Faults.Count > 0)
        {
            var fault = batch.Faults[0];
            throw new ReplayMisuseException(string.Create(
                CultureInfo.InvariantCulture, $"{file} line {fault.Index}: {fault.Field} = '{fault.Value}': {fault.Reason}"));
        }

        var signals = batch.Signals.Select(read => read.Signal).OrderBy(signal => signal.CreatedUtc).ToList();
        if (signals.Count == 0) throw new ReplayMisuseException($"{file}: there is no signal in it");
        if (signals.FirstOrDefault(signal => signal.CreatedUtc is null) is { } undated)
            throw new ReplayMisuseException($"{file}: signal {undated.Id} needs createdAt, the time at which it is delivered");
        var settings = signals.Select(signal => signal.Settings ?? new SignalSettings()).Distinct().ToList();
        if (settings.Count > 1)
            throw new ReplayMisuseException($"{file}: signals differ in their settings; give each set a replay of its own");
        return new MarketSignals([.. signals.Select(signal => (signal, Json(signal)))], PlanOf(settings[0]));
    }

    /// <summary>Percent as written to fractions; a step in ticks leaves one tick as the least.</summary>
    private static ProtectionPlan PlanOf(SignalSettings settings)
    {
        var plan = new ProtectionPlan();
        return plan with
        {
            StopLoss = settings.StopLoss / 100 ?? plan.StopLoss,
            Activation = settings.Activation / 100 ?? plan.Activation,
            Callback = settings.Callback / 100 ?? plan.Callback,
            MinStep = settings.MinStepTicks is null ? plan.MinStep : 0,
        };
    }

    private static string Json(Signal signal) => JsonSerializer.Serialize(new
    {
        id = signal.Id,
        wave = signal.Wave.Value,
        symbol = signal.Symbol.Value,
        account = signal.Account.Value,
        side = signal.Side == Domain.Side.Long ? "long" : "short",
        intent = signal.Intent is SignalIntent.Close ? "close" : "open",
        score = signal.Score?.ToString(CultureInfo.InvariantCulture),
        price = signal.Price?.ToString(CultureInfo.InvariantCulture),
        createdAt = signal.CreatedUtc,
    });
}

/// <summary>What was asked for cannot be played; the message is one line for the operator.</summary>
public sealed class ReplayMisuseException(string message) : Exception(message);
