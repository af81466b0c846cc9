using Microsoft.AspNetCore.Http;
using Trading.Domain;

namespace Trading.Node.Api;

/// <summary>Finds the key an operator means: a whole key in any spelling, or a symbol that only one account holds.</summary>
internal static class KeyReader
{
    private const int LongestText = 128;

    /// <exception cref="ProblemException">Not a key, an account that is not configured, or more than one key fits.</exception>
    public static async Task<PositionKey> Read(string encoded, INodeViews views, CancellationToken cancel)
    {
        var text = Uri.UnescapeDataString(encoded).Trim();
        if (text.Length > LongestText) throw Bad(text);
        var named = PositionKey.TryParse(text, out var key) && views.AccountNames.Contains(key.Account);
        if (named && key.Hedge is not null) return views.IsHedged(key.Account) ? key : await OfOtherMode(key, views, cancel);
        if (!named && !Symbol.TryParse(text, out _)) throw Bad(text);

        var held = await Held(named ? key.Account : null, named ? key.Symbol : Symbol.Parse(text), views, cancel);
        if (named && held.Contains(key)) return key;
        if (named && held.Count == 0 && views.IsHedged(key.Account)) throw NoSide(key);
        if (named && held.Count == 0) return key;
        return held.Count switch
        {
            1 => held[0],
            0 => throw NoAccount(text, views),
            _ => throw new ProblemException(
                StatusCodes.Status400BadRequest, "ambiguous_key", $"'{text}' may be {string.Join(" or ", held)}; name one of them"),
        };
    }

    private static async Task<List<PositionKey>> Held(
        AccountId? account, Symbol symbol, INodeViews views, CancellationToken cancel, bool ended = false)
    {
        var held = await views.Positions(new PositionQuery(Active: true, Closed: ended, account, symbol, 100), cancel);
        return [.. held.Select(position => PositionKey.Parse(position.Key)).Distinct().Order()];
    }

    /// <summary>The account had the other position mode when it was opened, and what is open goes on; nothing new begins under such a key.</summary>
    private static async Task<PositionKey> OfOtherMode(PositionKey key, INodeViews views, CancellationToken cancel) =>
        (await Held(key.Account, key.Symbol, views, cancel, ended: true)).Contains(key)
            ? key
            : throw new ProblemException(
                StatusCodes.Status400BadRequest, "bad_key",
                $"key '{key}': account {key.Account} is in one-way mode, its keys name no side; write {key with { Hedge = null }}");

    private static ProblemException NoSide(PositionKey key) => new(
        StatusCodes.Status400BadRequest, "bad_key",
        $"key '{key}': account {key.Account} is in hedge mode; name the side, e.g. {key with { Hedge = Side.Long }}");

    private static ProblemException Bad(string text) => new(
        StatusCodes.Status400BadRequest, "bad_key",
        $"key '{ProblemException.Shortened(text)}' is not account/SYMBOL, e.g. binance/TAGUSDT (in an address: binance%2FTAGUSDT)");

    private static ProblemException NoAccount(string text, INodeViews views) => ProblemException.NotFound(
        "unknown_key",
        $"'{ProblemException.Shortened(text)}' names no account of this node ({string.Join(", ", views.AccountNames)}) and no position held; "
        + $"write account/SYMBOL, e.g. {(views.AccountNames.Count > 0 ? views.AccountNames[0].Value : "binance")}/TAGUSDT");
}
