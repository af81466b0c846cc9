using Akka.Actor;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Node.Positions;
using static Trading.Node.Gateways.SessionMessage;

namespace Trading.Node.Gateways;

/// <summary>The rules of the symbols: read at intervals and on demand, told to the positions they concern.</summary>
public sealed partial class AccountSessionActor
{
    private static readonly TimeSpan SymbolsEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan SymbolsAgain = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan DelistingAlert = TimeSpan.FromHours(48);

    /// <summary>An hour before the end, and what lies between two readings of the symbols.</summary>
    private static readonly TimeSpan DelistingClose = TimeSpan.FromHours(1) + SymbolsEvery;

    /// <summary>Who waits for the read of the symbols that is under way, and for the one after it.</summary>
    private List<IActorRef> _askedForSymbols = [];
    private List<IActorRef> _askedForNextSymbols = [];
    private bool _readingSymbols;
    private bool _symbolsWantedAgain;

    /// <summary>A read that is under way may tell what was true before: whoever asks now waits for the next one.</summary>
    private void Want(SymbolsWanted wanted)
    {
        if (wanted.Changed is { } changed) account.Symbols.Doubt(changed);
        if (Asker is { } asker) (_readingSymbols ? _askedForNextSymbols : _askedForSymbols).Add(asker);
        if (_readingSymbols) _symbolsWantedAgain = true;
        else ReadSymbols();
    }

    private void ReadSymbols()
    {
        _readingSymbols = true;
        Beside(
            async stop => new SymbolsTaken(await account.Session.ReadSymbols(stop)),
            static fault => new SymbolsTaken(new Unknown<IReadOnlyList<SymbolRules>>(fault.Message)));
    }

    private void TakeSymbols(Outcome<IReadOnlyList<SymbolRules>> outcome)
    {
        _readingSymbols = false;
        var told = outcome is Done<IReadOnlyList<SymbolRules>>;
        if (outcome is Done<IReadOnlyList<SymbolRules>> { Value: var rules }) LearnSymbols(rules);
        foreach (var asker in _askedForSymbols) asker.Tell(new SymbolsAnswer(told));
        (_askedForSymbols, _askedForNextSymbols) = (_askedForNextSymbols, []);
        if (_symbolsWantedAgain)
        {
            _symbolsWantedAgain = false;
            ReadSymbols();
            return;
        }

        if (told) account.Symbols.EndDoubts();
        StartTimer("symbols", told ? SymbolsEvery : SymbolsAgain, new SymbolsWanted());
    }

    private void LearnSymbols(IReadOnlyList<SymbolRules> told)
    {
        var changed = account.Symbols.Replace(told).ToDictionary(rules => rules.Symbol);
        foreach (var key in account.LiveKeys)
            if (changed.TryGetValue(key.Symbol, out var rules))
                Tell(key, new PositionInput.RulesChanged(rules));
        foreach (var view in account.Board.Active.Where(view => view.Key.Account == account.Id)) LeaveDelisted(view);
    }

    /// <summary>What is held when a symbol ends trading would be settled at the exchange's price.</summary>
    private void LeaveDelisted(PositionView view)
    {
        var rules = account.Symbols.RulesOf(view.Key.Symbol);
        var ends = rules.LastTradingUtc - account.Time.NowUtc();
        if (rules.IsTrading && !(ends < DelistingAlert)) return;
        account.Alerts.Raise("Delisting", view.Key.ToString(), rules.LastTradingUtc is { } utc
            ? $"{view.Key}: the exchange ends trading at {utc:yyyy-MM-dd HH:mm} UTC"
            : $"{view.Key}: the exchange does not trade the symbol now");
        if (!(ends < DelistingClose) || view is not { State: PositionState.Open, Holding.Managed: true }) return;
        Tell(view.Key, new PositionInput.ClosePosition(CloseReason.Settlement, "node, before the symbol ends trading"));
    }
}
