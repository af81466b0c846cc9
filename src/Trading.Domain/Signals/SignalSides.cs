namespace Trading.Domain.Signals;

/// <summary>
/// What a signal wants done, to which side. <c>buy</c> and <c>sell</c> are what an order does, <c>long</c> and
/// <c>short</c> what a position is: to open the two agree, to close they do not: what sells ends a long.
/// </summary>
/// <remarks>
/// A sender that tells its own position (TradingView's <c>strategy.market_position</c>) must agree with the rest: an
/// order that only reduces, read as an opening, would open the other side.
/// </remarks>
internal static class SignalSides
{
    private const string IntentField = "intent";
    private const string AfterField = "market_position";
    private const string BeforeField = "prev_market_position";

    public static readonly string[] Names = [IntentField, AfterField, BeforeField];

    public static (SignalIntent Intent, Side Side) Read(Fields fields)
    {
        foreach (var field in Names) fields.RefuseSpellingsOf(field);
        var word = fields.Required("side", Sides.TryParse, "long, short, buy or sell", out Side _);
        var asked = Find<SignalIntent>(fields, IntentField, TryIntent, "open or close");
        var after = Find<Holding>(fields, AfterField, TryHolding, "long, short or flat");
        var before = Find<Holding>(fields, BeforeField, TryHolding, "long, short or flat");
        var intent = asked ?? (after is Holding.Flat ? SignalIntent.Close : SignalIntent.Open);
        var side = intent is SignalIntent.Close && IsAction(fields.Text("side")) ? word.Opposite() : word;
        if (Contradiction(intent, side, after, before) is var (named, why)) fields.Fail(named, fields.Text(named), why);
        return (intent, side);
    }

    private static (string Field, string Why)? Contradiction(SignalIntent intent, Side side, Holding? after, Holding? before) => intent switch
    {
        SignalIntent.Open when after is Holding.Flat => (AfterField, "flat is the end of a position, and the intent is open"),
        SignalIntent.Open when after is { } held && held != Of(side) =>
            (AfterField, $"the order goes {side.Text()} and the sender stays {Words(held)}: it reduces, and a part of a position is not closed by a signal"),
        SignalIntent.Close when after is { } held and not Holding.Flat =>
            (AfterField, $"the intent is close, and the sender is {Words(held)} afterwards; a close is told as flat"),
        SignalIntent.Close when before is { } was and not Holding.Flat && was != Of(side) =>
            (BeforeField, $"the sender was {Words(was)}, and the side says that a {side.Text()} position ends"),
        _ => null,
    };

    private static T? Find<T>(Fields fields, string field, Fields.TryParse<T> parse, string expected)
        where T : struct
    {
        if (!fields.Has(field)) return null;
        return fields.Required(field, parse, expected, out T _);
    }

    private static bool TryIntent(string? text, out SignalIntent intent)
    {
        intent = Same(text, "close") ? SignalIntent.Close : SignalIntent.Open;
        return intent is SignalIntent.Close || Same(text, "open");
    }

    private static bool TryHolding(string? text, out Holding holding)
    {
        holding = Same(text, "long") ? Holding.Long : Same(text, "short") ? Holding.Short : Holding.Flat;
        return holding is not Holding.Flat || Same(text, "flat");
    }

    private static bool IsAction(string? side) => Same(side, "buy") || Same(side, "sell");

    private static bool Same(string? text, string word) => string.Equals(text?.Trim(), word, StringComparison.OrdinalIgnoreCase);

    private static Holding Of(Side side) => side is Side.Long ? Holding.Long : Holding.Short;

    private static string Words(Holding holding) => holding is Holding.Long ? "long" : holding is Holding.Short ? "short" : "flat";

    /// <summary>What the sender itself holds.</summary>
    private enum Holding
    {
        Flat,
        Long,
        Short,
    }
}
