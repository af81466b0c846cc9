using System.Collections.Immutable;
using Npgsql;
using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Journal.Postgres;
using Trading.Node.Signals;
using static Trading.Node.Configuration.SettingsText;

namespace Trading.Node.Configuration;

/// <summary>Every setting there is, by its name.</summary>
public static class NodeSettingsReader
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Activation and callback of the demo market, whose moves are small.</summary>
    private static readonly ProtectionPlan DemoPlan = new(Activation: 0.003m, Callback: 0.0015m);

    /// <exception cref="ConfigurationException">One clear line: place, field, value, remedy.</exception>
    public static NodeSettings Read(SettingsReader from)
    {
        var paper = ReadPaper(from);
        var live = from.Read("live", false, Switch);
        var plan = ReadPlan(from, paper is null ? new ProtectionPlan() : DemoPlan);
        if (live && paper is not null)
            throw from.Refusal("live", "live = true: paper mode trades nothing; name the accounts (see hocon/live.conf), or leave it out");
        var hardLoss = from.Read("positions.hard-loss", (decimal?)null, text => Percent(0.1m, 90)(text));
        if (hardLoss <= plan.StopLoss)
            throw from.Refusal(
                "positions.hard-loss",
                $"positions.hard-loss = {hardLoss * 100} %: must lie beyond positions.stop-loss ({plan.StopLoss * 100} %); raise it, or leave it out");
        var settings = new NodeSettings
        {
            Live = live,
            ProbeOrders = from.Read("probe-orders", paper is null, Switch) || live,
            Data = from.Read("data", "./data", Folder),
            Postgres = ReadPostgres(from),
            Port = from.Read("port", 5480, Count(0, 65535)),
            Paper = paper,
            Accounts = [.. ReadAccounts(from, plan, paper, live).Select(account => hardLoss is null || account.Exchange is not Exchange.Binance ? account : TwoLayers(from, account))],
            PreviousJournals = from.ReadList("previous-journals", JournalTag),
            Feeds = [.. from.Names("feeds").Select(name => ReadFeed(from, name))],
            Webhooks = [.. from.Names("webhooks").Select(name => ReadWebhook(from, name))],
            Waves = ReadWaves(from),
            ProtectWithin = from.Read("positions.protect-within", 3 * Second, Duration(0.2 * Second, 60 * Second)),
            VerifyAlert = from.Read("positions.verify-alert", 10 * Second, Duration(Second, 120 * Second)),
            OnManualStop = from.Read("positions.on-manual-stop", ManualStopPolicy.Restore, OnManualStop),
            HardLoss = hardLoss,
            StopFirst = from.Read("positions.stop-first", false, Switch),
            SyncEvery = from.Read("sync-every", 120 * Second, Duration(5 * Second, Hour)),
            Akka = from.Akka,
            SettleWithin = from.Read("settle-within", 10 * Second, Duration(TimeSpan.Zero, 600 * Second)),
        };
        settings = settings with { Routes = [.. from.Names("routing").Select(name => ReadRoute(from, name, settings.Accounts))] };
        from.RefuseUnknown();
        return settings;
    }

    private static PaperSettings? ReadPaper(SettingsReader from)
    {
        var otherwise = new PaperSettings();
        var read = new PaperSettings
        {
            DemoFeed = from.Read("paper.demo-feed", otherwise.DemoFeed, Switch),
            Seed = from.Read("paper.seed", otherwise.Seed, Count(0, int.MaxValue)),
            WaveEvery = from.Read("paper.wave-every", otherwise.WaveEvery, Duration(Second, Hour)),
        };
        return from.Has("paper") || !from.Has("accounts") ? read : null;
    }

    /// <summary>The connection string stands in the file; the password does not, and no error repeats the text it may be in.</summary>
    private static PostgresSettings? ReadPostgres(SettingsReader from)
    {
        var text = from.Read("journal.postgres", (NpgsqlConnectionStringBuilder?)null, written => ReadConnection(from, written));
        var password = from.ReadSecret("journal.password");
        if (text is null) return null;
        if (password is not null) text.Password = password;
        return new PostgresSettings(text.ConnectionString);
    }

    private static NpgsqlConnectionStringBuilder ReadConnection(SettingsReader from, string text)
    {
        try
        {
            var read = PostgresConnections.Read(text);
            if (string.IsNullOrEmpty(read.Password)) return read;
        }
        catch (FormatException e)
        {
            throw from.Refusal("journal.postgres", $"journal.postgres: {e.Message}");
        }

        throw from.Refusal(
            "journal.postgres",
            $"journal.postgres: a password does not belong here; set {SettingsLayers.EnvironmentPrefix}JOURNAL__PASSWORD "
            + "or name a file of mode 0600 by journal.password-file");
    }

    private static ProtectionPlan ReadPlan(SettingsReader from, ProtectionPlan otherwise) => new(
        StopLoss: from.Read("positions.stop-loss", otherwise.StopLoss, Percent(0.05m, 50)),
        Activation: from.Read("positions.activation", otherwise.Activation, Percent(0.01m, 100)),
        Callback: from.Read("positions.callback", otherwise.Callback, Percent(0.01m, 50)),
        MinStep: from.Read("positions.min-step", otherwise.MinStep, Percent(0, 10)),
        MaxAgeSeconds: (int)from.Read(
            "positions.max-age", TimeSpan.FromSeconds(otherwise.MaxAgeSeconds), Duration(60 * Second, 24 * 30 * Hour)).TotalSeconds);

    private static WavePolicy ReadWaves(SettingsReader from) => WavePolicy.Default with
    {
        MaxTrades = from.Read("waves.max-trades", WavePolicy.Default.MaxTrades, Count(1, 100)),
        BufferPercent = (int)(from.Read("waves.buffer", WavePolicy.Default.BufferPercent / 100m, Percent(0, 1000)) * 100),
        CollectFor = from.Read("waves.collect-for", WavePolicy.Default.CollectFor, Duration(TimeSpan.Zero, 300 * Second)),
    };

    private static FeedAddress ReadFeed(SettingsReader from, string name) => new(
        name,
        from.Read($"feeds.{name}.url", (Uri?)null, SocketAddress)
            ?? throw from.Refusal($"feeds.{name}", $"feeds.{name}.url is missing: write an address such as wss://signals.example/feed"));

    /// <summary>Rules are tried in the order of their names.</summary>
    private static SignalRoute ReadRoute(SettingsReader from, string name, IReadOnlyList<AccountSettings> accounts)
    {
        var account = from.Read($"routing.{name}.account", "", static text => text);
        if (!AccountId.TryParse(account, out var id) || accounts.All(known => known.Id != id))
            throw from.Refusal(
                $"routing.{name}.account",
                $"routing.{name}.account = '{account}': there is no account of that name; configured: {string.Join(", ", accounts.Select(known => known.Id))}");
        return new SignalRoute(
            from.Read($"routing.{name}.source", (string?)null, static text => text),
            from.Read($"routing.{name}.symbol", (Symbol?)null, static text => Symbol(text)), id);
    }

    private static WebhookSource ReadWebhook(SettingsReader from, string name) => new(
        name,
        from.ReadSecret($"webhooks.{name}.secret")
            ?? throw from.Refusal(
                $"webhooks.{name}",
                $"webhooks.{name}: the secret is missing; set {SettingsLayers.EnvironmentPrefix}WEBHOOKS__{name.ToUpperInvariant()}__SECRET, "
                + $"or name a file of mode 0600 by webhooks.{name}.secret-file"),
        from.Read($"webhooks.{name}.plain-secret", false, Switch));

    private static IReadOnlyList<AccountSettings> ReadAccounts(SettingsReader from, ProtectionPlan plan, PaperSettings? paper, bool live)
    {
        var names = from.Names("accounts");
        if (paper is not null && names.Count == 0) names = [Exchange.Binance.Id(), Exchange.Bybit.Id()];
        List<AccountSettings> accounts = [.. names.Select(name => ReadAccount(from, name, plan, paper, live))];
        RefuseMixedAddresses(from, accounts);
        return accounts;
    }

    /// <summary>Mark prices are heard once per exchange: a stop must not trail by the prices of another environment.</summary>
    private static void RefuseMixedAddresses(SettingsReader from, List<AccountSettings> accounts)
    {
        foreach (var other in accounts)
        {
            var first = accounts.First(account => account.Exchange == other.Exchange);
            if (first.Url != other.Url || first.StreamUrl != other.StreamUrl)
                throw from.Refusal(
                    $"accounts.{other.Id}.exchange-url",
                    $"accounts.{other.Id}.exchange-url = '{other.Url}': {first.Id} is at '{first.Url}'; all accounts of one exchange share "
                    + "its addresses in one node: start another node for the other environment");
        }
    }

    private static AccountSettings ReadAccount(SettingsReader from, string name, ProtectionPlan plan, PaperSettings? paper, bool live)
    {
        if (!AccountId.TryParse(name, out var id))
            throw from.Refusal($"accounts.{name}", $"accounts.{name}: an account's name has 1 to 16 characters a-z, 0-9 or '-'");
        var at = $"accounts.{name}";
        var exchange = from.Read($"{at}.exchange", DefaultExchange(name), ReadExchange)
            ?? throw from.Refusal(at, $"{at}.exchange is missing: write binance or bybit");
        var account = new AccountSettings(id, exchange)
        {
            Url = from.Read($"{at}.exchange-url", (Uri?)null, HttpAddress),
            StreamUrl = from.Read($"{at}.stream-url", (Uri?)null, SocketAddress),
            ApiKey = from.ReadSecret($"{at}.api-key") ?? "",
            ApiSecret = from.ReadSecret($"{at}.api-secret") ?? "",
            Isolated = from.Read($"{at}.margin", true, IsIsolated),
            Adopt = from.Read($"{at}.adopt", AdoptPolicy.ProtectOnly, Adopt),
            Risk = ReadRisk(from, at, exchange, plan, paper),
        };
        if (paper is null) RefuseUnready(from, at, account, live);
        return account;
    }

    /// <summary>200 conditional orders are the exchange's limit, and each position now takes two.</summary>
    private static AccountSettings TwoLayers(SettingsReader from, AccountSettings account)
    {
        const int most = 90;
        if (account.Risk.MaxOpenPositions > most)
            throw from.Refusal(
                $"accounts.{account.Id}.max-open-positions",
                $"accounts.{account.Id}.max-open-positions = {account.Risk.MaxOpenPositions}: with positions.hard-loss each position takes two of "
                + $"200 conditional orders; write {most} or less");
        return account with { Risk = account.Risk with { StopsPerPosition = 2 } };
    }

    /// <summary>Bybit and its regional names (protocols/bybit-v5-linear §1).</summary>
    private static readonly string[] BybitRealMoney = ["bybit", "bytick", "manepa"];

    private static void RefuseUnready(SettingsReader from, string at, AccountSettings account, bool live)
    {
        if (account.ApiKey.Length == 0 || account.ApiSecret.Length == 0)
            throw from.Refusal(
                at,
                $"{at}: keys are missing; set {SettingsLayers.EnvironmentPrefix}ACCOUNTS__{account.Id.Value.ToUpperInvariant()}__API_KEY and …__API_SECRET, "
                + $"or name files of mode 0600 by {at}.api-key-file and {at}.api-secret-file");
        if (!live && (account.Url is null || IsProduction(account.Url)))
            throw from.Refusal(
                $"{at}.exchange-url",
                $"{at}.exchange-url = '{account.Url}': this is the exchange of real money; name a testnet or simulator, "
                + "e.g. https://demo-fapi.binance.com or https://api-testnet.bybit.com (see hocon/testnet.conf)");
    }

    private static bool IsProduction(Uri url) =>
        url.Host.TrimEnd('.').EndsWith(".binance.com", StringComparison.OrdinalIgnoreCase)
        && !url.Host.StartsWith("demo-", StringComparison.OrdinalIgnoreCase)
        || BybitRealMoney.Any(name => url.Host.Contains(name, StringComparison.OrdinalIgnoreCase))
        && !url.Host.StartsWith("api-demo.", StringComparison.OrdinalIgnoreCase)
        && !url.Host.StartsWith("api-testnet.", StringComparison.OrdinalIgnoreCase);

    private static AccountPolicy ReadRisk(
        SettingsReader from, string at, Exchange exchange, ProtectionPlan plan, PaperSettings? paper)
    {
        var d = paper is null ? AccountPolicy.Default : AccountPolicy.Default with
        {
            CooldownAfterClose = paper.WaveEvery,
            CooldownAfterLoss = 3 * paper.WaveEvery,
        };
        return d with
        {
            Exchange = exchange,
            Hedge = from.Read($"{at}.position-mode", d.Hedge, IsHedge),
            Plan = plan with
            {
                TakeProfit = from.Read($"{at}.take-profit", plan.TakeProfit, text => Percent(0.1m, 1000)(text)),
                BreakEven = from.Read($"{at}.break-even", plan.BreakEven, text => Percent(0.2m, 100)(text)),
            },
            Notional = from.Read($"{at}.notional", d.Notional, Amount(1)),
            EquityShare = from.Read($"{at}.equity-share", d.EquityShare, text => Percent(0.01m, 100)(text)),
            MaxPositionNotional = from.Read($"{at}.max-position-notional", d.MaxPositionNotional, Amount(1)),
            MaxTotalNotional = from.Read($"{at}.max-total-notional", d.MaxTotalNotional, text => Amount(1)(text)),
            MaxOpenPositions = from.Read($"{at}.max-open-positions", d.MaxOpenPositions, Count(1, 180)),
            DailyLoss = from.Read($"{at}.daily-loss", d.DailyLoss, text => Amount(1)(text)),
            Leverage = from.Read($"{at}.leverage", d.Leverage, Count(1, 20)),
            MaxEntryDeviation = from.Read($"{at}.max-entry-deviation", d.MaxEntryDeviation, Percent(0.01m, 50)),
            CooldownAfterClose = from.Read($"{at}.cooldown-after-close", d.CooldownAfterClose, Duration(TimeSpan.Zero, 24 * Hour)),
            CooldownAfterLoss = from.Read($"{at}.cooldown-after-loss", d.CooldownAfterLoss, Duration(TimeSpan.Zero, 24 * Hour)),
            Allow = ReadAllowed(from, $"{at}.allow"),
            Block = from.ReadList($"{at}.block", Symbol).ToImmutableHashSet(),
        };
    }

    /// <summary>A list that is there and empty would, read as "no list", allow everything: nobody who writes it means that.</summary>
    private static ImmutableHashSet<Symbol> ReadAllowed(SettingsReader from, string path) => from.IsEmptyList(path)
        ? throw from.Refusal(path, $"{path} is an empty list, which would allow no symbol; name symbols, or leave it out to allow every one")
        : [.. from.ReadList(path, Symbol)];

    private static Exchange? DefaultExchange(string name) => ExchangeNames.TryParse(name, out var exchange) ? exchange : null;

    private static Exchange? ReadExchange(string text) =>
        ExchangeNames.TryParse(text, out var exchange) ? exchange : throw new FormatException("write binance or bybit");
}
