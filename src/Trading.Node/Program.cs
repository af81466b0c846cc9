using System.Globalization;
using Trading.Node;
using Trading.Node.Configuration;

#pragma warning disable RS0030 // the composition root of the program: here and nowhere else the system's clock is named
var time = TimeProvider.System;
#pragma warning restore RS0030

OwnerOnly.FromHereOn();
if (CommandLine.AsksForHelp(args))
{
    Console.Out.WriteLine(CommandLine.Help);
    return 0;
}

using var signals = new StopSignals(time);
try
{
    var line = CommandLine.Parse(args);
    var settings = NodeSettingsReader.Read(
        SettingsLayers.Read(line.Config, Environment.GetEnvironmentVariables(), line.Settings));
    await using var host = await NodeHost.Open(settings, Console.Out, time, stop: signals.Asked);
    try
    {
        return await new NodeRun(host, time).Run(line.For, signals.Asked, signals.Insisted);
    }
    catch (Exception e)
    {
        host.Report(e);
        throw;
    }
}
catch (ConfigurationException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
catch (OperationCanceledException) when (signals.Asked.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped before it had started: nothing was asked of the exchange, and nothing changed there.");
    return 0;
}
catch (Exception e) // an operator reads one line; the log, where there is one, has the rest
{
    Console.Error.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"The node failed: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")} The log has the whole of it."));
    return 1;
}
