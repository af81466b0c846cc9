namespace Trading.Node.Configuration.Hocon;

internal enum HoconTokenKind
{
    /// <summary>Text without quotes, up to the next space.</summary>
    Text,
    Quoted,
    TripleQuoted,

    /// <summary><c>${name}</c> or <c>${?name}</c>.</summary>
    Substitution,
    SectionStart,
    SectionEnd,
    ListStart,
    ListEnd,
    Comma,

    /// <summary><c>=</c> or <c>:</c>.</summary>
    Assign,
    NewLine,
    End,
}

/// <param name="Text">As it is written, quotes included.</param>
/// <param name="Line">Counted from 1, as is <paramref name="Column"/>.</param>
/// <param name="Start">Counted from 0 through the whole file.</param>
internal readonly record struct HoconToken(HoconTokenKind Kind, string Text, int Line, int Column, int Start)
{
    /// <summary>Where the next character stands.</summary>
    public int End => Start + Text.Length;

    /// <summary>True: a value may begin with it, or go on with it, on one line.</summary>
    public bool IsScalar =>
        Kind is HoconTokenKind.Text or HoconTokenKind.Quoted or HoconTokenKind.TripleQuoted
            or HoconTokenKind.Substitution;
}
