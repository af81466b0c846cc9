using System.Text;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Journal;
using Xunit;
using static Trading.Domain.Positions.PositionEvent;

namespace Trading.Tests.Journal;

public sealed class EventCodecTests
{
    private static readonly EventCodec<PositionEvent> Codec = EventCodec.For<PositionEvent>();

    [Fact]
    public void An_unknown_event_type_is_never_skipped()
    {
        var refusal = Assert.Throws<UnreadableEventException>(() => Codec.Read(Recorded.Of("PositionTeleported", "{}")));
        Assert.Contains("PositionTeleported", refusal.Message);
    }

    [Fact]
    public void A_newer_version_of_a_known_type_is_not_guessed_at() =>
        Assert.Throws<UnreadableEventException>(() => Codec.Read(Recorded.Of("StopCleared", """{"stop":"x"}""", typeVersion: 2)));

    [Fact]
    public void A_field_without_a_default_that_is_missing_is_an_error() =>
        Assert.Throws<UnreadableEventException>(() => Codec.Read(Recorded.Of("FundingBooked", """{"amount":"1"}""")));

    [Fact]
    public void A_field_with_a_default_that_is_missing_reads_the_default()
    {
        var read = EventCodec.For<TestEvent>().Read(Recorded.Of("Grown", """{"first":"1.5"}"""));
        Assert.Equal(new TestEvent.Grown(1.5m, 7), read);
    }

    [Fact]
    public void A_field_that_a_newer_build_added_is_passed_over()
    {
        var read = EventCodec.For<TestEvent>().Read(Recorded.Of("Grown", """{"first":"1.5","second":9,"third":"later"}"""));
        Assert.Equal(new TestEvent.Grown(1.5m, 9), read);
    }

    [Theory]
    [InlineData("""{"first":1.5}""")]
    [InlineData("""{"first":"1,5"}""")]
    [InlineData("""{"first":"1e3"}""")]
    [InlineData("""{"first":null}""")]
    [InlineData("""["first"]""")]
    [InlineData("""{"first":"1.5" """)]
    public void Anything_but_the_canonical_form_is_refused(string json) =>
        Assert.Throws<UnreadableEventException>(() => EventCodec.For<TestEvent>().Read(Recorded.Of("Grown", json)));

    [Fact]
    public void Values_are_written_as_canonical_text()
    {
        var at = new DateTime(2025, 10, 17, 19, 21, 2, 512, DateTimeKind.Utc);
        Assert.Equal(
            """{"amount":"-0.0001","at_utc":"2025-10-17T19:21:02.512Z","id":"f1","asset":"USDT"}""", Json(new FundingBooked(-0.000100m, at, "f1")));
        Assert.Contains("\"at_utc\":\"2025-10-17T19:21:02.5120007Z\"", Json(new FundingBooked(0, at.AddTicks(7))));
        Assert.Contains("\"lookup_method\":\"exchange_api_attempt_1\"", Json(
            new PositionLookup(LookupMethod.ExchangeApiAttempt1, 12, CacheHit: false, RetryCount: 0, 62.90m)));
        Assert.Contains("\"closed_by\":\"websocket_closure\"", Json(
            new PositionClosed(CloseReason.TrailingStop, ClosedBy.WebsocketClosure, "stop filled")));
        Assert.Contains("\"stop\":\"tasabc\"", Json(new StopCleared(new ClientOrderId("tasabc"))));
    }

    [Theory]
    [InlineData("0.00", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("564334", "564334")]
    [InlineData("0.00035440", "0.0003544")]
    [InlineData("79228162514264337593543950335", "79228162514264337593543950335")]
    [InlineData("0.0000000000000000000000000001", "0.0000000000000000000000000001")]
    public void Decimals_have_one_spelling(string given, string canonical) => Assert.Equal(
        canonical, CanonicalText.Of(decimal.Parse(given, System.Globalization.CultureInfo.InvariantCulture)));

    private static string Json(PositionEvent happened) => Encoding.UTF8.GetString(Codec.Write(happened).Json.Span);

    public abstract record TestEvent
    {
        public sealed record Grown(decimal First, int Second = 7) : TestEvent;
    }
}
