using System.Runtime.CompilerServices;

namespace Trading;

/// <summary>
/// `dotnet test` runs the test projects side by side. Whole nodes in scaled time and thousands of cases on two cores
/// would only measure each other, so the second assembly waits for the first to end.
/// </summary>
internal static class OneAssemblyAtATime
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    private static FileStream? _turn;

    [ModuleInitializer]
    internal static void TakeTurn()
    {
        var folder = Path.GetDirectoryName(typeof(OneAssemblyAtATime).Assembly.Location)!;
        while (!File.Exists(Path.Combine(folder, "Trading.Actors.sln")) && Path.GetDirectoryName(folder) is { } above) folder = above;
        var name = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(folder)))[..16];
        var path = Path.Combine(Path.GetTempPath(), $"trading-actors-tests-{name}.lock");
        for (var began = DateTime.UtcNow; _turn is null && DateTime.UtcNow - began < Longest;)
        {
            try
            {
                _turn = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                Thread.Sleep(200);
            }
        }
    }
}
