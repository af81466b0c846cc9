namespace Trading.Lab.Simulation;

/// <summary>A timer of a simulated process: its callback is one more task of that process.</summary>
internal sealed class VirtualTimer : ITimer
{
    private readonly VirtualNode _node;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private readonly ExecutionContext? _flow = ExecutionContext.Capture();
    private TimeSpan _period;
    private int _armed;
    private bool _isWaiting, _isDisposed;

    public VirtualTimer(VirtualNode node, TimerCallback callback, object? state, TimeSpan due, TimeSpan period)
    {
        (_node, _callback, _state) = (node, callback, state);
        Change(due, period);
    }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        if (_isDisposed) return false;
        _armed++;
        _period = period;
        _isWaiting = false;
        if (dueTime != Timeout.InfiniteTimeSpan) _node.World.Arm(this, _armed, dueTime);
        return true;
    }

    public void Dispose()
    {
        _isDisposed = true;
        _armed++;
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal bool IsArmed(int armed) => armed == _armed && !_node.IsDead;

    /// <summary>A paused process finds one beat of a periodic timer when it wakes, not all it has slept through.</summary>
    internal void Fire()
    {
        if (_period > TimeSpan.Zero) _node.World.Arm(this, _armed, _period);
        if (_isWaiting) return;
        _isWaiting = true;
        new Task(static firing => ((Firing)firing!).Call(), new Firing(this, _armed), TaskCreationOptions.DenyChildAttach).Start(_node);
    }

    private void Call(int armed)
    {
        if (armed != _armed) return;
        _isWaiting = false;
        if (_flow is null) _callback(_state);
        else ExecutionContext.Run(_flow, static timer => ((VirtualTimer)timer!)._callback(((VirtualTimer)timer)._state), this);
    }

    private sealed class Firing(VirtualTimer timer, int armed)
    {
        public void Call() => timer.Call(armed);
    }
}
