using System.Globalization;
using System.Text.Json;
using FsCheck.Fluent;
using Trading.Node.Configuration.Hocon;

namespace Trading.Tests.Node;

/// <summary>Whatever a value holds, it comes out of Akka's parser as it was written; only the spaces around it go.</summary>
public sealed class HoconProperties
{
    [Fact]
    public void A_text_of_JSON_is_read_as_JSON_reads_it() => ForAllTexts(text => Read(JsonSerializer.Serialize(text)) == Expected(text));

    [Fact]
    public void A_text_of_the_environment_is_read_as_it_stands_there() => ForAllTexts(text => Read("${NAME}", text) == Expected(text));

    [Fact]
    public void A_text_between_texts_is_joined_as_it_stands() =>
        ForAllTexts(text => Read("\"<\"${NAME}\">\"", text) == $"<{text}>");

    [Fact]
    public void A_number_keeps_every_digit() => FsCheck.Check.One(
        FsCheck.Config.QuickThrowOnFailure,
        Prop.ForAll<decimal>(number => Read(Text(number)) == Text(number)));

    /// <summary>Whatever stands in a file, it is read or refused in one line: Akka's parser is never reached by what ends the process.</summary>
    [Fact]
    public void Any_tokens_are_read_or_refused()
    {
        var tokens = Gen.Elements(
            "a", "b.c", "\"q\"", "\"\"", "\"\"\"t\"\"\"", "{", "}", "[", "]", ",", "=", ":", "\n", " ", "${a}", "${?a}", "${?NAME}", "${NAME}",
            "null", "1.5", "%", "# c\n", "// c\n", "include", "+=", "$", "'", "a = 1\n", "b { ", " }\n", "a = ${b}\n", "b = ${a}\n", "d = ${b}x\n",
            "b.c = [${d}, 1]\n", "d = ${b.c}\n", "e = ${b} ${a}\n", "f = null, ", "g = ${f}\n", "h = [", "],", "a = ${?NAME}, ");
        FsCheck.Check.One(
            FsCheck.Config.QuickThrowOnFailure.WithMaxTest(3000),
            Prop.ForAll(tokens.ListOf(12).ToArbitrary(), static written =>
            {
                try
                {
                    _ = HoconFile.Read(new HoconSource("node.conf", string.Concat(written)), static _ => "v").Config.ToString(includeFallback: false);
                    return true;
                }
                catch (Trading.Node.Configuration.ConfigurationException e)
                {
                    return e.Message.StartsWith("node.conf: line ", StringComparison.Ordinal) && !e.Message.Contains('\n');
                }
            }));
    }

    private static void ForAllTexts(Func<string, bool> holds) => FsCheck.Check.One(
        FsCheck.Config.QuickThrowOnFailure,
        Prop.ForAll<string>(text => text is null || HasLoneSurrogate(text) || holds(text)));

    /// <summary>JSON writes another character for half a one.</summary>
    private static bool HasLoneSurrogate(string text) => text.Any(char.IsSurrogate);

    private static string? Expected(string text) => text.Trim() is var trimmed && trimmed == "null" ? null : trimmed;

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? Read(string written, string? variable = null) =>
        HoconFile.Read(new HoconSource("node.conf", $"a = {written}"), _ => variable).Config.GetString("a");
}
