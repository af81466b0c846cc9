using System.Globalization;
using System.Text;
using System.Text.Json;
using Trading.Domain;
using Trading.Domain.Signals;
using Trading.Gateways;

namespace Trading.Node.Paper;

/// <summary>
/// The feed of paper mode, in this process: speaks the feed protocol over a wire of its own. The first wave at once,
/// then one every so often, each followed by <c>wave_complete</c>; its signals go to the accounts in turn. Same seed, same signals; names and ids carry the
/// time, so that a wave of another run is another wave.
/// </summary>
public sealed class DemoFeed(
    IReadOnlyList<AccountId> accounts, IReadOnlyList<Symbol> symbols, int seed, TimeSpan every, TimeProvider time)
    : IWire
{
    private const int SignalsPerWave = 16;

    /// <summary>Waves before the newest that a client may still ask for.</summary>
    private const int WavesKept = 3;

    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(30);
    private readonly DateTime _startedUtc = time.NowUtc();

    public static Uri Address { get; } = new("ws://demo-feed/");

    /// <summary>A feed answers no requests.</summary>
    public Task<WireAnswer> Send(WireRequest request, CancellationToken stop) => Task.FromResult(WireAnswer.Unsent);

    public Task<IWireSocket> Connect(Uri address, CancellationToken stop) =>
        Task.FromResult<IWireSocket>(new Socket(this));

    private TimeProvider Clock => time;

    private DateTime DueUtc(long wave) => _startedUtc + (wave - 1) * every;

    /// <summary>The wave a client gets first: what it asked for, unless that is gone or never was.</summary>
    private long FirstAfter(long seq)
    {
        var newest = 1 + (time.NowUtc() - _startedUtc).Ticks / every.Ticks;
        return seq >= newest + 1 ? Math.Max(1, newest) : Math.Max(seq + 1, Math.Max(1, newest - WavesKept));
    }

    private byte[] SignalsOf(long wave)
    {
        var chance = new Random(unchecked(seed * 1_000_003 + (int)wave));
        var name = WaveName.At(DueUtc(wave)).Value;
        var signals = Enumerable.Range(0, SignalsPerWave).Select(i => new
        {
            id = string.Create(CultureInfo.InvariantCulture, $"{name}-{i}"),
            wave = name,
            symbol = symbols[chance.Next(symbols.Count)].Value,
            account = accounts[i % accounts.Count].Value,
            side = chance.Next(2) == 0 ? "long" : "short",
            score = (chance.Next(100) / 100m).ToString("0.00", CultureInfo.InvariantCulture),
            createdAt = DueUtc(wave),
        });
        return JsonSerializer.SerializeToUtf8Bytes(new { type = "signals", seq = wave, signals });
    }

    private byte[] CompletionOf(long wave) => JsonSerializer.SerializeToUtf8Bytes(
        new { type = "wave_complete", wave = WaveName.At(DueUtc(wave)).Value, count = SignalsPerWave });

    private sealed class Socket(DemoFeed feed) : IWireSocket
    {
        private long _wave;
        private bool _completes;
        private bool _closed;

        public long PingedAt => 0;

        public Task Send(ReadOnlyMemory<byte> text, CancellationToken stop)
        {
            if (_closed) throw new IOException("the demo feed's connection is closed");
            using var frame = JsonDocument.Parse(text);
            if (frame.RootElement.GetProperty("type").GetString() == "resume")
                _wave = feed.FirstAfter(frame.RootElement.GetProperty("after").GetInt64());
            return Task.CompletedTask;
        }

        public async ValueTask<ReadOnlyMemory<byte>?> Receive(CancellationToken stop)
        {
            if (_closed) return null;
            if (_wave == 0) throw new IOException("the demo feed waits for a resume frame first");
            if (_completes)
            {
                _completes = false;
                return feed.CompletionOf(_wave++);
            }

            var wait = feed.DueUtc(_wave) - feed.Clock.NowUtc();
            if (wait > PingEvery)
            {
                await Task.Delay(PingEvery, feed.Clock, stop);
                return Encoding.UTF8.GetBytes("{\"type\":\"ping\"}");
            }

            if (wait > TimeSpan.Zero) await Task.Delay(wait, feed.Clock, stop);
            _completes = true;
            return feed.SignalsOf(_wave);
        }

        public ValueTask DisposeAsync()
        {
            _closed = true;
            return ValueTask.CompletedTask;
        }
    }
}
