using System.Diagnostics;

namespace Trading.Clients;

/// <summary>Node and the pinned packages of this project.</summary>
internal static class Node
{
    public static string Folder { get; } = Path.Combine(Find(), "tests", "Trading.Clients", "days");

    /// <summary>What is not there and how to get it; null when all is.</summary>
    public static string? Missing { get; } = Program is null
        ? "needs node on the path (version 20 or newer)"
        : !File.Exists(Path.Combine(Folder, "node_modules", ".package-lock.json"))
            ? $"needs the npm clients: run npm ci in {Folder}"
            : null;

    /// <summary>Runs a script to its end.</summary>
    /// <returns>What it printed, line by line, and what it complained of.</returns>
    public static async Task<(int Code, IReadOnlyList<string> Printed, string Complaints)> Run(
        string script, IReadOnlyDictionary<string, string> environment, TimeSpan longest)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(Program!)
            {
                ArgumentList = { script }, WorkingDirectory = Folder, RedirectStandardOutput = true,
                RedirectStandardError = true, UseShellExecute = false,
            },
        };
        foreach (var (name, value) in environment) process.StartInfo.Environment[name] = value;
        process.Start();
        var (printed, complaints) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(longest);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        return (process.ExitCode, (await printed).Split('\n', StringSplitOptions.RemoveEmptyEntries), await complaints);
    }

    /// <summary>Null where there is none.</summary>
    private static string? Program => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "node.exe" : "node"))
        .FirstOrDefault(File.Exists);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Trading.Actors.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException($"Trading.Actors.sln is not above {AppContext.BaseDirectory}");
    }
}
