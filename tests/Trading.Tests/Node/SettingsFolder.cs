using System.Collections;
using Trading.Node.Configuration;

namespace Trading.Tests.Node;

/// <summary>A folder of configuration files that is read as a node reads it.</summary>
internal sealed class SettingsFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hocon-").FullName;

    public string File => PathOf("node.conf");

    /// <summary>Variables of the environment.</summary>
    public Hashtable Environment { get; } = [];

    public string PathOf(string file) => Path.Combine(_folder, file);

    public void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        System.IO.File.WriteAllText(PathOf(file), text);
    }

    public NodeSettings Read(string text) => NodeSettingsReader.Read(Reader(text));

    public ConfigurationException Refusal(string text) => Assert.Throws<ConfigurationException>(() => Read(text));

    /// <summary>Anything but a refusal in one line fails.</summary>
    public void TryRead(string text)
    {
        try
        {
            Read(text);
        }
        catch (ConfigurationException e)
        {
            Assert.StartsWith(File, e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', e.Message);
        }
    }

    /// <summary>By name.</summary>
    public Dictionary<string, EffectiveSetting> Effective(string text)
    {
        var reader = Reader(text);
        NodeSettingsReader.Read(reader);
        return reader.Effective.ToDictionary(setting => setting.Name, StringComparer.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private SettingsReader Reader(string text)
    {
        Write("node.conf", text);
        return SettingsLayers.Read(File, Environment, new Dictionary<string, string>(StringComparer.Ordinal));
    }
}
