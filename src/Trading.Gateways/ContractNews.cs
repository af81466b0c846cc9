using Trading.Domain;

namespace Trading.Gateways;

/// <summary>
/// Listens until stopped to what an exchange tells about its contracts. A hint: whoever hears it reads the rules again.
/// Never throws for network reasons.
/// </summary>
/// <param name="changed">The contract whose terms have changed; null: the stream was away, and something may have been missed.</param>
public delegate Task ContractNews(Action<Symbol?> changed, CancellationToken stop);
