using System.Collections;
using Spectre.Console;

namespace Trading.Cli;

/// <summary>What the verbs know of the process around them, so that tests can stand in for it.</summary>
/// <param name="Ask">Puts a question to the operator and returns the answer; null: nobody is there to be asked.</param>
public sealed record Surroundings(
    IAnsiConsole Console, TextWriter Out, TextWriter Error, IDictionary Environment, HttpMessageHandler Http,
    Func<string, string?>? Ask, string User)
{
    private const int WidthWithoutTerminal = 100;

    /// <summary>Null where the variable is missing or empty.</summary>
    public string? Variable(string name) => Environment[name] as string is { Length: > 0 } value ? value : null;

    public static Surroundings OfProcess()
    {
        var piped = System.Console.IsOutputRedirected;
        var console = AnsiConsole.Create(
            piped ? new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors } : new AnsiConsoleSettings());
        if (piped) console.Profile.Width = WidthWithoutTerminal;
        var attended = !System.Console.IsInputRedirected && !System.Console.IsErrorRedirected;
        return new Surroundings(
            console, System.Console.Out, System.Console.Error, System.Environment.GetEnvironmentVariables(),
            new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(3), UseProxy = false }, attended ? AskOnTerminal : null,
            System.Environment.UserName);
    }

    private static string? AskOnTerminal(string question)
    {
        System.Console.Error.Write(question);
        return System.Console.ReadLine();
    }
}
