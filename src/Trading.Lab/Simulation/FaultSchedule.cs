using Trading.Domain;
using Trading.Journal;
using Trading.Simulator.Faults;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;
using Side = Trading.Simulator.Matching.Side;

namespace Trading.Lab.Simulation;

/// <summary>
/// Makes the misfortunes of one seed happen, at times drawn from it, until it is told to end; then heals everything. What
/// makes protection impossible for a while is written down as an excused window.
/// </summary>
internal sealed class FaultSchedule(
    VirtualWorld world, Swarm swarm, SimulatedVenue venue, SimulatedNetwork network, SimulatedDatabase database, ExcusedWindows excused,
    IReadOnlyList<string> symbols, TimeSpan learnsBySync, Action<string>? log)
{
    private static readonly TimeSpan Reaction = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>A node that starts gives what it finds without a stop its whole <c>protect-within</c>.</summary>
    private static readonly TimeSpan DeadlineAnew = TimeSpan.FromSeconds(3);

    /// <summary>Appends that were under way when the journal came back, and those that waited behind them.</summary>
    private static readonly TimeSpan Drains = TimeSpan.FromSeconds(6);

    private readonly SeededRandom _chance = new(world.Random.NextBits());
    private readonly JournalFaults _quiet = database.Faults;
    private bool _over;
    private double _momentKill, _momentPause;

    /// <summary>Told of every price at which the operator sets a position's own stop.</summary>
    public Action<PositionKey, decimal> SetByHand { get; set; } = static (_, _) => { };

    /// <summary>Kill the node now; it comes back after that time.</summary>
    public Action<TimeSpan> Kill { get; set; } = static _ => { };

    /// <summary>Another node takes the place of this one, which wakes after that time.</summary>
    public Action<TimeSpan> Replace { get; set; } = static _ => { };

    /// <summary>Stop the node now for that time.</summary>
    public Action<TimeSpan> Pause { get; set; } = static _ => { };

    /// <summary>Moves the node's clock against the exchange's.</summary>
    public Action<TimeSpan> Skew { get; set; } = static _ => { };

    public void Begin()
    {
        if (swarm.Has(FaultClass.LostCalls)) network.Faults = network.Faults with { RequestLoss = 0.04, AnswerLoss = 0.06 };
        if (swarm.Has(FaultClass.LateCalls)) network.Faults = network.Faults with
        {
            Lateness = 0.05, LateMost = TimeSpan.FromSeconds(6), Breaks = 0.03,
        };
        if (swarm.Has(FaultClass.JournalLoss)) database.Faults = Lossy;
        if (swarm.Has(FaultClass.Kills)) _momentKill = 0.002;
        if (swarm.Has(FaultClass.Pauses)) _momentPause = 0.004;
        Every(FaultClass.LateCalls, 12, HangStops);
        Every(FaultClass.UnknownAnswers, 5, AnswerUnknown);
        Every(FaultClass.Refusals, 5, RefuseSomething);
        Every(FaultClass.EmptyPositions, 6, () => SpoilReads(new Fault { Do = FaultAction.EmptyPositions, Count = null, Seconds = Seconds(0.2, 6) }));
        Every(FaultClass.ReadLag, 6, () => SpoilReads(
            new Fault { Do = FaultAction.LagPositions, Ms = _chance.Next(100, 3000), Count = null, Seconds = Seconds(0.2, 6) }));
        Every(FaultClass.DroppedEvents, 8, DropEvent);
        Every(FaultClass.LateEvents, 4, DelayEvent);
        Every(FaultClass.RepeatedEvents, 4, () => Add(new Fault { Do = FaultAction.DuplicateEvent, Event = UserEvent(), Ms = _chance.Next(0, 20_000), Count = 2, Seconds = 10 }));
        Every(FaultClass.ReorderedEvents, 4, ReorderEvents);
        Every(FaultClass.SocketDeaths, 15, DropSockets);
        Every(FaultClass.SilentSockets, 30, SilenceSockets);
        Every(FaultClass.ListenKeyExpiry, 30, ExpireListenKey);
        Every(FaultClass.Cuts, 30, Cut);
        Every(FaultClass.ClockSkew, 30, () => Skew(_chance.Between(TimeSpan.FromSeconds(-4), TimeSpan.FromSeconds(4))));
        Every(FaultClass.PartialFills, 6, FillPart);
        Every(FaultClass.Hands, 6, ActByHand);
        Every(FaultClass.BadTriggers, 6, SpoilTrigger);
        Every(FaultClass.JournalDown, 25, () => JournalDown(_chance.Between(TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(6))));
        Every(FaultClass.Kills, 30, () => Kill(_chance.Between(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(5))));
        Every(FaultClass.Pauses, 20, PauseNow);
        Every(FaultClass.Replacements, 40, ReplaceNow);
        Every(FaultClass.ForcedCloses, 15, ForceClose);
        Every(FaultClass.RateLimits, 25, LimitRate);
    }

    /// <summary>Something left or came back just now: between what was checked and what follows lies a chance for misfortune.</summary>
    public void Moment()
    {
        if (_over) return;
        if (_momentKill > 0 && _chance.Chance(_momentKill))
            world.After(TimeSpan.Zero, () => Kill(_chance.Between(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(3))));
        else if (_momentPause > 0 && _chance.Chance(_momentPause))
            PauseNow();
    }

    /// <summary>An entry is about to be sent: the worst moment to be replaced.</summary>
    public void Entering()
    {
        if (!_over && _chance.Chance(0.1)) ReplaceNow();
    }

    /// <summary>An entry is durable and about to leave: the worst moment for the journal to go away.</summary>
    public void Written(RecordedEvent recorded)
    {
        if (_over || !swarm.Has(FaultClass.JournalDown) || recorded.Type is not "EntryIntended" || !_chance.Chance(0.1)) return;
        var lasts = _chance.Between(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));
        world.After(TimeSpan.FromMilliseconds(5), () => JournalDown(lasts));
    }

    /// <summary>A call is lost: its sender waits for the answer timeout and then has to ask. Or it is late.</summary>
    public void Hinder(WireCall call, TimeSpan? late)
    {
        var isStart = call.Path.EndsWith("exchangeInfo", StringComparison.Ordinal) || call.Path.EndsWith("instruments-info", StringComparison.Ordinal); // without a symbol's rules no order can be rounded
        var isNeeded = isStart || IsOfOneOrder(call);
        var lasts = (late is { } by && by < Patience ? by : Patience) + (isStart ? DeadlineAnew : TimeSpan.Zero);
        log?.Invoke($"== {(late is null ? "lost" : $"late by {late}")}: {call.Method} {call.Path}");
        excused.Add(
            Now, lasts + Reaction, $"{call.Method} {call.Path} did not get through", SymbolIn(call.Query + call.Body), deaf: !isNeeded,
            JudgedCall.Owner(call, swarm.Accounts)?.Id);
    }

    /// <summary>What sends or asks for an order or a position's stop; what takes a stop away is not needed.</summary>
    private static bool IsOfOneOrder(WireCall call) => call.Path.StartsWith("/v5/", StringComparison.Ordinal)
        ? call.Path is "/v5/order/create" or "/v5/position/trading-stop" or "/v5/order/realtime" or "/v5/order/history"
        : call.Path.EndsWith("rder", StringComparison.Ordinal) && call.Method is not "DELETE";

    /// <summary>An append is lost: what protects does not wait for it, and may go ahead.</summary>
    public void Hinder(AppendRequest request)
    {
        log?.Invoke($"== lost: append to {request.Stream}");
        excused.Silence(Now, database.Faults.Timeout + Drains, "an append was lost", KeyIn(request.Stream));
    }

    /// <summary>
    /// A position that starts while the journal is away or slow has nothing to go on from until it was read, and a node
    /// that starts does not know which there are.
    /// </summary>
    public void Asked(string stream)
    {
        var faults = database.Faults;
        if (!stream.StartsWith("position/", StringComparison.Ordinal)) return;
        if (!faults.IsAway && faults.LatencyMost <= _quiet.LatencyMost) return;
        var lasts = faults.IsAway ? faults.Timeout + Reaction : faults.LatencyMost * 2;
        var key = KeyIn(stream);
        excused.Add(Now, lasts + DeadlineAnew + Reaction, "the journal was not read", key?.Symbol.Value, account: key?.Account);
    }

    /// <summary>Nothing goes wrong any more.</summary>
    public void Heal()
    {
        _over = true;
        network.Faults = NetworkFaults.None;
        if (network.IsCut) network.Heal();
        database.Faults = _quiet;
        Skew(TimeSpan.Zero);
        venue.With(exchange =>
        {
            exchange.Faults.Clear();
            foreach (var silent in exchange.Connections.Where(one => one.Silent).ToList()) silent.Drop();
        });
        log?.Invoke("== the storm is over");
    }

    private JournalFaults Lossy => _quiet with { RequestLoss = 0.02, AnswerLoss = 0.02, Timeout = TimeSpan.FromSeconds(1) };

    private DateTime Now => world.NowUtc.UtcDateTime;

    private void Every(FaultClass one, double meanSeconds, Action act)
    {
        if (swarm.Has(one)) Again();

        void Again() => world.After(TimeSpan.FromSeconds(meanSeconds * (0.1 + 1.8 * _chance.NextDouble())), () =>
        {
            if (_over) return;
            act();
            Again();
        });
    }

    private double Seconds(double least, double most) => least + (most - least) * _chance.NextDouble();

    private void Add(Fault fault)
    {
        log?.Invoke($"== {fault.Do} {fault.Purpose}{fault.Event} {fault.Symbol} {fault.Code} {fault.Ms} ms x{fault.Count}");
        venue.With(exchange => exchange.Add(fault));
    }

    private string Symbol() => symbols[_chance.Next(symbols.Count)];

    private bool IsBybit => swarm.Accounts[0].Exchange is Domain.Exchange.Bybit;

    /// <summary>One account is no choice: seeds that have one go on playing what they did.</summary>
    private SimulatedAccount Account() => swarm.Accounts.Count == 1 ? swarm.Accounts[0] : swarm.Accounts[_chance.Next(swarm.Accounts.Count)];

    private string UserEvent() => _chance.Next(4) switch
    {
        0 => IsBybit ? "position" : "ACCOUNT_UPDATE",
        1 => IsBybit ? "order" : "ALGO_UPDATE",
        _ => IsBybit ? "execution" : "ORDER_TRADE_UPDATE",
    };

    private string Purpose() => _chance.Next(7) switch
    {
        0 or 1 => "entry",
        2 or 3 => "stop",
        4 => "close",
        5 => "cancel_stop",
        _ => "query_order",
    };

    private void AnswerUnknown()
    {
        var action = _chance.Next(3) switch
        {
            0 => FaultAction.UnknownExecuted, 1 => FaultAction.UnknownNotExecuted, _ => FaultAction.Unavailable,
        };
        var fault = new Fault { Do = action, Purpose = Purpose(), Symbol = Symbol(), Count = 1, Seconds = 8 };
        excused.Add(Now, TimeSpan.FromSeconds(9) + Reaction, $"{action} {fault.Purpose}", fault.Symbol);
        Add(fault);
    }

    /// <summary>
    /// Stops are lost, and the lists that would say so take their time: three tries would take longer than the deadline.
    /// Nothing is excused: this is what the deadline is for.
    /// </summary>
    private void HangStops()
    {
        var symbol = Symbol();
        Add(new Fault { Do = FaultAction.LoseRequest, Purpose = "stop", Symbol = symbol, Count = 2, Seconds = 8 });
        Add(new Fault { Do = FaultAction.DelayAnswer, Purpose = "list_stops", Symbol = symbol, Ms = 2500, Count = 3, Seconds = 8 });
    }

    private void RefuseSomething()
    {
        var (purpose, code) = _chance.Next(5) switch
        {
            0 or 1 => ("stop", WouldTrigger), 2 => ("entry", IsBybit ? 110007 : -2019), 3 => ("close", IsBybit ? 110017 : -2022), _ => (Purpose(), TooBusy),
        };
        var fault = new Fault
        {
            Do = FaultAction.Refuse, Purpose = purpose, Code = code, Symbol = Symbol(), Count = _chance.Next(1, 4), Seconds = 8,
            Message = IsBybit && code == WouldTrigger ? BybitRefusalOfStop() : null,
        };
        if (purpose is not "stop" || code == TooBusy) excused.Add(Now, TimeSpan.FromSeconds(9) + Reaction, $"refused {purpose} {code}", fault.Symbol);
        Add(fault);
    }

    private int WouldTrigger => IsBybit ? 10001 : -2021;

    private int TooBusy => IsBybit ? 10006 : -1008;

    /// <summary>That the price is past it, or that there is no position: both under one code.</summary>
    private string BybitRefusalOfStop() => _chance.Chance(0.5)
        ? "StopLoss:1 set for Buy position should lower than base_price:1??MarkPrice"
        : "can not set tp/sl/ts for zero position";

    private void SpoilReads(Fault fault)
    {
        excused.Add(
            Now, TimeSpan.FromSeconds(fault.Seconds!.Value) + TimeSpan.FromMilliseconds(fault.Ms) + Reaction * 2, $"{fault.Do}", deaf: true);
        Add(fault);
    }

    private void DropEvent()
    {
        var fault = new Fault { Do = FaultAction.DropEvent, Event = UserEvent(), Count = 1, Seconds = 6 };
        excused.Add(Now, TimeSpan.FromSeconds(6) + learnsBySync, $"dropped {fault.Event}", deaf: true);
        Add(fault);
    }

    private void DelayEvent()
    {
        var fault = new Fault { Do = FaultAction.DelayEvent, Event = UserEvent(), Ms = _chance.Next(100, 8000), Count = 1, Seconds = 6 };
        excused.Add(Now, TimeSpan.FromSeconds(6) + TimeSpan.FromMilliseconds(fault.Ms), $"late {fault.Event}", deaf: true);
        Add(fault);
    }

    private void ReorderEvents()
    {
        var fault = new Fault { Do = FaultAction.ReorderEvent, Event = UserEvent(), Count = 2, Seconds = 10 };
        excused.Add(Now, TimeSpan.FromSeconds(10) + learnsBySync, $"{fault.Event} waits for the next event", deaf: true);
        Add(fault);
    }

    private void DropSockets()
    {
        excused.Add(Now, TimeSpan.FromSeconds(5) + Reaction, "sockets died", deaf: true);
        log?.Invoke("== sockets die");
        network.DropSockets();
    }

    private void SilenceSockets()
    {
        excused.Add(Now, learnsBySync * 2, "sockets are silent", deaf: true);
        log?.Invoke("== sockets are silent");
        venue.With(exchange =>
        {
            var which = _chance.Chance(0.5) ? "private" : "all";
            IEnumerable<StreamConnection> sockets = IsBybit ? exchange.Bybit.Streams.Select(which) : exchange.Binance.Streams.Select(which);
            foreach (var socket in sockets) socket.Silent = true;
        });
    }

    /// <summary>Bybit has none.</summary>
    private void ExpireListenKey()
    {
        if (IsBybit) return;
        excused.Add(Now, learnsBySync, "listen key expired", deaf: true);
        log?.Invoke("== the listen key expires");
        venue.With(exchange => exchange.Binance.Streams.Keys.Expire(Account().In(exchange)));
    }

    private void Cut()
    {
        if (network.IsCut) return;
        var lasts = _chance.Between(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(10));
        excused.Add(Now, lasts + TimeSpan.FromSeconds(4) + Reaction, "the network is cut");
        excused.Add(Now, lasts + learnsBySync, "the network was cut", deaf: true);
        log?.Invoke($"== the network is cut for {lasts}");
        network.Cut();
        world.After(lasts, () =>
        {
            if (network.IsCut) network.Heal();
        });
    }

    /// <summary>What Bybit acknowledges it may still reject when it comes to be matched.</summary>
    private void FillPart()
    {
        if (IsBybit && _chance.Chance(0.2))
        {
            Add(new Fault { Do = FaultAction.RejectOrder, Symbol = Symbol(), ClientId = _chance.Chance(0.5) ? "tae" : "tax", Count = 1, Seconds = 10 });
            return;
        }

        var purpose = _chance.Next(3);
        Add(purpose == 0
            ? new Fault { Do = FaultAction.HoldFill, Symbol = Symbol(), Ms = _chance.Next(50, 3000), Count = 1, Seconds = 10 }
            : new Fault { Do = FaultAction.FillPart, Symbol = Symbol(), Fraction = purpose == 1 ? 0 : 0.5m, ClientId = "tae", Count = 1, Seconds = 10 });
    }

    private void SpoilTrigger() => Add(_chance.Chance(0.5)
        ? new Fault { Do = FaultAction.RejectTrigger, Symbol = Symbol(), Message = "ReduceOnly reject", Count = 1, Seconds = 20 }
        : new Fault { Do = FaultAction.StickTriggering, Symbol = Symbol(), Ms = _chance.Chance(0.5) ? 0 : _chance.Next(500, 6000), Count = 1, Seconds = 20 });

    private void JournalDown(TimeSpan lasts)
    {
        // What protects does not wait for the journal; a node that starts meanwhile has nothing to go on from.
        var starts = swarm.Has(FaultClass.Kills) || swarm.Has(FaultClass.Replacements);
        excused.Add(Now, starts ? lasts + DeadlineAnew + Reaction : Reaction, "the journal is away");
        excused.Silence(Now, lasts + Drains, "the journal is away or slow");
        if (_over || database.Faults.IsAway) return;
        log?.Invoke($"== the journal is away for {lasts}");
        var before = swarm.Has(FaultClass.JournalLoss) ? Lossy : _quiet;
        database.Faults = _chance.Chance(0.5)
            ? before with { IsAway = true }
            : before with { LatencyLeast = TimeSpan.FromSeconds(0.3), LatencyMost = TimeSpan.FromSeconds(1.5) };
        world.After(lasts, () =>
        {
            if (!_over) database.Faults = before;
        });
    }

    private void PauseNow()
    {
        var lasts = _chance.Between(TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(_chance.Chance(0.3) ? 5 : 1));
        excused.Add(Now, lasts + Reaction, "the node stands still");
        excused.Silence(Now, lasts + Reaction, "the node stands still");
        log?.Invoke($"== the node stands still for {lasts}");
        Pause(lasts);
    }

    private void ReplaceNow() => Replace(_chance.Between(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(8)));

    private void LimitRate()
    {
        var ms = _chance.Next(500, 4000);
        excused.Add(Now, TimeSpan.FromSeconds(11) + TimeSpan.FromMilliseconds(ms), "rate limit");
        Add(new Fault { Do = FaultAction.RateLimit, Status = 429, Ms = ms, Count = 1, Seconds = 10 });
    }

    private void ForceClose() => venue.With(exchange =>
    {
        var account = Account().In(exchange);
        var open = account.Positions.FindAll(one => !one.IsFlat);
        if (open.Count == 0) return;
        var position = open[_chance.Next(open.Count)];
        log?.Invoke($"== forced close of {position.Symbol}");
        if (_chance.Chance(0.5)) exchange.Venue.Risk.Liquidate(account, position);
        else exchange.Venue.Risk.Deleverage(account, position, Math.Abs(position.Quantity));
    });

    private void ActByHand() => venue.With(exchange =>
    {
        var one = Account();
        var account = one.In(exchange);
        var symbol = Symbol();
        var hand = exchange.Venue.Hand;
        var side = !account.Hedge ? PositionSide.Both : _chance.Chance(0.5) ? PositionSide.Long : PositionSide.Short;
        var quantity = account.Find(symbol, side)?.Quantity ?? 0;
        var what = quantity == 0 ? "open" : _chance.Next(5) switch
        {
            0 => "close", 1 => "part", 2 => "add", 3 => "unstop", _ => "stop",
        };
        log?.Invoke($"== by hand: {what} {symbol} of {account.Name} {side}");
        switch (what)
        {
            case "open": hand.Open(account, symbol, Lot(exchange, symbol) * SignOf(side)); break;
            case "close": hand.Close(account, symbol, side: side); break;
            case "part": hand.Close(account, symbol, Half(exchange, symbol, quantity), side); break;
            case "add": hand.Open(account, symbol, Math.Sign(quantity) * Half(exchange, symbol, quantity)); break;
            case "unstop": hand.CancelStop(account, account.OpenStops.Find(stop => stop.Symbol == symbol && stop.PositionSide == side)); break;
            default: StopByHand(exchange, one, symbol, side, quantity); break;
        }
    });

    private int SignOf(PositionSide side) => side switch
    {
        PositionSide.Long => 1,
        PositionSide.Short => -1,
        _ => _chance.Chance(0.5) ? 1 : -1,
    };

    /// <summary>A stop order of the operator's own; on Bybit now and then the position's, in place of ours.</summary>
    private void StopByHand(Trading.Simulator.Exchange exchange, SimulatedAccount one, string symbol, PositionSide side, decimal quantity)
    {
        var account = one.In(exchange);
        var mark = exchange.Venue.Find(symbol)!.Tick.Mark;
        var trigger = Tick(exchange, symbol, mark * (1 - Math.Sign(quantity) * 0.05m));
        if (IsBybit && _chance.Chance(0.5))
        {
            SetByHand(one.Key(symbol, quantity > 0 ? Domain.Side.Long : Domain.Side.Short), trigger);
            exchange.Venue.PositionStops.Set(account, account.Get(symbol, side), StopType.StopMarket, trigger, PriceSource.Mark);
        }
        else
        {
            exchange.Venue.Hand.PlaceStop(account, new StopRequest(
                symbol, quantity > 0 ? Side.Sell : Side.Buy, StopType.StopMarket, Math.Abs(quantity), trigger)
            { ReduceOnly = true, Source = PriceSource.Mark, PositionSide = side });
        }
    }

    private static decimal Tick(Trading.Simulator.Exchange exchange, string symbol, decimal price)
    {
        var tick = exchange.Venue.Find(symbol)!.Spec.TickSize;
        return decimal.Floor(price / tick) * tick;
    }

    private static decimal Lot(Trading.Simulator.Exchange exchange, string symbol)
    {
        var instrument = exchange.Venue.Find(symbol)!;
        return decimal.Floor(150m / instrument.Tick.Mark / instrument.Spec.StepSize) * instrument.Spec.StepSize;
    }

    private static decimal Half(Trading.Simulator.Exchange exchange, string symbol, decimal quantity)
    {
        var step = exchange.Venue.Find(symbol)!.Spec.StepSize;
        return Math.Max(step, decimal.Floor(Math.Abs(quantity) / 2 / step) * step);
    }

    private static PositionKey? KeyIn(string stream) =>
        stream.StartsWith("position/", StringComparison.Ordinal) && PositionKey.TryParse(stream["position/".Length..], out var key) ? key : null;

    private string? SymbolIn(string target) =>
        symbols.FirstOrDefault(symbol => target.Contains(symbol, StringComparison.Ordinal));
}
