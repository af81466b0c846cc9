namespace Trading.Cli;

/// <summary>What a script may decide on.</summary>
public static class ExitCode
{
    public const int Done = 0;
    public const int CheckFailed = 1;
    public const int Usage = 2;
    public const int NotReachable = 3;
    public const int Refused = 4;
    public const int Unknown = 5;
}

/// <summary>Ends a verb with one line for the operator.</summary>
public sealed class VerbFailedException(int exitCode, string code, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public string Code { get; } = code;
}
