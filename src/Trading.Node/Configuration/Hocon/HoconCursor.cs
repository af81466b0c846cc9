namespace Trading.Node.Configuration.Hocon;

/// <summary>Walks through the tokens of a file.</summary>
internal sealed class HoconCursor(IReadOnlyList<HoconToken> tokens)
{
    private int _next;

    /// <summary>The end, once everything is taken.</summary>
    public HoconToken Next => tokens[_next];

    public HoconToken AfterNext => tokens[Math.Min(_next + 1, tokens.Count - 1)];

    public HoconToken Take() => tokens[_next < tokens.Count - 1 ? _next++ : _next];

    public bool TryTake(HoconTokenKind kind)
    {
        if (Next.Kind != kind) return false;
        Take();
        return true;
    }

    public void SkipNewLines()
    {
        while (Next.Kind is HoconTokenKind.NewLine) Take();
    }
}
