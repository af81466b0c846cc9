using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Akka.Actor;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Trading.Domain;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Node.Metrics;
using Trading.Node.Signals;
using Trading.Node.Waves;
using Trading.Node.Hosting;

namespace Trading.Tests.Signals;

/// <summary>POST /signals over a real socket, in front of waves that only count.</summary>
public sealed class WebhookRoutesTests
{
    private const string Good = """{"id":1,"wave":"w","symbol":"TAGUSDT","account":"binance","side":"buy","secret":"hush"}""";

    [Fact]
    public async Task Good_signals_are_accepted_once_and_then_duplicates()
    {
        await using var site = await Site.Start();
        var first = await site.Post(Good);
        Assert.Equal(HttpStatusCode.Accepted, first.Status);
        Assert.Equal("""{"accepted":1,"duplicates":0,"rejected":[]}""", first.Body);
        Assert.Equal("""{"accepted":0,"duplicates":1,"rejected":[]}""", (await site.Post(Good)).Body);
    }

    [Fact]
    public async Task Bad_signals_are_rejected_by_index_field_value_and_reason_beside_good_ones()
    {
        await using var site = await Site.Start();
        var answer = await site.Post($$"""[{"id":2,"symbol":"TAGUSDT","account":"binance","side":"up","secret":"hush"},{{Good}}]""");
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        using var json = JsonDocument.Parse(answer.Body);
        var rejected = json.RootElement.GetProperty("rejected")[0];
        Assert.Equal((0, "side", "up"), (
            rejected.GetProperty("index").GetInt32(), rejected.GetProperty("field").GetString(), rejected.GetProperty("value").GetString()));
        Assert.NotEmpty(rejected.GetProperty("reason").GetString()!);
        Assert.DoesNotContain(site.RejectedSignals.Latest, letter => letter.ToString().Contains("hush", StringComparison.Ordinal));
        Assert.Single(site.RejectedSignals.Latest);
    }

    [Theory]
    [InlineData("""{"id":2,"symbol":"TAGUSDT","account":"binance","side":"up","secret":"hush"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"id":2,"symbol":"TAGUSDT","account":"nobody","side":"buy","secret":"hush"}""", HttpStatusCode.Accepted)]
    [InlineData("""{"id":2,"symbol":"TAGUSDT","account":"binance","side":"buy","secret":"guess"}""", HttpStatusCode.Unauthorized)]
    [InlineData("nonsense", HttpStatusCode.Unauthorized)]
    public async Task The_status_says_whether_anything_was_read_and_whether_the_sender_is_known(string body, HttpStatusCode status)
    {
        await using var site = await Site.Start();
        Assert.Equal(status, (await site.Post(body)).Status);
    }

    [Fact]
    public async Task A_body_beyond_the_bound_is_refused()
    {
        await using var site = await Site.Start();
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await site.Post(new string(' ', 1024 * 1024 + 1))).Status);
        var unknown = Assert.Single(site.Tally.Sources);
        Assert.Equal((SignalTally.Unknown, 1), (unknown.Source, unknown.Refused["too_large"]));
        Assert.Empty(site.RejectedSignals.Latest);
    }

    private sealed class Site : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly NodeActorSystem _actors;
        private readonly HttpClient _client;
        private static readonly NodeMeters Meters = new();

        private Site(WebApplication app, NodeActorSystem actors, RejectedSignals rejectedSignals, SignalTally tally)
        {
            (_app, _actors, RejectedSignals, Tally) = (app, actors, rejectedSignals, tally);
            _client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        }

        public RejectedSignals RejectedSignals { get; }
        public SignalTally Tally { get; }

        public static async Task<Site> Start()
        {
            var time = TimeProvider.System;
            var actors = new NodeActorSystem(new NodeSetup
            {
                Time = time, Scheduler = TaskScheduler.Default, Failed = static _ => { }, Refused = static _ => { }, Log = static _ => { },
            });
            var waves = actors.SpawnRegion<WaveKey>(
                "waves", static key => key.Stream, static stream => WaveKey.TryParseStream(stream, out var key) ? key : default, static _ => new CountingWave());
            var rejectedSignals = new RejectedSignals(static _ => { });
            var tally = new SignalTally(Meters);
            var reader = new SignalReader(new SignalRouting(
                new Dictionary<AccountId, Exchange> { [AccountId.Parse("binance")] = Exchange.Binance }, []));
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            app.MapSignals(
                new WebhookAuth([new WebhookSource("tradingview", "hush", PlainSecret: true)]), reader,
                new SignalIntake(new WaveDirectory(waves, null!), rejectedSignals, tally, time), time);
            await app.StartAsync();
            return new Site(app, actors, rejectedSignals, tally);
        }

        public async Task<(HttpStatusCode Status, string Body)> Post(string body)
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await _client.PostAsync(new Uri("/signals", UriKind.Relative), content);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }

        public async ValueTask DisposeAsync()
        {
            _client.Dispose();
            await _app.DisposeAsync();
            await _actors.DisposeAsync();
        }
    }

    private sealed class CountingWave() : NodeActor("wave")
    {
        private readonly HashSet<string> _ids = [];

        protected override void Started()
        {
        }

        protected override void Handle(object message)
        {
            var delivered = (WaveMessage.Delivered)message;
            Sender.Tell(new DeliveryAnswer(
                [.. delivered.Signals.Select(s => _ids.Add(s.Id) ? Delivery.Accepted : Delivery.Duplicate)]));
        }
    }
}
