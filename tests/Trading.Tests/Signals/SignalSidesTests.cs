using System.Text;
using Trading.Domain;
using Trading.Domain.Signals;

namespace Trading.Tests.Signals;

/// <summary>What a signal wants done: a table of what senders write (in single quotes here) and what is read of it.</summary>
public sealed class SignalSidesTests
{
    private static readonly SignalReader Reader = new(new SignalRouting(
        new Dictionary<AccountId, Exchange> { [AccountId.Parse("binance")] = Exchange.Binance }, []));

    private static SignalBatch Read(string fields) => Reader.Read(
        Encoding.UTF8.GetBytes($"{{'id':1,'symbol':'TAGUSDT',{fields}}}".Replace('\'', '"')), "tv",
        new DateTime(2025, 10, 17, 19, 21, 3, DateTimeKind.Utc));

    [Theory]
    [InlineData("'side':'buy'", "Open Long")]
    [InlineData("'side':'short','intent':'open'", "Open Short")]
    [InlineData("'side':'buy','market_position':'long'", "Open Long")]
    [InlineData("'side':'sell','market_position':'SHORT','prev_market_position':'long'", "Open Short")]
    [InlineData("'side':'long','intent':'close'", "Close Long")]
    [InlineData("'side':'short','intent':'Close'", "Close Short")]
    [InlineData("'side':'sell','intent':'close'", "Close Long")]
    [InlineData("'side':'sell','market_position':'flat'", "Close Long")]
    [InlineData("'side':'buy','market_position':'flat','prev_market_position':'short'", "Close Short")]
    [InlineData("'side':'sell','intent':'close','market_position':'flat','prev_market_position':'flat'", "Close Long")]
    public void Buy_and_sell_are_what_an_order_does_and_long_and_short_what_a_position_is(string fields, string read)
    {
        var signal = Assert.Single(Read(fields).Signals).Signal;
        Assert.Equal(read, $"{signal.Intent} {signal.Side}");
        Assert.Null(signal.Extra);
    }

    [Theory]
    [InlineData("'side':'sell','market_position':'long'", "market_position", "long")]
    [InlineData("'side':'buy','market_position':'short'", "market_position", "short")]
    [InlineData("'side':'sell','intent':'open','market_position':'flat'", "market_position", "flat")]
    [InlineData("'side':'sell','intent':'close','market_position':'short'", "market_position", "short")]
    [InlineData("'side':'buy','market_position':'flat','prev_market_position':'long'", "prev_market_position", "long")]
    [InlineData("'side':'buy','market_position':'sideways'", "market_position", "sideways")]
    [InlineData("'side':'buy','market_position':0", "market_position", "0")]
    [InlineData("'side':'buy','intent':'exit'", "intent", "exit")]
    [InlineData("'side':'sell','marketPosition':'flat'", "market_position", "marketPosition")]
    [InlineData("'side':'sell','Intent':'close'", "intent", "Intent")]
    [InlineData("'side':'sell','market_position':'{{strategy.market_position}}'", "market_position", "{{strategy.market_position}}")]
    public void What_contradicts_itself_or_is_not_known_is_refused_by_name_and_never_opens(string fields, string field, string value)
    {
        var batch = Read(fields);
        Assert.Empty(batch.Signals);
        Assert.Equal((field, value), (batch.Faults[0].Field, batch.Faults[0].Value));
        Assert.NotEmpty(batch.Faults[0].Reason);
    }
}
