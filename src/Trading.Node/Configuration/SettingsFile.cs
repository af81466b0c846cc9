using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Trading.Node.Configuration;

/// <summary>A configuration file: HOCON, read into paths and values. What it includes is read with it.</summary>
internal sealed class SettingsFile
{
    /// <summary>Settings of the actors, which Akka reads itself.</summary>
    private const string OfAkka = "akka";

    private readonly Dictionary<string, string> _lines = new(StringComparer.OrdinalIgnoreCase);
    private readonly SortedSet<string> _emptySections = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, HoconKind> _kinds = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string?> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly Stack<string> _reading = new();

    /// <exception cref="ConfigurationException">It is missing, cannot be read, is not HOCON, or names a setting twice.</exception>
    public static SettingsLayer Read(string file)
    {
        if (!File.Exists(file))
            throw new ConfigurationException($"--config {file}: there is no such file; name one of hocon/*.conf");
        var read = new SettingsFile();
        var root = read.Parse(file);
        if (!root.Value.IsObject()) return new SettingsLayer(file, IsFile: true, read._values);
        read.AddSection("", root.Value.GetObject());
        return new SettingsLayer(file, IsFile: true, read._values)
        {
            EmptySections = read._emptySections,
            Places = read._lines,
            Akka = root.Value.GetObject().Items.ContainsKey(OfAkka) ? new Config(root) : null,
        };
    }

    private HoconRoot Parse(string file)
    {
        var text = TextOf(file);
        foreach (var key in HoconText.KeysOf(file, text)) Note(file, key);
        _reading.Push(Path.GetFullPath(file));
        try
        {
            return Parser.Parse(text, included => Include(file, included));
        }
        catch (Exception e) when (e is not ConfigurationException) // whatever Akka's parser throws over a text
        {
            throw new ConfigurationException($"{file}: this is not HOCON: {e.Message}");
        }
        finally
        {
            _reading.Pop();
        }
    }

    private HoconRoot Include(string from, string included)
    {
        var file = Path.Combine(Path.GetDirectoryName(from) ?? "", included);
        if (!File.Exists(file)) throw new ConfigurationException($"{from}: include \"{included}\": there is no file {file}");
        if (_reading.Contains(Path.GetFullPath(file)))
            throw new ConfigurationException($"{from}: include \"{included}\": the files include each other; take one include away");
        return Parse(file);
    }

    private void Note(string file, HoconKey key)
    {
        if (key.Path == OfAkka || key.Path.StartsWith(OfAkka + ".", StringComparison.Ordinal)) return;
        if (!_kinds.TryAdd(key.Path, key.Kind)) return; // an including file is read first, and stands above what it includes
        _lines[key.Path] = $"{file}: line {key.Line}";
        if (key.Kind is HoconKind.EmptySection) _emptySections.Add(key.Path);
    }

    private void AddSection(string path, HoconObject section)
    {
        foreach (var (name, value) in section.Items)
            if (path.Length > 0 || name != OfAkka) Add(path.Length == 0 ? name : $"{path}.{name}", value);
    }

    private void Add(string path, HoconValue value)
    {
        var kind = _kinds.GetValueOrDefault(path);
        if (kind is HoconKind.EmptyList)
        {
            _values[path] = "";
        }
        else if (value.IsObject())
        {
            AddSection(path, value.GetObject());
        }
        else if (value.IsArray())
        {
            var items = value.GetArray();
            for (var i = 0; i < items.Count; i++) Add($"{path}.{i}", items[i]);
        }
        else if (kind is not HoconKind.Null)
        {
            _values[path] = value.GetString();
        }
    }

    private static string TextOf(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"--config {file}: the file cannot be read: {e.Message}");
        }
    }
}
