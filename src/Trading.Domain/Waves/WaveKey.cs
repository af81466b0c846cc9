using Trading.Domain.Signals;

namespace Trading.Domain.Waves;

/// <summary>The identity of one wave on one account, of its actor and of its journal stream.</summary>
public readonly record struct WaveKey(AccountId Account, WaveName Wave)
{
    public const string StreamPrefix = "wave/";

    public string Stream => $"{StreamPrefix}{this}";

    /// <summary>Reads <c>wave/{account}/{wave}</c>.</summary>
    public static bool TryParseStream(string stream, out WaveKey key)
    {
        key = default;
        var parts = stream.Split('/');
        if (parts is not ["wave", var name, var wave]) return false;
        if (!AccountId.TryParse(name, out var account) || !WaveName.TryParse(wave, out var parsed)) return false;
        key = new WaveKey(account, parsed);
        return true;
    }

    public override string ToString() => $"{Account}/{Wave}";
}
