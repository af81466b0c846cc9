using System.Diagnostics.Metrics;
using Trading.Domain;

namespace Trading.Node.Metrics;

/// <summary>What one node shows when it is looked at.</summary>
internal sealed class NodeGauges : IDisposable
{
    private readonly Meter _meter;

    public NodeGauges(TradingNode node, NodeMeters meters, Func<double> projectionLagSeconds)
    {
        _meter = meters.MakeMeter();
        _meter.CreateObservableGauge("trading_projection_lag_seconds", projectionLagSeconds);
        _meter.CreateObservableGauge("trading_positions_open", () => node.Board.Active.Count(view => view.IsOpen));
        _meter.CreateObservableGauge("trading_positions_unprotected", () => node.Board.Active.Count(view => view.IsUnprotected));
        _meter.CreateObservableGauge("trading_unknown_outcomes_open", () => node.Board.Active.Count(view => view.InDoubt));
        _meter.CreateObservableGauge("trading_reconcile_drift", () => node.Accounts.Values.Sum(account => account.Ledger.Drift));
        _meter.CreateObservableGauge(
            "trading_conditional_orders_open", () => node.Accounts.Values.Sum(account => account.ConditionalOrders));
        _meter.CreateObservableGauge(
            "trading_mailbox_depth_max", () => node.Actors.Inspect().Select(actor => actor.GreatestDepth).DefaultIfEmpty(0).Max());
        _meter.CreateObservableGauge(
            "trading_stream_staleness_seconds",
            () => node.Prices.Select(prices => Staleness($"{prices.Key.Id()}_prices", prices.Value.StalenessSeconds()))
                .Concat(node.Accounts.Values.Select(account => Staleness($"{account.Settings.Id}_user", account.StreamSilentFor.TotalSeconds))));
    }

    public void Dispose() => _meter.Dispose();

    private static Measurement<double> Staleness(string stream, double seconds) => new(seconds, NodeMeters.Tag("stream", stream));
}
