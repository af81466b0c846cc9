using System.Globalization;
using Microsoft.AspNetCore.Http;
using Trading.Domain;

namespace Trading.Node.Api;

/// <summary>Query parameters, read strictly: a misspelled one is an error, not a filter that filters nothing.</summary>
internal sealed class QueryReader
{
    private readonly IQueryCollection _query;
    private readonly INodeViews _views;

    public QueryReader(HttpContext http, INodeViews views, params string[] known)
    {
        _query = http.Request.Query;
        _views = views;
        foreach (var name in _query.Keys)
        {
            if (!known.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw ProblemException.BadParameter("parameter", name, known.Length == 0
                    ? "is not known here; this address takes none"
                    : $"is not known here; use one of {string.Join(", ", known)}");
            if (_query[name].Count > 1)
                throw ProblemException.BadParameter("parameter", name, $"is given {_query[name].Count} times; give it once");
        }
    }

    public string? Text(string name) => _query[name].ToString() is { Length: > 0 } text ? text : null;

    public int Limit(int otherwise, int most = 1000)
    {
        if (Text("limit") is not { } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1 && limit <= most
            ? limit
            : throw ProblemException.BadParameter("limit", text, $"is not a whole number from 1 to {most}");
    }

    public long? Number(string name)
    {
        if (Text(name) is not { } text) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ProblemException.BadParameter(name, text, "is not a whole number");
    }

    public AccountId? Account() => Text("account") is { } text ? KnownAccount(text, _views) : null;

    public Symbol? Symbol() => Text("symbol") is not { } text ? null
        : Domain.Symbol.TryParse(text, out var symbol) ? symbol
        : throw ProblemException.BadParameter("symbol", text, "is not a contract name such as TAGUSDT");

    public string? OneOf(string name, params string[] values)
    {
        if (Text(name) is not { } text) return null;
        return values.FirstOrDefault(value => value.Equals(text, StringComparison.OrdinalIgnoreCase))
            ?? throw ProblemException.BadParameter(name, text, $"is not one of {string.Join(", ", values)}");
    }

    public static AccountId KnownAccount(string text, INodeViews views) =>
        AccountId.TryParse(text, out var account) && views.AccountNames.Contains(account)
            ? account
            : throw new ProblemException(
                StatusCodes.Status400BadRequest, "unknown_account",
                $"account '{ProblemException.Shortened(text)}' is not configured; this node has {string.Join(", ", views.AccountNames)}");
}
