using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Gateways.Binance;

namespace Trading.Tests.Gateways;

/// <summary>Each code of the protocol's table is placed, once, as done, refused or unknown.</summary>
public sealed class BinanceCodesTests
{
    [Theory]
    [InlineData(-1000), InlineData(-1001), InlineData(-1006), InlineData(-1007), InlineData(-4116)]
    public void Codes_that_prove_nothing_are_unknown(int code)
    {
        Assert.Equal(Fate.Unknown, BinanceCodes.Of(400, code, "text"));
        Assert.Equal(Fate.Unknown, BinanceCodes.Of(503, code, "text"));
    }

    [Theory]
    [InlineData(-1003), InlineData(-1015), InlineData(-1008), InlineData(-1021), InlineData(-5028)]
    [InlineData(-1022), InlineData(-2014), InlineData(-2015), InlineData(-2017)]
    [InlineData(-1102), InlineData(-1106), InlineData(-1111), InlineData(-1116), InlineData(-1121), InlineData(-1128), InlineData(-1130)]
    [InlineData(-2010), InlineData(-2011), InlineData(-2013), InlineData(-2018), InlineData(-2019)]
    [InlineData(-2021), InlineData(-4142), InlineData(-2022), InlineData(-4118)]
    [InlineData(-2024), InlineData(-2025), InlineData(-2026), InlineData(-2027), InlineData(-2028), InlineData(-4045)]
    [InlineData(-4003), InlineData(-4004), InlineData(-4005), InlineData(-4013), InlineData(-4014), InlineData(-4016), InlineData(-4023)]
    [InlineData(-4024), InlineData(-4131), InlineData(-4015), InlineData(-4028), InlineData(-4161)]
    [InlineData(-4047), InlineData(-4048), InlineData(-4067), InlineData(-4068), InlineData(-4531), InlineData(-4061), InlineData(-4120)]
    [InlineData(-4129), InlineData(-4509), InlineData(-4130), InlineData(-4137), InlineData(-4138), InlineData(-4164)]
    [InlineData(-4109), InlineData(-4192), InlineData(-4400), InlineData(-4401), InlineData(-4402), InlineData(-4087), InlineData(-4088)]
    [InlineData(-5021), InlineData(-5022)]
    public void Codes_that_prove_that_nothing_happened_are_refusals(int code) =>
        Assert.Equal(Fate.Refused, BinanceCodes.Of(400, code, "text"));

    /// <summary>A refusal that is taken for "it may have happened" costs seconds of questions, and a first stop its deadline.</summary>
    [Theory]
    [InlineData(-4140), InlineData(-4001), InlineData(-4002), InlineData(-1100), InlineData(-1115), InlineData(-1117), InlineData(-2007), InlineData(-4166)]
    [InlineData(-1013), InlineData(-1014), InlineData(-1101), InlineData(-1104), InlineData(-1112), InlineData(-1122), InlineData(-2020), InlineData(-2023)]
    [InlineData(-4006), InlineData(-4007), InlineData(-4029), InlineData(-4030), InlineData(-4050), InlineData(-4060), InlineData(-4135), InlineData(-4141)]
    [InlineData(-4167), InlineData(-4169), InlineData(-4170), InlineData(-4183), InlineData(-4184), InlineData(-4210), InlineData(-4211)]
    public void What_the_exchange_refuses_before_it_executes_anything_is_no_doubt(int code) =>
        Assert.Equal(Fate.Refused, BinanceCodes.Of(400, code, "text"));

    [Theory]
    [InlineData(-4046), InlineData(-4059), InlineData(-4171)]
    public void Already_in_that_state_is_done(int code) => Assert.Equal(Fate.Done, BinanceCodes.Of(400, code, "text"));

    [Theory]
    [InlineData(-9999), InlineData(-4999), InlineData(-1), InlineData(7)]
    public void An_unlisted_code_is_unknown(int code) => Assert.Equal(Fate.Unknown, BinanceCodes.Of(400, code, "text"));

    [Theory]
    [InlineData(200, null, "", Fate.Done)]
    [InlineData(200, 200, "success", Fate.Done)]
    [InlineData(200, -2019, "Margin is insufficient.", Fate.Refused)]
    [InlineData(503, null, "Unknown error, please check your request or try again later.", Fate.Unknown)]
    [InlineData(503, -2019, "text", Fate.Unknown)]
    [InlineData(503, null, "Service Unavailable.", Fate.Refused)]
    [InlineData(503, -1008, "Request throttled by system-level protection.", Fate.Refused)]
    [InlineData(500, null, "", Fate.Unknown)]
    [InlineData(502, null, "", Fate.Unknown)]
    [InlineData(408, -1007, "", Fate.Unknown)]
    [InlineData(400, null, "", Fate.Unknown)]
    [InlineData(404, null, "", Fate.Unknown)]
    [InlineData(302, null, "", Fate.Unknown)]
    [InlineData(401, null, "", Fate.Refused)]
    [InlineData(403, null, "", Fate.Refused)]
    [InlineData(418, null, "", Fate.Refused)]
    [InlineData(429, null, "", Fate.Refused)]
    [InlineData(451, null, "", Fate.Refused)]
    [InlineData(WireAnswer.NoAnswer, null, "", Fate.Unknown)]
    [InlineData(WireAnswer.NotConnected, null, "", Fate.Refused)]
    public void The_status_decides_where_it_says_more_than_the_code(int status, int? code, string message, object fate) =>
        Assert.Equal((Fate)fate, BinanceCodes.Of(status, code, message));

    [Theory]
    [InlineData(-2021, RejectKind.WouldTrigger)]
    [InlineData(-4142, RejectKind.WouldTrigger)]
    [InlineData(-2022, RejectKind.NothingToReduce)]
    [InlineData(-4118, RejectKind.NothingToReduce)]
    [InlineData(-4129, RejectKind.NoPosition)]
    [InlineData(-4509, RejectKind.NoPosition)]
    [InlineData(-4045, RejectKind.NoRoom)]
    [InlineData(-1111, RejectKind.Filter), InlineData(-1013, RejectKind.Filter), InlineData(-4001, RejectKind.Filter), InlineData(-4003, RejectKind.Filter)]
    [InlineData(-4004, RejectKind.Filter), InlineData(-4005, RejectKind.Filter), InlineData(-4014, RejectKind.Filter), InlineData(-4023, RejectKind.Filter)]
    [InlineData(-4164, RejectKind.Filter), InlineData(-4015, RejectKind.Other), InlineData(-4028, RejectKind.Other)]
    [InlineData(-4061, RejectKind.Mode), InlineData(-4067, RejectKind.Mode), InlineData(-4168, RejectKind.Mode), InlineData(-4048, RejectKind.Mode)]
    [InlineData(-4140, RejectKind.NotTrading), InlineData(-1003, RejectKind.Busy), InlineData(-1021, RejectKind.Busy), InlineData(-1008, RejectKind.Busy)]
    [InlineData(-2019, RejectKind.Other)]
    public void The_machine_is_told_what_a_refusal_means(int code, RejectKind kind) => Assert.Equal(kind, BinanceCodes.KindOf(code));

    [Fact]
    public void A_ban_that_is_written_in_prose_is_read()
    {
        var now = new DateTime(2026, 11, 18, 0, 0, 0, DateTimeKind.Utc);
        const string prose = "Way too many requests; IP(1.2.3.4) banned until 1795000123456. Use streams.";
        Assert.Equal(DateTime.UnixEpoch.AddMilliseconds(1795000123456), now + BinanceLimits.RequestsFor(prose, null, now));
        Assert.Equal(TimeSpan.FromSeconds(2), BinanceLimits.RequestsFor(prose, TimeSpan.FromSeconds(2), now.AddSeconds(-90)));
        Assert.Equal(TimeSpan.FromSeconds(17), BinanceLimits.RequestsFor("Too many requests", TimeSpan.FromSeconds(17), now));
        Assert.Equal(TimeSpan.FromSeconds(60), BinanceLimits.RequestsFor("Too many requests", null, now));
        Assert.Equal(TimeSpan.FromSeconds(60), BinanceLimits.RequestsFor("banned until further notice", null, now));
    }

    [Fact]
    public void An_exceeded_order_count_ends_with_its_window()
    {
        var now = new DateTime(2026, 11, 18, 0, 0, 3, DateTimeKind.Utc);
        Assert.Equal(TimeSpan.FromSeconds(7), BinanceLimits.OrdersFor("current limit is 300 orders per TEN_SECONDS.", null, now));
        Assert.Equal(TimeSpan.FromSeconds(57), BinanceLimits.OrdersFor("current limit is 1200 orders per MINUTE.", null, now));
        Assert.Equal(TimeSpan.FromSeconds(60), BinanceLimits.OrdersFor("Too many new orders.", null, now));
    }
}
