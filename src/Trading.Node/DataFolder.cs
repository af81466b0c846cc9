using Trading.Node.Configuration;

namespace Trading.Node;

/// <summary>The folder of one node, held alone: two nodes on one journal would be two writers.</summary>
public sealed class DataFolder : IDisposable
{
    private const string Remedy = "make it writable for the user the node runs as, or name another one with --data";

    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held)
    {
        (Path, _lock) = (path, held);
        Exposed = [.. Directory.EnumerateFiles(path).Concat(Directory.EnumerateFiles(System.IO.Path.Combine(path, "logs"))).Where(IsOurs).Where(static file => !OwnerOnly.Tighten(file))];
    }

    public string Path { get; }

    /// <summary>Files of the node that other users may read, and that it cannot take away from them.</summary>
    public IReadOnlyList<string> Exposed { get; }

    public string JournalFile => System.IO.Path.Combine(Path, "journal.db");

    public string MonitoringFile => System.IO.Path.Combine(Path, "monitoring.db");

    public string ExchangeFile => System.IO.Path.Combine(Path, "exchange.db");

    public string LogFile => System.IO.Path.Combine(Path, "logs", "node-.log");

    /// <summary>A feed that goes on after the last frame that this folder's journal holds.</summary>
    public Signals.FeedSettings Bookmarked(FeedAddress feed)
    {
        var bookmark = new Signals.FeedBookmark(System.IO.Path.Combine(Path, $"feed-{feed.Name}.seq"));
        return new Signals.FeedSettings(feed.Name, feed.Url, bookmark.Read, bookmark.Write);
    }

    /// <exception cref="ConfigurationException">Another node holds it, or it cannot be written.</exception>
    public static DataFolder Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(System.IO.Path.Combine(full, "logs"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && !FullDisk.IsBehind(e))
        {
            throw new ConfigurationException($"data = '{path}': the folder cannot be {(Directory.Exists(full) ? "written" : "made")}: {e.Message}; {Remedy}");
        }

        var file = System.IO.Path.Combine(full, "node.lock");
        try
        {
            return new DataFolder(full, new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (IsHeld(e))
        {
            throw new ConfigurationException(
                $"data = '{path}': another node is running on this folder; stop it, or give this one its own with --data");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && !FullDisk.IsBehind(e))
        {
            throw new ConfigurationException($"data = '{path}': the folder cannot be written: {e.Message}; {Remedy}");
        }
    }

    /// <summary>The folder may hold what is not the node's.</summary>
    private static bool IsOurs(string file) => System.IO.Path.GetFileName(file) is var name
        && (name.Contains(".db", StringComparison.Ordinal) || name.StartsWith("node", StringComparison.Ordinal) || name.StartsWith("feed-", StringComparison.Ordinal));

    /// <summary>Somebody has the file open for himself: what that is on Linux, on macOS and on Windows.</summary>
    private static bool IsHeld(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    public void Dispose() => _lock.Dispose();
}
