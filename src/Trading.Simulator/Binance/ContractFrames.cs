using Trading.Simulator.Market;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>Terms of symbols that changed since somebody began to listen.</summary>
internal sealed class ContractFrames(Venue venue, JsonText json)
{
    private readonly Dictionary<string, SymbolSpec> told = [];

    /// <summary>What is known now is no news.</summary>
    public void Begin()
    {
        foreach (var spec in venue.Symbols) told[spec.Symbol] = spec;
    }

    public IEnumerable<string> Changes()
    {
        foreach (var spec in venue.Symbols)
        {
            if (told.TryGetValue(spec.Symbol, out var known) && known != spec) yield return Contract(spec);
            told[spec.Symbol] = spec;
        }
    }

    private string Contract(SymbolSpec spec) => json.Object(w =>
    {
        w.WriteString("e", "contractInfo");
        w.Ms("E", venue.StampUtc);
        w.WriteString("s", spec.Symbol);
        w.WriteString("ps", Words.PairOf(spec.Symbol));
        w.WriteString("ct", spec.ContractType);
        w.Ms("dt", spec.DeliveryUtc);
        w.Ms("ot", spec.OnboardUtc);
        w.WriteString("cs", spec.Status);
        w.WriteNumber("st", 1);
    });
}
