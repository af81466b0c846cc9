using Trading.Node.Operators;

namespace Trading.Tests.Node;

public sealed class AlertBoardTests
{
    [Fact]
    public void What_is_raised_every_second_is_said_once_and_again_after_five_minutes()
    {
        var time = new ManualTime();
        var said = new List<Alert>();
        var board = new AlertBoard(time, said.Add);
        for (var second = 0; second < 400; second++)
        {
            board.Raise("Unprotected", "binance/BTCUSDT", "no stop");
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([1, 302], said.Select(alert => alert.Count));
        Assert.Equal(400, Assert.Single(board.Newest).Count);
    }
}
