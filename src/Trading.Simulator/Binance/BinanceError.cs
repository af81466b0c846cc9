using System.Text.Encodings.Web;
using System.Text.Json;
using Trading.Simulator.Market;
using Trading.Simulator.Matching;

namespace Trading.Simulator.Binance;

/// <summary>A refusal in Binance's words (protocol page, section 11). Never leaves the skin.</summary>
internal sealed class BinanceError(int code, string message, int status = 400) : Exception(message)
{
    public int Code { get; } = code;
    public int Status { get; } = status;

    public string Body => Text(Code, Message);

    public static string Text(int code, string message) =>
        $$"""{"code":{{code}},"msg":"{{JsonEncodedText.Encode(message, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}}"}""";

    public static BinanceError Missing(string name) => new(
        -1102, $"Mandatory parameter '{name}' was not sent, was empty/null, or malformed.");

    public static BinanceError Invalid(string name) => new(-1130, $"Data sent for parameter '{name}' is not valid.");

    public static BinanceError NotRequired(string name) => new(-1106, $"Parameter '{name}' sent when not required.");

    public static BinanceError Of(Refusal refusal, SymbolSpec? spec = null)
    {
        var (code, message) = Words(refusal, spec);
        return new BinanceError(code, message);
    }

    /// <summary>Wording used when a fault refuses with a code and no text.</summary>
    public static string MessageOf(int code)
    {
        foreach (var refusal in Enum.GetValues<Refusal>())
            if (refusal != Refusal.None && Words(refusal, null) is var (known, message) && known == code)
                return message;
        return code switch
        {
            -1000 => "An unknown error occurred while processing the request.",
            -1001 => "Internal error; unable to process your request. Please try again.",
            -1007 => "Timeout waiting for response from backend server. Send status unknown; execution status unknown.",
            -1008 => "Request throttled by system-level protection. Reduce-only/close-position orders are exempt. "
                + "Please try again.",
            -1016 => "This service is no longer available.",
            -1021 => "Timestamp for this request is outside of the recvWindow.",
            -1022 => "Signature for this request is not valid.",
            -2010 => "NEW_ORDER_REJECTED",
            -2013 => "Order does not exist.",
            -2018 => "Balance is insufficient.",
            -4129 => "Time in Force (TIF) GTE can only be used with open positions.",
            -4192 => "Trade forbidden due to Cooling-off Period.",
            -5028 => "Timestamp for this request is outside of the ME recvWindow.",
            _ => "Refused.",
        };
    }

    private static (int Code, string Message) Words(Refusal refusal, SymbolSpec? spec) => refusal switch
    {
        Refusal.UnknownSymbol => (-1121, "Invalid symbol."),
        Refusal.SymbolNotTrading => (-4140, "Invalid symbol status for opening position."),
        Refusal.NoPrice => (-4131, "The counterparty's best price does not meet the PERCENT_PRICE filter limit."),
        Refusal.QuantityNotPositive => (-4003, "Quantity less than or equal to zero."),
        Refusal.QuantityTooSmall => (-4004, "Quantity less than min quantity."),
        Refusal.QuantityTooLarge => (-4005, "Quantity greater than max quantity."),
        Refusal.QuantityPrecision => (-1111, "Precision is over the maximum defined for this asset."),
        Refusal.QuantityStep => (-4023, "Qty not increased by step size."),
        Refusal.PriceNotPositive => (-4001, "Price less than 0."),
        Refusal.PricePrecision => (-1111, "Precision is over the maximum defined for this asset."),
        Refusal.PriceTick => (-4014, "Price not increased by tick size."),
        Refusal.PriceTooHigh => (-4002, "Price greater than max price."),
        Refusal.PriceTooLow => (-4013, "Price less than min price."),
        Refusal.PriceOverCap => (-4016, "Limit price can't be higher than the price cap."),
        Refusal.PriceUnderFloor => (-4024, "Limit price can't be lower than the price floor."),
        Refusal.NotionalTooSmall => (
            -4164,
            $"Order's notional must be no smaller than {Wire.JsonFields.Trim(spec?.MinNotional ?? 5m)} "
            + "(unless you choose reduce only)."),
        Refusal.MarginInsufficient => (-2019, "Margin is insufficient."),
        Refusal.PositionTooLarge => (-2027, "Exceeded the maximum allowable position at current leverage."),
        Refusal.ReduceOnlyRejected => (-2022, "ReduceOnly Order is rejected."),
        Refusal.PositionSideMismatch => (-4061, "Order's position side does not match user's setting."),
        Refusal.DuplicateClientId => (-4116, "ClientOrderId is duplicated."),
        Refusal.TooManyOrders => (-2025, "Reach max open order limit."),
        Refusal.TooManyStops => (-4045, "Reach max stop order limit."),
        Refusal.WouldTrigger => (-2021, "Order would immediately trigger."),
        Refusal.ClosePositionStopExists => (
            -4130,
            "An open stop or take profit order with GTE and closePosition in the direction is existing."),
        Refusal.NeedsPosition => (
            -4509,
            "Time in Force (TIF) GTE can only be used with open positions. "
            + "Please ensure that positions are available."),
        Refusal.FillOrKillRefused => (
            -5021, "Due to the order could not be filled immediately, the FOK order has been rejected."),
        Refusal.PostOnlyRefused => (
            -5022, "Due to the order could not be executed as maker, the Post Only order will be rejected."),
        Refusal.UnknownOrder or Refusal.NotOpen or Refusal.Triggering => (-2011, "Unknown order sent."),
        Refusal.LeverageInvalid => (-4028, "Leverage is not valid."),
        Refusal.LeverageReduction => (
            -4161, "Leverage reduction is not supported in Isolated Margin Mode with open positions."),
        Refusal.MarginTypeSame => (-4046, "No need to change margin type."),
        Refusal.OrdersExist => (-4047, "Margin type cannot be changed if there exists open orders."),
        Refusal.PositionExists => (-4048, "Margin type cannot be changed if there exists position."),
        Refusal.ModeSame => (-4059, "No need to change position side."),
        Refusal.MultiAssetsSame => (
            -4171, "Adjusted asset mode is currently set and does not need to be adjusted repeatedly."),
        Refusal.MultiAssetsIsolated => (
            -4167, "Unable to adjust to Multi-Assets mode with symbols of USDⓈ-M Futures under isolated-margin mode."),
        Refusal.IsolatedMultiAssets => (-4168, "Unable to adjust to isolated-margin mode under the Multi-Assets mode."),
        Refusal.MultiAssetsOrders => (-4170, "Unable to adjust Multi-Assets Mode with open orders in USDⓈ-M Futures."),
        Refusal.MarginNotIsolated => (-4049, "Add margin only support for isolated position."),
        Refusal.NoPosition => (-4054, "Cannot add position margin: position is 0."),
        Refusal.AmountNotPositive => (-4055, "Amount must be positive."),
        Refusal.WalletTooSmall => (-4050, "Cross balance insufficient."),
        Refusal.MarginNeeded => (-4051, "Isolated balance insufficient."),
        Refusal.CallbackRange => (-2007, "Invalid callBack rate."),
        _ => (-1000, "An unknown error occurred while processing the request."),
    };
}
