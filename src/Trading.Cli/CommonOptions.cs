using System.CommandLine;
using Trading.Node.Api;

namespace Trading.Cli;

/// <summary>Options every verb takes, and the way from them to a node.</summary>
internal sealed class CommonOptions
{
    private const string DefaultUrl = "http://127.0.0.1:5480";

    public Option<string?> Url { get; } = new("--url")
    {
        Description = $"Address of the node; else TRADING_URL, else {DefaultUrl}", HelpName = "address", Recursive = true,
    };

    public Option<string> Data { get; } = new("--data")
    {
        Description = $"The node's data directory: holds {OperatorToken.FileName}; TRADING_TOKEN wins",
        HelpName = "directory", Recursive = true, DefaultValueFactory = _ => "data",
    };

    public Option<bool> Json { get; } = new("--json")
    {
        Description = "JSON for programs: one document, no colours", Recursive = true,
    };

    public NodeClient Client(ParseResult parsed, Surroundings around)
    {
        var text = parsed.GetValue(Url) ?? around.Variable("TRADING_URL") ?? DefaultUrl;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new VerbFailedException(
                ExitCode.Usage, "bad_url", $"url '{text}' is not an http address such as {DefaultUrl}");
        var (token, source) = Token(parsed, around);
        return new NodeClient(around.Http, url, token, source);
    }

    private (string? Token, string Source) Token(ParseResult parsed, Surroundings around)
    {
        if (around.Variable("TRADING_TOKEN") is { } given) return (given.Trim(), "TRADING_TOKEN");
        var path = Path.Combine(parsed.GetValue(Data)!, OperatorToken.FileName);
        try
        {
            return (File.ReadAllText(path).Trim(), path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, $"{path} (there is none)"); // the node says whether it matters
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new VerbFailedException(
                ExitCode.Usage, "token_unreadable", $"{path} cannot be read ({e.Message}); run as its owner or set TRADING_TOKEN");
        }
    }
}
