using System.Text.RegularExpressions;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Journal;

namespace Trading.Lab.Simulation;

/// <summary>What the durable events of all positions come to, followed as they are written: never asks the node.</summary>
internal sealed partial class JournalFold
{
    private static readonly EventCodec<PositionEvent> Codec = EventCodec.For<PositionEvent>();

    private readonly SortedDictionary<string, (PositionState State, long Version, long Epoch)> _streams = new(StringComparer.Ordinal);

    public IEnumerable<(PositionKey Key, PositionState State)> All =>
        _streams.Select(pair => (PositionKey.Parse(pair.Key["position/".Length..]), pair.Value.State));

    public PositionState StateOf(string stream) =>
        _streams.TryGetValue(stream, out var known) ? known.State : PositionState.Initial;

    /// <returns>The event, and what the position was before it; null for streams that are not of positions.</returns>
    public (PositionEvent Event, PositionState Before)? Follow(RecordedEvent recorded, Action<string> broken)
    {
        if (!recorded.Stream.StartsWith("position/", StringComparison.Ordinal)) return null;
        var happened = Codec.Read(recorded);
        var (state, version, epoch) = _streams.GetValueOrDefault(recorded.Stream, (PositionState.Initial, 0, 0));
        if (recorded.Version != version + 1) broken($"I3 {recorded.Stream}: version {recorded.Version} follows {version}");
        if (recorded.Epoch < epoch) broken($"I5 {recorded.Stream}: epoch {recorded.Epoch} follows {epoch}");
        PositionState after;
        try
        {
            after = PositionMachine.Evolve(state, happened, recorded.Version);
        }
        catch (System.Diagnostics.UnreachableException impossible)
        {
            broken($"I9 {recorded.Stream} #{recorded.Version}: {happened} does not follow from {state.GetType().Name}: {impossible.Message}");
            after = state;
        }

        _streams[recorded.Stream] = (after, recorded.Version, recorded.Epoch);
        return (happened, state);
    }

    public static Holding? Held(PositionState state) => state switch
    {
        PositionState.Opening s => s.Holding,
        PositionState.Open s => s.Holding,
        PositionState.Closing s => s.Holding,
        _ => null,
    };

    /// <summary>Everything of a state in words: two states are equal when these are. The journal keeps no zeros that end a decimal, a wire may.</summary>
    public static string Text(PositionState state) => EndingZeros().Replace(Words(state), "${digits}");

    private static string Words(PositionState state)
    {
        var held = Held(state) ?? (state as PositionState.Flat)?.Last;
        var surplus = state is PositionState.Flat flat ? flat.RedundantStops : held?.RedundantStops ?? [];
        return held is null
            ? $"{state.GetType().Name} {string.Join(' ', surplus)}"
            : $"{state.GetType().Name} {held.Opened} {held.Side} {held.Quantity} {held.EntryPrice} {held.Protection} {held.Trailing} {held.Net} "
              + $"{held.InDoubt} {string.Join(' ', surplus)} / {string.Join(' ', held.FormerStops)} / {string.Join(' ', held.Trades.Order(StringComparer.Ordinal))}";
    }

    [GeneratedRegex(@"(?<digits>\.\d*[1-9])0+(?!\d)|(?<=\d)\.0+(?!\d)", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex EndingZeros();
}
