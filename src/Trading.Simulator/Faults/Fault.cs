using Trading.Simulator.Matching;

namespace Trading.Simulator.Faults;

/// <summary>What a fault does; the part before the first underscore of its wire name says where it acts.</summary>
public enum FaultAction
{
    // on a call
    /// <summary>Executed, but no answer leaves.</summary>
    LoseAnswer,

    /// <summary>Never reaches the exchange, no answer.</summary>
    LoseRequest,

    /// <summary>Executed at once, answered after Ms.</summary>
    DelayAnswer,

    /// <summary>Executed only after Ms.</summary>
    DelayRequest,

    /// <summary>Executed, answered with 503 "unknown".</summary>
    UnknownExecuted,

    /// <summary>Not executed, answered with 503 "unknown".</summary>
    UnknownNotExecuted,

    /// <summary>Not executed, answered with 503 "Service Unavailable.".</summary>
    Unavailable,

    /// <summary>Not executed, refused with Code (and Message, Status where set).</summary>
    Refuse,

    /// <summary>Not executed: HTTP Status 429 or 418 with Retry-After of Ms / 1000 seconds, until then for all calls.</summary>
    RateLimit,

    /// <summary>Position reads answer without any position.</summary>
    EmptyPositions,

    /// <summary>Position reads answer as of Ms ago.</summary>
    LagPositions,

    // on a pushed event
    DropEvent,
    DelayEvent,

    /// <summary>Sent again after Ms.</summary>
    DuplicateEvent,

    /// <summary>Held until after the next event of the same connection.</summary>
    ReorderEvent,

    // on a triggering conditional order
    /// <summary>Ends REJECTED with Message.</summary>
    RejectTrigger,

    /// <summary>Stays TRIGGERING for Ms; 0 = for ever.</summary>
    StickTriggering,

    // on a market order
    /// <summary>Fills after Ms.</summary>
    HoldFill,

    /// <summary>Fills Fraction (0..1) of it, the rest expires.</summary>
    FillPart,

    /// <summary>Acknowledged, then rejected without a fill.</summary>
    RejectOrder,
}

/// <summary>One fault: what it matches (null matches all), what it does, how often. Faults compose: every active
/// one that matches is applied.</summary>
public sealed record Fault
{
    /// <summary>As <see cref="Event"/>: whatever is told to an account alone, so anything but market data.</summary>
    public const string OfAccount = "account";

    public required FaultAction Do { get; init; }

    /// <summary>Account name, or its last part (the API key).</summary>
    public string? Account { get; init; }
    public string? Symbol { get; init; }

    /// <summary>"POST /fapi/v1/order", or only the path, or the method with a star: "DELETE *".</summary>
    public string? Route { get; init; }

    /// <summary>entry, close, stop, take_profit, cancel_order, cancel_stop, query_order, query_stop, list_stops,
    /// positions, trades, account, setup, listen_key, market, time.</summary>
    public string? Purpose { get; init; }

    /// <summary>Pushed event: "ACCOUNT_UPDATE", or with its state "ORDER_TRADE_UPDATE/TRADE", "order/Filled";
    /// or its kind, the same on every exchange: fill, order, stop, position, balance, price; or account, which is all of
    /// these but price.</summary>
    public string? Event { get; init; }

    /// <summary>Client order ids that start with this.</summary>
    public string? ClientId { get; init; }

    /// <summary>How many matches it is applied to; null = no limit.</summary>
    public int? Count { get; init; } = 1;

    /// <summary>Matches let through before it is applied.</summary>
    public int Skip { get; init; }

    /// <summary>How long it is active, seconds; null = until used up.</summary>
    public double? Seconds { get; init; }
    public int Ms { get; init; }
    public int Code { get; init; }
    public int Status { get; init; }
    public string? Message { get; init; }
    public decimal Fraction { get; init; }
}

/// <summary>What a fault can match on.</summary>
public readonly record struct FaultFacts(
    string Account, string Symbol, string Route, string Purpose, string Event, string ClientId)
{
    /// <summary>Kind of a pushed event, the same word on every exchange.</summary>
    public string? Kind { get; init; }

    public static FaultFacts Of(Order order) => new(order.Account, order.Symbol, "", "", "", order.ClientId);

    public static FaultFacts Of(StopOrder stop) => new(stop.Account, stop.Symbol, "", "", "", stop.ClientId);
}
