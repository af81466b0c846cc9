using Akka.Configuration;

namespace Trading.Node.Configuration;

/// <summary>
/// Reads one setting after the other and remembers which were asked for, so that what nobody asked for can be refused
/// with the name it probably meant.
/// </summary>
public sealed class SettingsReader(IReadOnlyList<SettingsLayer> layers)
{
    private readonly SortedSet<string> _asked = new(StringComparer.OrdinalIgnoreCase);
    private readonly SortedDictionary<string, EffectiveSetting> _effective = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What has been read so far, in the order of the names; secrets are masked.</summary>
    public IReadOnlyCollection<EffectiveSetting> Effective => _effective.Values;

    /// <summary>Akka's own settings of the file; null: it has none.</summary>
    public Config? Akka => layers.Select(layer => layer.Akka).FirstOrDefault(akka => akka is not null);

    /// <param name="path">Names joined by dots, e.g. <c>positions.stop-loss</c>.</param>
    /// <param name="parse">Throws <see cref="FormatException"/> whose message is the remedy.</param>
    public T Read<T>(string path, T otherwise, Func<string, T> parse)
    {
        _asked.Add(path);
        if (Find(path) is not { } found)
        {
            if (DefaultText.Of(otherwise, parse) is { } text)
                _effective.TryAdd(path, new EffectiveSetting(path, text, "default"));
            return otherwise;
        }

        try
        {
            var said = DefaultText.WithoutSecrets(found.Value.Trim());
            _effective[path] = new EffectiveSetting(path, said, FileOf(path, found.Layer));
            return parse(found.Value.Trim());
        }
        catch (FormatException e)
        {
            throw new ConfigurationException(
                $"{found.Layer.Naming(path)}: {path} = '{DefaultText.WithoutSecrets(found.Value)}': {e.Message}");
        }
    }

    /// <summary>Items of a list: of a list, or of a text separated by commas.</summary>
    public IReadOnlyList<T> ReadList<T>(string path, Func<string, T> parse)
    {
        const StringSplitOptions each = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        var whole = Read<IReadOnlyList<T>>(path, [], text => [.. text.Split(',', each).Select(parse)]);
        if (whole.Count > 0) return whole;
        var items = new List<T>();
        while (Find($"{path}.{items.Count}") is not null) items.Add(Read($"{path}.{items.Count}", default(T)!, parse));
        return items;
    }

    /// <summary>From the environment, or from a file only its owner can read; never from the configuration.</summary>
    /// <param name="path">The secret; its file is named by <c>path-file</c>.</param>
    public string? ReadSecret(string path)
    {
        _asked.Add(path);
        _asked.Add($"{path}-file"); // known also while the environment stands above it
        foreach (var file in layers.Where(layer => layer.IsFile && layer.Values.ContainsKey(path)))
            throw new ConfigurationException(
                $"{file.Naming(path)}: {path}: secrets do not belong into a configuration file; set "
                + $"{SettingsLayers.VariableOf(path)} or name a file of mode 0600 by {path}-file");
        if (Find(path) is not { } found) return Read<string?>($"{path}-file", null, SecretFile.Read);
        if (string.IsNullOrWhiteSpace(found.Value))
            throw new ConfigurationException(
                $"{found.Layer.Name}: {path} is set and empty; give it its value, or take it away and name a file "
                + $"of mode 0600 by {path}-file");
        _effective[path] = new EffectiveSetting(path, "(set, not shown)", found.Layer.Name);
        return found.Value.Trim();
    }

    /// <summary>The names one level below a path, e.g. those of the accounts, in order.</summary>
    public IReadOnlyList<string> Names(string path) =>
        [.. layers.SelectMany(layer => layer.Values.Keys.Concat(layer.EmptySections))
            .Where(key => key.StartsWith(path + ".", StringComparison.OrdinalIgnoreCase))
            .Select(key => key[(path.Length + 1)..].Split('.')[0].ToLowerInvariant())
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>True also for a section that is there and holds nothing.</summary>
    public bool Has(string path) => Find(path) is not null || Names(path).Count > 0
        || layers.Any(layer => layer.EmptySections.Contains(path, StringComparer.OrdinalIgnoreCase));

    /// <summary>True: the list is written, and nothing stands in it.</summary>
    public bool IsEmptyList(string path) =>
        Find(path) is { Value: var text } && string.IsNullOrWhiteSpace(text.Trim(',', ' '));

    /// <summary>What is wrong with a setting beside how it is written: a lack, or what another setting says.</summary>
    /// <param name="path">The setting or section the error is about; its place stands before the text.</param>
    public ConfigurationException Refusal(string path, string text)
    {
        var place = Find(path) is { } found
            ? found.Layer.Naming(path)
            : layers.Select(layer => layer.PlaceOf(path)).FirstOrDefault(place => place is not null)?.ToString();
        return new ConfigurationException(place is null ? text : $"{place}: {text}");
    }

    /// <summary>To be called when everything has been read.</summary>
    /// <exception cref="ConfigurationException">A key that nobody asked for.</exception>
    public void RefuseUnknown()
    {
        foreach (var layer in layers)
        {
            var unknown = layer.Values.Keys.Where(IsUnknown).Concat(layer.EmptySections.Where(HoldsNoSetting));
            if (unknown.Min(StringComparer.Ordinal) is { } key)
                throw new ConfigurationException(
                    $"{layer.Naming(key)}: {key.ToLowerInvariant()}: there is no such setting; "
                    + $"did you mean {NearestName.To(key, _asked)}?");
        }
    }

    private bool IsUnknown(string path) => !_asked.Contains(path);

    private bool HoldsNoSetting(string section) =>
        !_asked.Any(path => path.StartsWith(section + ".", StringComparison.OrdinalIgnoreCase));

    private static string FileOf(string path, SettingsLayer layer) => layer.PlaceOf(path)?.File ?? layer.Name;

    private (string Value, SettingsLayer Layer)? Find(string path)
    {
        for (var i = layers.Count - 1; i >= 0; i--)
            if (layers[i].Values.TryGetValue(path, out var value) && value is not null)
                return (value, layers[i]);
        return null;
    }
}

/// <param name="Value">As it would be written in the file; a secret is never among them.</param>
/// <param name="From">The file, the environment, the command line, or default.</param>
public sealed record EffectiveSetting(string Name, string Value, string From);
