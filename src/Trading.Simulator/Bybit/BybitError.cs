using Trading.Simulator.Matching;

namespace Trading.Simulator.Bybit;

/// <summary>A refusal in Bybit's words (protocol page, section 12). HTTP stays 200 for everything the business refuses.</summary>
internal sealed class BybitError(int code, string message, int status = 200) : Exception(message)
{
    public int Code { get; } = code;
    public int Status { get; } = status;

    public static BybitError Param(string text) => new(10001, $"params error: {text}");

    public static BybitError Of(Refusal refusal) => refusal switch
    {
        Refusal.UnknownSymbol => new(10001, "params error: symbol invalid"),
        Refusal.SymbolNotTrading => new(110074, "This contract is not live"),
        Refusal.NoPrice => new(110118, "Unable to derive a price for the market order"),
        Refusal.QuantityTooSmall => new(10001, "The number of contracts exceeds minimum limit allowed"),
        Refusal.QuantityTooLarge => new(10001, "The number of contracts exceeds maximum limit allowed"),
        Refusal.QuantityNotPositive or Refusal.QuantityPrecision or Refusal.QuantityStep => new(10001, "Qty invalid"),
        Refusal.PriceNotPositive or Refusal.PricePrecision or Refusal.PriceTick => new(10001, "Price invalid"),
        Refusal.PriceTooHigh or Refusal.PriceTooLow or Refusal.PriceOverCap or Refusal.PriceUnderFloor =>
            new(110003, "Order price exceeds the allowable range."),
        Refusal.NotionalTooSmall => new(110094, "Order notional value below the lower limit"),
        Refusal.MarginInsufficient => new(110007, "ab not enough for new order"),
        Refusal.PositionTooLarge => new(110090, "Position size exceeds the risk limit"),
        Refusal.ReduceOnlyRejected => new(110017, "current position is zero, cannot fix reduce-only order qty"),
        Refusal.PositionSideMismatch => new(10001, "position idx not match position mode"),
        Refusal.DuplicateClientId => new(110072, "OrderLinkedID is duplicate"),
        Refusal.TooManyOrders => new(110020, "Not allowed to have more than 500 active orders"),
        Refusal.TooManyStops => new(110009, "The number of stop orders exceeds the maximum allowable limit"),
        Refusal.LeverageInvalid => new(10001, "leverage invalid"),
        Refusal.LeverageReduction => new(110046, "Adjusting leverage would trigger liquidation"),
        Refusal.OrdersExist => new(110028, "You have existing open orders"),
        Refusal.PositionExists => new(110024, "You have an existing position"),
        Refusal.ModeSame => new(110025, "Position mode is not modified"),
        Refusal.MarginNotIsolated => new(110015, "The position is in cross margin mode."),
        Refusal.NoPosition => new(110033, "You can't set margin without an open position"),
        Refusal.AmountNotPositive => new(110027, "Margin has not been modified."),
        Refusal.WalletTooSmall => new(110014, "Insufficient available balance to add additional margin."),
        Refusal.MarginNeeded => new(110078, "Added margin more than max can reduce margin"),
        _ => new(110001, "order not exists or too late to cancel"),
    };

    public static string MessageOf(int code) => code switch
    {
        10000 => "Server Timeout",
        10002 => "invalid request, please check your server timestamp or recv_window param.",
        10003 => "API key is invalid.",
        10004 => "error sign!",
        10005 => "Permission denied, please check your API key permissions.",
        10006 => "Too many visits. Exceeded the API Rate Limit.",
        10010 => "Unmatched IP, please check your API key's bound IP addresses.",
        10014 => "Duplicate request",
        10016 => "Server error.",
        33004 => "Your api key has expired.",
        34040 => "not modified",
        110001 => "order not exists or too late to cancel",
        110007 => "ab not enough for new order",
        110017 => "current position is zero, cannot fix reduce-only order qty",
        110025 => "Position mode is not modified",
        110026 => "Cross/isolated margin mode is not modified",
        110043 => "leverage not modified",
        110072 => "OrderLinkedID is duplicate",
        _ => "refused",
    };
}
