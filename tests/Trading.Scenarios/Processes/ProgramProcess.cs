using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Trading.Scenarios.Processes;

/// <summary>One of our programs as a process of its own: killed for real, with everything it printed kept for the report.</summary>
internal sealed class ProgramProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private bool _disposed;

    private ProgramProcess(Process process) => _process = process;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public string Printed
    {
        get
        {
            lock (_lines) return string.Join('\n', _lines);
        }
    }

    public static ProgramProcess Start(string assembly, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        StartCommand("dotnet", [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments], environment);

    /// <summary>None of its files may grow beyond that size, until <see cref="MakeRoom"/>.</summary>
    public static ProgramProcess StartOnFullDisk(string assembly, IEnumerable<string> arguments, int kib) => StartCommand(
        "bash",
        [
            "-c", "trap '' XFSZ; ulimit -S -f \"$1\"; shift; exec dotnet \"$@\"", "bash", kib.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Path.Combine(AppContext.BaseDirectory, assembly), .. arguments,
        ],
        new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" }); // its own file in memory would not fit either

    public void MakeRoom()
    {
        using var prlimit = Process.Start(
            "prlimit", ["--pid", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), "--fsize=unlimited"]);
        prlimit.WaitForExit();
    }

    private static ProgramProcess StartCommand(string command, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(command)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var process = new Process { StartInfo = start };
        var program = new ProgramProcess(process);
        process.OutputDataReceived += (_, line) => program.Keep(line.Data);
        process.ErrorDataReceived += (_, line) => program.Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return program;
    }

    /// <summary>A port that is free together with the next one: the exchange serves its second wire there.</summary>
    /// <remarks>Below the range from which the system gives ports to outgoing connections.</remarks>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            if (IsFree(port) && IsFree(port + 1)) return port;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>kill -9: nothing of the program runs any more.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <returns>False: it still runs. Otherwise all it printed is here.</returns>
    public bool WaitForExit(TimeSpan longest)
    {
        if (!_process.WaitForExit(longest)) return false;
        _process.WaitForExit(); // for the end of what it printed
        return true;
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_lines) _lines.Add(line);
    }
}
