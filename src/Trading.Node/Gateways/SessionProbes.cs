using Akka.Actor;
using Trading.Node.Probe;
using static Trading.Node.Gateways.SessionMessage;

namespace Trading.Node.Gateways;

/// <summary>The venue probe and the stream probe: one at a time, and again until they have passed.</summary>
public sealed partial class AccountSessionActor
{
    private static readonly TimeSpan ProbeUnanswered = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProbeFailed = TimeSpan.FromSeconds(60);

    /// <summary>One refusal after the other has the account looked at again no more often than that.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);
    private readonly List<IActorRef> _askedForProbe = [];
    private bool _probing;
    private long? _lookedAgainAt;

    private void Probe(ProbeWanted wanted)
    {
        if (Asker is { } asker) _askedForProbe.Add(asker);
        if (_probing) return;
        _probing = true;
        CancelTimer("probe");
        Beside(
            async stop => new ProbeEnded(await account.Probe.Run(wanted.WithOrders, stop)),
            static fault => throw new InvalidOperationException("the venue probe failed", fault));
    }

    /// <summary>What it found out stands until the next; what it did not find out, or found wrong, is looked at again.</summary>
    private void LearnProbe(ProbeReport report)
    {
        _probing = false;
        var known = account.Probed(report);
        foreach (var asker in _askedForProbe) asker.Tell(report);
        _askedForProbe.Clear();
        if (!known.Passed) // also what a look without orders left as it was
            StartTimer("probe", known.Concluded ? ProbeFailed : ProbeUnanswered, new ProbeWanted(account.ProbeWithOrders));
    }

    /// <summary>Questions only: what is open and what rests does not matter for how the account is set.</summary>
    private void LookAgain(string why)
    {
        if (_probing) return;
        var since = _lookedAgainAt is { } at ? account.Time.GetElapsedTime(at) : BetweenLooks;
        if (since < BetweenLooks)
        {
            StartTimer("look again", BetweenLooks - since, new AccountDoubted(why));
            return;
        }

        _lookedAgainAt = account.Time.GetTimestamp();
        account.Log($"{account.Id}: the account is looked at again, because {why}");
        Probe(new ProbeWanted(WithOrders: false));
    }

    /// <summary>The first session is proven by the probe of the start.</summary>
    private void ProveStream()
    {
        if (_probing) return;
        _probing = true;
        Beside(
            async stop => new StreamProbed(await account.Probe.ProveStream(stop)),
            static fault => throw new InvalidOperationException("the stream probe failed", fault));
    }

    private void LearnStream(ProbeCheck check)
    {
        _probing = false;
        account.Log($"{account.Id}: stream probe {check.Verdict}: {check.Text}");
        if (_askedForProbe.Count > 0) Probe(new ProbeWanted(account.ProbeWithOrders)); // somebody asked meanwhile
    }
}
