using Akka.Configuration;
using Akka.Configuration.Hocon;
using Trading.Node.Configuration.Hocon;

namespace Trading.Node.Configuration;

/// <summary>A configuration file in HOCON, read into paths and values.</summary>
internal sealed class SettingsFile
{
    private const string AkkaSection = "akka";

    private readonly HoconFile _file;
    private readonly Dictionary<string, string?> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly SortedSet<string> _emptySections = new(StringComparer.OrdinalIgnoreCase);

    private SettingsFile(HoconFile file) => _file = file;

    /// <param name="environment">Values of variables that the file may name; null: not set.</param>
    /// <exception cref="ConfigurationException">It is missing, cannot be read, or is not HOCON.</exception>
    public static SettingsLayer Read(string file, Func<string, string?> environment)
    {
        if (!File.Exists(file))
            throw new ConfigurationException($"--config {file}: there is no such file; name one of hocon/*.conf");
        string text;
        try
        {
            text = File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"--config {file}: the file cannot be read: {e.Message}");
        }

        return new SettingsFile(HoconFile.Read(new HoconSource(file, text), environment)).ReadLayer(file);
    }

    private SettingsLayer ReadLayer(string file)
    {
        var akka = ReadAkka();
        AddSection("", _file.Config.Root.GetObject());
        foreach (var path in _file.Keys.Unset.Where(static path => !IsOfAkka(path))) _values.TryAdd(path, null);
        return new SettingsLayer(file, IsFile: true, _values)
        {
            EmptySections = _emptySections, PlaceOf = path => _file.Keys.PlaceOf(path), Akka = akka,
        };
    }

    /// <summary>What stands in the section of the actors is Akka's own business.</summary>
    private Config? ReadAkka()
    {
        if (_file.Keys.Find(AkkaSection) is not { } written) return null;
        var section = _file.Config.GetValue(AkkaSection);
        return section?.IsObject() is true
            ? section.AtKey(AkkaSection)
            : throw new ConfigurationException(
                $"{written.Place}: {written.Path} is the section of Akka's own settings; "
                + "write akka { loglevel = INFO }");
    }

    private void AddSection(string path, HoconObject section)
    {
        foreach (var (name, value) in section.Items)
            if (!IsOfAkka(HoconKey.Join(path, name))) Add(HoconKey.Join(path, name), value);
        if (section.Items.Count == 0 && path.Length > 0) _emptySections.Add(path);
    }

    private void Add(string path, HoconValue value)
    {
        if (value.IsObject()) AddSection(path, value.GetObject());
        else if (HoconFile.IsList(value)) AddList(path, value);
        else if (TextOf(path, value) is { } text) _values[path] = text;
    }

    private void AddList(string path, HoconValue list)
    {
        var items = list.GetArray();
        for (var i = 0; i < items.Count; i++) Add($"{path}.{i}", items[i]);
        if (items.Count == 0) _values[path] = "";
    }

    /// <summary>Akka takes the word null for nothing, also between quotes: there it is a text.</summary>
    private string? TextOf(string path, HoconValue value) =>
        value.GetString() ?? (_file.Keys.Find(path) is { Kind: WrittenKind.Value } ? "null" : null);

    private static bool IsOfAkka(string path) =>
        path == AkkaSection || path.StartsWith(AkkaSection + ".", StringComparison.Ordinal);
}
