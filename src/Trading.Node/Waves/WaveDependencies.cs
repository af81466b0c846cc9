using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Waves;
using Trading.Journal;

namespace Trading.Node.Waves;

/// <summary>What the waves of one account need from its node.</summary>
public sealed record WaveDependencies
{
    public required WavePolicy Policy { get; init; }
    public required IJournal Journal { get; init; }

    /// <summary>Epoch of the lease under which this node owns the account's waves.</summary>
    public required long Epoch { get; init; }
    public required TimeProvider Time { get; init; }
    public required Func<string> NewId { get; init; }
    public required EntryCoordinator Desk { get; init; }
    public required CloseCoordinator Closing { get; init; }

    /// <summary>How far the exchange's clock is ahead of ours.</summary>
    public required Func<TimeSpan> ClockAhead { get; init; }

    /// <summary>Why nobody may enter the symbol, whatever its price, as far as is known without asking the exchange.</summary>
    public required Func<Symbol, Denial?> Barred { get; init; }

    /// <summary>Leverage and margin mode of a symbol that may be entered soon; done once. Must not wait.</summary>
    public required Action<Symbol> Prepare { get; init; }

    public required Func<Symbol, CancellationToken, Task<MarketView>> ViewMarket { get; init; }

    /// <summary>A duplicate was prevented, for that reason.</summary>
    public required Action<string> CountDuplicate { get; init; }

    /// <summary>A signal of that source was denied, for that reason.</summary>
    public required Action<string, string> CountDenied { get; init; }

    /// <summary>The wave cannot go on, and why.</summary>
    public required Action<WaveKey, string> Alert { get; init; }

    /// <summary>The journal does not answer, and why; it is asked again.</summary>
    public required Action<string> JournalSilent { get; init; }
}
