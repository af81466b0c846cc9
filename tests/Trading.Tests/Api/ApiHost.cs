using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Trading.Node.Api;

namespace Trading.Tests.Api;

/// <summary>The API of a canned node, in this process and without a socket.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    public const string Token = "0123456789abcdef0123456789abcdef";
    private readonly WebApplication _app;

    private ApiHost(WebApplication app, CannedNode node)
    {
        _app = app;
        Node = node;
        Client = app.GetTestClient();
        Client.DefaultRequestHeaders.Add("Authorization", $"Bearer {Token}");
    }

    public CannedNode Node { get; }

    /// <summary>Carries the right token.</summary>
    public HttpClient Client { get; }

    public HttpClient Stranger => _app.GetTestClient();

    public HttpMessageHandler Handler => _app.GetTestServer().CreateHandler();

    public static async Task<ApiHost> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
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
}
