using System.Runtime.InteropServices;

namespace Trading.Node;

/// <summary>
/// What a terminal or a supervisor tells this process. The first signal asks for a stop, the next one for a stop without
/// waiting, the one after that ends the process as the system does.
/// </summary>
/// <remarks>
/// A supervisor that signals a whole group reaches the process twice at once, directly and through the program that started
/// it: what comes within a second is one signal.
/// </remarks>
internal sealed class StopSignals : IDisposable
{
    private static readonly TimeSpan OneSignalWithin = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _asked = new();
    private readonly CancellationTokenSource _insisted = new();
    private readonly List<PosixSignalRegistration> _registered = [];
    private int _heard;
    private long _heardAt;

    public StopSignals(TimeProvider time)
    {
        _time = time;
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT])
            _registered.Add(PosixSignalRegistration.Create(signal, On));
    }

    public CancellationToken Asked => _asked.Token;

    public CancellationToken Insisted => _insisted.Token;

    public void Dispose()
    {
        foreach (var one in _registered) one.Dispose();
        _asked.Dispose();
        _insisted.Dispose();
    }

    private void On(PosixSignalContext signal)
    {
        switch (Count())
        {
            case 1: _asked.Cancel(); break;
            case 2: _insisted.Cancel(); break;
            default: return; // the system's own way
        }

        signal.Cancel = true;
    }

    private int Count()
    {
        lock (_gate)
        {
            if (_heard > 0 && _time.GetElapsedTime(_heardAt) < OneSignalWithin) return _heard;
            _heardAt = _time.GetTimestamp();
            return ++_heard;
        }
    }
}
