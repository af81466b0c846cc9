using Trading.Domain;
using Trading.Domain.Positions;

namespace Trading.Node.Api;

/// <summary>
/// What an operator may order. Each answers done, refused or unknown within the deadline of its order; none is repeated by
/// the API. Without an account the order is for all accounts of the node.
/// </summary>
public interface IOperatorCommands
{
    /// <summary>Done means proven flat.</summary>
    Task<CommandAnswer> Close(PositionKey key, OperatorOrder order);

    /// <summary>Closes everything we opened or manage; foreign orders and unmanaged positions stay.</summary>
    Task<CommandAnswer> Flatten(AccountId? account, OperatorOrder order);

    /// <summary>No entries from here on, everything else goes on.</summary>
    Task<CommandAnswer> Pause(AccountId? account, OperatorOrder order);

    Task<CommandAnswer> Resume(AccountId? account, OperatorOrder order);

    Task<CommandAnswer> Halt(AccountId? account, OperatorOrder order);

    Task<CommandAnswer> Unhalt(AccountId? account, OperatorOrder order);

    /// <summary>Reads the exchange now: one key by the targeted check, else a snapshot of the account.</summary>
    Task<CommandAnswer> Reconcile(AccountId? account, PositionKey? key, OperatorOrder order);

    /// <summary>Looks at the node, and runs the venue probe of the accounts.</summary>
    /// <param name="withOrders">Test stop and stream probe too.</param>
    Task<DoctorAnswer> Examine(AccountId? account, bool withOrders, OperatorOrder order);

    /// <summary>Takes over a position this journal did not open, once, and only what the exchange names just then.</summary>
    Task<CommandAnswer> Adopt(PositionKey key, AdoptionWish wish, OperatorOrder order);
}

/// <param name="Side">Only if the exchange holds this side; null: whichever it is.</param>
/// <param name="OnlyLook">Done means that it could be adopted; nothing is.</param>
public sealed record AdoptionWish(AdoptPolicy Policy, Side? Side = null, bool OnlyLook = false);

/// <param name="Deadline">After it the answer is unknown, whatever becomes of the order.</param>
public sealed record OperatorOrder(string By, string Why, TimeSpan Deadline);

/// <summary>The three words for what became of an order.</summary>
public static class CommandOutcome
{
    public const string Done = "done";
    public const string Refused = "refused";
    public const string Unknown = "unknown";

    /// <summary>The whole is done when all of it is; doubt about one part is doubt about the whole.</summary>
    public static CommandAnswer Combine(IReadOnlyList<CommandResult> results, string whenEmpty)
    {
        if (results.Count == 0) return new CommandAnswer(Done, null, whenEmpty, results);
        var worst = results.FirstOrDefault(r => r.Outcome == Unknown) ?? results.FirstOrDefault(r => r.Outcome == Refused);
        if (results.Count == 1) return new CommandAnswer(results[0].Outcome, results[0].Code, results[0].Text, results);
        var parts = results.GroupBy(r => r.Outcome).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Count()} {g.Key}");
        var text = string.Join(", ", parts) + (worst is null ? "" : $"; {worst.Subject}: {worst.Text}");
        return new CommandAnswer(worst?.Outcome ?? Done, worst?.Code, text, results);
    }
}
