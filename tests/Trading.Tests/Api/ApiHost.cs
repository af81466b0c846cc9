using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Trading.Node.Api;

namespace Trading.Tests.Api;

/// <summary>The API of a canned node, in this process, on a loopback port: what a request's address says is read off the wire.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    public const string Token = "0123456789abcdef0123456789abcdef";
    private readonly WebApplication _app;

    private ApiHost(WebApplication app, CannedNode node)
    {
        _app = app;
        Node = node;
        Client = Stranger;
        Client.DefaultRequestHeaders.Add("Authorization", $"Bearer {Token}");
    }

    public CannedNode Node { get; }

    /// <summary>Carries the right token.</summary>
    public HttpClient Client { get; }

    public HttpClient Stranger => new(Handler) { BaseAddress = new Uri("http://localhost") };

    /// <summary>Whatever host a request names, it comes here.</summary>
    public HttpMessageHandler Handler => new Here(new Uri(_app.Urls.First()));

    public static async Task<ApiHost> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var node = new CannedNode();
        app.MapApi(node, node, OperatorToken.From(Token), TimeProvider.System, NullLogger.Instance);
        await app.StartAsync();
        return new ApiHost(app, node);
    }

    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        return _app.DisposeAsync();
    }

    private sealed class Here(Uri server) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(server, request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
