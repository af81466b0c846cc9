using Trading.Domain.Positions;
using Trading.Gateways;
using Trading.Gateways.Bybit;

namespace Trading.Tests.Gateways.Bybit;

/// <summary>Each code of the protocol's table is placed, once, as done, refused or unknown.</summary>
public sealed class BybitCodesTests
{
    [Theory]
    [InlineData(10000), InlineData(10014), InlineData(10016), InlineData(10019), InlineData(170007), InlineData(110072)]
    [InlineData(1), InlineData(-1), InlineData(119999), InlineData(130125)]
    public void Codes_that_prove_nothing_and_codes_nobody_listed_are_unknown(int code) => Assert.Equal(Fate.Unknown, BybitCodes.Of(200, code));

    [Theory]
    [InlineData(34040), InlineData(110025), InlineData(110026), InlineData(110043)]
    public void Already_in_that_state_is_done(int code) => Assert.Equal(Fate.Done, BybitCodes.Of(200, code));

    [Theory]
    [InlineData(10001), InlineData(10002), InlineData(10003), InlineData(10004), InlineData(10005), InlineData(10006), InlineData(10007)]
    [InlineData(10009), InlineData(10010), InlineData(10017), InlineData(10024), InlineData(10027), InlineData(10028), InlineData(10029)]
    [InlineData(10429), InlineData(33004), InlineData(110001), InlineData(110003), InlineData(110004), InlineData(110006), InlineData(110007)]
    [InlineData(110008), InlineData(110009), InlineData(110010), InlineData(110011), InlineData(110012), InlineData(110013), InlineData(110017)]
    [InlineData(110020), InlineData(110021), InlineData(110022), InlineData(110023), InlineData(110024), InlineData(110028), InlineData(110029)]
    [InlineData(110032), InlineData(110040), InlineData(110042), InlineData(110044), InlineData(110045), InlineData(110046), InlineData(110051)]
    [InlineData(110052), InlineData(110053), InlineData(110057), InlineData(110058), InlineData(110060), InlineData(110061), InlineData(110063)]
    [InlineData(110064), InlineData(110066), InlineData(110074), InlineData(110079), InlineData(110085), InlineData(110086), InlineData(110089)]
    [InlineData(110090), InlineData(110092), InlineData(110093), InlineData(110094), InlineData(110118), InlineData(110120), InlineData(110121)]
    [InlineData(110123), InlineData(110124), InlineData(110125), InlineData(110132), InlineData(30208), InlineData(30209), InlineData(30228)]
    [InlineData(40004), InlineData(3400045), InlineData(3400139)]
    public void Codes_that_prove_that_nothing_happened_are_refusals(int code) => Assert.Equal(Fate.Refused, BybitCodes.Of(200, code));

    /// <summary>Every 110xxx to a request to create proves that nothing was created (protocol §3), but for the id that is taken.</summary>
    [Theory]
    [InlineData(110005), InlineData(110014), InlineData(110015), InlineData(110016), InlineData(110018), InlineData(110019), InlineData(110031)]
    [InlineData(110033), InlineData(110034), InlineData(110035), InlineData(110037), InlineData(110039), InlineData(110041), InlineData(110048)]
    [InlineData(110049), InlineData(110050), InlineData(110054), InlineData(110055), InlineData(110056), InlineData(110062), InlineData(110065)]
    [InlineData(110067), InlineData(110068), InlineData(110069), InlineData(110071), InlineData(100028)]
    public void What_the_exchange_refuses_before_it_executes_anything_is_no_doubt(int code) => Assert.Equal(Fate.Refused, BybitCodes.Of(200, code));

    [Theory]
    [InlineData(200, 0, Fate.Done)]
    [InlineData(200, null, Fate.Unknown)]
    [InlineData(400, null, Fate.Unknown)]
    [InlineData(404, null, Fate.Unknown)]
    [InlineData(401, null, Fate.Refused)]
    [InlineData(403, null, Fate.Refused)]
    [InlineData(429, null, Fate.Refused)]
    [InlineData(403, 10010, Fate.Refused)]
    [InlineData(400, 0, Fate.Unknown)]
    [InlineData(408, null, Fate.Unknown)]
    [InlineData(500, 110007, Fate.Unknown)]
    [InlineData(502, null, Fate.Unknown)]
    [InlineData(302, null, Fate.Unknown)]
    public void The_code_decides_but_for_answers_of_what_stands_before_the_exchange(int status, int? code, object fate) =>
        Assert.Equal((Fate)fate, BybitCodes.Of(status, code));

    [Theory]
    [InlineData(110092, "expect Rising, but trigger_price[1] <= current[2]??LastPrice", RejectKind.WouldTrigger)]
    [InlineData(110093, "expect Falling, but trigger_price[2] >= current[1]??LastPrice", RejectKind.WouldTrigger)]
    [InlineData(10001, "StopLoss:305800 set for Buy position should lower than base_price:305100??LastPrice", RejectKind.WouldTrigger)]
    [InlineData(10001, "sl:305800 set for Sell position should greater base_price:305900??MarkPrice", RejectKind.WouldTrigger)]
    [InlineData(10001, "can not set tp/sl/ts for zero position", RejectKind.NoPosition)]
    [InlineData(10001, "Qty invalid", RejectKind.Filter)]
    [InlineData(10001, "params error: sl price invalid", RejectKind.Filter)]
    [InlineData(10001, "The number of contracts exceeds minimum limit allowed", RejectKind.Filter)]
    [InlineData(110094, "Order notional value below the lower limit", RejectKind.Filter)]
    [InlineData(10001, "position idx not match position mode", RejectKind.Mode)]
    [InlineData(3400045, "Set margin mode failed", RejectKind.Mode)]
    [InlineData(110074, "This contract is not live", RejectKind.NotTrading)]
    [InlineData(10006, "Too many visits. Exceeded the API Rate Limit.", RejectKind.Busy)]
    [InlineData(110017, "current position is zero, cannot fix reduce-only order qty", RejectKind.NothingToReduce)]
    [InlineData(110007, "ab not enough for new order", RejectKind.Other)]
    public void The_machine_is_told_what_a_refusal_means(int code, string message, RejectKind kind) =>
        Assert.Equal(kind, BybitCodes.KindOf(code, message));
}
