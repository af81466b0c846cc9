using System.Runtime.InteropServices;
using Trading.Simulator;

if (args.Contains("--help"))
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}

if (CommandLine.Parse(args, TimeProvider.System, out var options, out var time) is { } problem)
{
    await Console.Error.WriteLineAsync(problem);
    return 2;
}

var stop = new TaskCompletionSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
await using var host = await SimulatorHost.Start(options!, time);
Console.WriteLine($"exchange simulator, Binance on {host.BaseAddress}, Bybit on {host.BybitAddress}: {host.With(e => e.Venue.Symbols.Count)} symbols, "
    + $"clock {host.With(e => e.NowUtc):u}, keys sim-key-0001 / sim-secret-0001 and on, faults under /control");
await stop.Task;
Console.WriteLine("stopped; open positions stay in " + (options!.DataFolder is { } folder
    ? Path.Combine(folder, "exchange.db")
    : "nothing: this exchange had no --data"));
return 0;

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.TrySetResult();
}
