using Akka.Actor;
using Trading.Node.Hosting;

namespace Trading.Tests.Hosting;

public sealed class QuestionTests
{
    private readonly ActorBench _bench = new(commands: 20);
    private readonly List<string> _log = [];

    [Fact]
    public void An_answer_comes_back_and_the_asker_goes_on_outside_the_actors_turn()
    {
        var doubler = Spawn();
        var asking = _bench.Process.Start(async () =>
        {
            var reply = await _bench.Ask<int>(doubler, new Command("21"));
            _log.Add($"asker has {reply}");
        });
        _bench.Settle();

        Assert.True(asking.IsCompletedSuccessfully);
        Assert.Equal(["started", "21", "turn done", "asker has 42"], _log);
    }

    [Fact]
    public void Not_even_an_asker_that_goes_on_at_once_does_so_inside_the_actors_turn()
    {
        var asking = _bench.Ask<int>(Spawn(), new Command("21")).ContinueWith(
            _ => _log.Add("asker"), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _bench.Settle();

        Assert.True(asking.IsCompletedSuccessfully);
        Assert.Equal(["started", "21", "turn done", "asker"], _log);
    }

    [Fact]
    public void No_answer_by_the_deadline_is_a_timeout_and_a_late_answer_is_not_heard()
    {
        IActorRef? late = null;
        var probe = _bench.Spawn(() => new(_log)
        {
            OnMessage = (self, text) =>
            {
                if (text is "question") late = self.From;
            },
        });
        var never = _bench.Ask<int>(probe, new Command("question"));
        _bench.Pass(4.9);
        Assert.False(never.IsCompleted);
        _bench.Pass(1);
        late!.Tell(42);
        _bench.Settle();

        Assert.IsType<TimeoutException>(never.Exception?.InnerException);
        Assert.Contains("unknown", never.Exception.InnerException.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_waits_at_the_stop_of_an_actor_is_told_and_who_comes_later_too()
    {
        var probe = _bench.Spawn(() => new(_log)
        {
            OnMessage = static (self, text) =>
            {
                if (text is "stop") self.End("asked for it");
            },
        });
        probe.Tell("stop");
        var waiting = _bench.Ask<int>(probe, new Command("1"));
        _bench.Settle();
        var tooLate = _bench.Ask<int>(probe, new Command("2"));
        _bench.Settle();

        Assert.Contains("asked for it", Assert.IsType<ActorStoppedException>(waiting.Exception?.InnerException).Message, StringComparison.Ordinal);
        Assert.IsType<ActorStoppedException>(tooLate.Exception?.InnerException);
        Assert.Empty(_bench.Failures);
    }

    [Fact]
    public void An_answer_of_another_kind_is_a_fault_that_names_both()
    {
        var asked = _bench.Ask<string>(Spawn(), new Command("21"));
        _bench.Settle();

        Assert.Contains("answered Int32 instead of String", asked.Exception?.InnerException?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_questions_may_be_awaited_together_without_leaving_the_simulation()
    {
        var doubler = Spawn();
        int[] replies = [];
        _ = _bench.Process.Start(async () => replies = await Task.WhenAll(
            Enumerable.Range(1, 20).Select(i => _bench.Ask<int>(doubler, new Command($"{i}")))));
        _bench.Settle();

        Assert.Equal(Enumerable.Range(1, 20).Select(i => i * 2), replies);
        Assert.Equal(0, _bench.World.Leaks);
    }

    private IActorRef Spawn() => _bench.Spawn(() => new(_log)
    {
        OnMessage = (self, text) =>
        {
            self.From.Tell(int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) * 2);
            _log.Add("turn done");
        },
    });
}
