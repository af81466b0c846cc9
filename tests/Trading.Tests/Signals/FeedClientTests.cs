using System.Text;
using System.Text.Json;
using Trading.Domain;
using Trading.Domain.Signals;
using Trading.Gateways;
using Trading.Node.Paper;
using Trading.Node.Hosting;
using Trading.Node.Signals;
using Trading.Domain.Waves;
using Trading.Tests.Waves;

namespace Trading.Tests.Signals;

/// <summary>A feed that repeats, skips, breaks off, falls silent and talks nonsense.</summary>
public sealed class FeedClientTests
{
    private static readonly Uri Address = new("ws://feed/");

    [Fact]
    public void It_resumes_after_the_last_frame_taken()
    {
        var run = new FeedRun(after: 41);
        run.Feed.Say(Frame(42, "1"));
        run.Rig.Pass(1);
        run.Feed.Break();
        run.Rig.Pass(5);
        Assert.Equal(["{\"type\":\"resume\",\"after\":41}", "{\"type\":\"resume\",\"after\":42}"], run.Feed.Heard);
        Assert.Equal(42, run.Bookmark);
        Assert.Equal(1, run.Rig.Intake.Counts.Accepted);
    }

    [Fact]
    public void A_gap_is_not_taken_but_asked_for_again()
    {
        var run = new FeedRun();
        run.Feed.Say(Frame(1, "1"), Frame(3, "3"));
        run.Rig.Pass(5);
        Assert.Equal("{\"type\":\"resume\",\"after\":1}", run.Feed.Heard[^1]);
        Assert.Equal((1, 1), (run.Client.Counts.Gaps, run.Client.Seq));
        run.Feed.Say(Frame(2, "2"), Frame(3, "3"));
        run.Rig.Pass(1);
        Assert.Equal((3, 3), (run.Rig.Intake.Counts.Accepted, run.Client.Seq));
    }

    [Fact]
    public void What_the_feed_no_longer_has_does_not_stop_it()
    {
        var run = new FeedRun(after: 5);
        run.Feed.Say(Frame(9, "9"), Frame(10, "10"));
        run.Rig.Pass(1);
        Assert.Equal((10, 2), (run.Client.Seq, run.Rig.Intake.Counts.Accepted));
        Assert.Single(run.Feed.Heard);
    }

    [Fact]
    public void A_feed_that_numbers_anew_is_followed_and_repeats_are_duplicates()
    {
        var run = new FeedRun(after: 99);
        run.Feed.Say(Frame(1, "1"), Frame(2, "1"), Frame(3, "2"));
        run.Rig.Pass(1);
        Assert.Equal(new IntakeCounts(2, 1, 0), run.Rig.Intake.Counts);
        Assert.Equal(3, run.Client.Seq);
    }

    [Fact]
    public void A_silent_feed_is_connected_again_and_a_pinging_one_is_not()
    {
        var run = new FeedRun();
        run.Rig.Pass(80);
        run.Feed.Say("{\"type\":\"ping\"}");
        run.Rig.Pass(80);
        Assert.Equal(1, run.Client.Counts.Connections);
        Assert.Equal("{\"type\":\"pong\"}", run.Feed.Heard[^1]);
        run.Rig.Pass(20);
        Assert.Equal(2, run.Client.Counts.Connections);
    }

    [Fact]
    public void Nonsense_is_counted_kept_and_logged_once_per_kind()
    {
        var run = new FeedRun();
        run.Feed.Say("{oops", "{oops again", "{\"type\":\"hello\"}", Frame(1, "1"));
        run.Rig.Pass(1);
        Assert.Equal(3, run.Client.Counts.BadFrames);
        Assert.Equal(["not JSON", "not JSON", "unknown type"], run.Rig.RejectedSignals.Latest.Select(l => l.Kind));
        Assert.Equal(2, run.Log.Count);
        Assert.Equal(1, run.Rig.Intake.Counts.Accepted);
    }

    [Fact]
    public void Complete_waves_are_worked_at_once()
    {
        var run = new FeedRun();
        run.Feed.Say(Frame(1, "1"), "{\"type\":\"wave_complete\",\"wave\":\"w\",\"count\":1}");
        run.Rig.Pass(1);
        Assert.Equal("complete", run.Rig.Journal<WaveEvent>().OfType<WaveEvent.WaveClosed>().Single().Why);
        Assert.Single(run.Rig.Positions.Intended);
    }

    [Fact]
    public void The_demo_feed_sends_a_wave_at_once_and_one_every_twenty_seconds()
    {
        var rig = new WaveRig();
        var demo = new DemoFeed(
            [AccountId.Parse("binance")], [.. Enumerable.Range(0, 40).Select(i => Symbol.Parse($"S{i}USDT"))], seed: 1,
            TimeSpan.FromSeconds(20), rig.Node.Time);
        var run = new FeedRun(rig, demo);
        run.Rig.Pass(45);

        var waves = run.Rig.Journal<WaveEvent>();
        Assert.Equal(
            ["2025-10-17T19:21:03Z", "2025-10-17T19:21:23Z", "2025-10-17T19:21:43Z"],
            waves.OfType<WaveEvent.WaveOpened>().Select(e => e.Wave.Value));
        Assert.All(waves.OfType<WaveEvent.WaveClosed>(), e => Assert.Equal("complete", e.Why));
        Assert.Equal(48, waves.OfType<WaveEvent.SignalReceived>().Count());
        Assert.True(run.Rig.Positions.Intended.Count >= 10, $"{run.Rig.Positions.Intended.Count} opened");
        Assert.Equal(0, run.Client.Counts.Gaps);
    }

    [Fact]
    public async Task The_demo_feeds_waves_are_shared_by_the_accounts()
    {
        var demo = new DemoFeed(
            [AccountId.Parse("binance"), AccountId.Parse("bybit")], [Symbol.Parse("AUSDT")], seed: 1, TimeSpan.FromSeconds(20),
            new WaveRig().Node.Time);
        await using var socket = await demo.Connect(DemoFeed.Address, CancellationToken.None);
        await socket.Send("""{"type":"resume","after":0}"""u8.ToArray(), CancellationToken.None);
        using var wave = JsonDocument.Parse((await socket.Receive(CancellationToken.None))!.Value);
        var shares = wave.RootElement.GetProperty("signals").EnumerateArray().CountBy(s => s.GetProperty("account").GetString()!);
        Assert.Equal([("binance", 8), ("bybit", 8)], shares.Select(share => (share.Key, share.Value)));
    }

    private static string Frame(long seq, string id) => $$"""
        {"type":"signals","seq":{{seq}},"signals":[{"id":"{{id}}","wave":"w","symbol":"S{{id}}USDT","account":"binance","side":"buy"}]}
        """;

    private sealed class FeedRun
    {
        public FeedRun(long after = 0)
            : this(new WaveRig(), null, after)
        {
        }

        public FeedRun(WaveRig rig, IWire? wire, long after = 0)
        {
            Rig = rig;
            Bookmark = after;
            Feed = new ScriptedFeed(rig);
            var settings = new FeedSettings("feed", Address, () => Bookmark, seq => Bookmark = seq);
            Client = new FeedClient(settings, wire ?? Feed, rig.Reader, rig.Intake, rig.Node.Time, Log.Add);
            rig.System.Spawn("feed", () => new LongRunningActor("feed", "feed client", Client.Run));
            rig.Pass(0.1);
        }

        public WaveRig Rig { get; }
        public ScriptedFeed Feed { get; }
        public FeedClient Client { get; }
        public long Bookmark { get; private set; }
        public List<string> Log { get; } = [];
    }

    /// <summary>Says what the test says, as a real socket would: one reader, cancelled reads end, a break is an end.</summary>
    private sealed class ScriptedFeed(WaveRig rig) : IWire
    {
        private Func<IEnumerable<string?>, Task>? _say;

        public List<string> Heard { get; } = [];

        public Task<WireAnswer> Send(WireRequest request, CancellationToken stop) => Task.FromResult(WireAnswer.Unsent);

        public Task<IWireSocket> Connect(Uri address, CancellationToken stop)
        {
            var socket = new Socket(this);
            _say = socket.Add;
            return Task.FromResult<IWireSocket>(socket);
        }

        public void Say(params string[] frames) => _ = rig.Node.Start(() => _say!(frames));

        public void Break() => _ = rig.Node.Start(() => _say!([null]));

        private sealed class Socket(ScriptedFeed feed) : IWireSocket
        {
            private readonly Queue<string?> _frames = new();
            private TaskCompletionSource? _waiting;

            public long PingedAt => 0;

            public Task Add(IEnumerable<string?> frames)
            {
                foreach (var frame in frames) _frames.Enqueue(frame);
                _waiting?.TrySetResult();
                return Task.CompletedTask;
            }

            public Task Send(ReadOnlyMemory<byte> text, CancellationToken stop)
            {
                feed.Heard.Add(Encoding.UTF8.GetString(text.Span));
                return Task.CompletedTask;
            }

            public async ValueTask<ReadOnlyMemory<byte>?> Receive(CancellationToken stop)
            {
                if (_frames.Count == 0)
                {
                    _waiting = new TaskCompletionSource();
                    using var ends = stop.Register(() => _waiting.TrySetCanceled(stop));
                    await _waiting.Task;
                }

                var frame = _frames.Dequeue();
                if (frame is null) return null;
                return Encoding.UTF8.GetBytes(frame);
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
