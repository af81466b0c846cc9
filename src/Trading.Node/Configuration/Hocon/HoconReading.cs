namespace Trading.Node.Configuration.Hocon;

/// <summary>What one reading of a file and all that it includes has come upon.</summary>
/// <param name="environment">The value of a variable; null: it is not set.</param>
internal sealed class HoconReading(Func<string, string?> environment)
{
    public Func<string, string?> Environment => environment;

    public WrittenKeys Keys { get; } = new();

    public WrittenSubstitutions Substitutions { get; } = new();
}
