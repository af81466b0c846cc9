using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Trading.Node.Api;

/// <summary>What answers at <c>/</c>: what there is on this port, and how to look at it.</summary>
public static class FrontPage
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private static readonly (string Address, string What)[] Places =
    [
        ("/api/v1/status", "the headline and the accounts, as JSON (bearer token: operator.token in the node's data folder)"),
        ("/api/v1/positions", "every position with its stop; also waves, signals, slots, risk, accounts, alerts, events"),
        ("/signals", "POST signals here, where webhooks are configured (docs/webhooks.md)"),
        ("/metrics", "figures for Prometheus"),
        ("/health/live", "answers while the process runs"),
        ("/health/ready", "200 once every account was compared with its exchange"),
    ];

    /// <param name="headline">The one line that says how things stand.</param>
    /// <param name="mode">paper, testnet or live.</param>
    public static string Html(string headline, string mode, string version) => $$"""
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>Trading.Actors</title>
        <style>body{font-family:sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}td{padding:.2rem 1rem .2rem 0;vertical-align:top}</style>
        </head><body>
        <h1>Trading.Actors</h1>
        <p>{{Text(headline)}}</p>
        <p>{{Text(mode)}} · version {{Text(version)}}</p>
        <table>
        {{string.Join('\n', Places.Select(place => $"<tr><td><a href=\"{place.Address}\">{place.Address}</a></td><td>{Text(place.What)}</td></tr>"))}}
        </table>
        <p>In a terminal: <code>./trading status</code>, <code>./trading positions</code>, <code>./trading --help</code>.</p>
        </body></html>
        """;

    private static string Text(string text) => Encoder.Encode(text);
}
