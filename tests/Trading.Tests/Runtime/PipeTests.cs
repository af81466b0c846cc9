using Trading.Runtime;
using Xunit;

namespace Trading.Tests.Runtime;

public sealed class PipeTests
{
    private readonly ActorBench _bench = new(with: options => options with { PipesBound = 1 });
    private readonly List<string> _log = [];

    [Fact]
    public void The_result_is_a_message_and_the_actor_is_free_meanwhile()
    {
        var probe = Piping(async stop =>
        {
            await Task.Delay(TimeSpan.FromSeconds(2), _bench.Node.Time, stop);
            return "result";
        });
        probe.Tell("pipe");
        _bench.Pass(1);
        probe.Tell("other");
        _bench.Pass(9);

        Assert.Equal(["started", "pipe", "other", "result"], _log);
    }

    [Fact]
    public void A_failure_is_a_message_too()
    {
        var probe = Piping(_ => throw new InvalidOperationException("no line"));
        probe.Tell("pipe");
        _bench.Settle();

        Assert.Equal(["started", "pipe", "failed: no line"], _log);
        Assert.Empty(_bench.Failures);
    }

    [Fact]
    public void The_result_of_an_incarnation_that_failed_is_dropped()
    {
        var probe = Piping(async _ =>
        {
            await Task.Delay(TimeSpan.FromSeconds(2), _bench.Node.Time, CancellationToken.None);
            return "too late";
        });
        probe.Tell("pipe");
        probe.Tell("poison");
        _bench.Pass(20);

        Assert.Equal(["started", "pipe", "poison", "started"], _log);
    }

    [Fact]
    public void One_pipe_too_many_is_refused_as_its_failure_and_there_is_room_again_afterwards()
    {
        var answers = new Queue<TaskCompletionSource<string>>([new(), new()]);
        var asked = new List<TaskCompletionSource<string>>(answers);
        var probe = Piping(_ => answers.Dequeue().Task);

        probe.Tell("pipe");
        probe.Tell("pipe");
        _bench.Settle();
        Assert.Equal(["started", "pipe", "pipe", "failed: probe: too many pipes are waiting; try again later"], _log);

        asked[0].SetResult("first");
        _bench.Settle();
        probe.Tell("pipe");
        asked[1].SetResult("second");
        _bench.Settle();
        Assert.Equal(["first", "pipe", "second"], _log[4..]);
    }

    [Fact]
    public void A_failure_nobody_can_make_a_message_of_restarts_the_actor()
    {
        var probe = _bench.Spawn(() => new(_log)
        {
            OnMessage = (self, _, _) =>
            {
                self.Runtime.Pipe(_ => throw new InvalidOperationException("a"), e => throw new InvalidOperationException("b", e));
                return ValueTask.CompletedTask;
            },
        });
        probe.Tell("pipe");
        _bench.Pass(5);

        Assert.Equal("b", Assert.Single(_bench.Failures).Exception.Message);
        Assert.Equal(["started", "pipe", "started"], _log);
    }

    private ActorRef<string> Piping(Func<CancellationToken, Task<string>> work) => _bench.Spawn(() => new(_log)
    {
        OnMessage = (self, message, _) =>
        {
            if (message is "poison") throw new InvalidOperationException(message);
            if (message is "pipe") self.Runtime.Pipe(work, e => $"failed: {e.Message}");
            return ValueTask.CompletedTask;
        },
    });
}
