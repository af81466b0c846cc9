namespace Trading.Domain.Accounts;

/// <summary>What each state of an account means, in the words the operator reads with it.</summary>
public static class StatusTexts
{
    public const string Active = "Entries are open.";

    public const string Reducing =
        "No new entries. Stops, trailing, timed exits, adoption and sync go on. Nothing is closed or cancelled by this.";

    public const string Halted =
        "No entries, no adoption, no trailing moves, no timed exits. First stops, resizes, deadline closes and sync go on. "
        + "Nothing is closed or cancelled by this: only close and flatten close.";
}
