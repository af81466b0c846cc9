using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Journal;
using Trading.Node.Accounts;
using Trading.Node.Hosting;

namespace Trading.Node.Waves;

/// <summary>What the opening of one signal needs of an account's node.</summary>
public sealed record EntryDependencies
{
    /// <summary>Asks the account for a slot, or throws like <see cref="AskPosition"/>.</summary>
    public required Func<AccountInput.RequestSlot, TimeSpan, Task<AccountAnswer>> AskAccount { get; init; }

    /// <summary>Must not wait.</summary>
    public required Action<AccountInput> TellAccount { get; init; }
    public required AccountPolicy Policy { get; init; }
    public required IJournal Journal { get; init; }
    public required Func<Symbol, CancellationToken, Task<MarketView>> ViewMarket { get; init; }

    /// <summary>
    /// Null: leverage and margin mode are true, or never will be touched because the key is held. Nothing is entered
    /// before: what the exchange keeps for a symbol by default is not ours.
    /// </summary>
    public required Func<PositionKey, OpeningAnswer?> Unready { get; init; }

    public required AskPosition AskPosition { get; init; }

    /// <summary>What was seen of the market, with the rules and the leverage of now: they cost no question.</summary>
    public required Func<Symbol, MarketView, MarketView> AsOfNow { get; init; }

    public TimeSpan SlotWithin { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>
/// Asks a position to open or to close, under a command id that never takes effect twice. Throws
/// <see cref="TimeoutException"/>, <see cref="MailboxFullException"/> or <see cref="ActorStoppedException"/>.
/// </summary>
public delegate Task<PositionVerdict> AskPosition(PositionKey key, PositionInput command, string commandId);

/// <summary>A position's answer to the wish to open or to close it.</summary>
/// <param name="Note">Reason code where denied or ignored.</param>
public sealed record PositionVerdict(Verdict Verdict, string Note);

/// <summary>
/// The way of one selected signal: slot, then position. Everything on it can be asked again, because account and
/// position know the signal by its id.
/// </summary>
public sealed class EntryCoordinator(EntryDependencies around)
{
    private const int PageEvents = 500;
    private static readonly EventCodec<PositionEvent> Codec = EventCodec.For<PositionEvent>();

    /// <param name="seen">What the market said a moment ago; null: asked now.</param>
    public async Task<OpeningAnswer> Open(Signal signal, MarketView? seen, CancellationToken stop)
    {
        if (around.Unready(around.Policy.KeyOf(signal)) is { } unready) return unready;
        var market = around.AsOfNow(signal.Symbol, seen?.Mark is null ? await around.ViewMarket(signal.Symbol, stop) : seen);
        AccountAnswer slot;
        try
        {
            slot = await around.AskAccount(new AccountInput.RequestSlot(signal, market), around.SlotWithin);
        }
        catch (Exception e) when (e is TimeoutException or MailboxFullException or ActorStoppedException)
        {
            return new OpeningAnswer.NotYet(e.Message);
        }

        if (slot.Grant is { } grant) return await Open(signal, grant);
        return slot.Denial is null
            ? new OpeningAnswer.NotYet(slot.Note)
            : new OpeningAnswer.Denied(slot.Denial, slot.Note);
    }

    /// <summary>What became of it, from the position's own stream. Opens nothing.</summary>
    public async Task<OpeningAnswer> Inquire(Signal signal)
    {
        var events = new List<PositionEvent>();
        var key = around.Policy.KeyOf(signal);
        for (var version = 0L; ;)
        {
            var page = await around.Journal.ReadStream(key.Stream, version, PageEvents);
            foreach (var recorded in page) events.Add(Codec.Read(recorded));
            if (page.Count < PageEvents) return OpeningOutcome.Of(events, signal.Id, signal.Wave);
            version = page[^1].Version;
        }
    }

    public void ReturnSlot(Signal signal) => around.TellAccount(new AccountInput.ReturnSlot(around.Policy.KeyOf(signal), signal.Id));

    private async Task<OpeningAnswer> Open(Signal signal, SlotGrant grant)
    {
        var command = new PositionInput.OpenPosition(
            signal.Id, signal.Wave.Value, signal.Side, grant.Quantity, grant.ReferencePrice, grant.Plan);
        PositionVerdict answer;
        try
        {
            answer = await around.AskPosition(
                grant.Key, command, $"{new WaveKey(signal.Account, signal.Wave).Stream}/{signal.Id}");
        }
        catch (TimeoutException e)
        {
            return new OpeningAnswer.InDoubt(e.Message);
        }
        catch (Exception e) when (e is MailboxFullException or ActorStoppedException)
        {
            return new OpeningAnswer.NotYet(e.Message);
        }

        return answer.Verdict switch
        {
            Verdict.Accepted => new OpeningAnswer.InDoubt("the entry is intended"),
            Verdict.Denied when Reasons.All.Contains(answer.Note) => Denied(signal, answer.Note, grant),
            Verdict.Denied => new OpeningAnswer.NotYet(answer.Note),
            _ => await AfterRepeat(signal, grant, answer.Note),
        };
    }

    /// <summary>The position had this very signal before, or holds another.</summary>
    private async Task<OpeningAnswer> AfterRepeat(Signal signal, SlotGrant grant, string note) =>
        await Inquire(signal) switch
        {
            OpeningAnswer.NeverIntended when note == Reasons.DuplicatePosition => Denied(signal, note, grant),
            OpeningAnswer.NeverIntended => new OpeningAnswer.InDoubt(note),
            var known => known,
        };

    private OpeningAnswer.Denied Denied(Signal signal, string reason, SlotGrant grant)
    {
        ReturnSlot(signal);
        return new OpeningAnswer.Denied(reason, $"{grant.Key} denied it");
    }
}
