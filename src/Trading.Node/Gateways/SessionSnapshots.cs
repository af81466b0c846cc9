using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Gateways;
using Trading.Node.Reconcile;
using static Trading.Node.Gateways.SessionMessage;

namespace Trading.Node.Gateways;

/// <summary>Snapshots: when one is read, and what is done with it.</summary>
public sealed partial class AccountSessionActor
{
    private readonly SyncClock _sync = new(account.SyncEvery, account.Time);

    /// <summary>The last snapshot named no position at all: what that starts is a check of each that is held, once and not every 5 s.</summary>
    private bool _namedNobody;

    private void Heed(SessionReport.HealthChanged changed)
    {
        var suspect = changed.Health is StreamHealth.Suspect;
        account.TellAccount(new AccountInput.StreamHealthTold(suspect, changed.Why));
        if (_sync.SetSuspect(suspect) && suspect) Sync($"the user stream is suspect: {changed.Why}");
    }

    private void Sync(string why)
    {
        if (!_sync.Begin()) return;
        account.Ledger.BeginRead();
        account.Log($"{account.Id}: snapshot, because {why}");
        var (epoch, routine, begun) = (_sessionEpoch, _sync.IsRoutine, account.Prepared.Begin());
        Beside(
            async stop => new SnapshotTaken(await account.Session.ReadSnapshot(routine, stop), epoch, begun),
            fault => new SnapshotTaken(new Unknown<AccountSnapshot>(fault.Message), epoch, begun));
    }

    private void HandOut(SnapshotTaken taken)
    {
        var snapshot = (taken.Outcome as Done<AccountSnapshot>)?.Value;
        var isWhole = snapshot is { NamesPositions: true };
        var next = _sync.End(isWhole);
        if (!isWhole)
            account.Alerts.Raise("SnapshotFailed", account.Id.Value, snapshot is null
                ? $"the snapshot of the account failed: {taken.Outcome}"
                : "the snapshot of the account names no position at all, not even a flat one; it is asked for again");
        if (snapshot is not null)
        {
            account.Untraded.Learn(snapshot);
            LearnSettings(snapshot, taken.Begun);
            var clean = account.Ledger.Drift == 0;
            if (isWhole || !_namedNobody) account.Reconciler.HandOut(snapshot, Tell);
            _namedNobody = !isWhole;
            if (isWhole && _sync.ProvesLive(clean)) account.Session.Trust("two snapshots 15 s apart found nothing untold");
            if (taken.SessionEpoch == _sessionEpoch) Release();
        }

        if (_sync.TakeWanted()) Sync("it was asked for while one was being read");
        else StartTimer("sync", next, new SyncWanted("its time has come"));
    }
}
