namespace Trading.Node.Configuration.Hocon;

/// <summary>A file named by another one.</summary>
internal static class HoconInclude
{
    /// <param name="name">Between quotes; it begins at the folder of the file it stands in.</param>
    /// <exception cref="ConfigurationException">It is missing, cannot be read, or includes itself.</exception>
    public static HoconSource Open(HoconSource by, HoconToken name)
    {
        var written = HoconText.Unquoted(name.Text);
        if (written.Length == 0 || written.Contains('\0'))
            throw Refusal("that names no file; name one by its path from this file's folder");
        var file = Path.Combine(Path.GetDirectoryName(by.File) ?? "", written);
        IReadOnlyList<HoconSource> path = [by, .. by.IncludedBy];
        if (path.Any(outer => Path.GetFullPath(outer.File) == Path.GetFullPath(file)))
        {
            var way = string.Join(" by ", path.Select(outer => Path.GetFileName(outer.File)));
            throw Refusal($"the file would include itself ({way}); take this include away");
        }

        if (!File.Exists(file)) throw Refusal("there is no such file; name one by its path from this file's folder");
        try
        {
            return new HoconSource(file, File.ReadAllText(file)) { IncludedBy = path };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refusal($"the file cannot be read: {e.Message}");
        }

        ConfigurationException Refusal(string why) => new($"{by.PlaceOf(name)}: include '{written}': {why}");
    }
}
