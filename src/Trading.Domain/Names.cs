using System.Diagnostics.CodeAnalysis;

namespace Trading.Domain;

/// <summary>The name of one set of keys in the configuration, <c>[a-z0-9-]{1,16}</c>; by default the exchange's id.</summary>
public readonly record struct AccountId
{
    private readonly string? _value;

    private AccountId(string value) => _value = value;

    public string Value => _value ?? "";

    /// <summary>Reads any letter case. Refuses what is not <c>[a-z0-9-]{1,16}</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out AccountId account)
    {
        var name = text?.Trim().ToLowerInvariant() ?? "";
        var valid = name.Length is >= 1 and <= 16 && name.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '-');
        account = valid ? new AccountId(name) : default;
        return valid;
    }

    public static AccountId Parse(string text) => TryParse(text, out var account)
        ? account
        : throw new FormatException($"account '{text}' is not a name of 1 to 16 characters a-z, 0-9 or '-'");

    public override string ToString() => Value;
}

/// <summary>A venue this build can speak to.</summary>
public enum Exchange
{
    Binance,
    Bybit,
}

public static class ExchangeNames
{
    /// <summary>The exchange's id as it stands in configuration, SQL and keys.</summary>
    public static string Id(this Exchange exchange) => exchange switch
    {
        Exchange.Binance => "binance",
        Exchange.Bybit => "bybit",
        _ => throw new System.Diagnostics.UnreachableException($"{exchange}"),
    };

    public static bool TryParse(string? text, out Exchange exchange)
    {
        switch (text?.Trim().ToLowerInvariant())
        {
            case "binance": exchange = Exchange.Binance; return true;
            case "bybit": exchange = Exchange.Bybit; return true;
            default: exchange = default; return false;
        }
    }
}

/// <summary>
/// The exchange's own upper-case id of a contract, e.g. <c>TAGUSDT</c>. Other spellings are read here and nowhere else,
/// so that a key with another spelling cannot exist (incident 2025-10-17, ghost rows).
/// </summary>
public readonly record struct Symbol
{
    private const char FirstFullWidth = '\uFF01';
    private const char LastFullWidth = '\uFF5E';
    private readonly string? _value;

    private Symbol(string value) => _value = value;

    public string Value => _value ?? "";

    /// <summary>
    /// Reads <c>TAGUSDT</c>, <c>tagusdt</c>, <c>TAG/USDT</c>, <c>TAG/USDT:USDT</c>, <c>TAG-USDT</c>, <c>TAG_USDT</c>,
    /// <c>BINANCE:TAGUSDT.P</c> and <c>BINANCE:TAGUSDTPERP</c>, also in full-width letters. Letters and digits of any
    /// script are kept: symbols with Chinese names exist.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Symbol symbol)
    {
        var name = HalfWidth(text ?? "").Trim().ToUpperInvariant();
        if (name.EndsWith(".P", StringComparison.Ordinal)) name = name[..^2];
        var colon = name.IndexOf(':');
        if (colon >= 0) name = name.AsSpan(0, colon).ContainsAny('/', '-') ? name[..colon] : name[(colon + 1)..];
        name = name.Replace("/", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        name = WithoutEnding(name, "USDT_PERP", "USDTPERP", "_USDT");
        var valid = name.Length is >= 2 and <= 32 && name.All(char.IsLetterOrDigit);
        symbol = valid ? new Symbol(name) : default;
        return valid;
    }

    public static Symbol Parse(string text) => TryParse(text, out var symbol)
        ? symbol
        : throw new FormatException($"symbol '{text}' is not a contract name such as TAGUSDT or TAG/USDT:USDT");

    /// <summary>
    /// Reads an exchange's own name of a contract. False where it is another spelling of a symbol, such as
    /// <c>BTCUSDT_260327</c> or a name that an exchange writes otherwise: that contract has no key here.
    /// </summary>
    public static bool TryParseExact(string? text, out Symbol symbol) =>
        TryParse(text, out symbol) && symbol.Value == text;

    public override string ToString() => Value;

    /// <summary>One of the endings that other programs spell a USDT contract with becomes plain <c>USDT</c>.</summary>
    private static string WithoutEnding(string name, params ReadOnlySpan<string> endings)
    {
        foreach (var ending in endings)
            if (name.EndsWith(ending, StringComparison.Ordinal)) return $"{name.AsSpan(0, name.Length - ending.Length)}USDT";
        return name;
    }

    /// <summary>The full-width forms of ASCII, as East Asian keyboards write them, are the same letters.</summary>
    private static string HalfWidth(string text) => text.AsSpan().ContainsAnyInRange(FirstFullWidth, LastFullWidth)
        ? string.Concat(text.Select(c => c is >= FirstFullWidth and <= LastFullWidth ? (char)(c - FirstFullWidth + '!') : c))
        : text;
}

/// <summary>The direction of a position.</summary>
public enum Side
{
    Long,
    Short,
}

public static class Sides
{
    public static Side Opposite(this Side side) => side is Side.Long ? Side.Short : Side.Long;

    /// <summary>+1 for long, -1 for short: the sign of the exchange's position amount.</summary>
    public static int Sign(this Side side) => side is Side.Long ? 1 : -1;

    public static string Text(this Side side) => side is Side.Long ? "long" : "short";

    /// <summary>Reads long, short, buy and sell in any letter case.</summary>
    public static bool TryParse(string? text, out Side side)
    {
        switch (text?.Trim().ToLowerInvariant())
        {
            case "long" or "buy": side = Side.Long; return true;
            case "short" or "sell": side = Side.Short; return true;
            default: side = default; return false;
        }
    }
}

/// <summary>
/// The identity of one position, of its actor and of its journal stream. Text <c>binance/TAGUSDT</c>; in hedge mode
/// <c>binance/TAGUSDT/long</c>. One-way mode has no <see cref="Hedge"/> side.
/// </summary>
public readonly record struct PositionKey(AccountId Account, Symbol Symbol, Side? Hedge = null) : IComparable<PositionKey>
{
    public string Stream => $"position/{this}";

    /// <summary>The same symbol in the other position mode: an account is in one of them.</summary>
    public bool IsOfOtherMode(PositionKey other) => Symbol == other.Symbol && Hedge is null != other.Hedge is null;

    public static bool TryParse(string? text, out PositionKey key)
    {
        key = default;
        var slash = text?.IndexOf('/') ?? -1;
        if (text is null || slash < 1 || !AccountId.TryParse(text[..slash], out var account)) return false;
        var rest = text[(slash + 1)..];
        Side? hedge = null;
        if (rest.EndsWith("/long", StringComparison.OrdinalIgnoreCase)) hedge = Side.Long;
        if (rest.EndsWith("/short", StringComparison.OrdinalIgnoreCase)) hedge = Side.Short;
        if (hedge is not null) rest = rest[..rest.LastIndexOf('/')];
        if (!Symbol.TryParse(rest, out var symbol)) return false;
        key = new PositionKey(account, symbol, hedge);
        return true;
    }

    public static PositionKey Parse(string text) => TryParse(text, out var key)
        ? key
        : throw new FormatException($"position key '{text}' is not account/SYMBOL, e.g. binance/TAGUSDT");

    public int CompareTo(PositionKey other) => string.CompareOrdinal(ToString(), other.ToString());

    public override string ToString() => Hedge is { } side ? $"{Account}/{Symbol}/{side.Text()}" : $"{Account}/{Symbol}";
}
