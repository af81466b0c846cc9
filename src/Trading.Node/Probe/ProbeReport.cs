namespace Trading.Node.Probe;

/// <summary>What one check found.</summary>
public enum ProbeVerdict
{
    Passed,

    /// <summary>Nothing to find out here, or not offered.</summary>
    Skipped,

    /// <summary>Trading goes on; the operator should know.</summary>
    Warned,

    /// <summary>The exchange did not answer: it is asked again.</summary>
    Unknown,

    /// <summary>Entries wait until it is mended; what protects goes on.</summary>
    Failed,
}

/// <param name="Text">What was found, with its figures.</param>
/// <param name="Remedy">What the operator does about it; null where there is nothing to do.</param>
public sealed record ProbeCheck(string Name, ProbeVerdict Verdict, string Text, string? Remedy = null);

/// <summary>One run of the venue probe on one account.</summary>
/// <param name="WithOrders">The checks that place a test order and touch a leverage were part of it.</param>
public sealed record ProbeReport(DateTime AtUtc, bool WithOrders, IReadOnlyList<ProbeCheck> Checks)
{
    /// <summary>With what an earlier run looked at and this one did not: questions alone do not undo what a test order showed.</summary>
    public ProbeReport Beside(ProbeReport? earlier) => WithOrders || earlier is null ? this : this with
    {
        WithOrders = earlier.WithOrders,
        Checks = [.. Checks, .. earlier.Checks.Where(old => !Checks.Any(check => check.Name == old.Name))],
    };

    /// <summary>Everything is known, and nothing failed.</summary>
    public bool Passed => Checks.All(check => check.Verdict is not (ProbeVerdict.Failed or ProbeVerdict.Unknown));

    public const string StopFirstCheck = "stop-first";

    /// <summary>A test stop rested without a position, so a stop may be placed before its entry is sent.</summary>
    public bool AllowsStopFirst => Checks.Any(check => check is { Name: StopFirstCheck, Verdict: ProbeVerdict.Passed });

    /// <summary>Everything is known.</summary>
    public bool Concluded => Checks.All(check => check.Verdict is not ProbeVerdict.Unknown);

    /// <summary>Why entries wait, in one line with the remedy; null where no check failed.</summary>
    public string? Failure => Checks.FirstOrDefault(check => check.Verdict is ProbeVerdict.Failed) is { } failed
        ? failed.Remedy is { } remedy ? $"{failed.Text}: {remedy}" : failed.Text
        : null;
}
