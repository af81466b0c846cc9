using System.Diagnostics;
using System.Globalization;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using static Trading.Domain.Accounts.AccountEffect;
using static Trading.Domain.Accounts.AccountEvent;
using static Trading.Domain.Accounts.AccountInput;

namespace Trading.Domain.Accounts;

/// <summary>
/// The risk of one account: who may enter, how much, and when nobody may. <see cref="Decide"/> chooses,
/// <see cref="Evolve"/> remembers; no clock, no chance, no I/O.
/// </summary>
/// <remarks>
/// A slot is the position's EntryIntended. None is handed out before all positions were read, and only the report of
/// the position that holds it frees it; never a timer.
/// </remarks>
public static partial class AccountMachine
{
    private const int MissesKept = 16;

    public static AccountDecision Decide(AccountContext at, AccountState state, AccountBook book, AccountInput input) =>
        input switch
    {
        RequestSlot it => Request(at, state, book, it),
        ReturnSlot it => Return(book, it),

        Pause it => state.Paused is null
            ? Announced(at, state, book, new AccountPaused(it.By, it.Why, at.NowUtc))
            : Ignore(book, $"paused already by {state.Paused.By}"),
        Resume it => Continue(at, state, book, it),
        Halt it => state.HaltedBy is null
            ? Announced(at, state, book, new AccountHalted(it.By, it.Why, at.NowUtc))
            : Ignore(book, $"halted already by {state.HaltedBy.By}"),
        Unhalt it => state.HaltedBy is not null
            ? Announced(at, state, book, new AccountUnhalted(it.By, it.Why, at.NowUtc))
            : Ignore(book, "not halted"),

        PositionTold it => Told(at, state, book, it),
        PositionsRead it => Rebuild(at, state, book, it),
        StreamHealthTold it => Noted(book with { StreamSuspect = it.Suspect, StreamWhy = it.Why }),
        VenueProbed it => Noted(book with { VenueFailure = it.Failure }),
        SecondWriterTold it => Writers(book, it),
        ConditionalOrdersCounted it => Noted(book with { ConditionalOrders = it.Count, GrantedSinceCount = 0 }),
        CashTold it => NoteCash(at, state, book, it),
        EquityRead it => Noted(book with { Equity = it.Equity }),
        Marked it => JudgeLoss(at, state, book with { Marks = book.Marks.SetItems(it.Marks) }, []),
        Recovered => new AccountDecision([], [new Announce(Status(state, at.NowUtc))], book, Verdict.Accepted),

        _ => throw new UnreachableException($"{input}"),
    };

    public static AccountState Evolve(AccountState state, AccountEvent happened) => happened switch
    {
        AccountPaused it => state with { Paused = new AccountState.Order(it.By, it.Why, it.AtUtc) },
        AccountResumed => state with { Paused = null, OpenMiss = null },
        AccountHalted it => state with { HaltedBy = new AccountState.Order(it.By, it.Why, it.AtUtc) },
        AccountUnhalted => state with { HaltedBy = null, MissesUtc = [] },
        DailyLossReached it =>
            state with { DailyLoss = new AccountState.Loss(it.Net, it.Limit, it.AtUtc, it.UntilUtc) },
        DailyLossSetAside it => state with { DailyLoss = null, LossAsideUntilUtc = it.UntilUtc },
        ProtectionMissNoted it => state with
        {
            OpenMiss = new AccountState.Miss(it.Key, it.AtUtc, it.UntilUtc),
            MissesUtc = [.. state.MissesUtc.TakeLast(MissesKept - 1), it.AtUtc],
        },
        ProtectionRestored => state with { OpenMiss = null },
        CashNoted it => Noted(state, it),
        ClosureNoted it => Count(state, it) with
        {
            Closures = state.Closures.SetItem(it.Key, new AccountState.Closure(it.Opened, it.Net, it.AtUtc)),
        },
        _ => throw new UnreachableException($"{happened}"),
    };

    /// <summary>What the account allows at that moment: who set it, when and why.</summary>
    public static AccountStatus Status(AccountState state, DateTime nowUtc)
    {
        if (state.HaltedBy is { } halt)
            return new AccountStatus(AccountMode.Halted, halt.By, halt.Why, halt.AtUtc, null, StatusTexts.Halted);
        if (state.Paused is { } pause)
            return new AccountStatus(
                AccountMode.Reducing, pause.By, pause.Why, pause.AtUtc, null, StatusTexts.Reducing);
        if (state.DailyLoss is { } loss && loss.UntilUtc > nowUtc)
            return new AccountStatus(
                AccountMode.Reducing, "daily loss",
                $"net {Text(loss.Net)} USDT reached the limit of {Text(-loss.Limit)} USDT",
                loss.AtUtc, loss.UntilUtc, StatusTexts.Reducing);
        if (state.OpenMiss is { } miss && miss.UntilUtc > nowUtc)
            return new AccountStatus(
                AccountMode.Reducing, "protection", $"{miss.Key} was not protected in time", miss.AtUtc, miss.UntilUtc,
                StatusTexts.Reducing);
        return new AccountStatus(AccountMode.Active, "", "", null, null, StatusTexts.Active);
    }

    // Slots

    private static AccountDecision Request(AccountContext at, AccountState state, AccountBook book, RequestSlot it)
    {
        var key = at.Policy.KeyOf(it.Signal);
        if (!book.Ready) return Denied(book, null, "the positions of the account are still being read");
        if (book.Slots.TryGetValue(key, out var taken))
            return taken.SignalId == it.Signal.Id
                ? Granted(at, book, taken)
                : Denied(book, Reasons.DuplicatePosition,
                    $"{key} is held or being opened by signal '{taken.SignalId}'");

        var denial = Gate(at, state, book) ?? EntryRisk.Check(at, it.Signal, it.Market) ?? Cooldown(at, state, key)
            ?? Room(at, book);
        if (denial is not null) return Denied(book, denial.Reason, denial.Text);
        if (at.Policy.EquityShare is not null && book.Equity is null)
            return Denied(book, null, "the equity is not read yet");

        var (mark, rules) = (it.Market.Mark!.Value, it.Market.Rules!);
        var quantity = EntryRisk.Quantity(at.Policy, book.Equity ?? 0, mark, rules);
        denial = EntryRisk.TooSmall(quantity, mark, rules) ?? Exposure(at, book, quantity * mark);
        if (denial is not null) return Denied(book, denial.Reason, denial.Text);

        var slot = new Slot(key, it.Signal.Id, it.Signal.Side, quantity, mark, Net: 0, Held: false);
        return Granted(
            at, book with { Slots = book.Slots.SetItem(key, slot), GrantedSinceCount = book.GrantedSinceCount + at.Policy.StopsPerPosition },
            slot);
    }

    private static AccountDecision Granted(AccountContext at, AccountBook book, Slot slot) => new(
        [], [], book, Verdict.Accepted,
        new SlotGrant(slot.Key, slot.SignalId, slot.Quantity, slot.Price, at.Policy.Plan));

    private static Denial? Gate(AccountContext at, AccountState state, AccountBook book)
    {
        var status = Status(state, at.NowUtc);
        if (!status.EntriesAllowed)
            return new Denial(Reasons.AccountState, $"{status.Mode}: {status.Why} ({status.By})");
        if (book.VenueFailure is { } failure) return new Denial(Reasons.AccountState, $"venue probe: {failure}");
        if (book.StreamSuspect)
            return new Denial(Reasons.StreamSuspect, $"the user stream is suspect: {book.StreamWhy}");
        return book.SecondWriter.Count > 0
            ? new Denial(Reasons.SecondWriter,
                $"orders of another journal rest on the account: {string.Join(", ", book.SecondWriter.Take(3))}")
            : null;
    }

    private static Denial? Cooldown(AccountContext at, AccountState state, PositionKey key)
    {
        if (!state.Closures.TryGetValue(key, out var last)) return null;
        var ends = last.AtUtc + (last.Net < 0 ? at.Policy.CooldownAfterLoss : at.Policy.CooldownAfterClose);
        return ends > at.NowUtc
            ? new Denial(Reasons.Cooldown,
                $"{key} closed {Clock(last.AtUtc)} with net {Text(last.Net)} USDT and rests until {Clock(ends)}")
            : null;
    }

    private static Denial? Room(AccountContext at, AccountBook book)
    {
        if (book.Slots.Count >= at.Policy.MaxOpenPositions)
            return new Denial(Reasons.NoSlot, $"{book.Slots.Count} of {at.Policy.MaxOpenPositions} slots are in use");
        var orders = book.ConditionalOrders + book.GrantedSinceCount;
        return orders >= at.Policy.ConditionalLimit
            ? new Denial(Reasons.ConditionalLimit,
                $"{orders} conditional orders are open or on their way, no entries from {at.Policy.ConditionalLimit}")
            : null;
    }

    private static Denial? Exposure(AccountContext at, AccountBook book, decimal notional)
    {
        var used = book.Slots.Values.Sum(s => s.Notional);
        return at.Policy.MaxTotalNotional is { } most && used + notional > most
            ? new Denial(Reasons.MaxNotional,
                $"{Text(used)} USDT in use and {Text(notional)} USDT more would exceed {Text(most)} USDT")
            : null;
    }

    private static AccountDecision Return(AccountBook book, ReturnSlot it) =>
        book.Slots.TryGetValue(it.Key, out var slot) && !slot.Held && slot.SignalId == it.SignalId
            ? Noted(book with { Slots = book.Slots.Remove(it.Key) })
            : Ignore(book, "no slot is reserved for this signal");

    // Positions

    private static AccountDecision Told(AccountContext at, AccountState state, AccountBook book, PositionTold it)
    {
        var seated = Seat(book.Ready ? book : book with { ToldFirst = book.ToldFirst.Add(it.Facts.Key) }, it.Facts);
        return it.News switch
        {
            AccountNews.Opened or AccountNews.EntryFailed => Noted(seated),
            AccountNews.Closed => JudgeLoss(at, state, seated, Closure(state, it.Facts)),
            AccountNews.ProtectionMissed => Missed(at, state, seated, it.Facts.Key),
            AccountNews.StopConfirmed when state.OpenMiss is not null =>
                Announced(at, state, seated, new ProtectionRestored(it.Facts.Key, at.NowUtc)),
            AccountNews.StopConfirmed => Noted(seated),
            _ => throw new UnreachableException($"{it.News}"),
        };
    }

    /// <summary>
    /// The position's own word decides about its slot. A slot reserved for another signal stays: what is told then is
    /// the end of an earlier position on the key. A flat position that never was open names no signal: its entry
    /// failed.
    /// </summary>
    private static AccountBook Seat(AccountBook book, PositionFacts facts)
    {
        if (facts.HoldsSlot)
        {
            var held = new Slot(
                facts.Key, facts.SignalId, facts.Side, facts.Quantity, facts.Price, facts.Net, Held: true);
            return book with { Slots = book.Slots.SetItem(facts.Key, held) };
        }

        var frees = book.Slots.TryGetValue(facts.Key, out var slot)
            && (slot.Held || facts.SignalId.Length == 0 || slot.SignalId == facts.SignalId);
        return frees ? book with { Slots = book.Slots.Remove(facts.Key) } : book;
    }

    /// <summary>A closure counts once; fills and funding that are told after it correct what it counted for.</summary>
    private static AccountEvent[] Closure(AccountState state, PositionFacts facts)
    {
        if (facts is not { ClosedUtc: { } closedUtc, Opened: > 0 }) return [];
        var known = state.Closures.GetValueOrDefault(facts.Key);
        var isNew = known is null || known.Opened < facts.Opened;
        var isCorrected = known?.Opened == facts.Opened && (known.Net != facts.Net || known.AtUtc != closedUtc);
        return isNew || isCorrected ? [new ClosureNoted(facts.Key, facts.Opened, facts.Net, closedUtc)] : [];
    }

    private static AccountDecision Rebuild(AccountContext at, AccountState state, AccountBook book, PositionsRead it)
    {
        var read = it.Positions.Where(p => !book.ToldFirst.Contains(p.Key));
        var rebuilt = read.Aggregate(book, Seat) with { Ready = true, ToldFirst = [] };
        return JudgeLoss(at, state, rebuilt, [.. it.Positions.SelectMany(p => Closure(state, p))]);
    }

    private static AccountDecision Missed(AccountContext at, AccountState state, AccountBook book, PositionKey key)
    {
        List<AccountEvent> events = [new ProtectionMissNoted(key, at.NowUtc, at.NowUtc + at.Policy.MissPause)];
        var recent = 1 + state.MissesUtc.Count(m => at.NowUtc - m <= at.Policy.MissWindow);
        var halts = recent >= at.Policy.MissesToHalt && state.HaltedBy is null;
        if (halts)
            events.Add(new AccountHalted(
                "protection", $"{recent} protection deadlines missed within {at.Policy.MissWindow.TotalMinutes:0} min",
                at.NowUtc));
        var after = events.Aggregate(state, Evolve);
        var text = halts
            ? $"account {at.Account} halted: {after.HaltedBy!.Why}"
            : $"account {at.Account}: {key} was not protected in time, entries wait";
        return new AccountDecision(
            events, [new Announce(Status(after, at.NowUtc)), new AlertOperator(text, Page: halts)], book,
            Verdict.Accepted);
    }

    // Daily loss

    /// <summary>
    /// Net of the positions that ended today, what the open ones have realised, and their open loss to the mark.
    /// </summary>
    public static decimal DayNet(AccountContext at, AccountState state, AccountBook book)
    {
        var ended = state.DayUtc == at.NowUtc.Date ? state.Realized : 0;
        var held = book.Slots.Values.Where(s => s.Held).ToList();
        var open = held.Sum(s =>
            book.Marks.TryGetValue(s.Key.Symbol, out var mark) ? s.Side.Sign() * (mark - s.Price) * s.Quantity : 0);
        return ended + held.Sum(s => s.Net) + Math.Min(0, open);
    }

    private static AccountDecision JudgeLoss(AccountContext at, AccountState state, AccountBook book,
        AccountEvent[] events)
    {
        var after = events.Aggregate(state, Evolve);
        var net = DayNet(at, after, book);
        var judged = after.DailyLoss?.UntilUtc > at.NowUtc || after.LossAsideUntilUtc > at.NowUtc;
        if (at.Policy.DailyLoss is not { } limit || net > -limit || judged)
            return new AccountDecision(events, [], book, Verdict.Accepted);

        var reached = new DailyLossReached(net, limit, at.NowUtc, at.NowUtc.Date.AddDays(1));
        var status = Status(Evolve(after, reached), at.NowUtc);
        return new AccountDecision(
            [.. events, reached],
            [new Announce(status), new AlertOperator($"account {at.Account}: {status.Why}", Page: false)],
            book, Verdict.Accepted);
    }

    private static AccountState Count(AccountState state, ClosureNoted it)
    {
        if (it.AtUtc.Date < state.DayUtc) return state;
        var known = state.Closures.GetValueOrDefault(it.Key);
        var counted = known?.Opened == it.Opened && known.AtUtc.Date == it.AtUtc.Date ? known.Net : 0;
        var before = it.AtUtc.Date == state.DayUtc ? state.Realized : 0;
        return state with { DayUtc = it.AtUtc.Date, Realized = before - counted + it.Net };
    }

    // Orders of the operator

    private static AccountDecision Continue(AccountContext at, AccountState state, AccountBook book, Resume it)
    {
        if (state.HaltedBy is not null)
            return new AccountDecision(
                [], [], book, Verdict.Denied, Denial: Reasons.AccountState,
                Note: "the account is halted: use unhalt first");
        if (Status(state, at.NowUtc).EntriesAllowed) return Ignore(book, "active already");
        var resumed = new AccountResumed(it.By, it.Why, at.NowUtc);
        return state.DailyLoss is { } loss && loss.UntilUtc > at.NowUtc
            ? Announced(at, state, book, resumed, new DailyLossSetAside(it.By, loss.UntilUtc))
            : Announced(at, state, book, resumed);
    }

    private static AccountDecision Writers(AccountBook book, SecondWriterTold it)
    {
        var isNew = it.Orders.Count > 0 && book.SecondWriter.Count == 0;
        var known = book with { SecondWriter = [.. it.Orders] };
        if (!isNew) return Noted(known);
        var orders = string.Join(", ", it.Orders.Take(3));
        var text = $"orders of another journal rest on the account, entries wait: {orders}; "
            + $"cancel them, or, if that journal was yours, write {OrderIds.ListTheirTags(it.Orders)}";
        return new AccountDecision([], [new AlertOperator(text, Page: false)], known, Verdict.Accepted);
    }

    private static AccountDecision Announced(AccountContext at, AccountState state, AccountBook book,
        params AccountEvent[] events) =>
        new(events, [new Announce(Status(events.Aggregate(state, Evolve), at.NowUtc))], book, Verdict.Accepted);

    private static AccountDecision Noted(AccountBook book) => new([], [], book, Verdict.Accepted);

    private static AccountDecision Ignore(AccountBook book, string why) =>
        new([], [], book, Verdict.Ignored, Note: why);

    private static AccountDecision Denied(AccountBook book, string? reason, string text) =>
        new([], [], book, Verdict.Denied, Denial: reason, Note: text);

    private static string Text(decimal value) => value.ToString("0.########", CultureInfo.InvariantCulture);

    private static string Clock(DateTime utc) => utc.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
