using Trading.Simulator.Wire;

namespace Trading.Simulator.Binance;

/// <summary>The key of the user data stream (protocol page, section 10).</summary>
internal sealed class ListenKeyRoutes(BinanceStreams streams, JsonText json)
{
    public void Register(RouteTable routes)
    {
        routes.Add("POST", "/fapi/v1/listenKey", Security.Key, 1, "listen_key",
            r => Text(streams.Keys.Open(r.Account)));
        routes.Add("PUT", "/fapi/v1/listenKey", Security.Key, 1, "listen_key",
            r => Text(streams.Keys.Extend(r.Account) ?? throw Gone()));
        routes.Add("DELETE", "/fapi/v1/listenKey", Security.Key, 1, "listen_key",
            r => streams.Keys.Close(r.Account) ? "{}" : throw Gone());
    }

    private string Text(string key) => json.Object(w => w.WriteString("listenKey", key));

    private static BinanceError Gone() => new(-1125, "This listenKey does not exist.");
}
