using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Gateways;

namespace Trading.Lab.Simulation.Mutations;

/// <summary>A session that passes everything on; a mutation overrides the one thing it spoils.</summary>
internal abstract class PassingSession(IAccountSession session) : IAccountSession
{
    protected IAccountSession Real => session;

    public StreamHealth Health => session.Health;

    public TimeSpan SilentFor => session.SilentFor;

    public long EventsHeard => session.EventsHeard;

    public virtual Task Run(Func<SessionReport, ValueTask> deliver, CancellationToken stop) => session.Run(deliver, stop);

    public virtual Task<Outcome<AccountSnapshot>> ReadSnapshot(bool routine, CancellationToken stop) => session.ReadSnapshot(routine, stop);

    public Task<Outcome<IReadOnlyList<SymbolRules>>> ReadSymbols(CancellationToken stop) => session.ReadSymbols(stop);

    public Task<Outcome<AccountBalance>> ReadBalance(CancellationToken stop) => session.ReadBalance(stop);

    public void ExpectEvent(ClientOrderId id) => session.ExpectEvent(id);

    public void Distrust(string why) => session.Distrust(why);

    public void Trust(string evidence) => session.Trust(evidence);

    public ValueTask DisposeAsync() => session.DisposeAsync();
}

/// <summary>The first snapshot is the last: a gap of the stream is never made good.</summary>
internal sealed class NoResync(IAccountSession session) : PassingSession(session)
{
    private bool _read;

    public override async Task<Outcome<AccountSnapshot>> ReadSnapshot(bool routine, CancellationToken stop)
    {
        if (_read) return new Unknown<AccountSnapshot>("not read again");
        var outcome = await Real.ReadSnapshot(routine, stop);
        _read = outcome is Done<AccountSnapshot>;
        return outcome;
    }
}

/// <summary>A list of positions that names no symbol at all is taken for one that was read.</summary>
internal sealed class EmptySnapshotIsRead(IAccountSession session) : PassingSession(session)
{
    public override async Task<Outcome<AccountSnapshot>> ReadSnapshot(bool routine, CancellationToken stop) =>
        await Real.ReadSnapshot(routine, stop) is var outcome && outcome is Done<AccountSnapshot> { Value: var snapshot }
            ? Outcome.Done(snapshot with { NamesPositions = true })
            : outcome;
}

/// <summary>Takes everybody's stops for its own.</summary>
internal sealed class EverybodysStopsAreOurs(IAccountSession session) : PassingSession(session)
{
    public override async Task<Outcome<AccountSnapshot>> ReadSnapshot(bool routine, CancellationToken stop) =>
        await Real.ReadSnapshot(routine, stop) is var outcome && outcome is Done<AccountSnapshot> { Value: var snapshot }
            ? Outcome.Done(snapshot with { Stops = [.. snapshot.Stops.Select(one => (one.Key, one.Stop with { Origin = OrderOrigin.Ours }))] })
            : outcome;
}
