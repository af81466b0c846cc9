namespace Trading.Node.Configuration.Hocon;

internal enum WrittenKind
{
    Section,
    List,
    Value,

    /// <summary><c>null</c>: as if the setting were left out.</summary>
    Null,

    /// <summary>A variable that is not set: the setting is left out, but its name must be a known one.</summary>
    Unset,
}

/// <summary>What is written at one path, where, and how the path is spelled there.</summary>
internal sealed record WrittenKey(string Path, WrittenKind Kind, SettingPlace Place, HoconSource Source);

/// <summary>
/// Every path that the files write, with its line. Refused is what Akka's parser would settle silently: a setting that
/// one file writes twice, and one that is a section here and a value there.
/// </summary>
internal sealed class WrittenKeys
{
    private readonly Dictionary<string, WrittenKey> _keys = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Settings that nothing is said of, because no file that writes them found its variable.</summary>
    public IEnumerable<string> Unset =>
        _keys.Values.Where(key => key.Kind is WrittenKind.Unset).Select(key => key.Path);

    public WrittenKey? Find(string path) => _keys.GetValueOrDefault(path);

    /// <summary>Where it is written, or else the section that it stands in.</summary>
    public SettingPlace? PlaceOf(string path)
    {
        for (var rest = path; rest.Length > 0; rest = rest[..Math.Max(0, rest.LastIndexOf('.'))])
            if (Find(rest) is { } found) return found.Place;
        return null;
    }

    /// <summary>Of several files the last one counts.</summary>
    /// <param name="isOptional">A variable that may stand behind the value that it replaces.</param>
    /// <exception cref="ConfigurationException">The path cannot be written once more like this.</exception>
    public void Add(WrittenKey key, bool isOptional = false)
    {
        if (_keys.TryGetValue(key.Path, out var earlier))
        {
            RefuseSecond(key, earlier, isOptional);
            if (key.Kind is WrittenKind.Unset) return;
        }

        _keys[key.Path] = key;
    }

    private static void RefuseSecond(WrittenKey key, WrittenKey earlier, bool isOptional)
    {
        var areSections = (key.Kind is WrittenKind.Section, earlier.Kind is WrittenKind.Section);
        if (areSections is (true, true)) return;
        if (ReferenceEquals(key.Source, earlier.Source) && !(isOptional && areSections is (false, false)))
            throw new ConfigurationException(
                $"{key.Place}: {key.Path} is written twice; leave one of them "
                + $"(the other stands in line {earlier.Place.Line})");
        if (key.Path != earlier.Path)
            throw new ConfigurationException(
                $"{key.Place}: {key.Path} is written as {earlier.Path} elsewhere ({earlier.Place}); "
                + "write it the same way");
        if (areSections is (false, false) || key.Kind is WrittenKind.Null || earlier.Kind is WrittenKind.Null) return;
        throw new ConfigurationException(
            $"{key.Place}: {key.Path} is a {NameOf(key)} here and a {NameOf(earlier)} elsewhere ({earlier.Place}); "
            + "keep one of them");
    }

    private static string NameOf(WrittenKey key) => key.Kind is WrittenKind.Section ? "section" : "value";
}
