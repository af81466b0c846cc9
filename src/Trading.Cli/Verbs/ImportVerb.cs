using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using Trading.Lab.Repair;
using Trading.Node.Api;

namespace Trading.Cli.Verbs;

/// <summary>
/// Open positions of an existing bot as candidates for adoption. The bot's table only says where to look: the node asks
/// the exchange about each, and takes over what that names, once.
/// </summary>
internal static class ImportVerb
{
    private static readonly Option<string> Bot = new("--postgres")
    {
        Description = "The bot's database, which is only read; its password comes from PGPASSWORD or ~/.pgpass",
        HelpName = "Host=…;Database=…;Username=…", Required = true,
    };

    private static readonly Option<string> Policy = new Option<string>("--policy")
    {
        Description = "protect-only (a stop and nothing else) or manage (as if opened here)", DefaultValueFactory = _ => "protect-only",
    }.AcceptOnlyFromAmong("protect-only", "manage");

    private static readonly Option<bool> Apply = new("--apply") { Description = "Adopt what could be; otherwise only look" };

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(15);

    public static readonly Verb Verb = new(
        "import", "Positions of an existing bot's monitoring.positions that this node could take over, or takes over",
        [
            "trading import --postgres \"Host=127.0.0.1;Database=bot;Username=bot\"",
            "trading import --postgres \"Host=127.0.0.1;Database=bot;Username=bot\" --policy manage --apply",
        ],
        Import)
    {
        Options = [Bot, Policy, Apply],
    };

    /// <summary>What a refusal says that leaves nothing to do.</summary>
    private static readonly string[] Settled = ["already_held", "is_flat"];

    private static async Task<int> Import(VerbCall call)
    {
        var groups = await Groups(DatabaseVerbs.WithoutPassword(call.Parsed.GetValue(Bot))!);
        var accounts = NodeClient.Read<AccountAnswer[]>(await call.Node.Get("accounts", call.Cancel));
        var found = new List<Candidate>();
        foreach (var group in groups) found.Add(await Judge(call, group, accounts));
        Show(call, found);
        return found.Exists(one => one.Outcome == CommandOutcome.Unknown) ? ExitCode.Unknown
            : found.Exists(one => one.Outcome == CommandOutcome.Refused && !Settled.Contains(one.Code)) ? ExitCode.Refused
            : ExitCode.Done;
    }

    private static async Task<IReadOnlyList<GhostGroup>> Groups(string database)
    {
        try
        {
            return await BotPositions.Read(database);
        }
        catch (RepairRefusedException e)
        {
            throw new VerbFailedException(ExitCode.Refused, "refused", e.Message);
        }
        catch (Exception e) when (e is NpgsqlException or ArgumentException)
        {
            throw new VerbFailedException(ExitCode.NotReachable, "not_reachable", $"the bot's database cannot be reached: {e.Message}");
        }
    }

    private static async Task<Candidate> Judge(VerbCall call, GhostGroup group, AccountAnswer[] accounts)
    {
        if (group.Why is { } why) return Candidate.Of(group, null, CommandOutcome.Refused, "unclear", $"not touched, {why}: repair ghosts first, or adopt it by its key");
        if (group.Keep.Side is not ("long" or "short" or "buy" or "sell"))
            return Candidate.Of(group, null, CommandOutcome.Refused, "unclear", $"side '{group.Keep.Side}' is not long, short, buy or sell");
        if (AccountOf(group, accounts) is not { } account)
            return Candidate.Of(group, null, CommandOutcome.Refused, "no_account", $"no account here is named {group.Exchange}, and not exactly one is on it");
        var key = $"{account.Account}/{group.Symbol}";
        var answer = await call.Node.Order("adopt", Fields(call, key, group), Wait, call.Cancel);
        return Candidate.Of(group, key, answer.Outcome, answer.Code, answer.Text);
    }

    private static Dictionary<string, string> Fields(VerbCall call, string key, GhostGroup group) => new(StringComparer.Ordinal)
    {
        ["key"] = key,
        ["policy"] = call.Parsed.GetValue(Policy)!,
        ["side"] = group.Keep.Side is "long" or "buy" ? "long" : "short",
        ["look"] = call.Parsed.GetValue(Apply) ? "false" : "true",
        ["by"] = call.Around.User,
        ["why"] = string.Create(CultureInfo.InvariantCulture, $"row {group.Keep.Id} of an existing bot"),
        ["waitSeconds"] = Wait.TotalSeconds.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>An account of that name, or the only one on that exchange.</summary>
    private static AccountAnswer? AccountOf(GhostGroup group, AccountAnswer[] accounts) =>
        accounts.FirstOrDefault(account => account.Account == group.Exchange)
        ?? (accounts.Where(account => account.Exchange == group.Exchange).ToArray() is [var only] ? only : null);

    private static void Show(VerbCall call, List<Candidate> found)
    {
        if (call.Screen.IsJson)
        {
            call.Screen.Json(JsonSerializer.Serialize(found, ApiJson.Options));
            return;
        }

        foreach (var one in found)
            call.Screen.Line($"#{one.Row} {one.Symbol} {one.Exchange} {one.Side} {one.Quantity}: {(one.Code is null ? "" : $"{one.Code}: ")}{one.Text}");
        var done = found.Count(one => one.Outcome == CommandOutcome.Done);
        call.Screen.Line(found.Count == 0 ? "the bot has no active rows"
            : call.Parsed.GetValue(Apply) ? $"{done} of {found.Count} adopted; the bot's table is as it was. Do not let the bot trade them on"
            : $"{done} of {found.Count} could be adopted; nothing was: stop the bot, then --apply");
    }

    private sealed record Candidate(
        long Row, string Symbol, string Exchange, string Side, string? Quantity, string? EntryPrice, string? Key, string Outcome, string? Code, string Text)
    {
        public static Candidate Of(GhostGroup group, string? key, string outcome, string? code, string text) => new(
            group.Keep.Id, group.Symbol, group.Exchange, group.Keep.Side, group.Keep.Quantity, group.Keep.EntryPrice, key, outcome, code, text);
    }
}
