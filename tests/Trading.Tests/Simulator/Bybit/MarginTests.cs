using System.Text.Json;

namespace Trading.Tests.Simulator.Bybit;

/// <summary>Leverage, margin and what an order would cost: protocol page, sections 6 and 7.4.</summary>
public sealed class MarginTests
{
    private const string Isolated = "{'setMarginMode':'ISOLATED_MARGIN'}";

    [Fact]
    public void A_leverage_of_five_and_a_half_is_set_and_told()
    {
        using var bench = new BybitBench();
        Assert.Equal(0, Leverage(bench, "5.5"));
        Assert.Equal(110043, Leverage(bench, "5.50"));
        Assert.Equal([10001, 10001, 10001], new[] { "5.555", "0.99", "75.01" }.Select(l => Leverage(bench, l)));
        Assert.Equal("5.5", Text(bench.Position(), "leverage"));

        bench.Open();

        Assert.Equal(3000m / 5.5m, decimal.Parse(Text(bench.Position(), "positionIM")), 4);
        Assert.Equal("5.5", Text(bench.Rows("/v5/position/symbol-info", "category=linear&symbol=ETHUSDT")[0], "leverage"));
        Assert.Equal("5.5", bench.Rows("/v5/position/list", "category=linear&settleCoin=USDT")[0].GetProperty("leverage").GetString());
    }

    [Fact]
    public void A_broken_leverage_survives_a_restart()
    {
        var file = Path.Combine(Path.GetTempPath(), $"bybitsim-{Guid.NewGuid():N}.db");
        try
        {
            using (var before = new BybitBench(file: file)) Assert.Equal(0, Leverage(before, "7.25"));
            using var after = new BybitBench(file: file, at: ExchangeBench.Start.AddMinutes(1));

            Assert.Equal("7.25", Text(after.Position(), "leverage"));
        }
        finally
        {
            foreach (var part in Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(file) + "*")) File.Delete(part);
        }
    }

    [Fact]
    public void Margin_is_added_to_an_isolated_position_and_taken_back()
    {
        using var bench = new BybitBench();
        Assert.Equal(110033, Add(bench, "100"));
        Assert.Equal(0, bench.Code("/v5/account/set-margin-mode", Isolated));
        bench.Open();
        var before = decimal.Parse(Text(bench.Position(), "liqPrice"));
        var answer = ExchangeBench.Parse(bench.Post(
            "/v5/position/add-margin", """{"category":"linear","symbol":"ETHUSDT","margin":"100","positionIdx":0}""").Body);

        Assert.Equal(0, answer.GetProperty("retCode").GetInt32());
        Assert.Equal(("linear", "1.000"), (Text(answer.GetProperty("result"), "category"), Text(answer.GetProperty("result"), "size")));
        Assert.True(decimal.Parse(Text(bench.Position(), "liqPrice")) < before - 90m);
        Assert.Equal(0, Add(bench, "-100"));
        Assert.Equal(before, decimal.Parse(Text(bench.Position(), "liqPrice")), 1);
        bench.Price(BybitBench.Eth, 2950m);
        Assert.Equal(0, Add(bench, "1"));
        Assert.Equal([110078, 110014, 10001, 10001], new[] { "-1", "100000", "0.00001", "x" }.Select(m => Add(bench, m)));
        Assert.Equal(10_000m - 1.65m, bench.Account.Wallet);
    }

    [Fact]
    public void In_cross_margin_there_is_nothing_to_add_to()
    {
        using var bench = new BybitBench();
        bench.Open();
        Assert.Equal(110015, Add(bench, "100"));
        Assert.Equal(110076, Auto(bench, 1));
    }

    [Fact]
    public void Adding_margin_by_itself_is_switched_per_position_and_told_in_its_row()
    {
        using var bench = new BybitBench();
        Assert.Equal(0, bench.Code("/v5/account/set-margin-mode", Isolated));
        bench.Open();
        Assert.Equal(0, Auto(bench, 1));
        Assert.Equal(1, bench.Position().GetProperty("autoAddMargin").GetInt32());
        Assert.Equal(10001, Auto(bench, 2));
        bench.Price(BybitBench.Eth, 2950m);
        bench.Price(BybitBench.Eth, 2901m);

        Assert.Equal(0, Auto(bench, 0));
        Assert.Equal(0, bench.Position().GetProperty("autoAddMargin").GetInt32());
    }

    [Fact]
    public void A_position_that_adds_margin_by_itself_is_not_liquidated_while_the_wallet_lasts()
    {
        using var bench = new BybitBench();
        Assert.Equal(0, bench.Code("/v5/account/set-margin-mode", Isolated));
        Assert.Equal(0, bench.Create("'side':'Buy','orderType':'Market','qty':'1','positionIdx':0"));
        var liquidation = decimal.Parse(Text(bench.Position(), "liqPrice"));
        Assert.Equal(0, Auto(bench, 1));
        bench.Price(BybitBench.Eth, liquidation - 50m);

        Assert.Equal("1.000", Text(bench.Position(), "size"));
        Assert.True(decimal.Parse(Text(bench.Position(), "liqPrice")) < liquidation - 50m);
        Assert.Equal(0, Auto(bench, 0));
        bench.Price(BybitBench.Eth, 1000m);
        Assert.Equal("0", Text(bench.Position(), "size"));
    }

    [Fact]
    public void The_risk_limit_there_is_can_be_set_and_no_other()
    {
        using var bench = new BybitBench();
        Assert.Equal([0, 110031], new[] { 1, 99 }.Select(id => bench.Code(
            "/v5/position/set-risk-limit", $"{{'category':'linear','symbol':'ETHUSDT','riskId':{id},'positionIdx':0}}")));
        Assert.Equal(0, bench.Code("/v5/position/confirm-pending-mmr", "{'category':'linear','symbol':'ETHUSDT'}"));
    }

    [Fact]
    public void A_checked_order_tells_what_it_would_cost_and_is_not_placed()
    {
        using var bench = new BybitBench();
        const string order = """{"category":"linear","symbol":"ETHUSDT","side":"Buy","orderType":"Market","qty":"1","orderLinkId":"ta-c"}""";
        var result = ExchangeBench.Parse(bench.Post("/v5/order/pre-check", order).Body).GetProperty("result");

        Assert.Equal((0, 150), (result.GetProperty("preImrE4").GetInt32(), result.GetProperty("postImrE4").GetInt32()));
        Assert.Equal((0, 75), (result.GetProperty("preMmrE4").GetInt32(), result.GetProperty("postMmrE4").GetInt32()));
        Assert.Equal("ta-c", Text(result, "orderLinkId"));
        Assert.Empty(bench.Account.OrderHistory);
        Assert.Equal(0, bench.Code("/v5/order/create", order));
    }

    [Fact]
    public void A_check_refuses_what_placing_would_refuse_and_what_it_does_not_know()
    {
        using var bench = new BybitBench();
        const string start = "{'category':'linear','symbol':'ETHUSDT','side':'Buy','orderType':'Market',";
        Assert.Equal(
            [110007, 10001, 110094, 10001],
            new[] { "'qty':'1000'}", "'qty':'1.0005'}", "'qty':'0.001'}", "'qty':'1','triggerPrice':'3100','triggerDirection':1}" }
                .Select(rest => bench.Code("/v5/order/pre-check", start + rest)));
        Assert.Equal(0, bench.Code("/v5/account/set-margin-mode", Isolated));
        Assert.Equal(10001, bench.Code("/v5/order/pre-check", start + "'qty':'1'}"));
    }

    private static int Leverage(BybitBench bench, string leverage) => bench.Code(
        "/v5/position/set-leverage", $"{{'category':'linear','symbol':'ETHUSDT','buyLeverage':'{leverage}','sellLeverage':'{leverage}'}}");

    private static int Add(BybitBench bench, string margin) => bench.Code(
        "/v5/position/add-margin", $"{{'category':'linear','symbol':'ETHUSDT','margin':'{margin}','positionIdx':0}}");

    private static int Auto(BybitBench bench, int on) => bench.Code(
        "/v5/position/set-auto-add-margin", $"{{'category':'linear','symbol':'ETHUSDT','autoAddMargin':{on},'positionIdx':0}}");

    private static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
}
