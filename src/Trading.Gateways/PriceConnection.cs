using Trading.Domain;

namespace Trading.Gateways;

/// <summary>
/// One socket of mark prices with its subscriptions. What is wanted is compared with what was asked for at every change,
/// with at most five messages a second, which is half of what the exchange allows. A subscribed symbol without a frame for
/// 5 s is suspect and asked for again; when all are, the socket is opened anew. A node that stood still itself heard nothing
/// for that reason: silence is counted only while the node runs.
/// </summary>
internal sealed class PriceConnection(VenueHost host, IPriceDialect dialect)
{
    private static readonly TimeSpan BetweenMessages = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan SteadyAfter = TimeSpan.FromSeconds(5);

    /// <summary>A round of the watch that comes this much late says that the node stood still itself.</summary>
    private static readonly TimeSpan StoodStillFrom = TimeSpan.FromSeconds(1);

    /// <summary>After that the frames that wait in the socket are read first, and one more is due within a second.</summary>
    private static readonly TimeSpan TimeToBeHeard = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan[] BackOff =
        [.. new[] { 0, 250, 500, 1000, 2000, 5000, 10000 }.Select(ms => TimeSpan.FromMilliseconds(ms))];

    private readonly Lock _gate = new();
    private readonly List<Subscription> _dropped = [];
    private readonly AutoResetSignal _changed = new(host.Time);

    /// <summary>Replaced as a whole on change: the reader of frames looks it up without a lock.</summary>
    private volatile Dictionary<string, Subscription> _wanted = [];
    private int _request;

    public int Wanted => _wanted.Count;

    public void Want(Symbol symbol)
    {
        lock (_gate)
        {
            if (_wanted.ContainsKey(symbol.Value)) return;
            _wanted = new Dictionary<string, Subscription>(_wanted, StringComparer.Ordinal)
            {
                [symbol.Value] = new(symbol) { HeardAt = host.Time.GetTimestamp() },
            };
        }

        _changed.Set();
    }

    public void Drop(Symbol symbol)
    {
        lock (_gate)
        {
            if (!_wanted.TryGetValue(symbol.Value, out var subscription)) return;
            _dropped.Add(subscription);
            _wanted = _wanted.Where(pair => pair.Key != symbol.Value).ToDictionary(StringComparer.Ordinal);
        }

        _changed.Set();
    }

    public async Task Run(Action<Symbol, decimal, DateTime> deliver, Action<Symbol, bool> suspect, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watch = WatchSilence(suspect, ended);
        try
        {
            await KeepSocket(deliver, suspect, ended.Token);
        }
        finally
        {
            ended.Cancel();
            await watch;
        }
    }

    private async Task KeepSocket(Action<Symbol, decimal, DateTime> deliver, Action<Symbol, bool> suspect, CancellationToken stop)
    {
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            var started = host.Time.GetTimestamp();
            await OneSocket(deliver, suspect, stop);
            if (host.Time.GetElapsedTime(started) >= SteadyAfter) failures = 0;
            await host.Time.Pause(BackOff[Math.Min(failures++, BackOff.Length - 1)], stop);
        }
    }

    private async Task OneSocket(Action<Symbol, decimal, DateTime> deliver, Action<Symbol, bool> suspect, CancellationToken stop)
    {
        try
        {
            await using var socket = await host.Wire.Connect(dialect.Address, stop);
            ForgetRequests();
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var asking = AskOnSocket(socket, ended);
            try
            {
                while (await socket.Receive(ended.Token) is { } frame) Take(frame.Span, deliver, suspect);
            }
            finally
            {
                ended.Cancel();
                await asking;
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The next socket asks for everything again.
        }
    }

    private void Take(ReadOnlySpan<byte> bytes, Action<Symbol, decimal, DateTime> deliver, Action<Symbol, bool> suspect)
    {
        Span<char> name = stackalloc char[PriceFrame.LongestSymbol];
        if (!dialect.TryRead(bytes, name, out var frame) || WireText.Time(frame.Time) is not { } at)
        {
            if (!dialect.IsAnswer(bytes)) host.Meters.UnknownFrame("market");
            return;
        }

        // Not wanted any more, or of another universe: no news for anybody.
        var lookup = _wanted.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(name[..frame.SymbolLength], out var subscription)) return;
        subscription.HeardAt = host.Time.GetTimestamp();
        if (subscription.Suspect)
        {
            subscription.Suspect = false;
            suspect(subscription.Symbol, false);
        }

        if (frame.Price > 0) deliver(subscription.Symbol, frame.Price, at);
    }

    private async Task AskOnSocket(IWireSocket socket, CancellationTokenSource ended)
    {
        var opened = host.Time.GetTimestamp();
        var pinged = opened;
        try
        {
            while (!ended.IsCancellationRequested)
            {
                var age = host.Time.GetElapsedTime(opened);
                var unpinged = host.Time.GetElapsedTime(pinged);
                if (age >= SilentAfter && AllSilent())
                {
                    ended.Cancel();
                }
                else if (NextRequest() is { } request)
                {
                    await socket.Send(request, ended.Token);
                    await host.Time.Pause(BetweenMessages, ended.Token);
                }
                else if (unpinged >= PingEvery)
                {
                    pinged = host.Time.GetTimestamp();
                    if (dialect.Ping is { } ping) await socket.Send(ping, ended.Token);
                }
                else
                {
                    await _changed.Wait(age < SilentAfter ? SilentAfter - age : PingEvery - unpinged, ended.Token);
                }
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // Its reader notices the same.
        }
    }

    /// <summary>All that is newly wanted or no longer wanted, in one message; null when nothing is.</summary>
    private byte[]? NextRequest()
    {
        List<Subscription> changed;
        var adds = true;
        lock (_gate)
        {
            changed = [.. _wanted.Values.Where(subscription => !subscription.Asked).OrderBy(s => s.Symbol.Value, StringComparer.Ordinal)];
            if (changed.Count == 0)
            {
                // One that was dropped and wanted again stays subscribed.
                changed = [.. _dropped.Where(dropped => dropped.Asked && !_wanted.ContainsKey(dropped.Symbol.Value))];
                _dropped.Clear();
                adds = false;
            }

            foreach (var subscription in changed) subscription.Asked = adds;
        }

        return changed.Count == 0 ? null : dialect.Request(adds, [.. changed.Select(subscription => subscription.Symbol)], ++_request);
    }

    private void ForgetRequests()
    {
        lock (_gate)
        {
            foreach (var subscription in _wanted.Values) subscription.Asked = false;
            _dropped.Clear();
        }
    }

    private bool AllSilent() => _wanted is { Count: > 0 } wanted && wanted.Values.All(subscription => subscription.Suspect);

    /// <summary>When it fails the connection ends with it: nobody would notice silence any more.</summary>
    private async Task WatchSilence(Action<Symbol, bool> suspect, CancellationTokenSource connection)
    {
        try
        {
            while (!connection.IsCancellationRequested)
            {
                // What is subscribed meanwhile has its deadline after this wait.
                var due = SilentAfter;
                foreach (var subscription in _wanted.Values)
                    if (Judge(subscription, suspect) is var rest && rest < due) due = rest;
                var round = due < StoodStillFrom ? due : StoodStillFrom;
                var began = host.Time.GetTimestamp();
                await host.Time.Pause(round, connection.Token);
                if (host.Time.GetElapsedTime(began) - round >= StoodStillFrom) GiveTimeToBeHeard();
            }
        }
        finally
        {
            connection.Cancel();
        }
    }

    private void GiveTimeToBeHeard()
    {
        var allowed = (long)((SilentAfter - TimeToBeHeard).TotalSeconds * host.Time.TimestampFrequency);
        var heardAt = host.Time.GetTimestamp() - allowed;
        foreach (var subscription in _wanted.Values) subscription.HeardAt = Math.Max(subscription.HeardAt, heardAt);
    }

    /// <summary>How long until this symbol has been silent for too long.</summary>
    private TimeSpan Judge(Subscription subscription, Action<Symbol, bool> suspect)
    {
        var rest = SilentAfter - host.Time.GetElapsedTime(subscription.HeardAt);
        if (rest > TimeSpan.Zero) return rest;
        subscription.HeardAt = host.Time.GetTimestamp();
        subscription.Asked = false;
        if (!subscription.Suspect)
        {
            subscription.Suspect = true;
            suspect(subscription.Symbol, true);
        }

        _changed.Set();
        return SilentAfter;
    }

    private sealed class Subscription(Symbol symbol)
    {
        public Symbol Symbol => symbol;
        public long HeardAt { get; set; }
        public bool Asked { get; set; }
        public bool Suspect { get; set; }
    }
}
