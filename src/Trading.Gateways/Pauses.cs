namespace Trading.Gateways;

/// <summary>Waits of a loop between two rounds of its work.</summary>
internal static class Pauses
{
    /// <summary>Until the time has passed or <paramref name="stop"/> is cancelled, which is no error: the caller looks.</summary>
    public static async Task Pause(this TimeProvider time, TimeSpan lasts, CancellationToken stop)
    {
        try
        {
            await Task.Delay(WholeMilliseconds(lasts), time, stop);
        }
        catch (OperationCanceledException)
        {
            // The caller looks at its token.
        }
    }

    /// <summary>Rounded up: timers cut off what is less than one, and a loop would spin until it has passed.</summary>
    public static TimeSpan WholeMilliseconds(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, time.TotalMilliseconds)));
}
