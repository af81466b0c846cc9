using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Trading.Journal;
using Trading.Lab.Databases;
using Trading.Node.Configuration;

namespace Trading.Lab.Rebuild;

/// <summary>The verb <c>rebuild</c>: 0 done, 1 the content is not what it was or it stopped on the way, 2 not understood.</summary>
public static class RebuildCommand
{
    private const int Done = 0;
    private const int CheckFailed = 1;
    private const int Usage = 2;

    private static readonly JsonSerializerOptions Words = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <param name="place">A stopped node's.</param>
    public static async Task<int> Run(
        NodePlace place, bool json, TextWriter output, TextWriter errors, TimeProvider time, CancellationToken stop)
    {
        try
        {
            await using var node = await StoppedNode.Open(place, time);
            await using var journal = await node.Journal();
            var (database, store) = await node.Monitoring(journal.Id);
            using (database)
            {
                var venues = node.Settings.Accounts.ToDictionary(account => account.Id, account => account.Exchange);
                var report = await new MonitoringRebuild(journal, database, store, venues, time, errors.WriteLine).Run(stop);
                output.WriteLine(json ? JsonSerializer.Serialize(report, Words) : Said(report));
                return report.Passed ? Done : CheckFailed;
            }
        }
        catch (Exception e) when (e is ConfigurationException or JournalUnusableException)
        {
            await errors.WriteLineAsync($"trading: {e.Message}");
            return Usage;
        }
        catch (Exception e) when (e is IOException or DbException)
        {
            await errors.WriteLineAsync($"trading: {e.Message}; run it again, or start the node: the rest is projected then");
            return CheckFailed;
        }
    }

    private static string Said(RebuildReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"journal {report.Journal}: {report.Events:N0} events projected anew in {report.Seconds:0.0} s, content sha256 {report.After[..16]}…, ")
        + report switch
        {
            { Before: null } => "nothing to compare with: the rows before did not reach to the end of the journal",
            { Passed: true } => "as it was before",
            _ => $"NOT what it was before ({report.Before![..16]}…): was every account of the journal configured, and the tables of this build?",
        };
}
