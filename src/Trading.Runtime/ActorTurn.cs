namespace Trading.Runtime;

/// <summary>The turn: start, take messages one at a time, back off, end.</summary>
internal sealed partial class ActorCell<TMessage>
{
    private Actor<TMessage>? _actor;
    private ITimer? _backOff;
    private long _startedAt;

    private enum Step { Start, Receive, Tick, CheckIdle, End, Yield, Rest }

    private async Task Turn()
    {
        for (var left = System.Options.MessagesPerTurn; ; left--)
        {
            switch (Next(left, out var envelope, out var prices))
            {
                case Step.Start: await StartIncarnation(); break;
                case Step.Receive: await Receive(envelope); break;
                case Step.Tick: await Tick(prices); break;
                case Step.CheckIdle: if (await Passivated()) return; break;
                case Step.End: await End(); return;
                case Step.Yield: System.Dispatch(static cell => ((ActorCell<TMessage>)cell!).Turn(), this); return;
                default: return;
            }
        }
    }

    /// <summary>The one place that says what goes before what.</summary>
    private Step Next(int left, out Envelope<TMessage> envelope, out PriceWindow prices)
    {
        (envelope, prices) = (default, default);
        lock (_gate)
        {
            _busySince = Time.GetTimestamp();
            if (_endNow || (_refusing is not null && _state is ActorState.BackingOff)) return Step.End;
            if (_state is ActorState.BackingOff) return Rest();
            if (_state is ActorState.Starting) return Step.Start;
            if (left <= 0 && HasWork) return Step.Yield;

            while (_mailbox.TryTakeReport(out envelope))
                if (envelope.Delivery?.Taken(_incarnation) ?? true) return Step.Receive;

            if (_mailbox.HasPrices && _refusing is null)
            {
                prices = _mailbox.Prices.Take();
                return Step.Tick;
            }

            if (_mailbox.TryTakeCommand(out envelope)) return Step.Receive;
            if (_refusing is not null) return Step.End;
            if (!_idleCheck) return Rest();

            _idleCheck = false;
            return Step.CheckIdle;
        }
    }

    private bool HasWork => !_mailbox.IsEmpty || _mailbox.HasPrices || _refusing is not null || _idleCheck;

    private Step Rest()
    {
        _dispatched = false;
        _restedAt = _busySince ?? 0;
        _busySince = null;
        return Step.Rest;
    }

    private async ValueTask StartIncarnation()
    {
        var context = new ActorContext<TMessage>(this);
        lock (_gate)
        {
            if (_endNow) return;
            _incarnation = context;
            _mailbox.ForgetBand();
        }

        try
        {
            var actor = _origin.Make();
            actor.Enter(context);
            await actor.Started(context.Token);
            _actor = actor;
            _startedAt = Time.GetTimestamp();
            lock (_gate) _state = ActorState.Running;
        }
        catch (Exception e)
        {
            Fail("Started", e, message: null);
        }
    }

    private async ValueTask Receive(Envelope<TMessage> envelope)
    {
        try
        {
            await _actor!.Receive(envelope.Open(), _incarnation!.Token);
            _processed++;
        }
        catch (Exception e)
        {
            envelope.Delivery?.Failed(IsAbandonment(e)
                ? new TimeoutException($"{Name} was stopped over the message; whether it has acted on it is unknown", e)
                : e);
            Fail("Receive", e, envelope.Message);
        }
    }

    private async ValueTask Tick(PriceWindow prices)
    {
        try
        {
            await _actor!.Ticked(prices, _incarnation!.Token);
        }
        catch (Exception e)
        {
            Fail("Ticked", e, prices);
        }
    }

    /// <summary>A message that comes while the actor is put away is its next incarnation's first.</summary>
    private async ValueTask<bool> Passivated()
    {
        try
        {
            if (!_actor!.IsIdle || _incarnation!.IsWaiting) return false;
        }
        catch (Exception e)
        {
            Fail("IsIdle", e, message: null);
            return false;
        }

        await PutAway();
        lock (_gate)
        {
            if (!_mailbox.IsEmpty || _refusing is not null)
            {
                _state = ActorState.Starting;
                return false;
            }

            (_state, _busySince) = (ActorState.Stopped, null);
        }

        _origin.Ended(this);
        System.Ended(this);
        return true;
    }

    private async ValueTask End()
    {
        await PutAway();
        var left = new List<Envelope<TMessage>>();
        lock (_gate)
        {
            while (_mailbox.TryTakeReport(out var report)) left.Add(report);
            while (_mailbox.TryTakeCommand(out var command)) left.Add(command);
            (_state, _busySince) = (ActorState.Stopped, null);
        }

        foreach (var envelope in left) Undelivered(envelope);
        _origin.Ended(this);
        System.Ended(this);
    }

    private async ValueTask PutAway()
    {
        lock (_gate) _state = ActorState.Stopping;
        _backOff?.Dispose();
        try
        {
            if (_actor is not null) await _actor.Stopped();
        }
        catch (Exception e)
        {
            Report("Stopped", e, message: null, restartIn: null);
        }

        EndIncarnation();
    }

    private void EndIncarnation()
    {
        _actor = null;
        if (_incarnation is null) return;
        _incarnation.EndTimers();
        Cancel(_incarnation);
        lock (_gate) _incarnation = null;
    }

    private void Cancel(ActorContext<TMessage> incarnation)
    {
        try
        {
            incarnation.Cancel();
        }
        catch (AggregateException e) // from those who registered with the token; the actor goes its way all the same
        {
            Report("Cancelled", e, message: null, restartIn: null);
        }
    }

    private void Undelivered(Envelope<TMessage> envelope)
    {
        var why = new ActorStoppedException(Name, _refusing ?? "no reason given");
        if (envelope.Delivery is null) Report("Undelivered", why, envelope.Message, restartIn: null);
        else envelope.Delivery.Failed(why);
    }
}
