using System.CommandLine;
using System.CommandLine.Parsing;

namespace Trading.Cli;

/// <summary>One verb of the command line: what it is called, what it takes, what it does.</summary>
internal sealed record Verb(string Name, string About, string[] Examples, Func<VerbCall, Task<int>> Run)
{
    public Argument[] Arguments { get; init; } = [];

    public Option[] Options { get; init; } = [];

    public Command Command(CommonOptions common, Surroundings around)
    {
        var command = new Command(Name, About);
        foreach (var argument in Arguments) command.Add(argument);
        foreach (var option in Options) command.Add(option);
        command.SetAction(async (parsed, cancel) =>
        {
            var node = new Lazy<NodeClient>(() => common.Client(parsed, around)); // a verb of the Lab needs none
            try
            {
                return await Run(new VerbCall(parsed, node, new Screen(around, parsed.GetValue(common.Json)), around, cancel));
            }
            finally
            {
                if (node.IsValueCreated) node.Value.Dispose();
            }
        });
        return command;
    }
}

/// <summary>One use of a verb.</summary>
internal sealed record VerbCall(ParseResult Parsed, Lazy<NodeClient> Client, Screen Screen, Surroundings Around, CancellationToken Cancel)
{
    public NodeClient Node => Client.Value;

    /// <summary>A node's data folder, where the operator named one.</summary>
    public string? GivenData => Parsed.GetResult("--data") is OptionResult { Implicit: false } ? Parsed.GetValue<string>("--data") : null;

    /// <summary>Asks the node, and shows its answer: as it came for a program, else by <paramref name="show"/>.</summary>
    public async Task<int> Show<T>(string path, Action<T> show)
    {
        var answer = await Node.Get(path, Cancel);
        if (Screen.IsJson) Screen.Json(answer);
        else show(NodeClient.Read<T>(answer));
        return ExitCode.Done;
    }

    /// <summary>A path with the query parameters that have a value.</summary>
    public static string Path(string path, params (string Name, string? Value)[] query)
    {
        var given = query.Where(q => q.Value is not null).Select(q => $"{q.Name}={Uri.EscapeDataString(q.Value!)}");
        var text = string.Join('&', given);
        return text.Length == 0 ? path : $"{path}?{text}";
    }
}
