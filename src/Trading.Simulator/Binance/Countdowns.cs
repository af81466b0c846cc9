using System.Text.Json;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>The dead man's switch, per account and symbol: cancels regular orders. Whether the real one takes
/// conditional orders too is undocumented; this one leaves them.</summary>
internal sealed class Countdowns(Venue venue, JsonText json)
{
    private readonly Dictionary<(string Account, string Symbol), DateTime> armed = [];

    public string Arm(Request r)
    {
        var symbol = r.Params.Required("symbol");
        if (venue.Find(symbol) is null) throw BinanceError.Of(Refusal.UnknownSymbol);
        var time = r.Params.Span("countdownTime");
        var account = r.Account;
        armed[(account.Name, symbol)] = venue.NowUtc + time;
        if (time > TimeSpan.Zero) venue.Plan(time, () => Fire(account, symbol));
        else armed.Remove((account.Name, symbol));
        return json.Object(w =>
        {
            w.WriteString("symbol", symbol);
            w.WriteString("countdownTime", r.Params.Text("countdownTime"));
        });
    }

    private void Fire(Account account, string symbol)
    {
        if (!armed.TryGetValue((account.Name, symbol), out var due) || venue.NowUtc < due) return;
        armed.Remove((account.Name, symbol));
        foreach (var order in account.OpenOrders.FindAll(o => o.Symbol == symbol)) venue.Orders.Cancel(account, order);
    }
}
