using System.Globalization;
using System.Text.RegularExpressions;
using Trading.Gateways;
using Trading.Gateways.Binance;
using Trading.Gateways.Bybit;

namespace Trading.Tests.Gateways;

/// <summary>docs/outcome-policy.md and the code say the same of every code, and neither forgets one that the exchanges document.</summary>
public sealed partial class OutcomePolicyTests
{
    private const string ByRequest = "by request";
    private static readonly ILookup<int, string> Binance = Placed("## Binance: an answer to a request");
    private static readonly ILookup<int, string> Bybit = Placed("## Bybit: an answer to a request");

    [Fact]
    public void What_the_policy_says_of_a_code_is_what_the_gateway_makes_of_it()
    {
        Assert.All(Binance, one => Assert.Equal([.. one.Distinct()], OutcomesOf(one, BinanceCodes.Of(400, one.Key, "text"))));
        Assert.All(Bybit, one => Assert.Equal([.. one.Distinct()], OutcomesOf(one, BybitCodes.Of(200, one.Key))));
    }

    [Fact]
    public void A_code_that_the_policy_does_not_name_is_unknown()
    {
        Assert.All(
            Enumerable.Range(1, 9999).Select(code => -code).Where(code => !Binance.Contains(code)),
            code => Assert.Equal(Fate.Unknown, BinanceCodes.Of(400, code, "text")));
        Assert.All(
            Enumerable.Range(1, 200_000).Concat(Enumerable.Range(3_300_000, 200_000)).Where(code => !Bybit.Contains(code)),
            code => Assert.Equal(Fate.Unknown, BybitCodes.Of(200, code)));
    }

    [SharedFact]
    public void Every_code_that_the_exchanges_document_is_placed()
    {
        var binance = BinanceCode().Matches(Protocol("binance-usdm.md")).Select(match => Number(match.Value)).ToHashSet();
        Assert.True(binance.Count > 60, $"only {binance.Count} codes were found");
        Assert.DoesNotContain(binance, code => !Binance.Contains(code));

        var text = Protocol("bybit-v5-linear.md");
        var table = text[text.IndexOf("## 12. Error codes", StringComparison.Ordinal)..text.IndexOf("## 13.", StringComparison.Ordinal)];
        var bybit = Rows(table).Where(row => !row[0].Contains("older", StringComparison.Ordinal)).SelectMany(row => CodesIn(row[0]))
            .Concat(BybitOrderCode().Matches(text).Select(match => Number(match.Value))).ToHashSet();
        Assert.True(bybit.Count > 80, $"only {bybit.Count} codes were found");
        Assert.DoesNotContain(bybit, code => !Bybit.Contains(code));
    }

    /// <summary>A code whose meaning depends on the request stands in rows of its own, which the tests of those requests hold.</summary>
    private static string[] OutcomesOf(IEnumerable<string> placed, Fate fate) =>
        [.. placed.Distinct().Select(outcome => outcome == ByRequest ? ByRequest : $"{fate}".ToLowerInvariant())];

    /// <summary>Codes of a section's table with their outcome.</summary>
    private static ILookup<int, string> Placed(string section)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "outcome-policy.md"));
        var begin = text.IndexOf(section, StringComparison.Ordinal);
        var end = text.IndexOf("\n## ", begin + 1, StringComparison.Ordinal);
        return Rows(text[begin..end])
            .SelectMany(row => CodesIn(row[0]).Select(code => (Code: code, Outcome: IsByRequest(row[0]) ? ByRequest : row[1].Split(',', ':')[0].Trim())))
            .ToLookup(placed => placed.Code, placed => placed.Outcome);
    }

    private static bool IsByRequest(string answer) =>
        answer.Contains(" to a ", StringComparison.Ordinal) || answer.Contains(" to `", StringComparison.Ordinal);

    private static IEnumerable<string[]> Rows(string text) => text.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal))
        .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray());

    /// <summary>Also of ranges: "-2024 … -2028", "110051-53".</summary>
    private static IEnumerable<int> CodesIn(string cell)
    {
        foreach (Match match in CodeOrRange().Matches(cell))
        {
            var first = Number(match.Groups["first"].Value);
            var last = match.Groups["last"].Success ? Number(match.Groups["last"].Value) : first;
            if (match.Groups["tail"] is { Success: true, Value: var tail })
                last = Number($"{match.Groups["first"].Value[..^tail.Length]}{tail}");
            for (var code = Math.Min(first, last); code <= Math.Max(first, last); code++) yield return code;
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Protocol(string name) => File.ReadAllText(SharedFolder.File("protocols", name));

    [GeneratedRegex(@"(?<first>-?\d{4,7})(\s*…\s*(?<last>-?\d{4,7})|-(?<tail>\d{1,3})(?!\d))?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodeOrRange();

    [GeneratedRegex(@"(?<![\w.-])-[1-9]\d{3}(?![\d.])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BinanceCode();

    [GeneratedRegex(@"\b110\d{3}\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BybitOrderCode();
}
