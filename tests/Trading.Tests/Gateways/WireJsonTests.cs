using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Trading.Gateways;

namespace Trading.Tests.Gateways;

/// <summary>What an exchange writes with zeros at its end is the value that the journal gives back without them.</summary>
public sealed class WireJsonTests
{
    [Theory]
    [InlineData("\"1148.0\"", "1148")]
    [InlineData("\"0.750\"", "0.75")]
    [InlineData("\"3182.90000000\"", "3182.9")]
    [InlineData("\"1.5E2\"", "150")]
    [InlineData("\"100\"", "100")]
    [InlineData("4.10", "4.1")]
    [InlineData("\"0.0\"", "0")]
    public void A_decimal_is_read_without_the_zeros_it_was_sent_with(string sent, string read)
    {
        var body = Encoding.UTF8.GetBytes($"{{\"sure\":{sent},\"maybe\":{sent}}}");

        var row = WireJson.Parse<Row>(body);

        Assert.Equal((read, read), (Text(row.Sure), Text(row.Maybe!.Value)));
    }

    private static string Text(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    private sealed record Row(
        [property: JsonPropertyName("sure")] decimal Sure,
        [property: JsonPropertyName("maybe"), JsonConverter(typeof(WireJson.BlankIsNull))] decimal? Maybe = null);
}
