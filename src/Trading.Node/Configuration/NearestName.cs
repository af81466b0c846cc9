namespace Trading.Node.Configuration;

internal static class NearestName
{
    /// <summary>The known name with the fewest letters to change; the first of equals.</summary>
    public static string To(string unknown, IEnumerable<string> known) =>
        known.MinBy(name => Distance(unknown.ToLowerInvariant(), name.ToLowerInvariant())) ?? "";

    /// <summary>Letters to insert, remove or replace.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
