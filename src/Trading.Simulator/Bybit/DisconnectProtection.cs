using System.Globalization;
using Trading.Simulator.Matching;

namespace Trading.Simulator.Bybit;

/// <summary>Cancels the open orders of an account whose protected connections have all been gone for its window (protocol
/// page, 8.4). Conditional orders and position stops stay.</summary>
internal sealed class DisconnectProtection
{
    private const string Derivatives = "DERIVATIVES";
    private const string ProtectedTopic = "dcp.future";
    private static readonly string[] Products = ["OPTIONS", Derivatives, "SPOT"];
    private readonly Venue venue;
    private readonly BybitStreams streams;
    private readonly Dictionary<(string Account, string Product), int> windows = [];

    /// <summary>When the last protected connection of an account went.</summary>
    private readonly Dictionary<string, DateTime> goneUtc = [];

    public DisconnectProtection(Venue venue, BybitStreams streams)
    {
        (this.venue, this.streams) = (venue, streams);
        streams.ListenToEnds(OnEnded);
    }

    public void Register(RouteTable routes)
    {
        routes.Add("POST", "/v5/order/disconnected-cancel-all", 5, "setup", Set);
        routes.Add("GET", "/v5/account/query-dcp-info", 5, "account", Query);
    }

    private string Set(Request r)
    {
        var product = r.Fields.Has("product") ? r.Fields.Text("product") : Products[0];
        r.Fields.Required("timeWindow");
        var window = r.Fields.Number("timeWindow");
        if (!Products.Contains(product)) throw BybitError.Param("product invalid");
        if (window is < 3 or > 300) throw BybitError.Param("timeWindow invalid");
        windows[(r.Account.Name, product)] = (int)window;
        return "{}";
    }

    private string Query(Request r)
    {
        var told = Products.Where(product => windows.ContainsKey((r.Account.Name, product))).Select(product => string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"product":"{{product}}","dcpStatus":"ON","timeWindow":"{{windows[(r.Account.Name, product)]}}"}"""));
        return $$"""{"dcpInfos":[{{string.Join(',', told)}}]}""";
    }

    private void OnEnded(BybitConnection connection)
    {
        if (connection.Account is not { } account || !connection.Topics.Contains(ProtectedTopic)) return;
        if (!windows.TryGetValue((account.Name, Derivatives), out var window) || IsProtected(account)) return;
        var gone = goneUtc[account.Name] = venue.NowUtc;
        venue.Plan(TimeSpan.FromSeconds(window), () =>
        {
            if (goneUtc[account.Name] == gone && !IsProtected(account)) CancelAll(account);
        });
    }

    private bool IsProtected(Account account) => streams.Connections.Any(
        c => ReferenceEquals(c.Account, account) && c.Topics.Contains(ProtectedTopic));

    private void CancelAll(Account account)
    {
        foreach (var order in account.OpenOrders.FindAll(o => o.Type == OrderType.Limit))
            venue.Orders.End(account, order, OrderStatus.Canceled, EndReason.Disconnected);
    }
}
