namespace Trading.Domain;

/// <summary>Where a process stands between what it is told and its journal.</summary>
public enum ProcessPhase
{
    /// <summary>The journal is read, at the start or because it went another way.</summary>
    Recovering,
    Ready,

    /// <summary>A decision is on its way into the journal; what comes meanwhile waits.</summary>
    Writing,

    /// <summary>The journal is away: the process goes on, and what is not written yet waits in order.</summary>
    Ahead,

    /// <summary>The stream has another owner.</summary>
    Left,
}
