using System.Text;
using Trading.Domain;
using Trading.Gateways;
using Trading.Gateways.Binance;
using Trading.Gateways.Bybit;
using Trading.Simulator;
using Trading.Simulator.Matching;
using Trading.Simulator.Wire;
using Trading.Tests.Gateways.Bybit;

namespace Trading.Tests.Gateways.Conformance;

public sealed class BinanceConformance : GatewayConformance
{
    internal override PositionKey Key { get; } = PositionKey.Parse("binance/ETHUSDT");

    internal override string Dated => "ETHUSDT_260327";

    internal override bool StopIsThePositions => false;

    internal override bool LiquidationCostsAfterIt => true;

    internal override string FundingFrame => "ACCOUNT_UPDATE/FUNDING_FEE";

    internal override IReadOnlyList<byte[]> SampleFrames { get; } = [.. BinanceStreamTests.Samples().Select(Encoding.UTF8.GetBytes)];

    internal override StreamReading Read(ReadOnlyMemory<byte> frame) => 
        new BinanceStream(new BinanceTranslator(Key.Account, [new JournalId("j").Tag])).Read(frame);

    internal override Account AccountIn(Trading.Simulator.Exchange exchange, string apiKey) => exchange.Account(apiKey);

    internal override IReadOnlyList<StreamConnection> Streams(Trading.Simulator.Exchange exchange, string group) => [.. exchange.Binance.Streams.Select(group)];

    private protected override VenueHost Connect(SimulatorHost exchange, IWire wire, TimeProvider time) =>
        new BinanceHost(BinanceAddress.Single(exchange.BaseAddress), wire, time);

    private protected override (IAccountSession Session, IOrderSender Orders) Gateway(VenueHost host, VenueAccount account, Func<PositionKey, bool> maySend) =>
        (new BinanceSession((BinanceHost)host, account), new BinanceOrders((BinanceHost)host, account, maySend));

    private protected override IPriceFeed Prices(VenueHost host) => new BinancePrices((BinanceHost)host);
}

public sealed class BybitConformance : GatewayConformance
{
    internal override PositionKey Key { get; } = PositionKey.Parse("bybit/ETHUSDT");

    internal override string Dated => "ETHUSDT-26MAR27";

    internal override bool StopIsThePositions => true;

    internal override bool LiquidationCostsAfterIt => false;

    internal override string FundingFrame => "execution/Funding";

    internal override IReadOnlyList<byte[]> SampleFrames { get; } = BybitStreamTests.Samples();

    internal override StreamReading Read(ReadOnlyMemory<byte> frame) => new BybitStream(new BybitTranslator(BybitAccount.OneWay)).Read(frame);

    internal override Account AccountIn(Trading.Simulator.Exchange exchange, string apiKey) => exchange.BybitAccount(apiKey);

    internal override IReadOnlyList<StreamConnection> Streams(Trading.Simulator.Exchange exchange, string group) => [.. exchange.Bybit.Streams.Select(group)];

    private protected override VenueHost Connect(SimulatorHost exchange, IWire wire, TimeProvider time) =>
        new BybitHost(BybitAddress.Single(exchange.BybitAddress), wire, time);

    private protected override (IAccountSession Session, IOrderSender Orders) Gateway(VenueHost host, VenueAccount account, Func<PositionKey, bool> maySend) =>
        (new BybitSession((BybitHost)host, account), new BybitOrders((BybitHost)host, account, maySend));

    private protected override IPriceFeed Prices(VenueHost host) => new BybitPrices((BybitHost)host);
}
