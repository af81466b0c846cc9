namespace Trading.Domain;

/// <summary>What waits for a journal, in the order of its coming; what a decision left behind comes before it.</summary>
internal sealed class WaitingLine<T> where T : class
{
    /// <summary>Reports and commands that may wait.</summary>
    public const int Most = 1024;

    private Stack<T>? _first;
    private Queue<T>? _line;

    public int Count => (_first?.Count ?? 0) + (_line?.Count ?? 0);

    /// <summary>What comes from outside is refused then; what comes from the process itself is bounded by what it decided.</summary>
    public bool IsFull => Count >= Most;

    public void Add(T one) => (_line ??= new()).Enqueue(one);

    public void PutFirst(params IReadOnlyList<T> these)
    {
        if (these.Count > 0) _first ??= new();
        for (var i = these.Count - 1; i >= 0; i--) _first!.Push(these[i]);
    }

    public T? TakeNext()
    {
        if (_first is { Count: > 0 } first) return first.Pop();
        return _line is { Count: > 0 } line ? line.Dequeue() : null;
    }
}
