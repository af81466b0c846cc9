namespace Trading.Lab.Replay;

/// <summary>One thing that must hold, and what was found instead or in proof.</summary>
public sealed record Check(string Name, bool Passed, string Detail);

/// <summary>What the scenario waited for did not come: the exchange, the node or the scenario itself is at fault.</summary>
public sealed class NeverHappenedException(string what, TimeSpan within)
    : Exception($"{what}: did not happen within {within.TotalSeconds:0.#} s")
{
    public string What { get; } = what;
}
