using FsCheck;
using FsCheck.Fluent;
using Trading.Domain;
using Trading.Domain.Positions;
using Trading.Projections;
using Trading.Tests.Positions;

namespace Trading.Tests.Projections;

/// <summary>The fold keeps its own books: whatever the machine lives through, both must come to the same money.</summary>
public sealed class PositionLedgerProperties
{
    private static readonly PositionKey Key = PositionKey.Parse("binance/BTCUSDT");

    [Fact]
    public void Machine_and_projection_agree_after_every_event() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNegativeInt[]>(), numbers => Agree(numbers))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1_000).WithEndSize(120));

    private static void Agree(NonNegativeInt[] numbers)
    {
        var (state, seen, version) = (PositionState.Initial, new Observations { KnownAmount = 0 }, 0L);
        PositionBook? book = null;
        for (var i = 0; i < numbers.Length; i++)
        {
            var spread = unchecked((uint)(numbers[i].Get + 31 * i) * 2_654_435_761);
            var input = PositionInputs.Of(state, (int)(spread >> 8 & 0xffff), (int)(spread >> 16 & 0xff), i);
            if (input is PositionInput.Recovered) seen = new Observations();
            var decision = PositionMachine.Decide(Context(version, i, largest: numbers.Length % 2 == 0 ? 2m : 10_000_000m), state, seen, input);
            foreach (var happened in decision.Events)
            {
                state = PositionMachine.Evolve(state, happened, ++version);
                book = MonitoringFold.Fold(book, Entry(version, happened), MonitoringFixture.Venues).Book;
                Same(state, book!);
            }

            seen = decision.Seen;
        }
    }

    private static void Same(PositionState state, PositionBook book)
    {
        Assert.Equal(state is PositionState.Flat, book.Current is null);
        var held = PositionInputs.HoldingOf(state) ?? (state as PositionState.Flat)?.Last;
        if (held is null) return;
        var row = book.Current ?? book.Last!;
        Assert.Equal(held.Opened, row.Id);
        Assert.Equal((held.Quantity, held.EntryPrice), (row.Held, row.EntryPrice));
        Assert.Equal((held.Money.Realized, held.Money.Fees, held.Money.Funding), (row.Money.Realized, row.Money.Fees, row.Money.Funding));
        Assert.Equal((held.Money.Estimated, held.Money.UnpricedText), (row.Money.Estimated, row.Money.UnpricedText));
        Assert.Equal((held.EntryFilled, held.ExitFilled), (row.EntryFilled, row.ExitFilled));
        if (state is not PositionState.Flat) Assert.Equal(held.LiveStop?.Trigger, row.StopPrice);
        Assert.Equal(state.GetType().Name, row.State, ignoreCase: true);
    }

    private static JournalEntry Entry(long version, PositionEvent happened) =>
        new(version, Key.Stream, $"c{version}", happened, "{}", DateTime.UnixEpoch.AddSeconds(version));

    private static PositionContext Context(long version, int step, decimal largest) => new(
        Key, PositionScenario.Journal, version, PositionInputs.At(step), PositionScenario.Rules("BTCUSDT", 0.1m, 1m) with { MaxMarketQuantity = largest },
        PositionPolicy.Default(PositionScenario.Journal));
}
