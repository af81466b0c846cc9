namespace Trading.Node.Configuration.Hocon;

/// <summary>
/// Reads a file as HOCON wants it written, and not as leniently as Akka's parser takes it, which passes over what it
/// does not understand. The result is text for that parser: one setting a line, without comments, with the included
/// files in their place. What a value is, is that parser's business.
/// </summary>
internal sealed class StrictHocon
{
    /// <summary>Deeper than any configuration; what is nested without end would exhaust the stack.</summary>
    private const int DeepestNesting = 60;

    private readonly HoconSource _source;
    private readonly HoconReading _reading;
    private readonly HoconCursor _at;
    private readonly StrictScalar _scalar;
    private int _depth;

    private StrictHocon(HoconSource source, HoconReading reading)
    {
        (_source, _reading, _at) = (source, reading, new HoconCursor(HoconTokenizer.Read(source)));
        _scalar = new StrictScalar(_at, source, reading);
    }

    /// <param name="section">The section that the file is included in; empty at the top.</param>
    /// <exception cref="ConfigurationException">With file, line, column and remedy.</exception>
    public static string Read(HoconSource source, HoconReading reading, string section) =>
        new StrictHocon(source, reading).ReadFile(section);

    private string ReadFile(string section)
    {
        _at.SkipNewLines();
        var first = _at.Next;
        if (first.Kind is HoconTokenKind.End)
            throw new ConfigurationException(
                $"{_source.PlaceOf(first)}: the file holds no setting; write {{}} if none is meant");
        if (first.Kind is HoconTokenKind.ListStart)
            throw new ConfigurationException(
                $"{_source.PlaceOf(first)}: write the settings between braces: {{ port = 5480 }}");
        if (first.Kind is not HoconTokenKind.SectionStart) return ReadFields(section, openedBy: null);
        var text = ReadBraces(section);
        _at.SkipNewLines();
        return _at.Next.Kind is HoconTokenKind.End
            ? text
            : throw _source.Refusal(
                _at.Next,
                $"the braces of line {first.Line} are closed before this; take it away, or move it into them");
    }

    private string ReadBraces(string section)
    {
        var open = _at.Take();
        Deepen(open);
        var text = ReadFields(section, open);
        _depth--;
        return text;
    }

    private string ReadFields(string section, HoconToken? openedBy)
    {
        var text = "";
        while (true)
        {
            _at.SkipNewLines();
            var next = _at.Next;
            switch (next.Kind)
            {
                case HoconTokenKind.SectionEnd when openedBy is not null:
                    _at.Take();
                    return text;
                case HoconTokenKind.SectionEnd:
                    throw _source.Refusal(next, "this brace closes nothing; take it away, or open one before");
                case HoconTokenKind.End when openedBy is { } open:
                    throw _source.Refusal(open, "the brace that opens here is not closed; close it");
                case HoconTokenKind.End:
                    return text;
                case HoconTokenKind.Comma:
                    throw _source.Refusal(next, "a setting should stand before this comma; take the comma away");
            }

            text += IsInclude() ? ReadInclude(section) : ReadField(section);
            EndItem();
        }
    }

    /// <summary>A setting or an item ends with a comma, a new line, both, or with what it stands in.</summary>
    private void EndItem()
    {
        var isNewLine = _at.Next.Kind is HoconTokenKind.NewLine;
        _at.SkipNewLines();
        if (_at.TryTake(HoconTokenKind.Comma) || isNewLine) return;
        if (_at.Next.Kind is not (HoconTokenKind.SectionEnd or HoconTokenKind.ListEnd or HoconTokenKind.End))
            throw _source.Refusal(_at.Next, "a comma or a new line is missing before this; write one");
    }

    private string ReadField(string section)
    {
        var key = HoconKey.Read(_at, _source, section);
        _at.SkipNewLines();
        if (_at.Next.Kind is not (HoconTokenKind.SectionStart or HoconTokenKind.Assign))
            throw _source.Refusal(
                key.First, "a name stands here and no value behind it; write = and the value, or take it away");
        foreach (var outer in key.Sections) Write(outer, WrittenKind.Section, key.First);
        if (_at.TryTake(HoconTokenKind.Assign)) _at.SkipNewLines();
        switch (_at.Next.Kind)
        {
            case HoconTokenKind.SectionStart:
                Write(key.Path, WrittenKind.Section, key.First);
                return $"{key.Text} {{\n{ReadBraces(key.Path)}}}\n";
            case HoconTokenKind.ListStart:
                Write(key.Path, WrittenKind.List, key.First);
                return $"{key.Text} = {ReadList(key.Path)}\n";
            case var kind when !_at.Next.IsScalar || HasNoValue(key, kind):
                throw _source.Refusal(_at.Next, $"{key.Name} has no value; write it behind =, or take the name away");
            default:
                return _scalar.Read(key.Path, key.First) is { } text ? $"{key.Text} = {text}\n" : "";
        }
    }

    /// <summary>A value may stand in a later line; what has a value itself there is the next setting.</summary>
    private bool HasNoValue(HoconKey key, HoconTokenKind kind) =>
        _at.Next.Line > key.First.Line && kind is HoconTokenKind.Text or HoconTokenKind.Quoted
        && _at.AfterNext.Kind is HoconTokenKind.Assign or HoconTokenKind.SectionStart;

    private string ReadList(string path)
    {
        var open = _at.Take();
        Deepen(open);
        var items = new List<string>();
        while (true)
        {
            _at.SkipNewLines();
            var next = _at.Next;
            if (next.Kind is HoconTokenKind.Comma)
                throw _source.Refusal(next, "an item should stand before this comma; take the comma away");
            if (_at.TryTake(HoconTokenKind.ListEnd)) break;
            items.Add(ReadItem($"{path}.{items.Count}", open));
            EndItem();
        }

        _depth--;
        return $"[{string.Join(", ", items)}]";
    }

    private string ReadItem(string path, HoconToken open)
    {
        var next = _at.Next;
        if (next.Kind is not (HoconTokenKind.SectionStart or HoconTokenKind.ListStart) && !next.IsScalar)
            throw _source.Refusal(open, "the bracket that opens here is not closed; close it");
        if (next.IsScalar)
            return _scalar.Read(path, next)
                ?? throw _source.Refusal(next, "an item of a list cannot be optional; write ${NAME} without ?");
        Write(path, next.Kind is HoconTokenKind.ListStart ? WrittenKind.List : WrittenKind.Section, next);
        return next.Kind is HoconTokenKind.ListStart ? ReadList(path) : $"{{\n{ReadBraces(path)}}}";
    }

    private bool IsInclude() => _at.Next is { Kind: HoconTokenKind.Text, Text: "include" }
        && _at.AfterNext is { IsScalar: true };

    private string ReadInclude(string section)
    {
        _at.Take();
        var name = _at.Take();
        if (name.Kind is not HoconTokenKind.Quoted)
            throw _source.Refusal(
                name, "an include is written include \"file.conf\", its path beginning at this file's folder");
        return Read(HoconInclude.Open(_source, name), _reading, section);
    }

    private void Deepen(HoconToken open)
    {
        if (++_depth > DeepestNesting)
            throw _source.Refusal(open, "braces and brackets are nested too deeply; close some of them");
    }

    private void Write(string path, WrittenKind kind, HoconToken at) =>
        _reading.Keys.Add(new WrittenKey(path, kind, _source.PlaceOf(at), _source));
}
