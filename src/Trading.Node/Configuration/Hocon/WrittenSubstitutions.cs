namespace Trading.Node.Configuration.Hocon;

/// <param name="At">The setting, or the item of a list, whose value it is part of.</param>
/// <param name="Of">The setting whose value it takes.</param>
/// <param name="IsWhole">Nothing else stands in that value.</param>
internal sealed record WrittenSubstitution(string At, string Of, bool IsWhole, SettingPlace Place);

/// <summary>
/// The substitutions of settings by settings. Akka's parser puts the values in; a circle would end the process with it,
/// and a section in the middle of a text would be nothing.
/// </summary>
internal sealed class WrittenSubstitutions
{
    private readonly List<WrittenSubstitution> _all = [];

    public void Add(WrittenSubstitution substitution) => _all.Add(substitution);

    /// <summary>To be called when every file has been read: a setting may stand below its use.</summary>
    /// <exception cref="ConfigurationException">One leads nowhere, in a circle, or to a section in a text.</exception>
    public void Check(WrittenKeys keys)
    {
        foreach (var one in _all)
        {
            if (keys.Find(one.Of) is not { Kind: not (WrittenKind.Null or WrittenKind.Unset) } target
                || target.Path != one.Of)
                throw Refusal(
                    one,
                    "no such setting is written, counted from the top of all files; write it, or the value itself");
            if (LeadsBack(one, one.At, []))
                throw Refusal(one, "the value leads back to itself; write the value itself");
        }

        foreach (var one in _all.Where(one => !one.IsWhole && KindOf(one.Of, keys) is not WrittenKind.Value))
            throw Refusal(one, "a section or list cannot be part of a text; name a single value");
    }

    /// <summary>True: what it takes holds, by further substitutions too, the setting it is written at.</summary>
    private bool LeadsBack(WrittenSubstitution one, string start, HashSet<WrittenSubstitution> seen) =>
        Holds(one.Of, start)
        || (seen.Add(one) && _all.Any(next => Holds(one.Of, next.At) && LeadsBack(next, start, seen)));

    /// <summary>By way of all that is taken whole; there are no circles any more.</summary>
    private WrittenKind? KindOf(string path, WrittenKeys keys)
    {
        var written = keys.Find(path);
        var further = _all.FindLast(next => next.IsWhole && next.At == path && next.Place == written?.Place);
        return further is null ? written?.Kind : KindOf(further.Of, keys);
    }

    private static bool Holds(string outer, string inner) =>
        outer == inner || inner.StartsWith(outer + ".", StringComparison.Ordinal);

    private static ConfigurationException Refusal(WrittenSubstitution one, string why) =>
        new($"{one.Place}: {one.At} = '${{{one.Of}}}': {why}");
}
