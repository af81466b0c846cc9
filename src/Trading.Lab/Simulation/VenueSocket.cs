using System.Text;
using Trading.Gateways;
using Trading.Simulator.Wire;

namespace Trading.Lab.Simulation;

/// <summary>One WebSocket between a process and the simulated exchange. Frames keep their order, whatever each takes.</summary>
internal sealed class VenueSocket(SimulatedNetwork network, SimulatedVenue venue, VirtualNode owner) : IWireSocket, IStreamSink
{
    private readonly VirtualWorld _world = network.World;
    private readonly Queue<string?> _onTheWay = new();
    private readonly Queue<string?> _arrived = new();
    private StreamConnection? _connection;
    private TaskCompletionSource? _reader;
    private DateTimeOffset _lastDueUtc;
    private bool _isBroken, _lostPeer;

    public VirtualNode Owner => owner;

    public long PingedAt { get; private set; } = owner.Time.GetTimestamp();

    /// <summary>False: nothing is on that path.</summary>
    public bool Open(Uri address)
    {
        _connection = venue.With(exchange => exchange.OpenStream(
            _world.NowUtc.UtcDateTime, address.AbsolutePath, address.Query.TrimStart('?'), this));
        if (_connection is null) return false;
        network.Opened(this);
        return true;
    }

    public Task Send(ReadOnlyMemory<byte> text, CancellationToken stop)
    {
        if (_isBroken) throw new IOException("the WebSocket is gone");
        var frame = Encoding.UTF8.GetString(text.Span);
        if (!_lostPeer) _world.After(network.Way(), () => venue.With(_ => _connection!.Receive(frame)));
        return Task.CompletedTask;
    }

    public async ValueTask<ReadOnlyMemory<byte>?> Receive(CancellationToken stop)
    {
        while (_arrived.Count == 0)
        {
            stop.ThrowIfCancellationRequested();
            if (_isBroken) return null;
            _reader = new TaskCompletionSource();
            using var given = stop.Register(static reader => ((TaskCompletionSource)reader!).TrySetResult(), _reader);
            await _reader.Task;
        }

        if (_arrived.Dequeue() is not { } frame) return null;
        return Encoding.UTF8.GetBytes(frame);
    }

    public ValueTask DisposeAsync()
    {
        Abandon();
        return ValueTask.CompletedTask;
    }

    /// <summary>The process is gone, and its end of the connection with it.</summary>
    public void Abandon()
    {
        if (_isBroken) return;
        Break();
        venue.With(_ => _connection!.Closed());
    }

    /// <summary>The exchange gives the connection up; nothing of that gets here.</summary>
    public void LosePeer()
    {
        _lostPeer = true;
        venue.With(_ => _connection!.Closed());
    }

    /// <summary>The way is free again: the first packet is answered with a reset.</summary>
    public void FindPeerGone()
    {
        if (!_lostPeer) return;
        _arrived.Enqueue(null);
        Break();
    }

    public void Drop() => venue.With(_ => _connection!.Drop());

    void IStreamSink.Push(string frame) => Travel(frame);

    void IStreamSink.Ping(string payload) => PingedAt = owner.Time.GetTimestamp();

    void IStreamSink.Close(int code, string reason) => Travel(null);

    /// <param name="frame">Null: the end of the connection.</param>
    private void Travel(string? frame)
    {
        if (_isBroken || _lostPeer) return;
        var due = _world.NowUtc + network.Way();
        if (due < _lastDueUtc) due = _lastDueUtc;
        _lastDueUtc = due;
        _onTheWay.Enqueue(frame);
        _world.After(due - _world.NowUtc, Arrive);
    }

    /// <summary>Whichever timer fires first, the oldest frame arrives first.</summary>
    private void Arrive()
    {
        if (!_onTheWay.TryDequeue(out var frame) || _isBroken || _lostPeer) return;
        _arrived.Enqueue(frame);
        if (frame is null) Break();
        _reader?.TrySetResult();
    }

    private void Break()
    {
        _isBroken = true;
        network.Closed(this);
        _reader?.TrySetResult();
    }
}
