using System.CommandLine;
using System.Globalization;
using Trading.Node.Api;

namespace Trading.Cli.Verbs;

/// <summary>Orders to the node. Each ends done (0), refused (4) or unknown (5), and is sent once.</summary>
internal static class OrderVerbs
{
    private static readonly Argument<string?> Account = new("account")
    {
        Description = "Name of one account; all of them without it", Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Argument<string?> Target = new("key or account")
    {
        Description = "One position, one account, or everything without it", Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Do not ask" };
    private static readonly Option<string?> Why = new("--why") { Description = "The reason, kept in the journal", HelpName = "text" };
    private static readonly Option<int> Wait = new("--wait")
    {
        Description = "Seconds to wait for the outcome, 1 to 120", HelpName = "seconds", DefaultValueFactory = _ => 15,
    };

    private static readonly Option<string> Policy = new Option<string>("--policy")
    {
        Description = "protect-only (a stop and nothing else) or manage (as if opened here)", DefaultValueFactory = _ => "protect-only",
    }.AcceptOnlyFromAmong("protect-only", "manage");

    public static readonly Verb[] All =
    [
        new("close", "Close one position at market; done means proven flat",
            ["trading close binance/TAGUSDT", "trading close TAGUSDT --yes --why \"news\""], Close)
        {
            Arguments = [PositionVerbs.Key], Options = [Yes, Why, Wait],
        },
        new("flatten", "Close every position opened or managed here; what others opened stays",
            ["trading flatten", "trading flatten bybit --yes"], Flatten)
        {
            Arguments = [Account], Options = [Yes, Why, Wait],
        },
        OfAccount("pause", "No new entries; stops, trailing, exits and sync go on. Closes and cancels nothing. Survives a restart"),
        OfAccount("resume", "End a pause, and set today's loss rule aside"),
        OfAccount("halt", "No entries, adoption, trailing moves or timed exits; stops and sync go on. Closes and cancels nothing"),
        OfAccount("unhalt", "End a halt"),
        new("reconcile", "Compare with the exchange now, instead of at the next sync",
            ["trading reconcile", "trading reconcile binance", "trading reconcile binance/TAGUSDT"], Reconcile)
        {
            Arguments = [Target], Options = [Why, Wait],
        },
        new("adopt", "Take over a position that was not opened here",
            ["trading adopt binance/TAGUSDT", "trading adopt binance/TAGUSDT --policy manage"], Adopt)
        {
            Arguments = [PositionVerbs.Key], Options = [Policy, Yes, Why, Wait],
        },
    ];

    private static Verb OfAccount(string name, string about) =>
        new(name, about, [$"trading {name}", $"trading {name} binance --why \"maintenance at noon\""], call => Send(call, name, Fields(call)))
        {
            Arguments = [Account], Options = [Why, Wait],
        };

    private static async Task<int> Close(VerbCall call)
    {
        var key = call.Parsed.GetValue(PositionVerbs.Key)!;
        var path = $"positions/{Uri.EscapeDataString(key)}";
        var position = NodeClient.Read<PositionAnswer>(await call.Node.Get(path, call.Cancel));
        Confirm(call, $"Close {position.Key}, {position.Side} {Words.Of(position.Quantity)}, at market?");
        return await Send(call, $"positions/{Uri.EscapeDataString(position.Key)}/close", Fields(call));
    }

    private static async Task<int> Flatten(VerbCall call)
    {
        var account = call.Parsed.GetValue(Account);
        var path = VerbCall.Path("positions", ("account", account));
        var held = NodeClient.Read<PositionAnswer[]>(await call.Node.Get(path, call.Cancel));
        var names = string.Join(", ", held.Take(8).Select(p => p.Key)) + (held.Length > 8 ? " …" : "");
        Confirm(call, held.Length == 0
            ? $"Nothing is held{(account is null ? "" : $" on {account}")} as far as the node knows. Flatten all the same?"
            : $"Close {held.Length} position(s) at market: {names}?");
        return await Send(call, "flatten", Fields(call));
    }

    private static async Task<int> Reconcile(VerbCall call)
    {
        var fields = Fields(call);
        if (call.Parsed.GetValue(Target) is { } target)
        {
            var accounts = NodeClient.Read<AccountAnswer[]>(await call.Node.Get("accounts", call.Cancel));
            var isAccount = accounts.Any(a => a.Account.Equals(target, StringComparison.OrdinalIgnoreCase));
            fields[isAccount ? "account" : "key"] = target;
        }

        return await Send(call, "reconcile", fields);
    }

    private static Task<int> Adopt(VerbCall call)
    {
        var fields = Fields(call);
        fields["key"] = call.Parsed.GetValue(PositionVerbs.Key)!;
        fields["policy"] = call.Parsed.GetValue(Policy)!;
        Confirm(call, $"Take over {fields["key"]} ({fields["policy"]})?");
        return Send(call, "adopt", fields);
    }

    private static Dictionary<string, string> Fields(VerbCall call)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["by"] = call.Around.User,
            ["waitSeconds"] = call.Parsed.GetValue(Wait).ToString(CultureInfo.InvariantCulture),
        };
        if (call.Parsed.GetValue(Why) is { } why) fields["why"] = why;
        var account = call.Parsed.CommandResult.Command.Arguments.Contains(Account) ? call.Parsed.GetValue(Account) : null;
        if (account is not null) fields["account"] = account;
        return fields;
    }

    private static async Task<int> Send(VerbCall call, string path, Dictionary<string, string> fields)
    {
        var wait = TimeSpan.FromSeconds(Math.Clamp(call.Parsed.GetValue(Wait), 1, 120));
        var answer = await call.Node.Order(path, fields, wait, call.Cancel);
        if (call.Screen.IsJson)
        {
            call.Screen.Json(System.Text.Json.JsonSerializer.Serialize(answer, ApiJson.Options));
        }
        else
        {
            call.Screen.Line(answer.Code is null ? $"{answer.Outcome}: {answer.Text}" : $"{answer.Outcome} ({answer.Code}): {answer.Text}");
            if (answer.Results.Count > 1)
                foreach (var part in answer.Results) call.Screen.Line($"  {part.Outcome}: {part.Text}");
        }

        return answer.Outcome switch
        {
            CommandOutcome.Done => ExitCode.Done,
            CommandOutcome.Refused => ExitCode.Refused,
            _ => ExitCode.Unknown,
        };
    }

    private static void Confirm(VerbCall call, string question)
    {
        if (call.Parsed.GetValue(Yes)) return;
        if (call.Around.Ask is not { } ask)
            throw new VerbFailedException(ExitCode.Usage, "not_confirmed", "nobody is there to confirm; say --yes to do it without a question");
        if (ask($"{Screen.Clean(question)} [y/N] ")?.Trim().ToLowerInvariant() is not ("y" or "yes"))
            throw new VerbFailedException(ExitCode.Usage, "not_confirmed", "not confirmed; nothing was done");
    }
}
