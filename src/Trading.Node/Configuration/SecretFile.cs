namespace Trading.Node.Configuration;

internal static class SecretFile
{
    /// <exception cref="FormatException">Missing, empty, or readable by others than its owner.</exception>
    public static string Read(string path)
    {
        if (!File.Exists(path)) throw new FormatException("there is no such file");
        if (!OwnerOnly.IsPrivate(path))
            throw new FormatException("others than its owner can read it; run chmod 600 on it");
        var secret = File.ReadAllText(path).Trim();
        return secret.Length > 0 ? secret : throw new FormatException("the file is empty");
    }
}
