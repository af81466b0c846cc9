namespace Trading.Node.Configuration;

/// <summary>The configuration cannot be used. The text names the place, the field, the value and the remedy, in one line.</summary>
public sealed class ConfigurationException(string text) : Exception(text);
