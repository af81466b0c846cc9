using Akka.Actor;

namespace Trading.Node.Hosting;

/// <summary>Questions to actors from outside them. Akka's own Ask has a deadline of the wall clock and answers on the thread pool.</summary>
public static class Questions
{
    /// <summary>Sends a message whose answer goes to its sender.</summary>
    /// <param name="name">Of the actor, for texts.</param>
    /// <param name="deadline">On the node's time, more than zero.</param>
    /// <returns>
    /// The answer, or a task failed with <see cref="TimeoutException"/> (unknown: the message is still waiting or was received
    /// without an answer), <see cref="MailboxFullException"/> or <see cref="ActorStoppedException"/> (not received), or the
    /// exception the actor threw over the message.
    /// </returns>
    internal static Task<TReply> AskWithin<TReply>(this IActorRef actor, object message, string name, TimeSpan deadline, NodeSetup setup)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(deadline, TimeSpan.Zero); // infinite is negative too
        var question = new Question<TReply>(((IInternalActorRef)actor).Provider, name, setup);
        question.Arm(deadline);
        actor.Tell(message, question);
        return question.Answer;
    }

    /// <summary>The first of answer, failure and deadline ends it.</summary>
    /// <remarks>
    /// The outcome is handed over in a task of its own on the node's scheduler, so the asker never continues inside the
    /// answering actor's turn. The completion source runs its continuations synchronously there on purpose: the asynchronous
    /// kind leaks to the thread pool under WhenAll and WaitAsync.
    /// </remarks>
    private sealed class Question<TReply> : MinimalActorRef
    {
        private readonly TaskCompletionSource<TReply> _source = new();
        private readonly NodeSetup _setup;
        private readonly string _actor;
        private ITimer? _deadline;
        private int _ended;

        public Question(IActorRefProvider provider, string actor, NodeSetup setup)
        {
            (Provider, _actor, _setup, Path) = (provider, actor, setup, provider.TempPath());
            provider.RegisterTempActor(this, Path);
        }

        public override ActorPath Path { get; }
        public override IActorRefProvider Provider { get; }
        public Task<TReply> Answer => _source.Task;

        public void Arm(TimeSpan deadline)
        {
            var timer = _setup.Time.CreateTimer(
                static question => ((Question<TReply>)question!).DeadlinePassed(), this, deadline, Timeout.InfiniteTimeSpan);
            Volatile.Write(ref _deadline, timer);
            if (Volatile.Read(ref _ended) != 0) timer.Dispose();
        }

        protected override void TellInternal(object message, IActorRef sender)
        {
            switch (message)
            {
                case TReply reply: End(source => source.TrySetResult(reply)); break;
                case Status.Failure failure: Fail(failure.Cause); break;
                default: Fail(new InvalidOperationException($"{_actor} answered {message.GetType().Name} instead of {typeof(TReply).Name}")); break;
            }
        }

        private void DeadlinePassed() => Fail(new TimeoutException(
            $"{_actor} has not answered within the deadline; whether it will act on the message is unknown"));

        private void Fail(Exception why) => End(source => source.TrySetException(why));

        private void End(Action<TaskCompletionSource<TReply>> how)
        {
            if (Interlocked.Exchange(ref _ended, 1) != 0) return;
            Volatile.Read(ref _deadline)?.Dispose();
            Provider.UnregisterTempActor(Path);
            _setup.Post(() => how(_source));
        }
    }
}
