using Trading.Benchmarks;

// Ratios against a baseline of the same run, median of five rounds, spread printed: only ratios travel between machines.
// dotnet run -c Release --project tests/Trading.Benchmarks [-- decide | append | rebuild [--short]]
string[] known = ["decide", "append", "rebuild"];
var shortly = args.Contains("--short");
var chosen = args.Where(arg => arg != "--short").ToList();
var unknown = chosen.Except(known).ToList();
if (unknown.Count > 0)
{
    Console.Error.WriteLine($"'{unknown[0]}' is not a benchmark; there are: {string.Join(", ", known)}");
    return 2;
}

if (chosen.Count == 0 || chosen.Contains("decide")) DecideBenchmark.Run();
if (chosen.Count == 0 || chosen.Contains("append"))
{
    await AppendBenchmark.Run(shortly);
    await PostgresAppendBenchmark.Run(shortly);
}

if (chosen.Contains("rebuild")) await RebuildBenchmark.Run(shortly);
return 0;
