using System.Diagnostics.CodeAnalysis;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;

namespace Trading.Node.Gateways;

/// <summary>
/// Leverage and margin mode of the symbols an account may trade soon, made true ahead of time and never between
/// selection and entry. Symbols that are held are left alone.
/// </summary>
internal sealed class SymbolPreparation(SessionDependencies account)
{
    private const int AtOnce = 4;

    private readonly HashSet<Symbol> _underWay = [];
    private readonly Queue<Symbol> _waiting = new();

    /// <summary>A symbol that is prepared and known, waiting or under way is not taken twice; one that failed is, and one that was refused later.</summary>
    public void Want(Symbol symbol)
    {
        var ready = account.Prepared.Contains(symbol) && account.KeysOf(symbol).All(account.Observations.Names);
        if (ready || !account.Prepared.MayBeAsked(symbol) || _underWay.Contains(symbol) || _waiting.Contains(symbol) || account.Prepared.IsParked(symbol) || IsHeld(symbol)) return;
        _waiting.Enqueue(symbol);
    }

    public bool TryNext([MaybeNullWhen(false)] out Symbol symbol)
    {
        symbol = default;
        if (_underWay.Count >= AtOnce || !_waiting.TryDequeue(out symbol)) return false;
        _underWay.Add(symbol);
        return true;
    }

    public async Task<SessionMessage.Prepared> Prepare(Symbol symbol, CancellationToken stop)
    {
        var started = account.Time.NowUtc();
        var begun = account.Prepared.Begin();
        var rows = new List<(PositionKey Key, PositionRow Row)>(2);
        var prepared = new SessionMessage.Prepared(symbol, Done: false, rows, started, begun, "it is held");
        foreach (var key in account.KeysOf(symbol).Where(key => !account.Observations.Names(key)))
        {
            var read = await account.Sender.ReadPosition(key, routine: false, stop);
            if (read is Done<PositionRead> { Value.InOtherMode: true })
                return prepared with { Refused = true, OfAccount = true, Why = $"the exchange names the positions of an account in {(key.Hedge is null ? "hedge" : "one-way")} mode" };
            if (read is not Done<PositionRead> { Value.Row: { } row }) return Judged(prepared, read, $"no answer names {key}");
            rows.Add((key, row));
        }

        if (rows.Exists(read => read.Row.Amount != 0) || IsHeld(symbol)) return prepared;
        var outcome = await account.Sender.Prepare(symbol, account.Leverage, account.Isolated, stop);
        return outcome is Done<bool> ? prepared with { Done = true } : Judged(prepared, outcome, $"{outcome}");
    }

    /// <summary>What never left, and what the exchange's limits put off, is asked again; a refusal stands.</summary>
    private static SessionMessage.Prepared Judged<T>(SessionMessage.Prepared prepared, Outcome<T> outcome, string why) => outcome is Refused<T>
    {
        Code: not Refused<T>.NeverSent, Kind: not RejectKind.Busy,
    } refused
        ? prepared with { Refused = true, OfAccount = refused.Kind is RejectKind.Mode, Why = $"{refused.Code} {refused.Message}" }
        : prepared with { Why = why };

    public void Ended(SessionMessage.Prepared prepared)
    {
        _underWay.Remove(prepared.Symbol);
        if (prepared.Done) account.Prepared.Add(prepared.Symbol, prepared.Begun);
        else if (prepared.Refused) account.Prepared.Refuse(prepared.Symbol, Refusal(prepared));
        if (!prepared.Done) account.Log($"{account.Id}: {prepared.Symbol} could not be prepared ahead: {prepared.Why}");
    }

    /// <summary>Of the account: the same words for every symbol, so that it is alerted once.</summary>
    public string Refusal(SessionMessage.Prepared prepared) =>
        $"the exchange refuses {account.Prepared.Wanted} {(prepared.OfAccount ? "on this account" : $"on {prepared.Symbol}")}: {prepared.Why}";

    private bool IsHeld(Symbol symbol) => account.KeysOf(symbol).Any(key =>
        account.Board.Find(key) is { State: not PositionState.Flat } || account.Observations.AmountOf(key) is not (null or 0));
}
