using System.Globalization;
using System.Text;
using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using static Trading.Domain.Accounts.AccountInput;

namespace Trading.Tests.Accounts;

/// <summary>Plays inputs of one account at stated times and writes the transcript an operator would have kept.</summary>
internal sealed class AccountScenario
{
    public static readonly AccountId Account = AccountId.Parse("binance");
    private static readonly DateTime Day = new(2025, 10, 17, 0, 0, 0, DateTimeKind.Utc);
    private readonly StringBuilder _transcript = new();
    private readonly AccountPolicy _policy;
    private readonly List<AccountEvent> _journal = [];

    public AccountScenario(AccountPolicy? policy = null, bool ready = true)
    {
        _policy = policy ?? AccountPolicy.Default;
        if (ready) Quietly("00:00:00", new PositionsRead([]));
    }

    public AccountState State { get; private set; } = AccountState.Initial;

    public AccountBook Book { get; private set; } = AccountBook.Empty;

    public AccountDecision Last { get; private set; } = null!;

    public IReadOnlyList<AccountEvent> Journal => _journal;

    public static DateTime Utc(string time) => Day + TimeSpan.Parse(time, CultureInfo.InvariantCulture);

    public static PositionKey Key(string symbol) => new(Account, Symbol.Parse(symbol));

    public static Signal Signal(string id, string symbol, decimal? price = null, Side side = Side.Long) =>
        new(id, WaveName.Parse("w"), Account, Symbol.Parse(symbol), side, Price: price);

    public static SymbolRules Rules(string symbol) => new(
        Symbol.Parse(symbol), TickSize: 0.001m, StepSize: 0.1m, MinQuantity: 0.1m, MaxMarketQuantity: 10_000m, MinNotional: 5m);

    public static RequestSlot Request(string id, string symbol, decimal mark = 2m, decimal? price = null) =>
        new(Signal(id, symbol, price), new MarketView(mark, Rules(symbol)));

    public static PositionTold Told(AccountNews news, string id, string symbol, bool holds, decimal net = 0, long opened = 1, string? closed = null) =>
        new(news, new PositionFacts(
            Key(symbol), opened, holds, Side.Long, 100m, 2m, net, id, closed is null ? null : Utc(closed)));

    public AccountScenario At(string time, AccountInput input) => Play(time, input, write: true);

    public AccountScenario Quietly(string time, AccountInput input) => Play(time, input, write: false);

    /// <summary>The reason code of the request's denial; null: granted.</summary>
    public string? Denial(string time, RequestSlot request)
    {
        Quietly(time, request);
        Assert.Equal(Last.Grant is null, Last.Verdict is Verdict.Denied);
        return Last.Denial;
    }

    public void Reads(string expected) =>
        Assert.Equal(expected.ReplaceLineEndings("\n").Trim(), _transcript.ToString().Trim());

    private AccountScenario Play(string time, AccountInput input, bool write)
    {
        Last = AccountMachine.Decide(new AccountContext(Account, Utc(time), _policy), State, Book, input);
        State = Last.Events.Aggregate(State, AccountMachine.Evolve);
        Book = Last.Book;
        _journal.AddRange(Last.Events);
        if (!write) return this;
        Line(time, Notation.InputMark, input is RequestSlot it ? $"RequestSlot {it.Signal.Id} {it.Signal.Symbol}" : Notation.Words(input));
        foreach (var happened in Last.Events) Line("", Notation.EventMark, Notation.Words(happened));
        foreach (var effect in Last.Effects)
            Line("", Notation.EffectMark, effect is AccountEffect.Announce announce ? $"Announce {announce.Status.Mode}" : Notation.Words(effect));
        if (Last.Grant is { } grant) Line("", Notation.EffectMark, $"grant {grant.Quantity} @ {grant.ReferencePrice}");
        if (Last.Verdict is Verdict.Ignored) Line("", "..", $"ignored: {Last.Note}");
        if (Last.Verdict is Verdict.Denied) Line("", "!!", $"denied: {Last.Denial ?? "not yet"}: {Last.Note}");
        return this;
    }

    private void Line(string time, string mark, string words) => _transcript.Append(Notation.Line(time, mark, words)).Append('\n');
}
