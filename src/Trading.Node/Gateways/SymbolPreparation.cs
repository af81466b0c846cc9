using System.Diagnostics.CodeAnalysis;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;

namespace Trading.Node.Gateways;

/// <summary>
/// Leverage and margin mode of the symbols an account may trade soon, made true ahead of time and never between
/// selection and entry. Symbols that are held are left alone.
/// </summary>
internal sealed class SymbolPreparation(AccountSurroundings account)
{
    private const int AtOnce = 4;

    private readonly HashSet<Symbol> _underWay = [];
    private readonly Queue<Symbol> _waiting = new();

    /// <summary>A symbol that is prepared and known, waiting or under way is not taken twice; one that failed is.</summary>
    public void Want(Symbol symbol)
    {
        var ready = account.Prepared.Contains(symbol) && account.KeysOf(symbol).All(account.Sightings.Names);
        if (ready || _underWay.Contains(symbol) || _waiting.Contains(symbol) || account.Prepared.IsParked(symbol) || IsHeld(symbol)) return;
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
        foreach (var key in account.KeysOf(symbol).Where(key => !account.Sightings.Names(key)))
        {
            if (await account.Sender.ReadPosition(key, routine: false, stop) is not Done<PositionRead> { Value.Row: { } row })
                return new SessionMessage.Prepared(symbol, Done: false, rows, started, begun, $"no answer names {key}");
            rows.Add((key, row));
        }

        if (rows.Exists(read => read.Row.Amount != 0) || IsHeld(symbol))
            return new SessionMessage.Prepared(symbol, Done: false, rows, started, begun, "it is held");
        var outcome = await account.Sender.Prepare(symbol, account.Leverage, account.Isolated, stop);
        return new SessionMessage.Prepared(symbol, outcome is Done<bool>, rows, started, begun, $"{outcome}");
    }

    public void Ended(SessionMessage.Prepared prepared)
    {
        _underWay.Remove(prepared.Symbol);
        if (prepared.Done) account.Prepared.Add(prepared.Symbol, prepared.Begun);
        else account.Log($"{account.Id}: {prepared.Symbol} could not be prepared ahead: {prepared.Why}");
    }

    private bool IsHeld(Symbol symbol) => account.KeysOf(symbol).Any(key =>
        account.Board.Find(key) is { State: not PositionState.Flat } || account.Sightings.AmountOf(key) is not (null or 0));
}
