namespace Trading.Gateways.Bybit;

/// <summary>Lists of the exchange, followed to their end by cursor. A list of which one page is missing is none.</summary>
internal sealed class BybitPages(BybitRest rest)
{
    private const int MostPages = 50;

    public async Task<Outcome<IReadOnlyList<T>>> Read<T>(RestCall call, CancellationToken stop)
    {
        var rows = new List<T>();
        var cursor = "";
        for (var page = 0; page < MostPages; page++)
        {
            var asked = cursor.Length == 0 ? call : call with { Parameters = [.. call.Parameters, ("cursor", cursor)] };
            var answer = (await rest.Call(asked, stop)).Judge(static body => Outcome.Done(BybitJson.Result<Page<T>>(body)));
            if (answer is not Done<Page<T>> { Value: var found }) return answer.Undone<Page<T>, IReadOnlyList<T>>();
            rows.AddRange(found.List);
            if (found.NextPageCursor is not { Length: > 0 } next || next == cursor || found.List.Length == 0)
                return Outcome.Done<IReadOnlyList<T>>(rows);
            cursor = next;
        }

        return new Unknown<IReadOnlyList<T>>($"{call.What}: more than {MostPages} pages");
    }
}
