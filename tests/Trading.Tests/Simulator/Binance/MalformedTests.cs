using System.Text.Json;

namespace Trading.Tests.Simulator.Binance;

/// <summary>Input that means nothing is refused by name: a 5xx would mean an unknown outcome to every client, and a
/// closed socket a broken exchange.</summary>
public sealed class MalformedTests
{
    [Theory]
    [InlineData("DELETE", "/fapi/v1/batchOrders", "symbol=ETHUSDT&orderIdList={}", -1130)]
    [InlineData("DELETE", "/fapi/v1/batchOrders", "symbol=ETHUSDT&orderIdList=[{}]", -1130)]
    [InlineData("DELETE", "/fapi/v1/batchOrders", "symbol=ETHUSDT&orderIdList=[1e99]", -1130)]
    [InlineData("DELETE", "/fapi/v1/batchOrders", "symbol=ETHUSDT&orderIdList=[", -1102)]
    [InlineData("DELETE", "/fapi/v1/batchOrders", "symbol=ETHUSDT&origClientOrderIdList=[[]]", -1130)]
    [InlineData("POST", "/fapi/v1/batchOrders", "batchOrders=notjson", -1102)]
    [InlineData("POST", "/fapi/v1/batchOrders", "batchOrders={}", -1130)]
    [InlineData("POST", "/fapi/v1/batchOrders", "batchOrders=[1]", -1130)]
    [InlineData("POST", "/fapi/v1/batchOrders", "batchOrders=[{\"symbol\":\"\\ud800\"}]", -1102)]
    [InlineData("GET", "/fapi/v1/userTrades", "symbol=ETHUSDT&startTime=99999999999999999", -1130)]
    [InlineData("GET", "/fapi/v1/userTrades", "symbol=ETHUSDT&endTime=-1", -1130)]
    [InlineData("GET", "/fapi/v1/userTrades", "symbol=ETHUSDT&fromId=99999999999999999999", -1130)]
    [InlineData("GET", "/fapi/v1/allOrders", "symbol=ETHUSDT&startTime=9223372036854775807", -1130)]
    [InlineData("GET", "/fapi/v1/allAlgoOrders", "symbol=ETHUSDT&endTime=99999999999999999", -1130)]
    [InlineData("GET", "/fapi/v1/klines", "symbol=ETHUSDT&interval=1m&startTime=99999999999999999", -1130)]
    [InlineData("GET", "/fapi/v1/klines", "symbol=ETHUSDT&interval=1m&limit=many", -1102)]
    [InlineData("POST", "/fapi/v1/countdownCancelAll", "symbol=ETHUSDT&countdownTime=9223372036854775807", -1130)]
    [InlineData("POST", "/fapi/v1/countdownCancelAll", "symbol=ETHUSDT&countdownTime=-5", -1130)]
    [InlineData("POST", "/fapi/v1/positionSide/dual", "dualSidePosition=perhaps", -1130)]
    [InlineData("POST", "/fapi/v1/order", "symbol=ETHUSDT&side=BUY&type=MARKET&quantity=1&reduceOnly=perhaps", -1130)]
    [InlineData("POST", "/fapi/v1/order", "symbol=ETHUSDT&side=BUY&type=MARKET&quantity=1&newOrderRespType=FULL", -1136)]
    public void Odd_lists_times_and_words_are_refused_by_name(string method, string path, string query, int code)
    {
        using var bench = new ExchangeBench();

        Assert.Equal(code, bench.Code(method, path, query));
        Assert.Empty(bench.Account.OrderHistory);
    }

    [Fact]
    public void A_refusal_is_JSON_whatever_the_path_holds()
    {
        using var bench = new ExchangeBench();

        var answer = bench.Call("GET", "/fapi/v1/a\"b\\c\nd");

        Assert.Equal(404, answer.Status);
        Assert.Equal(-5000, ExchangeBench.Parse(answer.Body).GetProperty("code").GetInt32());
    }

    [Theory]
    [InlineData("orderidlist=[{0}]", "symbol=ETHUSDT&ORIGCLIENTORDERID=rests")]
    [InlineData("origclientorderidlist=[\"rests\"]", "SYMBOL=ETHUSDT&orderid={0}")]
    public void Names_of_parameters_are_read_in_any_case(string cancel, string query)
    {
        using var bench = new ExchangeBench();
        Assert.Equal(0, bench.Order(
            "symbol=ETHUSDT&SIDE=BUY&Type=LIMIT&timeinforce=GTC&QUANTITY=0.1&price=2950&newclientorderid=rests"));
        var id = bench.Account.OrderHistory.Single().Id;

        Assert.Equal(0, bench.Code("GET", "/fapi/v1/order", string.Format(query, id)));
        var rows = bench.Json("DELETE", "/fapi/v1/batchOrders", "symbol=ETHUSDT&" + string.Format(cancel, id));

        Assert.Equal("CANCELED", rows[0].GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("""{"method":"SUBSCRIBE","params":[1],"id":1}""", 2)]
    [InlineData("""{"method":"SUBSCRIBE","params":"ethusdt@trade","id":1}""", 2)]
    [InlineData("""{"method":"SUBSCRIBE","id":1}""", 2)]
    [InlineData("""{"method":"UNSUBSCRIBE","params":[null],"id":1}""", 2)]
    [InlineData("""{"method":"SET_PROPERTY","params":["combined"],"id":1}""", 2)]
    [InlineData("""{"method":"SET_PROPERTY","params":[1],"id":1}""", 2)]
    [InlineData("""{"method":"SET_PROPERTY","params":["combined",true,true],"id":1}""", 2)]
    [InlineData("""{"method":"SET_PROPERTY","id":1}""", 2)]
    [InlineData("""{"method":"SET_PROPERTY","params":["colour",true],"id":1}""", 0)]
    [InlineData("""{"method":"SET_PROPERTY","params":["combined","yes"],"id":1}""", 1)]
    [InlineData("""{"method":"GET_PROPERTY","params":["colour"],"id":1}""", 0)]
    [InlineData("""{"method":7,"id":1}""", 2)]
    [InlineData("""{"method":null,"id":1}""", 2)]
    [InlineData("""{"id":1}""", 2)]
    [InlineData("""{"method":"SING\"","id":1}""", 2)]
    [InlineData("""{"method":"SUBSCRIBE","params":["\ud800"],"id":1}""", 3)]
    [InlineData("""{"method":"LIST_SUBSCRIPTIONS","id":{}}""", 2)]
    [InlineData("""{"method":"LIST_SUBSCRIPTIONS","id":-1}""", 2)]
    [InlineData("[1]", 2)]
    [InlineData("1", 2)]
    [InlineData("\"\"", 2)]
    [InlineData("{", 3)]
    [InlineData("", 3)]
    public void An_odd_frame_is_answered_with_an_error_and_the_socket_lives(string frame, int code)
    {
        using var bench = new ExchangeBench();
        var stream = bench.Stream("/market/stream");

        stream.Connection!.Receive(frame);
        stream.Connection.Receive("""{"method":"SUBSCRIBE","params":["ethusdt@trade"],"id":2}""");
        bench.Pass(0);

        Assert.Equal(code, ExchangeBench.Parse(stream.Frames[0]).GetProperty("error").GetProperty("code").GetInt32());
        Assert.Equal("""{"result":null,"id":2}""", stream.Frames[1]);
        Assert.Null(stream.Closed);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("7")]
    [InlineData("{")]
    [InlineData("""{"id":"a","method":7}""")]
    [InlineData("""{"id":"a"}""")]
    [InlineData("""{"id":{},"method":"time"}""")]
    [InlineData("""{"id":"a","method":"order.place","params":[1]}""")]
    [InlineData("""{"id":"a","method":"order.place","params":{"symbol":{},"quantity":[1],"apiKey":null,"timestamp":1e999}}""")]
    [InlineData("""{"id":"a","method":"order.place","params":{"symbol":"\ud800"}}""")]
    public void An_odd_request_is_answered_with_an_error_on_the_WebSocket_API_too(string frame)
    {
        using var bench = new ExchangeBench();
        var stream = bench.Stream("/ws-fapi/v1");

        stream.Connection!.Receive(frame);
        bench.Pass(0);

        var answer = ExchangeBench.Parse(Assert.Single(stream.Frames));
        Assert.InRange(answer.GetProperty("status").GetInt32(), 400, 499);
        Assert.True(answer.GetProperty("error").GetProperty("code").GetInt32() < 0);
        Assert.Contains(answer.GetProperty("id").ValueKind, new[] { JsonValueKind.Null, JsonValueKind.String });
        Assert.Null(stream.Closed);
    }

    [Fact]
    public void The_stream_after_the_1024th_is_refused_and_the_connection_closed()
    {
        using var bench = new ExchangeBench();
        var stream = bench.Stream("/market/stream");
        var names = string.Join(',', Enumerable.Range(0, 1025).Select(n => $"\"s{n}\""));

        stream.Connection!.Receive($$"""{"method":"SUBSCRIBE","params":[{{names}}],"id":3}""");
        bench.Pass(0);

        Assert.Equal("""{"error":{"code":4,"msg":"Too many subscriptions"},"id":3}""", stream.Frames.Single());
        Assert.Equal(1008, stream.Closed?.Code);
    }
}
