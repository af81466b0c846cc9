namespace Trading.Lab.Simulation;

/// <summary>What could run now. Chance takes any of it; without chance the oldest goes first.</summary>
internal sealed class ReadyTasks(SeededRandom? chance)
{
    private readonly List<(VirtualNode Node, Task Task)> _any = [];
    private readonly Queue<(VirtualNode Node, Task Task)> _oldestFirst = new();

    public void Add(VirtualNode node, Task task)
    {
        if (chance is null) _oldestFirst.Enqueue((node, task));
        else _any.Add((node, task));
    }

    public bool TryTake(out VirtualNode node, out Task task)
    {
        (VirtualNode, Task) next;
        if (chance is null)
        {
            var has = _oldestFirst.TryDequeue(out next);
            (node, task) = next;
            return has;
        }

        (node, task) = (null!, null!);
        if (_any.Count == 0) return false;
        var chosen = chance.Next(_any.Count);
        (node, task) = _any[chosen];
        _any[chosen] = _any[^1];
        _any.RemoveAt(_any.Count - 1);
        return true;
    }
}
