using System.IO.Compression;

namespace Trading.Simulator.Market;

/// <summary>Opens a recording as text whether it is plain, gzip or a zip with one entry: told by content.</summary>
internal static class RecordedText
{
    public static StreamReader Open(string path)
    {
        if (Directory.Exists(path)) throw new MarketException($"{path}: is a folder; name the files in it.");
        if (!File.Exists(path)) throw new MarketException($"{path}: no such file; check the path.");
        return Magic(path) switch
        {
            [0x1f, 0x8b, ..] => new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress)),
            [0x50, 0x4b, ..] => OpenEntry(path),
            _ => new StreamReader(path),
        };
    }

    /// <summary>Name of the one entry when the file is a zip, else null.</summary>
    public static string? ZipEntry(string path)
    {
        if (Magic(path) is not [0x50, 0x4b, ..]) return null;
        using var zip = OpenZip(path);
        return Single(zip, path).FullName;
    }

    /// <summary>Lines until the end. A recording cut off in the middle of a compressed block (a killed recorder)
    /// ends there, and <paramref name="cut"/> is told.</summary>
    public static IEnumerable<string> Lines(string path, Action cut)
    {
        using var reader = Open(path);
        while (Next(reader, cut) is { } line) yield return line;
    }

    private static string? Next(StreamReader reader, Action cut)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            cut();
            return null;
        }
    }

    private static StreamReader OpenEntry(string path)
    {
        // The archive stays open as long as its entry is read; reading it to memory keeps one owner.
        using var zip = OpenZip(path);
        using var entry = Single(zip, path).Open();
        var copy = new MemoryStream();
        entry.CopyTo(copy);
        copy.Position = 0;
        return new StreamReader(copy);
    }

    private static ZipArchive OpenZip(string path)
    {
        try
        {
            return ZipFile.OpenRead(path);
        }
        catch (InvalidDataException e)
        {
            throw new MarketException($"{path}: is a damaged zip ({e.Message}); fetch it again.");
        }
    }

    private static ZipArchiveEntry Single(ZipArchive zip, string path) =>
        zip.Entries.Count == 1
            ? zip.Entries[0]
            : throw new MarketException($"{path}: holds {zip.Entries.Count} files; give one zip per data file.");

    private static byte[] Magic(string path)
    {
        using var file = File.OpenRead(path);
        var first = new byte[2];
        return first[..file.ReadAtLeast(first, 2, throwOnEndOfStream: false)];
    }
}
