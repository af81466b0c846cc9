using Trading.Domain;

namespace Trading.Gateways;

/// <summary>
/// Judges a user stream (design §12): which health it has, and when it must be opened anew. Silence alone is normal;
/// what betrays a deaf stream is an own order it does not tell of, a connection without pings, or what others find out.
/// Thread-safe: orders are expected and distrust is voiced from outside.
/// </summary>
internal sealed class StreamWatch(TimeProvider time)
{
    public static readonly TimeSpan TellWithin = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan PingWithin = TimeSpan.FromMinutes(5);
    private const int Remembered = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<ClientOrderId, long> _expected = [];
    private readonly HashSet<ClientOrderId> _told = [];
    private readonly Queue<ClientOrderId> _toldInOrder = [];
    private IWireSocket? _socket;
    private bool _heard;
    private bool _suspect;
    private bool _mustReopen;
    private string _why = "not connected yet";
    private long _pingedAt;
    private long _heardAt = time.GetTimestamp();

    /// <summary>Set when there is a new deadline before those known, or another health by what others know.</summary>
    public AutoResetSignal Changed { get; } = new(time);

    public StreamHealth Health
    {
        get
        {
            lock (_gate) return CurrentHealth();
        }
    }

    /// <summary>What the current health rests on.</summary>
    public (StreamHealth Health, string Why) State
    {
        get
        {
            lock (_gate) return (CurrentHealth(), _why);
        }
    }

    /// <summary>Since the last event or ping, or the opening; grows while it is not connected.</summary>
    public TimeSpan SilentFor
    {
        get
        {
            lock (_gate) return time.GetElapsedTime(Math.Max(_heardAt, PingedAt()));
        }
    }

    /// <summary>The session in place cannot recover: a new one is needed.</summary>
    public bool MustReopen
    {
        get
        {
            lock (_gate) return _mustReopen;
        }
    }

    public void Opened(IWireSocket socket)
    {
        lock (_gate)
        {
            _socket = socket;
            _heard = false;
            _mustReopen = false;
            _expected.Clear();
            _told.Clear();
            _toldInOrder.Clear();
            _pingedAt = time.GetTimestamp();
            if (!_suspect) _why = "connected";
        }
    }

    public void Closed(string why)
    {
        lock (_gate)
        {
            _socket = null;
            _heard = false;
            if (!_suspect) _why = why;
        }
    }

    /// <summary>An event of the stream came, about this order or none: the session is alive.</summary>
    public void Heard(ClientOrderId? about)
    {
        lock (_gate)
        {
            _heard = true;
            _heardAt = time.GetTimestamp();
            if (_suspect && !_mustReopen)
            {
                _suspect = false;
                _why = "proven by an event";
            }

            if (about is not { } id) return;
            _expected.Remove(id);
            if (!_told.Add(id)) return;
            _toldInOrder.Enqueue(id);
            if (_toldInOrder.Count > Remembered) _told.Remove(_toldInOrder.Dequeue());
        }
    }

    /// <summary>When more are expected than can be remembered the oldest duty still stands, so the new one may go.</summary>
    public void Expect(ClientOrderId id)
    {
        lock (_gate)
        {
            if (_socket is null || _told.Contains(id) || _expected.Count >= Remembered) return;
            _expected.TryAdd(id, time.GetTimestamp());
            if (_expected.Count > 1) return; // the earlier one is looked at before
        }

        Changed.Set();
    }

    public void Suspect(string why)
    {
        lock (_gate)
        {
            _suspect = true;
            _mustReopen = _socket is not null;
            _why = why;
        }

        Changed.Set();
    }

    public void Trust(string evidence)
    {
        lock (_gate)
        {
            if (_socket is null || !_suspect || _mustReopen) return;
            _suspect = false;
            _why = evidence;
        }

        Changed.Set();
    }

    /// <summary>Looks at the deadlines; what is missed makes the stream suspect.</summary>
    /// <returns>How long until the next of them.</returns>
    public TimeSpan Check()
    {
        lock (_gate)
        {
            if (_socket is null || _mustReopen) return PingWithin;
            var due = PingWithin;
            foreach (var (id, since) in _expected)
            {
                var rest = TellWithin - time.GetElapsedTime(since);
                if (rest <= TimeSpan.Zero) Suspect($"order {id} was answered and no event came within {TellWithin.TotalSeconds} s");
                if (rest < due) due = rest;
            }

            var ping = PingWithin - time.GetElapsedTime(PingedAt());
            if (ping <= TimeSpan.Zero && !_mustReopen) Suspect($"no ping for {PingWithin.TotalMinutes} min");
            return ping < due ? ping : due;
        }
    }

    /// <summary>The last one told while the socket lived.</summary>
    private long PingedAt() => _pingedAt = Math.Max(_pingedAt, _socket?.PingedAt ?? 0);

    private StreamHealth CurrentHealth() => this switch
    {
        { _suspect: true } => StreamHealth.Suspect,
        { _socket: null } => StreamHealth.Connecting,
        { _heard: true } => StreamHealth.Live,
        _ => StreamHealth.Unproven,
    };
}
