using Trading.Lab.Replay.Scenarios;

namespace Trading.Lab.Replay;

/// <summary>Every scenario by name, those of later parts included.</summary>
public static class Catalog
{
    public static IReadOnlyList<Scenario> Scenarios { get; } = 
        [
            .. DuplicateWave.All, .. CloseNotTold.All, .. FilledBeforeKnown.All, .. GhostRow.All, .. EmptyAnswer.All,
            .. CrashEverywhere.All, .. RetryIsNotNew.All, .. Storm.All, .. JournalAway.All, .. Money.All, PlantedNaked.Scenario,
        ];

    /// <summary>What <c>all</c> plays.</summary>
    public static IReadOnlyList<Scenario> Playable { get; } =
        [.. Scenarios.Where(scenario => scenario is { IsPlanted: false, ComesWith: null })];

    public static Scenario? Find(string name) => Scenarios.FirstOrDefault(scenario => scenario.Name == name);
}
