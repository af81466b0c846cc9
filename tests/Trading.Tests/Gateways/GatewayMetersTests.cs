using Trading.Domain;
using Trading.Gateways;
using Trading.Gateways.Binance;
using Trading.Node.Metrics;

namespace Trading.Tests.Gateways;

public sealed class GatewayMetersTests
{
    [Fact]
    public async Task How_full_a_budget_is_stands_in_the_metrics_for_every_class_that_uses_it()
    {
        var node = new VirtualNode();
        using var meters = new NodeMeters();
        using var gateways = new GatewayMeters(meters);
        using var text = new MetricsText(meters);
        using var host = new BinanceHost(
            BinanceAddress.Single(new Uri("http://127.0.0.1:5490")), new ScriptedWire(node.Time), node.Time,
            new RequestLimits { Weight = 100, Orders = 10, OrdersPerMinute = 40 }, gateways);
        await host.Budget.Enter(new RequestCost(RequestClass.Protect, AccountId.Parse("second"), 30, 3, TimeSpan.FromSeconds(1)));

        var lines = text.Write().Split('\n');
        Assert.Contains("trading_rate_budget_used_ratio{budget=\"127.0.0.1:5490_weight\",class=\"1\"} 0.3", lines);
        Assert.Contains("trading_rate_budget_used_ratio{budget=\"127.0.0.1:5490_weight\",class=\"6\"} 0.5", lines);
        Assert.Contains("trading_rate_budget_used_ratio{budget=\"second_orders\",class=\"1\"} 0.3", lines);
        Assert.Contains("trading_rate_budget_used_ratio{budget=\"second_orders\",class=\"4\"} 0.375", lines);
        Assert.Equal(12, lines.Count(line => line.StartsWith("trading_rate_budget_used_ratio{", StringComparison.Ordinal)));

        node.Pass(TimeSpan.FromMinutes(1));
        Assert.Contains("trading_rate_budget_used_ratio{budget=\"second_orders\",class=\"1\"} 0", text.Write().Split('\n'));
    }
}
