namespace Trading.Node.Configuration;

/// <summary>Where a setting is written.</summary>
/// <param name="Line">Counted from 1.</param>
public readonly record struct SettingPlace(string File, int Line)
{
    /// <summary>As errors begin with it.</summary>
    public override string ToString() => $"{File}: line {Line}";
}
