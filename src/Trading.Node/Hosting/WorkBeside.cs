using System.Diagnostics.CodeAnalysis;
using Akka.Actor;

namespace Trading.Node.Hosting;

/// <summary>Work beside an actor has ended.</summary>
internal sealed record BesideEnded(WorkBeside Of, object? Result, Exception? Failure, Func<Exception, object> OnFailure);

/// <summary>
/// The work beside one life of an actor. What has ended is told to the actor as <see cref="BesideEnded"/>; a later life does not
/// want it.
/// </summary>
/// <remarks>For the actor's own turn, but for the work itself.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "a token source without timer or link holds nothing to dispose of")]
internal sealed class WorkBeside(IActorRef self, string name, NodeSetup setup)
{
    /// <summary>Pieces of work that one actor may have beside it; one more fails at once.</summary>
    private const int Most = 256;

    private readonly CancellationTokenSource _over = new();
    private int _underWay;

    public bool IsAny => _underWay > 0;

    /// <inheritdoc cref="NodeActor.Beside{T}"/>
    public void Start<T>(Func<CancellationToken, Task<T>> work, Func<Exception, object> onFailure)
        where T : notnull
    {
        if (++_underWay > Most) Tell(new BesideEnded(this, null, new MailboxFullException(name, "pieces of work"), onFailure));
        else setup.Run(() => Run(work, onFailure));
    }

    /// <returns>Null: it was begun by an earlier life.</returns>
    public object? Take(BesideEnded ended)
    {
        if (!ReferenceEquals(ended.Of, this)) return null;
        _underWay--;
        return ended.Failure is null ? ended.Result : ended.OnFailure(ended.Failure);
    }

    /// <summary>The life is over: its work is told to give up.</summary>
    public void End() => _over.Cancel();

    private async Task Run<T>(Func<CancellationToken, Task<T>> work, Func<Exception, object> onFailure)
        where T : notnull
    {
        BesideEnded ended;
        try
        {
            ended = new BesideEnded(this, await work(_over.Token), null, onFailure);
        }
        catch (Exception e) // any failure of the work is the actor's to judge
        {
            ended = new BesideEnded(this, null, e, onFailure);
        }

        Tell(ended);
    }

    private void Tell(BesideEnded ended) => self.Tell(ended, ActorRefs.NoSender);
}
