using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace Trading.Node.Configuration.Hocon;

/// <summary>A configuration file as Akka's parser reads it, and the lines that Akka's parser does not know.</summary>
internal sealed record HoconFile(Config Config, WrittenKeys Keys)
{
    /// <param name="environment">The value of a variable; null: it is not set.</param>
    /// <exception cref="ConfigurationException">With file, line and remedy.</exception>
    public static HoconFile Read(HoconSource source, Func<string, string?> environment)
    {
        var reading = new HoconReading(environment);
        var text = StrictHocon.Read(source, reading, section: "");
        reading.Substitutions.Check(reading.Keys);
        return new HoconFile(ConfigurationFactory.ParseString(text), reading.Keys);
    }

    /// <summary>Also by way of a substitution. Akka's own answer to an empty list is no.</summary>
    public static bool IsList(HoconValue value) =>
        value.Values.Any(static part => part is HoconArray
            || (part is HoconSubstitution { ResolvedValue: { } resolved } && IsList(resolved)));
}
