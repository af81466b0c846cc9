namespace Trading.Tests;

/// <summary>Where this repository's files lie, whatever directory the tests were started from.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    public static string Fixtures => Path.Combine(Root, "tests", "fixtures");

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Trading.Actors.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException($"Trading.Actors.sln is not above {AppContext.BaseDirectory}");
    }
}
