using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Trading.Lab.Databases;

/// <summary>
/// A PostgreSQL server of this process's own: local binaries, a temporary folder, a free port on loopback. It dies with this
/// process, however that ends, because the shell that guards it reads its orders from a pipe.
/// </summary>
public sealed class ThrowAwayPostgres : IAsyncDisposable
{
    /// <summary>Names a server to use instead of a throw-away one; its user must be allowed to create databases.</summary>
    public const string Variable = "TRADING_TEST_POSTGRES";

    private const string Binaries = "/usr/lib/postgresql";

    /// <summary>The server refuses root, and so does initdb.</summary>
    private const string ServerUser = "postgres";

    /// <summary>
    /// $1 folder of the binaries, $2 port, $3 and on further settings. A kill takes the backends with it, as a power failure
    /// does; the end of the pipe stops the server and removes its folder.
    /// </summary>
    private const string Guard = """
        set -u
        bin=$1; port=$2; shift 2
        dir=$(mktemp -d /tmp/ta-postgres-XXXXXX); server=
        start() {
          "$bin/postgres" -D "$dir/data" -k "$dir" -p "$port" -c listen_addresses=127.0.0.1 "$@" >>"$dir/log" 2>&1 </dev/null &
          server=$!
        }
        crash() { kill -9 $server $(pgrep -P $server) 2>/dev/null; wait $server 2>/dev/null; server=; }
        trap '[ -n "$server" ] && kill -QUIT $server && wait $server; rm -rf "$dir"' EXIT
        "$bin/initdb" -D "$dir/data" -U trading -A trust -E UTF8 --locale=C --no-sync >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
        start "$@"
        echo ready
        while read -r order; do
          case $order in start) start "$@";; kill) crash;; esac
          echo done
        done
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Process _guard;
    private readonly int _port;
    private int _databases;

    private ThrowAwayPostgres(Process guard, int port) => (_guard, _port) = (guard, port);

    /// <summary>Why there can be none here, in one line; null when there can.</summary>
    public static string? Missing => BinaryFolder() is null
        ? $"needs PostgreSQL: apt-get install postgresql, or set {Variable} to a connection string"
        : Environment.UserName == "root" && !File.Exists("/usr/sbin/runuser")
            ? $"PostgreSQL refuses to run as root and there is no runuser: set {Variable} to a connection string"
            : null;

    /// <param name="settings">Such as <c>fsync=off</c>.</param>
    /// <exception cref="IOException">It did not start; the message says why.</exception>
    public static async Task<ThrowAwayPostgres> Start(params string[] settings)
    {
        var port = FreePort();
        var start = new ProcessStartInfo
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        string[] words = [.. AsServerUser(), "sh", "-c", Guard, "sh", BinaryFolder() ?? throw new IOException(Missing),
            port.ToString(CultureInfo.InvariantCulture), .. settings.SelectMany(setting => new[] { "-c", setting })];
        start.FileName = words[0];
        foreach (var word in words.Skip(1)) start.ArgumentList.Add(word);
        var guard = Process.Start(start) ?? throw new IOException("sh did not start");
        if (await guard.StandardOutput.ReadLineAsync() is not "ready")
            throw new IOException($"PostgreSQL did not start: {(await guard.StandardError.ReadToEndAsync()).ReplaceLineEndings(" ")}");
        var server = new ThrowAwayPostgres(guard, port);
        await server.Answers();
        return server;
    }

    /// <returns>Connection string of a new empty database.</returns>
    public Task<string> CreateDatabase() => CreateDatabase(ConnectionString("postgres"), $"t{Interlocked.Increment(ref _databases)}");

    /// <summary>Makes an empty database on any server.</summary>
    /// <returns>Its connection string.</returns>
    public static async Task<string> CreateDatabase(string server, string name)
    {
        await using var connection = new NpgsqlConnection($"{server};Pooling=False");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server) { Database = name }.ToString();
    }

    /// <summary>Runs a program of the server's own, such as pg_dump, against it.</summary>
    /// <exception cref="IOException">It failed; the message is what it said.</exception>
    public async Task Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(BinaryFolder() ?? throw new IOException(Missing), program))
        {
            UseShellExecute = false, RedirectStandardError = true,
        };
        foreach (var word in (string[])["-h", "127.0.0.1", "-p", _port.ToString(CultureInfo.InvariantCulture), "-U", "trading", .. arguments])
            start.ArgumentList.Add(word);
        using var running = Process.Start(start) ?? throw new IOException($"{program} did not start");
        var said = await running.StandardError.ReadToEndAsync();
        await running.WaitForExitAsync();
        if (running.ExitCode != 0) throw new IOException($"{program}: {said.ReplaceLineEndings(" ")}");
    }

    /// <summary>kill -9 of the server and all its backends.</summary>
    public Task Kill() => Order("kill");

    /// <summary>Starts it again after <see cref="Kill"/>, on the same port and data.</summary>
    public async Task Restart()
    {
        await Order("start");
        await Answers();
    }

    public async ValueTask DisposeAsync()
    {
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
        _guard.Dispose();
    }

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={_port};Username=trading;Database={database}";

    private async Task Order(string order)
    {
        await _guard.StandardInput.WriteLineAsync(order);
        await _guard.StandardInput.FlushAsync();
        await _guard.StandardOutput.ReadLineAsync();
    }

    private async Task Answers()
    {
        var began = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection($"{ConnectionString("postgres")};Pooling=False;Timeout=2");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException e) when (began.Elapsed > Patience || _guard.HasExited)
            {
                throw new IOException($"PostgreSQL on port {_port} does not answer: {e.Message}", e);
            }
            catch (NpgsqlException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
        }
    }

    private static string? BinaryFolder() => !Directory.Exists(Binaries) ? null : Directory.GetDirectories(Binaries)
        .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0)
        .Select(folder => Path.Combine(folder, "bin"))
        .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));

    private static string[] AsServerUser() => Environment.UserName == "root" ? ["runuser", "-u", ServerUser, "--"] : [];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
