using System.Globalization;

namespace Trading.Node.Signals;

/// <summary>
/// The last sequence number taken from a feed, in a small file of the data folder. Without it, or with an old one, the
/// feed repeats itself, which is recognised.
/// </summary>
public sealed class FeedBookmark(string path)
{
    public long Read() =>
        File.Exists(path)
            && long.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            ? seq
            : 0;

    /// <summary>Replaces the file as a whole: a crash leaves the old number or the new one.</summary>
    public void Write(long seq)
    {
        var next = path + ".next";
        File.WriteAllText(next, seq.ToString(CultureInfo.InvariantCulture));
        File.Move(next, path, overwrite: true);
    }
}
