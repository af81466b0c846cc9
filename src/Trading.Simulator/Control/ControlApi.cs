using System.Text.Json;
using System.Text.Json.Serialization;
using Trading.Simulator.Faults;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Control;

/// <summary>The exchange's back door: state, truth, faults, prices, and what a hand outside does. JSON in snake_case;
/// loopback only.</summary>
internal sealed class ControlApi
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
    };

    private readonly Exchange exchange;
    private readonly Dictionary<string, Func<WireCall, object>> routes;

    public ControlApi(Exchange exchange)
    {
        this.exchange = exchange;
        var hand = new ControlByHand(exchange);
        routes = new()
        {
            ["GET /control/clock"] = _ => Clock(),
            ["POST /control/clock"] = Skew,
            ["GET /control/state"] = _ => ControlState.Of(exchange),
            ["GET /control/truth"] = Truth,
            ["GET /control/faults"] = _ => exchange.Faults.Active.Select(f => new { f.Id, f.Fault, f.Used }),
            ["POST /control/faults"] = call => new { Id = exchange.Add(ControlBounds.Check(Read<Fault>(call))) },
            ["DELETE /control/faults"] = RemoveFaults,
            ["POST /control/price"] = call => hand.Price(Read<PriceOrder>(call)),
            ["POST /control/symbol"] = call => hand.Symbol(Read<SymbolOrder>(call)),
            ["POST /control/settings"] = call => hand.Settings(Read<SettingsOrder>(call)),
            ["POST /control/open"] = call => hand.Open(Read<PositionOrder>(call)),
            ["POST /control/close"] = call => hand.Close(Read<PositionOrder>(call)),
            ["POST /control/order"] = call => hand.Order(Read<HandOrder>(call)),
            ["POST /control/cancel"] = call => hand.Cancel(Read<StopRef>(call)),
            ["POST /control/stop"] = call => hand.Stop(Read<HandStop>(call)),
            ["POST /control/move"] = call => hand.Move(Read<StopRef>(call)),
            ["POST /control/liquidate"] = call => hand.Liquidate(Read<PositionOrder>(call)),
            ["POST /control/adl"] = call => hand.Deleverage(Read<PositionOrder>(call)),
            ["POST /control/deposit"] = call => hand.Deposit(Read<PositionOrder>(call)),
            ["POST /control/fees"] = call => hand.Fees(Read<FeeOrder>(call)),
            ["POST /control/funding"] = call => hand.Fund(Read<FundingOrder>(call)),
            ["POST /control/sockets"] = call => hand.Sockets(Read<SocketOrder>(call)),
            ["POST /control/listen-key"] = call => hand.ExpireListenKey(Read<SocketOrder>(call)),
        };
    }

    public WireAnswer Answer(WireCall call)
    {
        if (!routes.TryGetValue($"{call.Method} {call.Path}", out var route))
            return Problem(404, $"no control route {call.Method} {call.Path}; there are: " + string.Join(", ", routes.Keys));
        try
        {
            return new WireAnswer(200, JsonSerializer.Serialize(route(call), Json));
        }
        catch (JsonException error)
        {
            return Problem(400, $"the body is not what {call.Path} takes: {error.Message}");
        }
        catch (ControlRefused error)
        {
            return Problem(409, error.Message);
        }
    }

    private object Clock() => new
    {
        exchange.NowUtc,
        exchange.NextDueUtc,
        SkewMs = (long)exchange.Venue.Skew.TotalMilliseconds,
    };

    private object Skew(WireCall call)
    {
        exchange.Venue.Skew = TimeSpan.FromMilliseconds(
            ControlBounds.Within(Read<SkewOrder>(call).SkewMs, -ControlBounds.MsMax, ControlBounds.MsMax, "skew_ms"));
        return Clock();
    }

    private object Truth(WireCall call)
    {
        var query = System.Web.HttpUtility.ParseQueryString(call.Query);
        return exchange.TruthReport(query["account"], query["symbol"]);
    }

    private object RemoveFaults(WireCall call)
    {
        var id = System.Web.HttpUtility.ParseQueryString(call.Query)["id"];
        if (id is null) exchange.Faults.Clear();
        else if (!int.TryParse(id, out var number) || !exchange.Faults.Remove(number))
            throw new ControlRefused($"no fault with id '{id}'");
        return new { Left = exchange.Faults.Active.Count() };
    }

    private static T Read<T>(WireCall call)
    {
        var body = call.Body.Length == 0 ? "{}" : call.Body;
        if (!JsonInput.TryRead(body, out var whole)) throw new JsonException("it is no JSON");
        whole.Dispose();
        return JsonSerializer.Deserialize<T>(body, Json) ?? throw new JsonException("an object is missing");
    }

    private static WireAnswer Problem(int status, string text) =>
        new(status, JsonSerializer.Serialize(new { Error = text }, Json));
}

/// <summary>A control call that cannot be done, with the reason.</summary>
internal sealed class ControlRefused(string message) : Exception(message);

internal sealed record SkewOrder(long SkewMs);

internal sealed record PriceOrder(string Symbol, decimal Mark, decimal? Last, double HoldSeconds);

/// <summary>What is absent stays.</summary>
internal sealed record SymbolOrder(
    string Symbol, string? Status, DateTime? DeliveryUtc, decimal? TickSize, decimal? StepSize, decimal? MinQty,
    decimal? MinNotional, decimal? MarketMaxQty);

/// <summary>What is absent stays. Leverage and Isolated want a Symbol, but for Isolated on Bybit, where it is the account's.</summary>
internal sealed record SettingsOrder(
    string? Account, string? Symbol, int? Leverage, bool? Isolated, bool? Hedge, bool? MultiAssets);

/// <summary>Quantity: signed for open, positive or absent (= all) for close and adl, the amount for deposit.</summary>
internal sealed record PositionOrder(string? Account, string? Symbol, decimal? Quantity, PositionSide Side);

/// <summary>Asset: what fees are paid in from now on, USDT or one with a price; Quantity: how much of it is put there, 10 when absent.</summary>
internal sealed record FeeOrder(string? Account, string Asset, decimal? Quantity);

/// <summary>Rate: what longs pay to shorts now, as a fraction of the value.</summary>
internal sealed record FundingOrder(string Symbol, decimal Rate);

internal sealed record HandOrder(
    string? Account, string Symbol, Side Side, OrderType Type, decimal Quantity, decimal Price, bool ReduceOnly,
    PositionSide PositionSide, string? ClientId);

internal sealed record HandStop(
    string? Account, string Symbol, Side Side, StopType Type, decimal Quantity, decimal TriggerPrice,
    PriceSource Source, bool ReduceOnly, bool ClosePosition, PositionSide PositionSide, string? ClientId);

/// <summary>An order or stop by its exchange id or client id.</summary>
internal sealed record StopRef(string? Account, long Id, string? ClientId, decimal TriggerPrice);

/// <summary>Do: close or silence. Of: private, market or all; Account: only sockets of that account.</summary>
internal sealed record SocketOrder(string? Account, string? Do, string? Of);
