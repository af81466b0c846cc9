using Trading.Cli;

return await CommandLine.Run(args, Surroundings.OfProcess(), CancellationToken.None);
