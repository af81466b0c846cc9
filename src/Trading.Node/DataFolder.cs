using Trading.Node.Configuration;

namespace Trading.Node;

/// <summary>The folder of one node, held alone: two nodes on one journal would be two writers.</summary>
public sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"data = '{path}': the folder cannot be made: {e.Message}");
        }

        var file = System.IO.Path.Combine(full, "node.lock");
        try
        {
            return new DataFolder(full, new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException)
        {
            throw new ConfigurationException(
                $"data = '{path}': another node is running on this folder; stop it, or give this one its own with --data");
        }
        catch (UnauthorizedAccessException)
        {
            throw new ConfigurationException($"data = '{path}': {file} cannot be written; check its owner and mode");
        }
    }

    public void Dispose() => _lock.Dispose();
}
