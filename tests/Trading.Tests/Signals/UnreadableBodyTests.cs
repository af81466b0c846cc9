using System.Text;
using Trading.Domain;
using Trading.Domain.Signals;

namespace Trading.Tests.Signals;

/// <summary>The mistakes that templates and web forms make, each named so that its sender can mend it.</summary>
public sealed class UnreadableBodyTests
{
    private static readonly SignalReader Reader = new(new SignalRouting(
        new Dictionary<AccountId, Exchange> { [AccountId.Parse("binance")] = Exchange.Binance }, []));

    public static TheoryData<string, string> Mistakes => new()
    {
        { """{"id":1,"symbol":"TAGUSDT","side":"buy","price":NaN}""", "NaN" },
        { """{"id":1,"symbol":"TAGUSDT","side":"buy","price":{{close}}}""", "did not fill in {{close}}" },
        { """{"id":1,"symbol":"TAGUSDT","side":"buy",}""", "a comma stands before the closing bracket" },
        { """[{"id":1,"symbol":"TAGUSDT","side":"buy"}, ]""", "a comma stands before the closing bracket" },
        { "id=1&symbol=TAGUSDT&side=buy", "web form" },
        { "{&quot;id&quot;:1,&quot;symbol&quot;:&quot;TAGUSDT&quot;}", "escaped as in HTML" },
        { "{“id”:1,“symbol”:“TAGUSDT”}", "typographic quotes" },
        { "{\"id\":1,\"symbol\":\"TAGUSDT\",\"side\":\"buy\",\"comment\":\"two\nlines\"}", "a line break stands inside a text" },
        { "{'id':1}", "single quotes" },
        { "\u0000{\u0000", "not UTF-8" },
        { "", "the body is empty" },
        { """{"id":1,"symbol":"TAGUSDT" "side":"buy"}""", "line 1, byte 28" },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void A_body_that_is_no_JSON_says_what_is_wrong_and_where(string body, string why)
    {
        var fault = Reader.Read(Encoding.UTF8.GetBytes(body), "tv", DateTime.UnixEpoch).Unreadable!;
        Assert.Equal("body", fault.Field);
        Assert.StartsWith("not JSON: ", fault.Reason, StringComparison.Ordinal);
        Assert.Contains(why, fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_and_white_space_are_read_over()
    {
        byte[] body = [0xEF, 0xBB, 0xBF, .. "\r\n{\"id\":1,\"symbol\":\"TAGUSDT\",\"side\":\"buy\"}\r\n\t "u8];
        Assert.Single(Reader.Read(body, "tv", DateTime.UnixEpoch).Signals);
    }

    [Fact]
    public void Marks_that_stand_inside_a_text_are_no_mistakes() => Assert.Single(Reader.Read(
        Encoding.UTF8.GetBytes("""{"id":1,"symbol":"TAGUSDT","side":"buy","note":"“NaN” ,} it's {{x}} \" ok"}"""), "tv", DateTime.UnixEpoch).Signals);
}
