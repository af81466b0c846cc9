using System.CommandLine;
using System.Text.Json;
using Trading.Node.Api;
using Trading.Node.Configuration;

namespace Trading.Cli.Verbs;

/// <summary>Reads a configuration as the node would, and shows what it would run with. Needs no node.</summary>
internal static class ConfigVerb
{
    public static readonly string[] Examples =
    [
        "trading config check --config hocon/testnet.conf", "trading config check --config hocon/paper.conf --json",
        "TRADING__POSITIONS__STOP_LOSS=\"3 %\" trading config check",
    ];

    private static readonly Option<string?> File = new("--config")
    {
        Description = "The file; without it the defaults and the environment", HelpName = "file",
    };

    public static Command Check(CommonOptions common, Surroundings around)
    {
        var command = new Command("check", "Print the effective configuration, secrets masked, or what is wrong with it") { File };
        command.SetAction(parsed => Check(parsed.GetValue(File), new Screen(around, parsed.GetValue(common.Json)), around));
        return command;
    }

    private static int Check(string? file, Screen screen, Surroundings around)
    {
        SettingsReader reader;
        NodeSettings settings;
        try
        {
            reader = SettingsLayers.Read(file, around.Environment, new Dictionary<string, string>(StringComparer.Ordinal));
            settings = NodeSettingsReader.Read(reader);
        }
        catch (ConfigurationException e)
        {
            throw new VerbFailedException(ExitCode.Usage, "configuration", e.Message);
        }

        if (screen.IsJson) screen.Json(JsonSerializer.Serialize(
            new { valid = true, settings = reader.Effective, warnings = SettingsWarnings.Of(settings) }, ApiJson.Options));
        else Show(screen, reader.Effective, settings);
        return ExitCode.Done;
    }

    private static void Show(Screen screen, IReadOnlyCollection<EffectiveSetting> effective, NodeSettings settings)
    {
        screen.Table(["Setting", "Value", "From"], effective.Select(setting => new Cell[]
        {
            setting.Name, Words.Shortened(setting.Value, 44), setting.From == "default" ? Cell.Faint(setting.From) : Cell.Good(setting.From),
        }));
        foreach (var account in settings.Accounts)
            screen.Line($"{account}: up to {account.Risk.MaxOpenPositions} positions of {Words.Of(account.LargestEntry)} USDT; "
                + $"all stops at {Words.Percent(account.Risk.Plan.StopLoss * 100)} would lose "
                + $"{Words.Money(account.WorstLoss)} USDT, fees and slippage aside.");
        foreach (var warning in SettingsWarnings.Of(settings)) screen.Line($"Warning: {warning}", new(Spectre.Console.Color.Yellow));
        screen.Line(settings switch
        {
            { Paper: not null } => "Valid: paper mode, no real money.",
            { Live: true } => "Valid. REAL MONEY: entries begin on each account once its venue probe has passed.",
            _ => "Valid.",
        });
    }
}
