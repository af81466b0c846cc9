using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Trading.Journal;
using Trading.Lab.Databases;
using Trading.Node.Configuration;

namespace Trading.Lab.Verify;

/// <summary>The verb <c>verify</c>: 0 everything holds, 1 something does not, 2 there is nothing that could be read.</summary>
public static class VerifyCommand
{
    private const int Done = 0;
    private const int CheckFailed = 1;
    private const int Usage = 2;

    private static readonly JsonSerializerOptions Words = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="place">A stopped node's.</param>
    public static async Task<int> Run(
        NodePlace place, bool json, TextWriter output, TextWriter errors, TimeProvider time, CancellationToken stop)
    {
        try
        {
            await using var node = await StoppedNode.Open(place, time);
            await using var journal = await node.Journal();
            var report = await new JournalVerifier(journal, StoppedNode.ShardsOf(journal)).Verify(await node.Tables(), errors.WriteLine, stop);
            Tell(report, json, output);
            return report.Passed ? Done : CheckFailed;
        }
        catch (Exception e) when (e is ConfigurationException or JournalUnusableException or IOException or DbException)
        {
            await errors.WriteLineAsync($"trading: {e.Message}");
            return Usage;
        }
    }

    private static void Tell(VerifyReport report, bool json, TextWriter output)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(report, Words));
            return;
        }

        foreach (var check in report.Checks)
        {
            output.WriteLine($"  {(check.Passed ? "ok    " : "FAILED")} {check.Invariant,-3} {check.Name}{(check.Passed ? "" : $": {check.Count} times")}");
            foreach (var example in check.Examples) output.WriteLine($"             {example}");
        }

        foreach (var note in report.Notes) output.WriteLine($"  note   {note}");
        if (report.SentFirst > 0)
            output.WriteLine($"  note   {report.SentFirst} protective orders left before the journal was back, and their intent never came");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"journal {report.Journal}: {report.Events:N0} events in {report.Streams:N0} streams, epochs {report.FirstEpoch} to {report.LastEpoch}, "
            + $"{report.Positions:N0} positions, {report.Open} of them open: {(report.Passed ? "everything holds" : "NOT everything holds")}"));
    }
}
