using System.Text;

namespace Trading.Journal;

/// <summary>Which shard a stream belongs to. Fixed for the life of a journal: another answer would be another owner.</summary>
public static class Shards
{
    private const uint OffsetBasis = 2166136261;
    private const uint Prime = 16777619;

    /// <summary>FNV-1a of the name's UTF-8 bytes: the same in every process and every build, unlike <c>GetHashCode</c>.</summary>
    /// <param name="shards">How many the journal has, above zero.</param>
    public static int Of(string stream, int shards)
    {
        var hash = OffsetBasis;
        foreach (var octet in Encoding.UTF8.GetBytes(stream)) hash = unchecked((hash ^ octet) * Prime);
        return (int)(hash % (uint)shards);
    }
}
