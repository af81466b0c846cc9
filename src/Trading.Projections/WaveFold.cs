using Trading.Domain;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using static Trading.Domain.Waves.WaveEvent;
using static Trading.Projections.MonitoringTables;

namespace Trading.Projections;

/// <summary>Waves and their signals. Every signal ends with one outcome and its reason.</summary>
internal static class WaveFold
{
    private const string DuplicatePrevented = "position_duplicate_prevented";

    public static IReadOnlyList<RowChange> Fold(
        JournalEntry entry, WaveEvent happened, IReadOnlyDictionary<AccountId, Exchange> venues)
    {
        var names = entry.Stream.Split('/', 3);
        var at = new Wave(entry, names[1], names[2], Subject.Of(names[1], venues));
        List<RowChange> changes = [EventRow.Of(entry, SubjectOf(at, happened), SeverityOf(happened))];
        if (happened is SignalSkipped skipped && Reasons.IsDuplicate(skipped.Reason))
            changes.Add(EventRow.Derived(entry, SubjectOf(at, happened), DuplicatePrevented, EventRow.Info, entry.Json));
        changes.AddRange(Rows(at, happened));
        return changes;
    }

    private static Subject SubjectOf(Wave at, WaveEvent happened) => happened switch
    {
        SignalReceived it => at.Subject with { Symbol = it.Signal.Symbol.Value, SignalId = it.Signal.Id },
        SignalSkipped it => at.Subject with { Symbol = it.Symbol.Value, SignalId = it.SignalId },
        SignalOpened it => at.Subject with { Symbol = it.Symbol.Value, SignalId = it.SignalId },
        SignalClosed it => at.Subject with { Symbol = it.Symbol.Value, SignalId = it.SignalId },
        SignalFailed it => at.Subject with { Symbol = it.Symbol.Value, SignalId = it.SignalId },
        SignalDenied it => at.Subject with { Symbol = it.Symbol.Value, SignalId = it.SignalId },
        SignalAdmitted it => at.Subject with { SignalId = it.SignalId },
        SignalSelected it => at.Subject with { SignalId = it.SignalId },
        _ => at.Subject,
    };

    /// <summary>A skip is a normal answer. A failure is told once, by the position's own event.</summary>
    private static string SeverityOf(WaveEvent happened) => happened is SignalSkipped ? EventRow.Debug : EventRow.Info;

    private static IEnumerable<RowChange> Rows(Wave at, WaveEvent happened) => happened switch
    {
        WaveOpened it => [Opened(at, it)],
        SignalReceived it => [Received(at, it)],
        SignalSkipped { Ends: true } it => [End(at, it.SignalId, it.Reason, "")],
        SignalSkipped => [],
        WaveClosed it => Closed(at, it),
        SignalAdmitted it => [at.Signal(it.SignalId, new Cell("status", "ranked"))],
        SignalSelected it => [at.Signal(it.SignalId, new("status", "opening"), new("selected_at", it.AtUtc))],
        SignalOpened it => [End(at, it.SignalId, "opened", "")],
        SignalClosed it => [End(at, it.SignalId, "closed", "")],
        SignalFailed it => [End(at, it.SignalId, "entry_failed", it.Why, it.Code)],
        SignalDenied it => [End(at, it.SignalId, it.Reason, it.Text)],
        WaveCompleted it =>
        [
            at.Row(new("status", "completed"), new("opened", it.Opened), new("failed", it.Failed), new("denied", it.Denied),
                new("skipped", it.Skipped), new("closed", it.Closed), new("completed_at", it.AtUtc)),
        ],
        _ => throw new ProjectionException($"no fold knows {happened.GetType().Name} at position {at.Entry.Position}"),
    };

    private static RowChange.Put Opened(Wave at, WaveOpened it) => new(Waves,
    [
        new("id", at.Entry.Position), new("account", at.Account), new("exchange", at.Subject.Venue), new("wave", at.Name),
        new("status", "collecting"), new("why", null), new("max_trades", null), new("cut_size", null), new("opened", null),
        new("failed", null), new("denied", null), new("skipped", null), new("closed", null), new("opened_at", it.AtUtc),
        new("closes_at", it.ClosesUtc), new("closed_at", null), new("completed_at", null),
        new("created_at", at.Entry.WrittenUtc), new("updated_at", at.Entry.WrittenUtc),
    ]);

    private static RowChange.Put Received(Wave at, SignalReceived it) => new(Signals,
    [
        new("id", at.Entry.Position), new("signal_id", it.Signal.Id), new("account", at.Account),
        new("exchange", at.Subject.Venue), new("wave", at.Name), new("symbol", it.Signal.Symbol.Value),
        new("side", it.Signal.Side.Text()), new("intent", CanonicalText.Of(it.Signal.Intent)), new("score", it.Signal.Score), new("price", it.Signal.Price),
        new("source", it.Source), new("status", "received"), new("rank", null), new("outcome", null), new("reason", null),
        new("code", null), new("signal_created_at", it.Signal.CreatedUtc), new("received_at", it.AtUtc),
        new("selected_at", null), new("ended_at", null), new("created_at", at.Entry.WrittenUtc),
        new("updated_at", at.Entry.WrittenUtc),
    ]);

    private static IEnumerable<RowChange> Closed(Wave at, WaveClosed it)
    {
        yield return at.Row(
            new("status", "closed"), new("why", it.Why), new("max_trades", it.MaxTrades), new("cut_size", it.CutSize),
            new("closed_at", it.AtUtc));
        for (var rank = 1; rank <= it.Cut.Count; rank++)
            yield return at.Signal(it.Cut[rank - 1], new("status", "ranked"), new("rank", rank));
    }

    /// <param name="outcome">opened, entry_failed, closed, or the reason why it was not traded.</param>
    private static RowChange.Change End(Wave at, string signal, string outcome, string why, int? code = null) => at.Signal(
        signal, new("status", "ended"), new("outcome", outcome), new("reason", why), new("code", code),
        new("ended_at", at.Entry.WrittenUtc));

    private sealed record Wave(JournalEntry Entry, string Account, string Name, Subject Subject)
    {
        public RowChange.Change Row(params Cell[] values) => new(
            Waves, [new("account", Account), new("wave", Name)], [.. values, new("updated_at", Entry.WrittenUtc)]);

        public RowChange.Change Signal(string id, params Cell[] values) => new(
            Signals, [new("account", Account), new("wave", Name), new("signal_id", id)],
            [.. values, new("updated_at", Entry.WrittenUtc)]);
    }
}
