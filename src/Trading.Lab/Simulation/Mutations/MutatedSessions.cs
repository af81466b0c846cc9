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

    public TimeSpan ClockAhead => session.ClockAhead;

    public long EventsHeard => session.EventsHeard;

    public virtual Task Run(Func<SessionReport, ValueTask> deliver, CancellationToken stop) => session.Run(deliver, stop);

    public virtual Task<Outcome<AccountSnapshot>> ReadSnapshot(bool routine, CancellationToken stop) => session.ReadSnapshot(routine, stop);

    public Task<Outcome<IReadOnlyList<SymbolRules>>> ReadSymbols(CancellationToken stop) => session.ReadSymbols(stop);

    public Task<Outcome<AccountBalance>> ReadBalance(CancellationToken stop) => session.ReadBalance(stop);

    public virtual Task<Outcome<IReadOnlyList<CashReport>>> ReadCash(DateTime sinceUtc, CancellationToken stop) => session.ReadCash(sinceUtc, stop);

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

/// <summary>A list of positions that names no symbol at all is taken for one that was read, as often as it comes.</summary>
internal sealed class EmptySnapshotIsRead(IAccountSession session) : PassingSession(session)
{
    private AccountSnapshot? _read;

    public override async Task<Outcome<AccountSnapshot>> ReadSnapshot(bool routine, CancellationToken stop)
    {
        var outcome = await Real.ReadSnapshot(routine, stop);
        if (outcome is Done<AccountSnapshot> { Value: var snapshot }) _read = snapshot with { NamesPositions = true };
        else if (!SaysNobodyAgain(outcome)) return outcome;
        return _read is { } read ? Outcome.Done(read) : outcome;
    }

    private static bool SaysNobodyAgain(Outcome<AccountSnapshot> outcome) =>
        outcome is Unknown<AccountSnapshot> { Why: var why } && why.Contains("names no position", StringComparison.Ordinal);
}

/// <summary>Takes everybody's stops for its own.</summary>
internal sealed class EverybodysStopsAreOurs(IAccountSession session) : PassingSession(session)
{
    public override async Task<Outcome<AccountSnapshot>> ReadSnapshot(bool routine, CancellationToken stop) =>
        await Real.ReadSnapshot(routine, stop) is var outcome && outcome is Done<AccountSnapshot> { Value: var snapshot }
            ? Outcome.Done(snapshot with { Stops = [.. snapshot.Stops.Select(one => (one.Key, one.Stop with { Origin = OrderOrigin.Ours }))] })
            : outcome;
}

/// <summary>Only what the stream tells was paid.</summary>
internal class PaymentsNotListed(IAccountSession session) : PassingSession(session)
{
    public override Task<Outcome<IReadOnlyList<CashReport>>> ReadCash(DateTime sinceUtc, CancellationToken stop) =>
        Task.FromResult(Outcome.Done<IReadOnlyList<CashReport>>([]));
}

/// <summary>Only trades move the balance.</summary>
internal sealed class PaymentsDropped(IAccountSession session) : PaymentsNotListed(session)
{
    public override Task Run(Func<SessionReport, ValueTask> deliver, CancellationToken stop) =>
        Real.Run(report => report is SessionReport.CashMoved ? ValueTask.CompletedTask : deliver(report), stop);
}

/// <summary>Reports of the user stream that come changed.</summary>
internal sealed class ChangedReports(IAccountSession session, Func<SessionReport.ForPosition, SessionReport.ForPosition> change) : PassingSession(session)
{
    public override Task Run(Func<SessionReport, ValueTask> deliver, CancellationToken stop) =>
        Real.Run(report => deliver(report is SessionReport.ForPosition told ? change(told) : report), stop);

    /// <summary>A position bears its own clock, a little ahead of the executions that it contains.</summary>
    public static SessionReport.ForPosition ByItsOwnClock(SessionReport.ForPosition told) => told.Input is PositionInput.PositionStreamed streamed
        ? told with { Input = streamed with { AtUtc = streamed.AtUtc.AddMilliseconds(4) } }
        : told;

    /// <summary>A flat position that is told again is news of an order.</summary>
    public static SessionReport.ForPosition AlwaysByOrder(SessionReport.ForPosition told) => told.Input is PositionInput.PositionStreamed streamed
        ? told with { Input = streamed with { ByOrder = true } }
        : told;

    /// <summary>An execution is counted for the side that it buys.</summary>
    public static SessionReport.ForPosition ForTheSideBought(SessionReport.ForPosition told) => told is { Key.Hedge: not null, Input: PositionInput.Traded traded }
        ? told with { Key = told.Key with { Hedge = traded.Trade.Bought } }
        : told;
}

/// <summary>What a list named before and names no more is flat.</summary>
internal sealed class UnlistedIsFlat(IAccountSession session) : PassingSession(session)
{
    private readonly HashSet<PositionKey> _named = [];

    public override async Task<Outcome<AccountSnapshot>> ReadSnapshot(bool routine, CancellationToken stop)
    {
        var outcome = await Real.ReadSnapshot(routine, stop);
        if (outcome is not Done<AccountSnapshot> { Value: var snapshot }) return outcome;
        var rows = snapshot.Positions.ToDictionary();
        foreach (var gone in _named.Where(key => !rows.ContainsKey(key)).ToList()) rows[gone] = new PositionRow(0, 0, snapshot.StartedUtc);
        _named.UnionWith(snapshot.Positions.Keys);
        return Outcome.Done(snapshot with { Positions = rows });
    }
}
