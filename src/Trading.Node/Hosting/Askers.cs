using Akka.Actor;

namespace Trading.Node.Hosting;

/// <summary>Who waits for an answer of a process, by the number under which it was asked.</summary>
internal sealed class Askers
{
    private readonly Dictionary<long, IActorRef> _waiting = [];
    private long _last;

    /// <returns>The number to ask the process under.</returns>
    public long Add(IActorRef asker)
    {
        _waiting.Add(++_last, asker);
        return _last;
    }

    /// <summary>Once; a second answer under the same number is told to nobody.</summary>
    public void Answer(long number, object answer)
    {
        if (_waiting.Remove(number, out var asker)) asker.Tell(answer);
    }
}
