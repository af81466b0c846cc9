using System.Collections.Immutable;

namespace Trading.Domain;

internal static class BoundedList
{
    /// <summary>The newest stays; where there is no room for it the oldest goes.</summary>
    public static ImmutableList<T> AddNewest<T>(this ImmutableList<T> oldestFirst, T newest, int most) =>
        (oldestFirst.Count < most ? oldestFirst : oldestFirst.RemoveAt(0)).Add(newest);
}
