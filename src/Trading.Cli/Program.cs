using Trading.Cli;

Trading.Node.OwnerOnly.FromHereOn();
return await CommandLine.Run(args, Surroundings.OfProcess(), CancellationToken.None);
