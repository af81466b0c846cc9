using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using Trading.Journal;
using Trading.Lab.Journals;
using Trading.Lab.Repair;
using Trading.Node.Api;
using Trading.Node.Configuration;

namespace Trading.Cli.Verbs;

/// <summary>Verbs that work on a database itself, while no node uses it.</summary>
internal static class DatabaseVerbs
{
    private static readonly Argument<string> Ghosts = Word("ghosts");
    private static readonly Argument<string> Copy = Word("copy");
    private static readonly Argument<string> From = Address("from", "journal.db, or Host=…;Database=…;Username=…");
    private static readonly Argument<string> To = Address("to", "The other: a new file, or an empty database");
    private static readonly Option<string> Postgres = new("--postgres")
    {
        Description = "The bot's database; its password comes from PGPASSWORD or ~/.pgpass", HelpName = "Host=…;Database=…;Username=…",
        Required = true,
    };

    private static readonly Option<bool> Apply = new("--apply") { Description = "Close the ghosts as duplicate_cleanup; otherwise only look" };
    private static readonly Option<bool> Undo = new("--undo") { Description = "Take the latest repair back" };
    private static readonly Option<bool> Force = new("--force") { Description = "Also while rows changed in the last 60 s" };

    public static readonly Verb[] All =
    [
        new("repair", "Find, and close, rows of an existing bot's monitoring.positions that stand for no position of their own",
            [
                "trading repair ghosts --postgres \"Host=127.0.0.1;Database=bot;Username=bot\"",
                "trading repair ghosts --postgres \"Host=127.0.0.1;Database=bot;Username=bot\" --apply",
            ],
            Repair)
        {
            Arguments = [Ghosts], Options = [Postgres, Apply, Undo, Force],
        },
        new("journal", "Copy a journal between SQLite and PostgreSQL with its id and positions; stop the node first",
            ["trading journal copy data/journal.db \"Host=127.0.0.1;Database=trading;Username=trading\""],
            CopyJournal)
        {
            Arguments = [Copy, From, To],
        },
    ];

    private static async Task<int> Repair(VerbCall call)
    {
        var (apply, undo, force) = (call.Parsed.GetValue(Apply), call.Parsed.GetValue(Undo), call.Parsed.GetValue(Force));
        if (apply && undo) throw new VerbFailedException(ExitCode.Usage, "usage", "--apply and --undo: name one of them");
        var repair = new GhostRepair(WithoutPassword(call.Parsed.GetValue(Postgres)!), TimeProvider.System);
        try
        {
            var outcome = await (undo ? repair.Undo(force) : apply ? repair.Apply(force) : repair.Look());
            Show(call.Screen, outcome, undo);
            return ExitCode.Done;
        }
        catch (RepairRefusedException e)
        {
            throw new VerbFailedException(ExitCode.Refused, "refused", e.Message);
        }
        catch (NpgsqlException e)
        {
            throw new VerbFailedException(ExitCode.NotReachable, "not_reachable", $"the database cannot be reached: {e.Message}");
        }
    }

    private static void Show(Screen screen, RepairOutcome outcome, bool undone)
    {
        if (screen.IsJson)
        {
            screen.Json(JsonSerializer.Serialize(outcome, ApiJson.Options));
            return;
        }

        foreach (var group in outcome.Groups)
            screen.Line(group.Why is { } why
                ? $"{group.Symbol} {group.Exchange}: not touched, {why}: {Names(group.Rows)}"
                : $"{group.Symbol} {group.Exchange}: #{group.Keep.Id} stays ({group.Keep.Orders} orders, {group.Keep.Trades} trades); ghost {Names(group.Ghosts)}");
        var ghosts = outcome.Groups.Sum(group => group.Ghosts.Count);
        screen.Line(outcome.RunId is { } run
            ? undone ? $"{outcome.Changed} rows are as they were before {run}" : $"{outcome.Changed} ghosts closed; --undo takes it back ({run})"
            : ghosts == 0 ? "no ghosts" : $"{ghosts} ghosts; nothing was changed: --apply closes them");
    }

    private static async Task<int> CopyJournal(VerbCall call)
    {
        var (from, to) = (WithoutPassword(call.Parsed.GetValue(From)!), WithoutPassword(call.Parsed.GetValue(To)!));
        try
        {
            var copied = await JournalCopy.Run(from, to, count =>
            {
                if (count % 100_000 == 0) call.Around.Error.WriteLine($"{count} events");
            });
            if (call.Screen.IsJson) call.Screen.Json(JsonSerializer.Serialize(new { Journal = copied.Id.Value, copied.Events, copied.Hash }, ApiJson.Options));
            else
                call.Screen.Line(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{copied.Events} events of journal {copied.Id.Value} are in {JournalCopy.Name(to)} as in {JournalCopy.Name(from)} (sha256 {copied.Hash[..16]}…); use one of them only"));
            return ExitCode.Done;
        }
        catch (Exception e) when (e is JournalUnusableException or ConfigurationException or IOException or FormatException)
        {
            throw new VerbFailedException(ExitCode.Refused, "refused", e.Message);
        }
    }

    /// <summary>Everybody on the machine can read a command line.</summary>
    [return: NotNullIfNotNull(nameof(address))]
    public static string? WithoutPassword(string? address) => address is not null && address.Contains("password=", StringComparison.OrdinalIgnoreCase)
        ? throw new VerbFailedException(ExitCode.Usage, "usage", "a password does not belong on a command line: set PGPASSWORD, or write it into ~/.pgpass")
        : address;

    private static string Names(IEnumerable<BookedRow> rows) => string.Join(", ", rows.Select(row => $"#{row.Id}"));

    private static Argument<string> Word(string word)
    {
        var argument = new Argument<string>(word) { Description = $"The word {word}" };
        argument.AcceptOnlyFromAmong(word);
        return argument;
    }

    private static Argument<string> Address(string name, string about) => new(name) { Description = about };
}
