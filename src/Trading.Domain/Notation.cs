using System.Collections;
using System.Globalization;
using System.Text;
using Trading.Domain.Positions;

namespace Trading.Domain;

/// <summary>
/// The timeline notation that tests, CLI and dashboard share: <c>time &lt;- input</c>, <c>:: event</c>,
/// <c>-> effect</c>, <c>.. ignored: why</c>, <c>!! denied: why</c>. A log in it can be pasted into a test.
/// </summary>
public static class Notation
{
    public const string InputMark = "<-";
    public const string EventMark = "::";
    public const string EffectMark = "->";

    /// <summary>One line: time (or blanks) in 12 columns, mark, words.</summary>
    public static string Line(string time, string mark, string words) => $"{time,-12} {mark} {words}".TrimEnd();

    public static string Time(DateTime atUtc) => atUtc.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>The lines of one decision, without a line for its input.</summary>
    public static IEnumerable<string> Of(Decision decision)
    {
        foreach (var happened in decision.Events) yield return Line("", EventMark, Words(happened));
        foreach (var effect in decision.Effects) yield return Line("", EffectMark, Words(effect));
        if (decision.Verdict is Verdict.Ignored) yield return Line("", "..", $"ignored: {decision.Note}");
        if (decision.Verdict is Verdict.Denied) yield return Line("", "!!", $"denied: {decision.Note}");
    }

    /// <summary>A record as words: its name, then its values in order; what is empty is left out.</summary>
    public static string Words(object record)
    {
        var text = new StringBuilder(record.GetType().Name);
        foreach (var property in record.GetType().GetProperties())
        {
            if (property.Name == "EqualityContract" || property.GetIndexParameters().Length > 0 || !property.CanWrite) continue;
            var word = Word(property.GetValue(record));
            if (word.Length > 0) text.Append(' ').Append(word);
        }

        return text.ToString();
    }

    private static string Word(object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "yes" : "",
        decimal number => Text(number),
        DateTime => "",
        TimeSpan span => span.TotalSeconds.ToString("0.###s", CultureInfo.InvariantCulture),
        Enum name => name.ToString(),
        Trade trade => string.Create(CultureInfo.InvariantCulture,
            $"{trade.TradeId} {(trade.Bought is Side.Long ? "buy" : "sell")} {Text(trade.Quantity)} @ {Text(trade.Price)} of {trade.Order}"),
        ProtectionPlan plan => string.Create(CultureInfo.InvariantCulture,
            $"stop {Text(plan.StopLoss * 100)}% activation {Text(plan.Activation * 100)}% callback {Text(plan.Callback * 100)}%{Barrier("take-profit", plan.TakeProfit)}{Barrier("break-even", plan.BreakEven)}"),
        IEnumerable list => $"[{string.Join(", ", list.Cast<object>().Select(Word))}]",
        _ when value.GetType().IsClass => Words(value),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Barrier(string name, decimal? gain) => gain is { } at ? $" {name} {Text(at * 100)}%" : "";

    /// <summary>Canonical decimal text: invariant, no exponent, no trailing zeros.</summary>
    public static string Text(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);
}
