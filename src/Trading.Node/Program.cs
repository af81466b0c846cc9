using System.Runtime.InteropServices;
using Trading.Node;
using Trading.Node.Configuration;

#pragma warning disable RS0030 // the composition root of the program: here and nowhere else the system's clock is named
var time = TimeProvider.System;
#pragma warning restore RS0030

try
{
    var line = CommandLine.Parse(args);
    var settings = NodeSettingsReader.Read(
        SettingsLayers.Read(line.Config, Environment.GetEnvironmentVariables(), line.Settings));
    await using var host = await NodeHost.Open(settings, Console.Out, time);
    using var stop = new CancellationTokenSource();
    using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    await new NodeRun(host, time).Run(line.For, stop.Token);
    return 0;

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stop.Cancel();
    }
}
catch (ConfigurationException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
