namespace Trading.Domain;

/// <summary>What a process wants done, in order, until whoever runs it takes it.</summary>
internal sealed class WantedActions<TAction> where TAction : class
{
    private readonly List<TAction> _actions = [];

    public void Add(TAction action) => _actions.Add(action);

    public IReadOnlyList<TAction> TakeAll()
    {
        if (_actions.Count == 0) return [];
        TAction[] all = [.. _actions];
        _actions.Clear();
        return all;
    }
}
