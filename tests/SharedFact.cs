using Xunit;

namespace Trading;

/// <summary>A test on real captures and bars: skipped, with the reason, where the folder `shared` is absent.</summary>
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute()
    {
        if (SharedFolder.Path is null)
            Skip = "needs the folder shared/market (captures and bars) beside the repository";
    }
}

/// <summary>A theory on the documented examples: skipped, with the reason, where the folder `shared` is absent.</summary>
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute()
    {
        if (SharedFolder.Path is null) Skip = "needs the folder shared (fixtures) beside the repository";
    }
}

/// <summary>The folder with real captures, found by walking up from the test binaries.</summary>
public static class SharedFolder
{
    public static string? Path { get; } = Find();

    /// <summary>Full path of a file below `shared`; only inside a <see cref="SharedFactAttribute"/> test.</summary>
    public static string File(params string[] parts) =>
        System.IO.Path.Combine([Path ?? throw new InvalidOperationException("shared is absent"), .. parts]);

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var shared = System.IO.Path.Combine(folder.FullName, "shared");
            if (Directory.Exists(System.IO.Path.Combine(shared, "market"))) return shared;
        }

        return null;
    }
}
