namespace Trading.Node.Configuration;

/// <summary>One key of a HOCON text: where it stands, and what kind of value it has.</summary>
/// <param name="Path">Names joined by dots; items of a list are numbers.</param>
/// <param name="Line">From 1.</param>
internal readonly record struct HoconKey(string Path, int Line, HoconKind Kind);

internal enum HoconKind
{
    Value,

    /// <summary>As if it were left out.</summary>
    Null,
    EmptySection,
    EmptyList,
}

/// <summary>
/// A strict reading of a HOCON text, before Akka's parser takes its values: that one has no line numbers, and passes over an
/// unclosed brace, a key without a value or a key that is written twice in silence.
/// </summary>
/// <remarks>It accepts JSON with comments, unquoted keys and values, sections, lists, includes and substitutions.</remarks>
internal sealed class HoconText
{
    private const string NeedsQuotes = ":=+?!@*&^\\`";
    private readonly string _file, _text;
    private readonly List<HoconKey> _keys = [];
    private readonly HashSet<string> _written = new(StringComparer.OrdinalIgnoreCase);
    private int _at, _line = 1;

    private HoconText(string file, string text) => (_file, _text) = (file, text);

    /// <exception cref="ConfigurationException">It is not HOCON, or names a setting twice; with the line.</exception>
    public static IReadOnlyList<HoconKey> KeysOf(string file, string text)
    {
        var read = new HoconText(file, text);
        read.ReadRoot();
        return read._keys;
    }

    private bool IsAtEnd => _at >= _text.Length;

    private char Here => IsAtEnd ? '\0' : _text[_at];

    private void ReadRoot()
    {
        SkipBlank();
        if (Here != '{')
        {
            ReadFields("", opened: null);
            return;
        }

        var opened = _line;
        _at++;
        ReadFields("", opened);
        SkipBlank();
        if (!IsAtEnd) throw Wrong("there is text behind the last brace; take it away");
    }

    /// <param name="opened">Line of the brace that is to be closed; null: the text itself is the section.</param>
    /// <returns>False: there was no field.</returns>
    private bool ReadFields(string section, int? opened)
    {
        for (var any = false; ; any = true)
        {
            SkipBlank();
            if (opened is not null && Here == '}')
            {
                _at++;
                return any;
            }

            if (IsAtEnd)
                return opened is { } line ? throw Wrong($"the brace of line {line} is never closed; write }}") : any;
            ReadField(section);
            EndElement('}', opened is not null);
        }
    }

    private void ReadField(string section)
    {
        var line = _line;
        var name = ReadName();
        SkipSpaces();
        if (name == "include" && Here == '"')
        {
            ReadQuoted();
            if (_keys.Count > 0) throw Wrong("an include stands before the settings, which stand above it; move it up", line);
            return;
        }

        var path = section.Length == 0 ? name : $"{section}.{name}";
        if (Here == '+') throw Wrong($"{path}: += is not taken; write the whole list");
        if (Here is ':' or '=') _at++;
        else if (Here != '{') throw Wrong($"{path} has no value; write {name} = value", line);
        SkipSpaces();
        ReadValue(path, line);
    }

    private string ReadName()
    {
        if (Here == '"') return ReadQuoted();
        var from = _at;
        while (char.IsAsciiLetterOrDigit(Here) || Here is '-' or '_' or '.') _at++;
        return _at > from ? _text[from.._at] : throw Wrong($"'{Here}' begins no name of a setting; write name = value");
    }

    private void ReadValue(string path, int line)
    {
        switch (Here)
        {
            case '{':
                var opened = _line;
                _at++;
                if (!ReadFields(path, opened)) Add(path, line, HoconKind.EmptySection);
                break;
            case '[': ReadList(path, line); break;
            case '"':
                ReadQuoted();
                Add(path, line, HoconKind.Value);
                break;
            default:
                Add(path, line, ReadUnquoted(path) == "null" ? HoconKind.Null : HoconKind.Value);
                break;
        }
    }

    private void ReadList(string path, int line)
    {
        var opened = _line;
        _at++;
        for (var count = 0; ; count++)
        {
            SkipBlank();
            if (IsAtEnd) throw Wrong($"the bracket of line {opened} is never closed; write ]");
            if (Here == ']')
            {
                _at++;
                if (count == 0) Add(path, line, HoconKind.EmptyList);
                return;
            }

            ReadValue($"{path}.{count}", _line);
            EndElement(']', isInside: true);
        }
    }

    private string ReadQuoted()
    {
        var opened = _line;
        if (_text.AsSpan(_at).StartsWith("\"\"\"")) throw Wrong("text between three quotes is not taken; write it in one line");
        var from = ++_at;
        for (; ; _at++)
        {
            if (IsAtEnd || Here is '\n') throw Wrong("a quote is never closed; write \" at the end of the text", opened);
            if (Here == '\\') _at++;
            else if (Here == '"') return _text[from.._at++];
        }
    }

    private string ReadUnquoted(string path)
    {
        var from = _at;
        while (!IsAtEnd && Here is not ('\n' or '\r' or ',' or '}' or ']' or '#') && !IsComment())
        {
            if (Here == '$') SkipSubstitution(path);
            else if (Here is '"' or '{' or '[' || NeedsQuotes.Contains(Here, StringComparison.Ordinal))
                throw Wrong($"{path}: '{Here}' cannot stand in a value without quotes; write the value between quotes");
            else _at++;
        }

        var text = _text[from.._at].Trim();
        return text.Length > 0 ? text : throw Wrong($"{path} has no value; write one, or take the name away");
    }

    private void SkipSubstitution(string path)
    {
        var end = _text.AsSpan(_at).StartsWith("${") && !_text.AsSpan(_at).StartsWith("${?") ? _text.IndexOf('}', _at) : -1;
        if (end < 0 || _text.AsSpan(_at, end - _at).Contains('\n')) throw Wrong($"{path}: write a substitution as ${{name}}, with the name of a setting of this file");
        _at = end + 1;
    }

    /// <summary>A comma, a new line or the end of the section.</summary>
    private void EndElement(char closing, bool isInside)
    {
        SkipSpaces();
        if (Here == ',') _at++;
        else if (!IsAtEnd && Here is not ('\n' or '\r' or '#') && !IsComment() && !(isInside && Here == closing))
            throw Wrong($"'{Here}' is not expected here; begin a new line, or write a comma");
    }

    private void Add(string path, int line, HoconKind kind)
    {
        if (kind is not HoconKind.Null && !_written.Add(path)) throw Wrong($"{path} is written twice; leave one of them", line);
        _keys.Add(new HoconKey(path, line, kind));
    }

    private void SkipSpaces()
    {
        while (Here is ' ' or '\t') _at++;
    }

    private void SkipBlank()
    {
        while (!IsAtEnd)
        {
            if (Here == '#' || IsComment()) SkipLine();
            else if (!char.IsWhiteSpace(Here) && Here != '\uFEFF') return;
            else if (_text[_at++] == '\n') _line++;
        }
    }

    private void SkipLine()
    {
        while (!IsAtEnd && Here != '\n') _at++;
    }

    private bool IsComment() => Here == '/' && _at + 1 < _text.Length && _text[_at + 1] == '/';

    private ConfigurationException Wrong(string what, int? line = null) => new($"{_file}: line {line ?? _line}: {what}");
}
