using Trading.Domain;
using static Trading.Node.Gateways.SessionMessage;

namespace Trading.Node.Gateways;

/// <summary>Symbols that may be traded soon are prepared, a few at a time.</summary>
public sealed partial class AccountSessionActor
{
    private readonly SymbolPreparation _preparation = new(account);

    private void Prepare(Symbol symbol)
    {
        _preparation.Want(symbol);
        StartPreparations();
    }

    private void StartPreparations()
    {
        while (_preparation.TryNext(out var symbol))
            Beside(
                async stop => await _preparation.Prepare(symbol, stop),
                fault => new Prepared(symbol, Done: false, [], default, Begun: 0, fault.Message));
    }

    private void LearnPrepared(Prepared prepared)
    {
        _preparation.Ended(prepared);
        if (prepared.Refused)
        {
            var refusal = _preparation.Refusal(prepared);
            account.Alerts.Raise("SettingsRefused", prepared.OfAccount ? account.Id.Value : $"{account.Id}/{prepared.Symbol}", $"{account.Id}: nothing is opened, for {refusal}");
            LookAgain(refusal);
        }

        foreach (var (key, row) in prepared.Rows)
        {
            Tell(key, account.Observations.Learn(key, row, prepared.ReadStartedUtc));
        }

        StartPreparations();
    }
}
