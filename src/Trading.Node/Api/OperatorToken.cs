using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Trading.Node.Api;

/// <summary>The secret that makes a caller the operator. Never in a log or an error text.</summary>
public sealed class OperatorToken
{
    public const string FileName = "operator.token";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int ShortestText = 16;
    private readonly byte[] _digest;

    private OperatorToken(string text) => _digest = SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <exception cref="InvalidDataException">Too short to be a secret.</exception>
    public static OperatorToken From(string text) => text.Trim() is { Length: >= ShortestText } token
        ? new OperatorToken(token)
        : throw new InvalidDataException($"TRADING_TOKEN is shorter than {ShortestText} characters; use `openssl rand -hex 32`");

    /// <summary>The token of the data directory; written there, mode 0600, when there is none.</summary>
    /// <exception cref="InvalidDataException">The file is empty, or others may read it.</exception>
    public static OperatorToken ReadOrCreate(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, FileName);
        if (!File.Exists(path)) Create(path);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) is not UnixFileMode.None)
            throw new InvalidDataException($"{path} may be read by others; `chmod 600` it, or delete it and a new one is made");
        var text = File.ReadAllText(path).Trim();
        return text.Length >= ShortestText
            ? new OperatorToken(text)
            : throw new InvalidDataException($"{path} holds no token; delete it and a new one is made");
    }

    /// <summary>Whether the request carries the token, compared in constant time.</summary>
    public bool Admits(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return false;
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim()));
        return CryptographicOperations.FixedTimeEquals(given, _digest);
    }

    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using var file = new FileStream(path, options);
        try
        {
            file.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) + "\n"));
            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            File.Delete(path); // half a token is none
            throw;
        }
    }
}
