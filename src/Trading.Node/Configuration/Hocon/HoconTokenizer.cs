namespace Trading.Node.Configuration.Hocon;

/// <summary>
/// Cuts a file into tokens that know their lines. Refused is what Akka's parser reads as something else than was meant:
/// quotes that are not closed, a comment that swallows half a value, signs that HOCON keeps for itself.
/// </summary>
internal sealed class HoconTokenizer(HoconSource source)
{
    private const string KeptByHocon = "$`^?!@*&\\";
    private const string EndsText = "$`^?!@*&\\\"{}[]:=,#";
    private readonly string _text = source.Text;
    private readonly List<HoconToken> _tokens = [];
    private int _index;
    private int _line = 1;
    private int _lineStart;

    /// <returns>The last one is <see cref="HoconTokenKind.End"/>.</returns>
    /// <exception cref="ConfigurationException">With line, column and remedy.</exception>
    public static IReadOnlyList<HoconToken> Read(HoconSource source) => new HoconTokenizer(source).ReadAll();

    private List<HoconToken> ReadAll()
    {
        while (_index < _text.Length)
        {
            var c = _text[_index];
            if (c == '\n') EndLine();
            else if (char.IsWhiteSpace(c)) _index++;
            else if (IsComment(_index)) SkipComment();
            else ReadToken(c);
        }

        Add(HoconTokenKind.End, 0);
        return _tokens;
    }

    private void ReadToken(char first)
    {
        HoconTokenKind? single = first switch
        {
            '{' => HoconTokenKind.SectionStart,
            '}' => HoconTokenKind.SectionEnd,
            '[' => HoconTokenKind.ListStart,
            ']' => HoconTokenKind.ListEnd,
            ',' => HoconTokenKind.Comma,
            '=' or ':' => HoconTokenKind.Assign,
            _ => null,
        };
        if (single is { } kind) Add(kind, 1);
        else if (_text.AsSpan(_index).StartsWith("\"\"\"")) ReadTripleQuoted();
        else if (first == '"') ReadQuoted();
        else if (_text.AsSpan(_index).StartsWith("${")) ReadSubstitution();
        else if (first == '\'') throw Refusal(_index, "text is put between double quotes, not single ones");
        else if (KeptByHocon.Contains(first))
            throw Refusal(_index, $"'{first}' has no meaning here; put the text it belongs to between double quotes");
        else ReadText();
    }

    private void ReadText()
    {
        var end = _index;
        while (IsInText(end) && !IsComment(end)) end++;
        if (end < _text.Length && IsComment(end))
            throw Refusal(
                end,
                "a comment begins in the middle of a text; put a space before it, or the text between double quotes");
        Add(HoconTokenKind.Text, end - _index);
    }

    private void ReadQuoted()
    {
        var end = _index + 1;
        while (end < _text.Length && _text[end] is not ('"' or '\n'))
            end += _text[end] == '\\' ? LengthOfEscape(end) : 1;
        if (end >= _text.Length || _text[end] == '\n')
            throw Refusal(_index, "the quote that begins here is not closed on its line; close it");
        Add(HoconTokenKind.Quoted, end + 1 - _index);
    }

    private int LengthOfEscape(int at)
    {
        var escaped = at + 1 < _text.Length ? _text[at + 1] : '\0';
        if ("\"\\/bfnrt".Contains(escaped)) return 2;
        if (escaped == 'u' && at + 6 <= _text.Length && _text[(at + 2)..(at + 6)].All(char.IsAsciiHexDigit)) return 6;
        throw Refusal(
            at, @"this escape is not known; \"" \\ \/ \b \f \n \r \t and \u with four hexadecimal digits are");
    }

    private void ReadTripleQuoted()
    {
        var end = _text.IndexOf("\"\"\"", _index + 3, StringComparison.Ordinal);
        if (end < 0) throw Refusal(_index, "the three quotes that begin here are not closed; close them with three");
        var start = _index;
        Add(HoconTokenKind.TripleQuoted, end + 3 - _index);
        for (var i = start; i < _index; i++)
            if (_text[i] == '\n') (_line, _lineStart) = (_line + 1, i + 1);
    }

    private void ReadSubstitution()
    {
        var end = _index + 2;
        if (end < _text.Length && _text[end] == '?') end++;
        var name = end;
        while (IsInText(end)) end++;
        if (end == name || end >= _text.Length || _text[end] != '}')
            throw Refusal(_index, "a substitution is written ${path.of.a-setting} or ${?NAME_OF_A_VARIABLE}");
        Add(HoconTokenKind.Substitution, end + 1 - _index);
    }

    private bool IsInText(int at) =>
        at < _text.Length && !char.IsWhiteSpace(_text[at]) && !EndsText.Contains(_text[at]);

    private bool IsComment(int at) => _text[at] == '#' || _text.AsSpan(at).StartsWith("//");

    private void SkipComment()
    {
        while (_index < _text.Length && _text[_index] != '\n') _index++;
    }

    private void EndLine()
    {
        Add(HoconTokenKind.NewLine, 1);
        (_line, _lineStart) = (_line + 1, _index);
    }

    private void Add(HoconTokenKind kind, int length)
    {
        _tokens.Add(new HoconToken(kind, _text.Substring(_index, length), _line, _index - _lineStart + 1, _index));
        _index += length;
    }

    private ConfigurationException Refusal(int at, string why) => source.Refusal(_line, at - _lineStart + 1, why);
}
