using Trading.Runtime;
using Xunit;

namespace Trading.Tests.Runtime;

public sealed class AskTests
{
    private readonly ActorBench _bench = new();
    private readonly List<string> _log = [];

    private sealed record Question(int Number, Action<int> Reply);

    private sealed class Doubler(List<string> log) : Actor<Question>
    {
        protected override async ValueTask Receive(Question message, CancellationToken stop)
        {
            if (message.Number == 0) return; // never answers
            if (message.Number < 0) Context.Stop("asked for it");
            if (message.Number > 100) await Task.Delay(TimeSpan.FromSeconds(message.Number), Context.Time, stop);
            message.Reply(message.Number * 2);
            log.Add("turn done");
        }
    }

    [Fact]
    public void An_answer_comes_back_and_the_asker_goes_on_outside_the_actors_turn()
    {
        var doubler = Spawn();
        var asking = _bench.Node.Start(async () =>
        {
            var reply = await doubler.Ask<int>(answer => new(21, answer), TimeSpan.FromSeconds(5));
            _log.Add($"asker has {reply}");
        });
        _bench.Settle();

        Assert.True(asking.IsCompletedSuccessfully);
        Assert.Equal(["turn done", "asker has 42"], _log);
    }

    [Fact]
    public void Not_even_an_asker_that_goes_on_at_once_does_so_inside_the_actors_turn()
    {
        var ask = Spawn().Ask<int>(answer => new(21, answer), TimeSpan.FromSeconds(5));
        var asking = ask.ContinueWith(
            _ => _log.Add("asker"), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _bench.Settle();

        Assert.True(asking.IsCompletedSuccessfully);
        Assert.Equal(["turn done", "asker"], _log);
    }

    [Fact]
    public void No_answer_by_the_deadline_is_a_timeout_and_a_late_answer_is_not_heard()
    {
        var doubler = Spawn();
        var never = doubler.Ask<int>(answer => new(0, answer), TimeSpan.FromSeconds(5));
        var late = doubler.Ask<int>(answer => new(200, answer), TimeSpan.FromSeconds(5));

        _bench.Pass(4.9);
        Assert.False(never.IsCompleted || late.IsCompleted);
        _bench.Pass(300);

        Assert.IsType<TimeoutException>(never.Exception?.InnerException);
        Assert.IsType<TimeoutException>(late.Exception?.InnerException);
        Assert.Equal(["turn done"], _log);
    }

    [Fact]
    public void A_full_mailbox_is_said_at_once()
    {
        var doubler = Spawn(commands: 1);
        _ = doubler.Ask<int>(answer => new(1, answer), TimeSpan.FromSeconds(5));

        var refused = doubler.Ask<int>(answer => new(2, answer), TimeSpan.FromSeconds(5));

        Assert.IsType<MailboxFullException>(refused.Exception?.InnerException);
    }

    [Fact]
    public void Who_waits_at_the_stop_of_an_actor_is_told()
    {
        var doubler = Spawn(commands: 5);
        _ = doubler.Ask<int>(answer => new(-1, answer), TimeSpan.FromSeconds(5));
        var waiting = doubler.Ask<int>(answer => new(1, answer), TimeSpan.FromSeconds(5));
        _bench.Settle();
        var tooLate = doubler.Ask<int>(answer => new(1, answer), TimeSpan.FromSeconds(5));

        Assert.Contains("asked for it", Assert.IsType<ActorStoppedException>(waiting.Exception?.InnerException).Message,
            StringComparison.Ordinal);
        Assert.IsType<ActorStoppedException>(tooLate.Exception?.InnerException);
        Assert.Empty(_bench.Failures);
    }

    [Fact]
    public void Many_asks_may_be_awaited_together_without_leaving_the_simulation()
    {
        var doubler = Spawn(commands: 20);
        int[] replies = [];
        _ = _bench.Node.Start(async () => replies = await Task.WhenAll(
            Enumerable.Range(1, 20).Select(i => doubler.Ask<int>(answer => new(i, answer), TimeSpan.FromSeconds(5)))));
        _bench.Settle();

        Assert.Equal(Enumerable.Range(1, 20).Select(i => i * 2), replies);
        Assert.Equal(0, _bench.World.Leaks);
    }

    private ActorRef<Question> Spawn(int commands = 2) => _bench.System.Spawn<Question>(
        "doubler", () => new Doubler(_log), new LaneBounds(Reports: 1, commands));
}
