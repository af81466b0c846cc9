using Trading.Domain;
using Trading.Simulator.Faults;

namespace Trading.Lab.Replay;

/// <summary>What the exchange of a scenario says no with, in its own words.</summary>
internal static class Refusals
{
    public static Fault NoMargin(Exchange venue) => venue is Exchange.Bybit
        ? Refuse(110007, "ab not enough for new order", "entry")
        : Refuse(-2019, "Margin is insufficient.", "entry");

    /// <summary>A stop on the wrong side of the price.</summary>
    public static Fault WrongSide(Exchange venue) => venue is Exchange.Bybit
        ? Refuse(10001, "StopLoss:16195 set for Buy position should lower than base_price:16190??MarkPrice", "stop")
        : Refuse(-2021, "Order would immediately trigger.", "stop");

    /// <summary>Leverage and margin mode are what they should be.</summary>
    public static Fault AlreadySet(Exchange venue) => venue is Exchange.Bybit
        ? Refuse(110043, "leverage not modified", "setup")
        : Refuse(-4046, "No need to change margin type.", "setup");

    private static Fault Refuse(int code, string message, string purpose) =>
        new() { Do = FaultAction.Refuse, Code = code, Message = message, Purpose = purpose };
}
