using System.Text.Json.Serialization;
using Trading.Domain;

namespace Trading.Gateways.Binance;

/// <summary>The stream <c>!contractInfo</c> of the market route (protocol §9): listings, endings and changed terms.</summary>
public sealed class BinanceContracts(BinanceHost host)
{
    private static readonly TimeSpan SteadyAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan[] BackOff = [.. new[] { 1, 2, 5, 10, 30 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    /// <inheritdoc cref="ContractNews"/>
    public async Task Listen(Action<Symbol?> changed, CancellationToken stop)
    {
        var opened = 0;
        for (var failures = 0; !stop.IsCancellationRequested; failures++)
        {
            var began = host.Time.GetTimestamp();
            try
            {
                await using var socket = await host.Wire.Connect(new Uri(host.Address.Stream, "/market/ws/!contractInfo"), stop);
                if (opened++ > 0) changed(null);
                while (await socket.Receive(stop) is { } frame) Take(frame, changed);
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException)
            {
                // The next socket is asked for after a pause.
            }

            if (host.Time.GetElapsedTime(began) >= SteadyAfter) failures = 0;
            await host.Time.Pause(BackOff[Math.Min(failures, BackOff.Length - 1)], stop);
        }
    }

    private void Take(ReadOnlyMemory<byte> frame, Action<Symbol?> changed)
    {
        try
        {
            var wire = WireJson.Parse<ContractInfo>(frame);
            if (wire.Event == "contractInfo" && Symbol.TryParseExact(wire.Symbol, out var symbol)) changed(symbol);
        }
        catch (Exception unreadable) when (WireJson.IsUnreadable(unreadable))
        {
            host.Meters.UnknownFrame("market");
        }
    }

    private sealed record ContractInfo(
        [property: JsonPropertyName("e")] string Event, [property: JsonPropertyName("s")] string Symbol);
}
