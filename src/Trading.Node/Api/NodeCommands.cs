using Trading.Domain;
using Trading.Domain.Accounts;
using Trading.Domain.Positions;
using Trading.Node.Hosting;

namespace Trading.Node.Api;

/// <summary>The operator's orders, carried to the actors. Each ends done, refused or unknown within its deadline.</summary>
/// <param name="newId">Command ids that are never the same again.</param>
public sealed class NodeCommands(TradingNode node, TimeProvider time, Func<string> newId) : IOperatorCommands
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public async Task<CommandAnswer> Close(PositionKey key, OperatorOrder order) =>
        CommandOutcome.Combine([await CloseOne(key, order)], "");

    public async Task<CommandAnswer> Flatten(AccountId? account, OperatorOrder order)
    {
        var held = node.Board.Active.Where(view => account is null || view.Key.Account == account).ToList();
        var ours = held.Where(view => view.Holding!.Managed).Select(view => view.Key).ToList();
        var left = held.Where(view => !view.Holding!.Managed).Select(view => view.Key).ToList();
        var results = await Task.WhenAll(ours.Select(async key => AsFlat(await CloseOne(key, order))));
        var answer = CommandOutcome.Combine(results, "nothing of ours was held");
        return left.Count == 0 ? answer : answer with
        {
            Text = $"{answer.Text}; left alone, because not opened or managed here: {string.Join(", ", left)} (close them by their keys)",
        };
    }

    /// <summary>Whoever wants everything flat has what he wants where something is flat already.</summary>
    private static CommandResult AsFlat(CommandResult closed) =>
        closed is { Outcome: CommandOutcome.Refused, Code: "is_flat" }
            ? new CommandResult(closed.Subject, CommandOutcome.Done, null, $"{closed.Subject} is flat already")
            : closed;

    public Task<CommandAnswer> Pause(AccountId? account, OperatorOrder order) =>
        OfAccounts(account, new AccountInput.Pause(order.By, order.Why), order);

    public Task<CommandAnswer> Resume(AccountId? account, OperatorOrder order) =>
        OfAccounts(account, new AccountInput.Resume(order.By, order.Why), order);

    public Task<CommandAnswer> Halt(AccountId? account, OperatorOrder order) =>
        OfAccounts(account, new AccountInput.Halt(order.By, order.Why), order);

    public Task<CommandAnswer> Unhalt(AccountId? account, OperatorOrder order) =>
        OfAccounts(account, new AccountInput.Unhalt(order.By, order.Why), order);

    /// <remarks>A key is compared by a snapshot of its account: one coherent read, and the other keys lose nothing by it.</remarks>
    public async Task<CommandAnswer> Reconcile(AccountId? account, PositionKey? key, OperatorOrder order)
    {
        var results = await Task.WhenAll(Accounts(key?.Account ?? account).Select(one => ReconcileOne(one, order)));
        return CommandOutcome.Combine(results, "this node has no account");
    }

    /// <remarks>The exchange is read first: what is taken over is what it named just now.</remarks>
    public async Task<CommandAnswer> Adopt(PositionKey key, AdoptionWish wish, OperatorOrder order)
    {
        var account = node.Accounts[key.Account];
        if (account.Status.Mode is AccountMode.Halted)
            return CommandOutcome.Combine([Refused(key, "account_state", $"{key.Account} is halted: nothing is adopted until unhalt")], "");
        var began = time.NowUtc(); // by the clock that the position knows its own end by
        var read = await ReconcileOne(account, order);
        if (read.Outcome != CommandOutcome.Done) return CommandOutcome.Combine([read], "");
        var share = account.Observations.SnapshotShareOf(key);
        if (share?.Row is not { Amount: not 0 } row)
            return CommandOutcome.Combine([Refused(key, "is_flat", $"the exchange names no open position {key}")], "");
        if (wish.Side is { } side && side.Sign() != Math.Sign(row.Amount))
            return CommandOutcome.Combine([Refused(key, "other_side", $"the exchange holds the other side of {key}: {Words.Number(row.Amount)}")], "");
        if (node.Board.Find(key)?.Holding is not null)
            return CommandOutcome.Combine([Refused(key, "already_held", $"{key} is held here already")], "");
        if (wish.OnlyLook)
            return CommandOutcome.Combine(
                [new CommandResult(key.ToString(), CommandOutcome.Done, null, $"{key} could be adopted: {Words.Number(row.Amount)} at {Words.Number(row.EntryPrice)}")], "");
        var command = new PositionInput.AdoptPosition(row, share.Stops, wish.Policy, began);
        try
        {
            var answer = await node.Ask(key, command, $"adopt-{newId()}", order.Deadline);
            return CommandOutcome.Combine([answer.Verdict is Verdict.Accepted
                ? new CommandResult(key.ToString(), CommandOutcome.Done, null, $"{key} is adopted: {Words.Number(row.Amount)} at {Words.Number(row.EntryPrice)}")
                : Refused(key, answer.Note, NotAdopted(key, answer.Note))], "");
        }
        catch (Exception e) when (NotTaken(e))
        {
            return CommandOutcome.Combine([Refused(key, "not_taken", e.Message)], "");
        }
        catch (TimeoutException e)
        {
            return CommandOutcome.Combine([Unknown(key, e.Message)], "");
        }
    }

    private static string NotAdopted(PositionKey key, string code) => code switch
    {
        "already_held" => $"{key} is held here already",
        "key_in_doubt" => $"what the exchange names may be a late read of a position {key} that has just closed: adopt it again in "
            + $"{PositionRow.LagsAtMost.TotalSeconds:0} s",
        _ => code,
    };

    public async Task<DoctorAnswer> Examine(AccountId? account, bool withOrders, OperatorOrder order)
    {
        var found = await Task.WhenAll(Accounts(account).Select(one => ExamineOne(one, withOrders, order.Deadline)));
        List<DoctorCheck> checks = [.. ExamineNode(), .. found.SelectMany(one => one)];
        return new DoctorAnswer(checks.TrueForAll(check => check.Verdict is not ("failed" or "unknown")), checks);
    }

    private IEnumerable<DoctorCheck> ExamineNode()
    {
        var held = node.Board.Active;
        var (unprotected, doubtful) = (held.Count(view => view.IsUnprotected), held.Count(view => view.InDoubt));
        yield return node.IsReconciled
            ? new DoctorCheck("node", "reconciled", "passed", "every account was compared with its exchange", null)
            : new DoctorCheck("node", "reconciled", "unknown", "not every account was compared with its exchange yet", "wait, or look at `trading alerts`");
        yield return unprotected == 0
            ? new DoctorCheck("node", "protection", "passed", $"{held.Count(view => view.IsOpen)} open position(s), all behind a confirmed stop", null)
            : new DoctorCheck("node", "protection", "failed", $"{unprotected} position(s) without a confirmed stop", "look at `trading positions`");
        if (node.Board.LeftAlone is [_, ..] alone)
            yield return new DoctorCheck(
                "node", "left-alone", "failed", string.Join("; ", alone.Select(one => $"{one.Key} is left alone: {one.Why}")),
                "start the build that wrote its journal; until then look after what the exchange holds of it by hand");
        if (doubtful > 0)
            yield return new DoctorCheck("node", "doubt", "warned", $"of {doubtful} position(s) something is known to the exchange only", "it is being asked");
    }

    private static async Task<IReadOnlyList<DoctorCheck>> ExamineOne(NodeAccount account, bool withOrders, TimeSpan deadline)
    {
        var name = account.Settings.Id.Value;
        try
        {
            var report = await account.Examine(withOrders, deadline);
            return
            [
                .. report.Checks.Select(check => new DoctorCheck(name, check.Name, Words.Snake(check.Verdict), check.Text, check.Remedy)),
                .. NotManaged(account),
            ];
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            return [new DoctorCheck(name, "probe", "unknown", $"the probe did not end: {e.Message}", "try again; `trading alerts` may say why")];
        }
    }

    private static IEnumerable<DoctorCheck> NotManaged(NodeAccount account)
    {
        if (account.Untraded.Held is not [_, ..] held) yield break;
        yield return new DoctorCheck(
            account.Settings.Id.Value, "not-managed", "warned",
            $"held in contracts that this node does not trade: {string.Join(", ", held.Select(one => $"{one.Contract} {Words.Number(one.Amount)}"))}",
            "they get no stop and are in no figure: look after them at the exchange");
    }

    private async Task<CommandResult> CloseOne(PositionKey key, OperatorOrder order)
    {
        var began = time.GetTimestamp();
        var before = node.Board.Find(key)?.Holding?.Opened;
        try
        {
            var answer = await node.Ask(
                key, new PositionInput.ClosePosition(CloseReason.Manual, order.By), $"close-{newId()}", order.Deadline);
            if (answer.Verdict is Verdict.Denied) return Refused(key, answer.Note, Denied(answer.Note));
            if (answer.State is PositionState.Flat) return Refused(key, "is_flat", $"{key} is flat: there is nothing to close");
        }
        catch (Exception e) when (NotTaken(e))
        {
            return Refused(key, "not_taken", e.Message);
        }
        catch (TimeoutException e)
        {
            return Unknown(key, e.Message);
        }

        while (time.GetElapsedTime(began) < order.Deadline)
        {
            var view = node.Board.Find(key);
            if (view?.Holding is null || (before is { } opened && view.Holding.Opened != opened))
                return new CommandResult(key.ToString(), CommandOutcome.Done, null, $"{key} is closed: flat is proven");
            await Task.Delay(Look, time);
        }

        return Unknown(key, $"{key} is being closed and was not proven flat in {order.Deadline.TotalSeconds:0} s; it goes on, and the stop stays until then");
    }

    private async Task<CommandAnswer> OfAccounts(AccountId? account, AccountInput command, OperatorOrder order)
    {
        var results = await Task.WhenAll(Accounts(account).Select(one => AskOne(one, command)));
        return CommandOutcome.Combine(results, "this node has no account");
    }

    private static async Task<CommandResult> AskOne(NodeAccount account, AccountInput command)
    {
        var name = account.Settings.Id.Value;
        try
        {
            var answer = await account.Ask(command);
            return answer.Verdict switch
            {
                Verdict.Denied => Refused(name, answer.Denial ?? "refused", answer.Note),
                Verdict.Ignored => new CommandResult(name, CommandOutcome.Done, null, $"{name}: {answer.Note}"),
                _ => new CommandResult(
                    name, CommandOutcome.Done, null, $"{name} is {answer.Status.Mode.ToString().ToLowerInvariant()}. {answer.Status.Text}"),
            };
        }
        catch (Exception e) when (NotTaken(e))
        {
            return Refused(name, "not_taken", e.Message);
        }
        catch (InvalidOperationException e)
        {
            return Refused(name, "not_ready", e.Message);
        }
        catch (TimeoutException e)
        {
            return Unknown(name, e.Message);
        }
    }

    private async Task<CommandResult> ReconcileOne(NodeAccount account, OperatorOrder order)
    {
        var name = account.Settings.Id.Value;
        var began = time.GetTimestamp();
        var begun = account.Ledger.ReadsBegun;
        if (!account.Reconcile($"{order.By} asked")) return Refused(name, "not_ready", $"{name}: the account's session does not take orders now");
        while (account.Ledger.NewestRead <= begun)
        {
            if (time.GetElapsedTime(began) >= order.Deadline) return Unknown(name, $"{name}: the exchange has not answered yet");
            await Task.Delay(Look, time);
        }

        var text = account.Ledger.Drift is > 0 and var drift ? $"{drift} correction(s) so far" : "nothing to correct";
        return new CommandResult(name, CommandOutcome.Done, null, $"{name}: compared with the exchange, {text}");
    }

    private IEnumerable<NodeAccount> Accounts(AccountId? account) =>
        node.Accounts.Values.Where(one => account is null || one.Settings.Id == account);

    private static bool NotTaken(Exception e) => e is MailboxFullException or ActorStoppedException;

    private static string Denied(string code) => code switch
    {
        "key_in_doubt" => "what became of its entry is not known yet; it is asked for, and nothing is held that could be closed",
        _ => code,
    };

    private static CommandResult Refused(object subject, string code, string text) =>
        new(subject.ToString()!, CommandOutcome.Refused, code, text);

    private static CommandResult Unknown(object subject, string text) =>
        new(subject.ToString()!, CommandOutcome.Unknown, null, text);
}
