using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Trading.Domain;
using Trading.Domain.Signals;
using Trading.Domain.Waves;
using Trading.Node.Configuration;
using Trading.Node.Waves;
using Trading.Runtime;

namespace Trading.Node.Paper;

/// <summary>
/// Signals for paper mode: a wave at once, then one after the other, each declared complete. Sides, ranks and symbols
/// are a function of seed and number; they promise nothing.
/// </summary>
public sealed class DemoFeed(TradingNode node, PaperSettings settings) : Actor<DemoFeed.Message>
{
    private const int SignalsPerWave = 12;
    private const string Source = "demo";
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    private int _number;

    public abstract record Message
    {
        private Message()
        {
        }

        public sealed record WaveDue : Message;

        /// <param name="Fault">Why some could not be delivered; null when all were.</param>
        public sealed record Delivered(WaveName Wave, string? Fault) : Message;
    }

    protected override ValueTask Started(CancellationToken stop)
    {
        Context.StartTimer("wave", TimeSpan.Zero, new Message.WaveDue());
        return ValueTask.CompletedTask;
    }

    protected override ValueTask Receive(Message message, CancellationToken stop)
    {
        switch (message)
        {
            case Message.WaveDue:
                Context.StartTimer("wave", settings.WaveEvery, message);
                DeliverWave();
                break;
            case Message.Delivered { Fault: null } delivered: node.Waves.Complete(delivered.Wave, SignalsPerWave); break;
            case Message.Delivered delivered: node.Alerts.Raise("DemoFeed", Source, $"demo wave {delivered.Wave}: {delivered.Fault}"); break;
            default: throw new System.Diagnostics.UnreachableException($"{message}");
        }

        return ValueTask.CompletedTask;
    }

    private void DeliverWave()
    {
        if (!node.TakesEntries || !node.IsReconciled)
        {
            Context.StartTimer("wave", TimeSpan.FromMilliseconds(200), new Message.WaveDue());
            return;
        }

        var wave = WaveName.At(Context.Time.NowUtc());
        var signals = node.Accounts.Values.Select(account => (account.Settings.Id, Signals: Signals(account, wave))).ToList();
        _number++;
        Context.Pipe(
            async _ =>
            {
                foreach (var (account, some) in signals)
                    await node.Waves.Deliver(new WaveKey(account, wave), some, Source, AnswerWithin);
                return new Message.Delivered(wave, null);
            },
            fault => new Message.Delivered(wave, fault.Message));
    }

    private List<Signal> Signals(NodeAccount account, WaveName wave) =>
        [.. account.Symbols.All.Where(rules => rules is { IsTrading: true, IsUsdtPerpetual: true })
            .Select(rules => (rules.Symbol, Draw: Draw(rules.Symbol)))
            .OrderBy(pair => pair.Draw)
            .Take(SignalsPerWave)
            .Select(pair => new Signal(
                $"{wave}/{pair.Symbol}", wave, account.Settings.Id, pair.Symbol, pair.Draw % 2 == 0 ? Side.Long : Side.Short,
                Score: pair.Draw / 7 % 1000 / 1000m, CreatedUtc: Context.Time.NowUtc()))];

    private uint Draw(Symbol symbol) => BinaryPrimitives.ReadUInt32LittleEndian(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{settings.Seed}/{_number}/{symbol}")));
}
