using Trading.Gateways;
using Xunit;

namespace Trading.Tests.Gateways;

/// <summary>What the gateways' loops wait by between two rounds: never a spin, never a missed word.</summary>
public sealed class AutoResetSignalTests
{
    private readonly ManualTime _time = new();
    private readonly AutoResetSignal _signal;

    public AutoResetSignalTests() => _signal = new AutoResetSignal(_time);

    [Fact]
    public async Task A_wait_of_less_than_a_millisecond_ends_when_its_time_has_passed_and_not_before()
    {
        var wait = _signal.Wait(TimeSpan.FromMicroseconds(300), CancellationToken.None);
        Assert.False(wait.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await wait;
    }

    [Fact]
    public async Task Many_words_before_a_wait_end_one_wait()
    {
        _signal.Set();
        _signal.Set();
        await _signal.Wait(TimeSpan.FromHours(1), CancellationToken.None);
        Assert.False(_signal.Wait(TimeSpan.FromHours(1), CancellationToken.None).IsCompleted);
    }

    [Fact]
    public async Task A_word_during_the_wait_ends_it()
    {
        var wait = _signal.Wait(TimeSpan.FromHours(1), CancellationToken.None);
        _signal.Set();
        await wait;
    }

    [Fact]
    public async Task Cancelling_ends_the_wait_without_an_error()
    {
        using var stop = new CancellationTokenSource();
        var wait = _signal.Wait(TimeSpan.FromHours(1), stop.Token);
        stop.Cancel();
        await wait;
    }

    [Fact]
    public async Task What_is_overdue_is_not_waited_for()
    {
        var wait = _signal.Wait(TimeSpan.FromSeconds(-3), CancellationToken.None);
        _time.Advance(TimeSpan.Zero);
        await wait;
    }
}
