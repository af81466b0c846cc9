using Akka.Configuration;
using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Journal.Postgres;
using Trading.Node.Signals;

namespace Trading.Node.Configuration;

/// <summary>Everything an operator can set. Defaults are those of a careful start; docs/configuration lists them.</summary>
public sealed record NodeSettings
{
    /// <summary>Real money. Each account trades only once its venue probe has passed, test orders included.</summary>
    public bool Live { get; init; }

    /// <summary>The venue probe that runs at the start places test orders too. Always with <see cref="Live"/>.</summary>
    public bool ProbeOrders { get; init; }
    public string Data { get; init; } = "./data";

    /// <summary>Null: journal and monitoring are files in the data folder.</summary>
    public PostgresSettings? Postgres { get; init; }

    /// <summary>Loopback port of API, metrics and pages; 0: any free one.</summary>
    public int Port { get; init; } = 5480;

    /// <summary>Null: the node trades on the exchanges of its accounts.</summary>
    public PaperSettings? Paper { get; init; }

    /// <summary>At least one; in paper mode, if nothing is said, one named binance and one named bybit.</summary>
    public IReadOnlyList<AccountSettings> Accounts { get; init; } = [];

    /// <summary>Tags of earlier journals whose orders are ours too.</summary>
    public IReadOnlyList<string> PreviousJournals { get; init; } = [];

    /// <summary>Feeds that are connected to.</summary>
    public IReadOnlyList<FeedAddress> Feeds { get; init; } = [];

    /// <summary>Who may send signals to this node.</summary>
    public IReadOnlyList<WebhookSource> Webhooks { get; init; } = [];

    /// <summary>Where signals go that name neither an account nor an exchange with exactly one; the first that matches.</summary>
    public IReadOnlyList<SignalRoute> Routes { get; init; } = [];
    public WavePolicy Waves { get; init; } = WavePolicy.Default;
    public TimeSpan ProtectWithin { get; init; } = TimeSpan.FromSeconds(3);
    public TimeSpan VerifyAlert { get; init; } = TimeSpan.FromSeconds(10);
    public ManualStopPolicy OnManualStop { get; init; } = ManualStopPolicy.Restore;

    /// <summary>Distance of the second stop layer from the entry, on Binance; null: one layer. Bybit has one position stop.</summary>
    public decimal? HardLoss { get; init; }

    /// <summary>On Binance the stop rests before the entry is sent. Bybit attaches it to the entry anyway.</summary>
    public bool StopFirst { get; init; }
    public TimeSpan SyncEvery { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long a node that is to stop waits until nothing is unprotected or in doubt.</summary>
    public TimeSpan SettleWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Akka's own settings, to stand above those that this build brings along; null: none.</summary>
    public Config? Akka { get; init; }

    public PositionPolicy PolicyOf(AccountSettings account, JournalId journal) => PositionPolicy.Default(journal) with
    {
        ProtectWithin = ProtectWithin,
        VerifyAlert = VerifyAlert,
        OnManualStop = OnManualStop,
        Adopt = account.Adopt,
        AdoptPlan = account.Risk.Plan,
        AttachesStop = account.Exchange is Exchange.Bybit,
        TakerFee = account.Exchange is Exchange.Bybit ? 0.00055m : 0.0005m,
        HardLoss = account.Exchange is Exchange.Binance ? HardLoss : null,
        StopFirst = account.Exchange is Exchange.Binance && StopFirst,
        Tags = TagsOf(journal),
    };

    public IReadOnlyCollection<string> TagsOf(JournalId journal) => [journal.Tag, .. PreviousJournals];
}

/// <summary>The database of journal and monitoring.</summary>
/// <param name="ConnectionString">With its password, where one is needed.</param>
public sealed record PostgresSettings(string ConnectionString)
{
    /// <summary>Never shows the password.</summary>
    public override string ToString() => PostgresConnections.Name(ConnectionString);
}

/// <summary>One set of keys on one exchange.</summary>
public sealed record AccountSettings(AccountId Id, Exchange Exchange)
{
    /// <summary>Null: the exchange's own address.</summary>
    public Uri? Url { get; init; }

    /// <summary>Null: derived from <see cref="Url"/>.</summary>
    public Uri? StreamUrl { get; init; }
    public string ApiKey { get; init; } = "";
    public string ApiSecret { get; init; } = "";
    public bool Isolated { get; init; } = true;
    public AdoptPolicy Adopt { get; init; } = AdoptPolicy.ProtectOnly;
    public AccountPolicy Risk { get; init; } = AccountPolicy.Default;

    /// <summary>
    /// Lost in quote when everything that may be open is open at its largest and every stop fires at its price; fees and
    /// slippage aside.
    /// </summary>
    public decimal WorstLoss
    {
        get
        {
            var open = Risk.MaxOpenPositions * LargestEntry;
            return Math.Min(open, Risk.MaxTotalNotional ?? open) * Risk.Plan.StopLoss;
        }
    }

    /// <summary>Quote value of the largest entry.</summary>
    public decimal LargestEntry => Risk.EquityShare is null ? Math.Min(Risk.Notional, Risk.MaxPositionNotional) : Risk.MaxPositionNotional;

    /// <summary>Never shows the keys.</summary>
    public override string ToString() => $"{Id} on {Exchange.Id()}";
}

public sealed record FeedAddress(string Name, Uri Url);

/// <summary>The embedded exchange and the feed that goes with it.</summary>
public sealed record PaperSettings
{
    public bool DemoFeed { get; init; } = true;

    /// <summary>Same seed, same market and same signals.</summary>
    public int Seed { get; init; } = 1;
    public TimeSpan WaveEvery { get; init; } = TimeSpan.FromSeconds(20);
}
