namespace Trading.Domain;

/// <summary>What the journal says of an append. It is never unknown.</summary>
public abstract record JournalAnswer
{
    private JournalAnswer()
    {
    }

    public sealed record Written : JournalAnswer;

    /// <summary>The command was done before, at another place of the stream: nothing was written.</summary>
    public sealed record DoneBefore : JournalAnswer;

    /// <summary>Refused: somebody else wrote the stream.</summary>
    public sealed record Conflict : JournalAnswer;

    /// <summary>Refused: the stream has another owner.</summary>
    public sealed record Fenced(string Owner) : JournalAnswer;
}
