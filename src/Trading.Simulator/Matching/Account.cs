namespace Trading.Simulator.Matching;

/// <summary>Leverage and margin mode of an account on one symbol.</summary>
public readonly record struct SymbolSetting(decimal Leverage, bool Isolated);

/// <summary>One set of keys: wallet, mode, settings, positions, orders and their history, oldest first.</summary>
public sealed class Account(string name)
{
    /// <summary>What wallets, prices and results are in.</summary>
    public const string Quote = "USDT";

    private readonly Dictionary<(string Symbol, PositionSide Side), Position> positions = [];

    /// <summary>Exchange and key: <c>binance/sim-key-0001</c>.</summary>
    public string Name { get; } = name;

    /// <summary>The part of the name before the slash.</summary>
    public string Exchange { get; } = name.Split('/')[0];

    /// <summary>USDT, isolated margin included.</summary>
    public decimal Wallet { get; set; }

    /// <summary>What fees are paid in, while <see cref="FeeWallet"/> lasts.</summary>
    public string FeeAsset { get; set; } = Quote;

    /// <summary>Of <see cref="FeeAsset"/>, where that is not USDT.</summary>
    public decimal FeeWallet { get; set; }
    public bool Hedge { get; set; }

    /// <summary>Every asset margins every position; excludes isolated margin.</summary>
    public bool MultiAssets { get; set; }

    /// <summary>The account pays its fees in BNB where it has some.</summary>
    public bool FeeBurn { get; set; }
    public DateTime WalletUpdatedUtc { get; set; }
    public Dictionary<string, SymbolSetting> Settings { get; } = [];
    public Dictionary<long, Order> Orders { get; } = [];
    public List<Order> OrderHistory { get; } = [];
    public List<Order> OpenOrders { get; } = [];
    public Dictionary<long, StopOrder> Stops { get; } = [];
    public List<StopOrder> StopHistory { get; } = [];
    public List<StopOrder> OpenStops { get; } = [];
    public List<Trade> Trades { get; } = [];
    public List<Income> Incomes { get; } = [];

    /// <summary>Positions that are or once were open, in the order they first were.</summary>
    public List<Position> Positions { get; } = [];

    public Position? Find(string symbol, PositionSide side) => positions.GetValueOrDefault((symbol, side));

    public Position Get(string symbol, PositionSide side)
    {
        if (positions.TryGetValue((symbol, side), out var position)) return position;
        position = new Position { Account = Name, Symbol = symbol, Side = side };
        Put(position);
        return position;
    }

    public void Put(Position position)
    {
        if (positions.TryGetValue((position.Symbol, position.Side), out var old)) Positions.Remove(old);
        positions[(position.Symbol, position.Side)] = position;
        Positions.Add(position);
    }
}
